package rules

import (
	"fmt"
	"net/netip"
	"strings"
	"time"
	"unicode"
)

// Marshal writes rules as a rule file that Parse reads back as they are. The order of keys is that of RuleKeys, so the text is
// stable. File, Line and LastLine are not written.
func Marshal(rs []Rule) []byte {
	var b strings.Builder
	b.WriteString("rules:\n")
	for i, r := range rs {
		if i > 0 {
			b.WriteByte('\n')
		}
		w := &writer{b: &b, indent: "  - "}
		w.rule(r)
	}
	if len(rs) == 0 {
		return []byte("rules: []\n")
	}
	return []byte(b.String())
}

// writer writes keys at one level; the first line carries the dash of the list.
type writer struct {
	b      *strings.Builder
	indent string
}

func (w *writer) rule(r Rule) {
	w.text("name", r.Name)
	w.text("scope", r.Scope)
	if r.Direction != DirectionUnknown {
		w.text("direction", r.Direction.String())
	}
	w.conditions("when", r.When)
	w.conditions("unless", r.Unless)
	w.text("action", string(r.Action))
	if r.Stop {
		w.line("stop", "true")
	}
	w.text("filter", r.Filter)
	w.list("skips", r.Skips)
	w.text("ticket", r.Ticket)
	w.text("reason", r.Reason)
	w.text("owner", r.Owner)
	w.date("installed", r.Installed)
	w.date("expires", r.Expires)
	if len(r.Tests.Match)+len(r.Tests.Miss) > 0 {
		t := w.nest("tests")
		t.list("match", r.Tests.Match)
		t.list("miss", r.Tests.Miss)
	}
	w.list("unsupported", r.Unsupported)
}

func (w *writer) conditions(key string, c Conditions) {
	if c.Empty() {
		return
	}
	n := w.nest(key)
	n.list("sender", c.Sender)
	n.list("mail-from", c.MailFrom)
	n.list("recipient", c.Recipient)
	n.list("border-host", c.BorderHost)
	n.list("border-ip", prefixes(c.BorderIP))
	n.list("dkim", c.DKIM)
	if c.OwnSender != nil {
		n.line("own-sender", map[bool]string{true: "true", false: "false"}[*c.OwnSender])
	}
	if len(c.Headers) > 0 {
		n.line("header", "")
		for _, h := range c.Headers {
			n.header(h)
		}
	}
	n.list("subject", c.Subject)
	n.list("phrase", c.Phrase)
	n.list("tenant-as-written", c.TenantAsWritten)
}

func (w *writer) header(h HeaderCondition) {
	item := &writer{b: w.b, indent: w.indent + "  - "}
	item.text("name", h.Name)
	item.list("contains", h.Contains)
	item.text("matches", h.Matches)
}

func prefixes(ps []netip.Prefix) []string {
	out := make([]string, len(ps))
	for i, p := range ps {
		if out[i] = p.String(); p.IsSingleIP() {
			out[i] = p.Addr().String()
		}
	}
	return out
}

func (w *writer) nest(key string) *writer {
	w.line(key, "")
	return &writer{b: w.b, indent: w.indent + "  "}
}

func (w *writer) line(key, value string) {
	w.b.WriteString(w.indent)
	w.indent = strings.Repeat(" ", len(w.indent))
	w.b.WriteString(key + ":")
	if value != "" {
		w.b.WriteString(" " + value)
	}
	w.b.WriteByte('\n')
}

func (w *writer) text(key, value string) {
	if value != "" {
		w.line(key, quote(value))
	}
}

func (w *writer) date(key string, t time.Time) {
	if t.IsZero() {
		return
	}
	if t.Equal(t.UTC().Truncate(24 * time.Hour)) {
		w.line(key, t.UTC().Format(time.DateOnly))
		return
	}
	w.line(key, quote(t.UTC().Format(time.RFC3339Nano)))
}

// list writes one value as itself and several in brackets.
func (w *writer) list(key string, values []string) {
	switch len(values) {
	case 0:
		return
	case 1:
		w.text(key, values[0])
		return
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	w.line(key, "["+strings.Join(quoted, ", ")+"]")
}

// quote leaves plain words as they are, and quotes everything that YAML could read as something else.
func quote(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r != ' ' && hidden(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// hidden reports what does not show, reorders what stands around it, or ends a line: whoever approves a rule must see it.
func hidden(r rune) bool {
	return !unicode.IsPrint(r) || unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || unicode.Is(unicode.Variation_Selector, r)
}

func escape(r rune) string {
	if r > 0xffff {
		return fmt.Sprintf(`\U%08x`, r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// isPlain accepts what begins with a letter and holds only letters, digits and signs without a meaning in YAML; words such as
// "yes" and "null" are quoted.
func isPlain(s string) bool {
	switch strings.ToLower(s) {
	case "", "yes", "no", "true", "false", "on", "off", "null", "y", "n":
		return false
	}
	for i := range len(s) {
		c := s[i] | 0x20
		letter := c >= 'a' && c <= 'z' && s[i] < 0x80
		inside := i > 0 && (s[i] >= '0' && s[i] <= '9' || strings.IndexByte("-._@/+", s[i]) >= 0 || s[i] == ' ' && i < len(s)-1)
		if !letter && !inside {
			return false
		}
	}
	return true
}
