package imports

import (
	"regexp/syntax"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var rspamdMap = &Format{
	Name: "rspamd-map", Title: "Rspamd: a map file", Types: entryTypes, Filter: "rspamd",
	read: func(r *reader) {
		r.lines(func(n int, line string) {
			value, rest, _ := strings.Cut(line, "#")
			words := strings.Fields(value)
			x := rules.Rule{Action: r.action(), Reason: strings.TrimSpace(rest)}
			r.entry(&x, words[0], false)
			if len(words) > 1 {
				x.Unsupported = append(x.Unsupported, "value "+strings.Join(words[1:], " "))
			}
			r.add(words[0], n, x)
		})
	},
}

// entryTypes are what the entries of a list can be.
var entryTypes = []string{"sender", "mail-from", "recipient", "border-ip", "border-host", "dkim"}

// entry sets the condition that one entry of a list stands for; sub says that a domain stands for its sub-domains too.
func (r *reader) entry(x *rules.Rule, s string, sub bool) {
	typ := r.o.Type
	if typ == "" {
		typ = guess(s)
	}
	value := s
	if source, ok := expressionOf(s); ok {
		literal, suffix, plain := literalOf(source)
		if !plain {
			x.Unsupported = append(x.Unsupported, typ+" matches "+s)
			return
		}
		value = literal
		if suffix {
			value = "*." + strings.TrimPrefix(literal, ".")
		}
	}
	var list []string
	w := &x.When
	switch typ {
	case "sender":
		list = senderPatterns(value, sub)
		w.Sender = list
	case "mail-from":
		list = senderPatterns(value, sub)
		w.MailFrom = list
	case "recipient":
		list = senderPatterns(value, sub)
		w.Recipient = list
	case "border-host":
		list = hostPatterns(value, sub)
		w.BorderHost = list
	case "dkim":
		list = hostPatterns(value, sub)
		w.DKIM = list
	case "border-ip":
		if c, ok := network(value); ok {
			w.BorderIP = c.BorderIP
			return
		}
	}
	if list == nil {
		x.Unsupported = append(x.Unsupported, typ+" "+s)
	}
}

// guess tells addresses of people, hosts and networks apart. A bare domain is taken for a sender's: most lists are of senders.
func guess(s string) string {
	if _, ok := network(s); ok {
		return "border-ip"
	}
	return "sender"
}

// expressionOf returns what stands between the slashes of "/.../i".
func expressionOf(s string) (string, bool) {
	if len(s) < 3 || s[0] != '/' {
		return "", false
	}
	end := strings.LastIndexByte(s, '/')
	if end < 2 || strings.Trim(s[end+1:], "iurOs") != "" {
		return "", false
	}
	return s[1:end], true
}

// literalOf returns the text that an expression stands for, where it is `^text$` or, with suffix, `\.text$` or `^.*\.text$`.
func literalOf(source string) (text string, suffix, plain bool) {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil || re.Op != syntax.OpConcat || len(re.Sub) < 2 {
		return "", false, false
	}
	parts := re.Sub
	if last := parts[len(parts)-1].Op; last != syntax.OpEndText && last != syntax.OpEndLine {
		return "", false, false
	}
	parts = parts[:len(parts)-1]
	begins := parts[0].Op == syntax.OpBeginText || parts[0].Op == syntax.OpBeginLine
	if begins {
		parts = parts[1:]
	}
	anything := len(parts) == 2 && parts[0].Op == syntax.OpStar && (parts[0].Sub[0].Op == syntax.OpAnyCharNotNL || parts[0].Sub[0].Op == syntax.OpAnyChar)
	if anything {
		parts = parts[1:]
	}
	if len(parts) != 1 || parts[0].Op != syntax.OpLiteral {
		return "", false, false
	}
	text = string(parts[0].Rune)
	if begins && !anything {
		return text, false, true
	}
	return text, true, strings.HasPrefix(text, ".")
}
