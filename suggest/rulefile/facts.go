package rulefile

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/yamlfile"
)

// factKeys are the keys of a file of facts. It lies beside a redacted test message and says what was found of the original: a message
// without its body has no signature that verifies, and DNS answers change.
var factKeys = []string{"border-ip", "border-host", "helo", "mail-from", "recipient", "dkim", "own-sender", "direction", "tenant"}

// FactsName is the name of the file of facts of a test message: "web-form.facts.yaml" beside "web-form.eml".
func FactsName(message string) string { return strings.TrimSuffix(message, ".eml") + ".facts.yaml" }

// WriteFacts writes what rules ask of a message and what is not in its redacted copy.
func WriteFacts(f rules.Facts) []byte {
	var b strings.Builder
	b.WriteString("# What was found of the original message: the copy beside this file is redacted.\n")
	set := func(key string, fact rules.Fact) {
		switch fact.Known {
		case rules.Yes:
			fmt.Fprintf(&b, "%s: %q\n", key, fact.Value)
		case rules.No:
			fmt.Fprintf(&b, "%s: none\n", key)
		}
	}
	set("border-ip", f.BorderIP)
	set("border-host", f.BorderHost)
	set("helo", f.Helo)
	set("mail-from", f.MailFrom)
	if len(f.Rcpt) > 0 {
		b.WriteString("recipient:\n")
	}
	for _, r := range f.Rcpt {
		fmt.Fprintf(&b, "  - %q\n", r.Value)
	}
	writeSigners(&b, f)
	if f.OwnSender.Known != rules.Maybe {
		fmt.Fprintf(&b, "own-sender: %s\n", map[bool]string{true: "yes", false: "no"}[f.OwnSender.Known == rules.Yes])
	}
	if f.Direction != rules.DirectionUnknown {
		fmt.Fprintf(&b, "direction: %s\n", f.Direction)
	}
	set("tenant", f.Tenant)
	return []byte(b.String())
}

// writeSigners writes the signatures that verified: "example.net" or "example.net aligned".
func writeSigners(b *strings.Builder, f rules.Facts) {
	if f.DKIMKnown == rules.Maybe {
		return
	}
	var out []string
	for _, s := range f.DKIM {
		if s.Status == "pass" {
			out = append(out, fmt.Sprintf("%q", strings.TrimSpace(s.Domain+map[bool]string{true: " aligned"}[s.Aligned])))
		}
	}
	fmt.Fprintf(b, "dkim: [%s]\n", strings.Join(out, ", "))
}

// ReadFacts lays what a file of facts states over base. The error is a yamlfile.Problems.
func ReadFacts(path string, data []byte, base rules.Facts) (rules.Facts, error) {
	doc, root := yamlfile.Parse(path, data)
	for _, e := range root.Entries(factKeys) {
		setFact(&base, e)
	}
	return base, doc.Err()
}

func setFact(f *rules.Facts, e yamlfile.Entry) {
	const why = "stated beside the test message"
	fact := func() rules.Fact {
		s, ok := e.Value.Text()
		switch {
		case !ok:
			return rules.Fact{Why: why}
		case s == "none":
			return rules.Fact{Known: rules.No, Why: why}
		}
		return rules.Fact{Value: s, Known: rules.Yes, Why: why}
	}
	switch e.Key {
	case "border-ip":
		f.BorderIP = fact()
		ip, err := netip.ParseAddr(f.BorderIP.Value)
		if err != nil && f.BorderIP.Known == rules.Yes {
			e.Value.Problemf("`%s` is not an IP address", f.BorderIP.Value)
		}
		f.IP = ip
	case "border-host":
		f.BorderHost = fact()
	case "helo":
		f.Helo = fact()
	case "mail-from":
		f.MailFrom = fact()
	case "tenant":
		f.Tenant = fact()
	case "recipient":
		f.Rcpt = nil
		for _, s := range e.Value.Texts() {
			f.Rcpt = append(f.Rcpt, rules.Fact{Value: s, Known: rules.Yes, Why: why})
		}
	case "dkim":
		f.DKIM, f.DKIMKnown = nil, rules.Yes
		for _, s := range e.Value.Texts() {
			domain, aligned := strings.CutSuffix(s, " aligned")
			f.DKIM = append(f.DKIM, rules.Signer{Domain: domain, Status: "pass", Aligned: aligned})
		}
	case "own-sender":
		if yes, ok := e.Value.Bool(); ok {
			f.OwnSender = rules.Fact{Known: map[bool]rules.Known{true: rules.Yes, false: rules.No}[yes], Why: why}
		}
	case "direction":
		s, _ := e.Value.Word("inbound", "outbound", "internal")
		f.Direction = map[string]rules.Direction{"inbound": rules.Inbound, "outbound": rules.Outbound, "internal": rules.Internal}[s]
	}
}

// TestMessage writes a copy of a message that can be kept in a repository: only the fields that the rule reads and those of the path down to
// the border, with the local parts of addresses that the rule does not name replaced, and of the text only the phrase that the rule asks for.
// facts goes beside it, under FactsName.
func TestMessage(m Source, r rules.Rule) (message, facts []byte) {
	var b strings.Builder
	put := func(name, value string) {
		if value != "" {
			b.WriteString(name + ": " + value + "\r\n")
		}
	}
	hide := newHider(r)
	for _, line := range m.Path {
		put("Received", hide.addresses(line))
	}
	f := m.Facts
	for _, from := range f.From {
		put("From", "<"+hide.address(from)+">")
	}
	for i := range f.Rcpt {
		f.Rcpt = append([]rules.Fact(nil), f.Rcpt...)
		f.Rcpt[i].Value = hide.address(f.Rcpt[i].Value)
		put("To", "<"+f.Rcpt[i].Value+">")
	}
	if f.MailFrom.Known == rules.Yes && f.MailFrom.Value != "<>" {
		f.MailFrom.Value = hide.address(f.MailFrom.Value)
	}
	if !m.Date.IsZero() {
		put("Date", m.Date.UTC().Format(time.RFC1123Z))
	}
	subject := "redacted"
	if len(r.When.Subject)+len(r.Unless.Subject) > 0 {
		subject = oneLine(f.Subject)
	}
	put("Subject", subject)
	put("Message-ID", "<redacted@test.example>")
	for _, h := range append(r.When.Headers[:len(r.When.Headers):len(r.When.Headers)], r.Unless.Headers...) {
		if isKept(h.Name) && f.Header != nil {
			for _, v := range f.Header(h.Name) {
				put(h.Name, hide.addresses(oneLine(v)))
			}
		}
	}
	put("MIME-Version", "1.0")
	put("Content-Type", "text/plain; charset=utf-8")
	b.WriteString("\r\n" + foundPhrase(r, f) + "\r\n")
	return []byte(b.String()), WriteFacts(f)
}

// Source is the message that a test is made from.
type Source struct {
	Path  []string // the values of the Received fields from the top down to that of the border
	Date  time.Time
	Facts rules.Facts
}

// isKept reports whether a field that a rule asks for is written by itself, and not as one of those above.
func isKept(name string) bool {
	switch strings.ToLower(name) {
	case "", "received", "from", "to", "date", "subject", "message-id", "mime-version", "content-type":
		return false
	}
	return true
}

// foundPhrase is what the rule looks for in the text, where the message holds it.
func foundPhrase(r rules.Rule, f rules.Facts) string {
	for _, p := range r.When.Phrase {
		if f.Body == nil {
			break
		}
		if text, _ := f.Body(); strings.Contains(fold(text), fold(p)) {
			return oneLine(p)
		}
	}
	return "The text is left out."
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// hider replaces the local parts of addresses, each by a name of its own, and keeps those that the rule names.
type hider struct {
	keep map[string]bool
	as   map[string]string
}

func newHider(r rules.Rule) *hider {
	h := &hider{keep: map[string]bool{}, as: map[string]string{}}
	for _, c := range []rules.Conditions{r.When, r.Unless} {
		for _, list := range [][]string{c.Sender, c.MailFrom, c.Recipient} {
			for _, s := range list {
				h.keep[strings.ToLower(s)] = true
			}
		}
	}
	if user, ok := strings.CutPrefix(r.Scope, "user: "); ok {
		h.keep[strings.ToLower(user)] = true
	}
	return h
}

func (h *hider) address(s string) string {
	at := strings.LastIndexByte(s, '@')
	key := strings.ToLower(s)
	if at < 0 || h.keep[key] {
		return s
	}
	if h.as[key] == "" {
		h.as[key] = fmt.Sprintf("person%d%s", len(h.as)+1, s[at:])
	}
	return h.as[key]
}

// addresses replaces the addresses in a line.
func (h *hider) addresses(s string) string { return pattern.ReplaceAddresses(s, h.address) }
