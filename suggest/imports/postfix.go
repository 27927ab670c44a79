package imports

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var postfixAccess = &Format{
	Name: "postfix-access", Title: "Postfix: an access table, as text", Types: []string{"client", "sender", "recipient"}, Filter: "postfix",
	read: readPostfix,
}

// postfixTypes are our conditions for the tables of check_client_access, check_sender_access and check_recipient_access.
var postfixTypes = map[string]string{"client": "border-host", "sender": "mail-from", "recipient": "recipient"}

// readPostfix reads access(5). A line that begins with white space goes on with the one before.
func readPostfix(r *reader) {
	n, start, line := 0, 0, ""
	for text := range strings.Lines(r.text + "\n#\n") {
		n++
		trimmed := strings.TrimSpace(text)
		if trimmed != "" && trimmed[0] != '#' && (text[0] == ' ' || text[0] == '\t') {
			line += " " + trimmed
			continue
		}
		if line != "" {
			postfixLine(r, start, line)
			line = ""
		}
		if trimmed != "" && trimmed[0] != '#' {
			start, line = n, trimmed
		}
	}
}

func postfixLine(r *reader, n int, line string) {
	key, verb, _ := strings.Cut(line, " ")
	if tab := strings.IndexByte(line, '\t'); tab > 0 && tab < len(key) {
		key, verb = line[:tab], line[tab+1:]
	}
	verb = strings.TrimSpace(verb)
	x := rules.Rule{}
	switch word := strings.ToUpper(first(verb)); {
	case key == "if" || key == "endif" || strings.HasPrefix(key, "!"):
		r.note(n, "`%s` is not followed", line)
		return
	case word == "DUNNO" || word == "PREPEND" || word == "WARN" || word == "INFO":
		r.note(n, "%s decides nothing", word)
		return
	case word == "OK" || word == "PERMIT" || strings.Trim(word, "0123456789") == "" && word != "" && word[0] != '4' && word[0] != '5':
		x.Action = rules.Allow
	case word == "REJECT" || word == "DEFER" || word == "DISCARD" || word != "" && (word[0] == '4' || word[0] == '5') && len(word) == 3:
		x.Action = rules.Block
	case word == "HOLD":
		x.Action = rules.Quarantine
	default:
		x.Action = rules.Allow
		x.Unsupported = append(x.Unsupported, "action "+verb)
	}
	postfixKey(r, &x, key)
	r.add(key, n, x)
}

func first(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// postfixKey sets the condition of a key. A domain in a hash table stands for its sub-domains too, by the default of
// parent_domain_matches_subdomains; "user@" for that user everywhere.
func postfixKey(r *reader, x *rules.Rule, key string) {
	inner := *r
	inner.o.Type = postfixTypes[r.o.Type]
	if inner.o.Type == "" && strings.Contains(key, "@") {
		inner.o.Type = "mail-from"
	}
	if _, ip := network(key); ip && inner.o.Type != "mail-from" && inner.o.Type != "recipient" {
		inner.o.Type = "border-ip"
	} else if inner.o.Type == "" {
		inner.o.Type = "border-host"
	}
	if key == "<>" {
		x.When.MailFrom = []string{"<>"}
		return
	}
	if rest, ok := strings.CutPrefix(key, "."); ok && inner.o.Type != "border-host" {
		key = "*@*." + rest
	}
	inner.entry(x, key, true)
}
