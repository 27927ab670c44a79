package targets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Sieve writes a script (RFC 5228) for delivery into mailboxes, as Dovecot Pigeonhole runs it.
var Sieve = &suggest.Target{
	Name: "sieve", Title: "Sieve (Dovecot Pigeonhole)", Filters: []string{"dovecot", "sieve"}, Binds: true,
	Emit: emitSieve, Matches: matchesSieve,
}

var canSieve = can{target: "Sieve", from: true, host: true, ip: true, text: true, header: true, recipient: true, quarantine: true, utf8: true, null: true}

// fitsSieve also needs the line of the border, as the script reads who connected from it.
func fitsSieve(r rules.Rule, site suggest.Site) (ask, *refuse) {
	a, x := settle(r, site, canSieve)
	if x != nil {
		return a, x
	}
	for _, c := range []rules.Conditions{a.When, a.Unless} {
		if len(c.BorderHost)+len(c.BorderIP) > 0 {
			if _, x = borderExpression(c, site); x != nil {
				return a, x
			}
		}
	}
	return a, nil
}

// borderExpression matches the border's own Received line, as it stands behind an unfolded "Received: ". What it asks for stands in
// the slots that the server itself fills, and nothing of the peer's making comes before them but a HELO without spaces.
func borderExpression(c rules.Conditions, site suggest.Site) (string, *refuse) {
	hop := site.Border
	if hop == nil || hop.By == "" || site.BorderLine == "" {
		return "", &refuse{suggest.BorderUnknown, "a condition on the host that connected", "it is not known which Received line your own border wrote", "state it with --border or in the profile"}
	}
	ip, ok := networks(c.BorderIP)
	if !ok {
		return "", &refuse{suggest.CannotExpress, "an IPv6 network", "Sieve compares addresses as text, and IPv6 has many notations", "name single addresses, or the verified host"}
	}
	if len(c.BorderIP) == 0 {
		ip = "[0-9A-Fa-f.:]+"
	}
	host := `[^][ ()]+`
	if len(c.BorderHost) > 0 {
		host = hosts(c.BorderHost, `[^][ ()]`)
	}
	ip, host = ere(ip), ere(host)
	by := "[^;]* by " + ere(quote(hop.By)) + "[ ;]"
	switch {
	case hop.Dialect == "postfix" || hop.Dialect == "ppe":
		return `^from [^ ]+ \(` + host + ` \[(IPv6:)?` + ip + `\]\)` + by, nil
	case hop.Dialect == "exim" && len(c.BorderHost) > 0:
		return `^from ` + host + ` \(\[` + ip + `\][^)]*\)` + by, nil
	case hop.Dialect == "exim":
		return `^from (` + host + ` \()?\[` + ip + `\][ )]` + by, nil
	case hop.Dialect == "exchange" && len(c.BorderHost) == 0:
		return `^from [^ ]+ \(` + ip + `\)` + by, nil
	}
	return "", &refuse{suggest.CannotExpress, "a condition on the host that connected", "in the lines of " + by1(hop.Dialect) + " it is not proven which words the peer can write itself",
		"install the rule in the server at the border"}
}

func by1(dialect string) string {
	if dialect == "" {
		return "this border"
	}
	return dialect
}

// ere turns an expression of ours into a POSIX one: no (?:, no \x, no \@.
func ere(s string) string {
	return strings.NewReplacer("(?:", "(", `\@`, "@").Replace(s)
}

func emitSieve(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "sieve", Title: "Sieve", Proof: provenIn}
	w := &writerSieve{site: site}
	refused := emit(&t, rs, site, 40, fitsSieve, w.rule, func(string) string { return "" })
	if w.body.Len() == 0 {
		return t, refused
	}
	slices.Sort(w.require)
	head := `require ["` + strings.Join(slices.Compact(w.require), `", "`) + "\"];\n\n"
	t.Files = []suggest.File{{Path: "fpcheck.sieve", Content: head + w.body.String()}}
	t.Notes = append(t.Notes, "Run it before the script that files junk (sieve_before): fileinto ends the sequence, which keep would not. It undoes filing at delivery and nothing else: mail that was refused or quarantined earlier never comes here.",
		"Matching is on mail as it is delivered to a mailbox; outgoing mail is not seen.")
	if w.bound {
		t.Notes = append(t.Notes, fmt.Sprintf("The border's line is Received number %d from the top of this message, as it lies in the mailbox. With another hop in between the rule stops matching; it does not match more.", site.BorderAt+1))
	}
	if w.phrases {
		t.Notes = append(t.Notes, "Sieve does not join lines: a phrase that is wrapped in the text is not found.")
	}
	return t, refused
}

type writerSieve struct {
	site           suggest.Site
	body           strings.Builder
	require        []string
	bound, phrases bool
}

func (w *writerSieve) need(ext ...string) { w.require = append(w.require, ext...) }

func (w *writerSieve) rule(a ask) {
	if w.body.Len() > 0 {
		w.body.WriteByte('\n')
	}
	w.body.WriteString(hashLines(a.about(), ""))
	tests := w.tests(a.When, false)
	if len(a.When.Sender) > 0 {
		w.need("relational", "comparator-i;ascii-numeric")
		tests = append(tests, `header :count "eq" :comparator "i;ascii-numeric" "from" "1"`, `address :count "eq" :comparator "i;ascii-numeric" "from" "1"`)
	}
	for _, x := range w.tests(a.Unless, true) {
		tests = append(tests, "not "+x)
	}
	if !a.Expires.IsZero() {
		w.need("date", "relational")
		tests = append([]string{`currentdate :zone "+0000" :value "lt" "date" "` + a.Expires.UTC().Format(time.DateOnly) + `"`}, tests...)
	}
	fmt.Fprintf(&w.body, "if allof (%s) {\n  %s\n}\n", strings.Join(tests, ",\n          "), w.action(a))
}

func (w *writerSieve) action(a ask) string {
	switch a.Action {
	case rules.Quarantine:
		w.need("fileinto")
		return `fileinto "Junk"; stop;`
	case rules.Block:
		w.need("reject")
		return `reject "This message is not accepted."; stop;`
	}
	// Not "keep": Pigeonhole runs the next script of the sequence whenever the message is kept.
	w.need("fileinto")
	return `fileinto "INBOX"; stop;`
}

// tests writes each condition as one test.
func (w *writerSieve) tests(c rules.Conditions, not bool) []string {
	var out []string
	add := func(list []string, write func(match string, keys []string) string) {
		if len(list) > 0 {
			out = append(out, addressTest(list, write))
		}
	}
	add(c.Sender, func(match string, keys []string) string { return "address " + match + ` "from" ` + stringList(keys) })
	if len(c.MailFrom)+len(c.Recipient) > 0 {
		w.need("envelope")
	}
	add(c.MailFrom, func(match string, keys []string) string { return "envelope " + match + ` "from" ` + stringList(keys) })
	add(c.Recipient, func(match string, keys []string) string { return "envelope " + match + ` "to" ` + stringList(keys) })
	for _, b := range borders(c, not) {
		re, _ := borderExpression(b, w.site)
		w.need("index", "regex")
		w.bound = true
		out = append(out, fmt.Sprintf(`header :index %d :regex "received" %s`, w.site.BorderAt+1, quoted(re)))
	}
	if len(c.Subject) > 0 {
		out = append(out, `header :contains "subject" `+stringList(c.Subject))
	}
	for _, h := range c.Headers {
		out = append(out, "header :contains "+quoted(h.Name)+" "+stringList(h.Contains))
	}
	if len(c.Phrase) > 0 {
		w.need("body")
		w.phrases = true
		out = append(out, "body :text :contains "+stringList(c.Phrase))
	}
	return out
}

// borders splits host and address: in Unless each is an exception of its own.
func borders(c rules.Conditions, apart bool) []rules.Conditions {
	var out []rules.Conditions
	both := rules.Conditions{BorderHost: c.BorderHost, BorderIP: c.BorderIP}
	switch {
	case both.Empty():
	case apart && len(c.BorderHost) > 0 && len(c.BorderIP) > 0:
		out = append(out, rules.Conditions{BorderHost: c.BorderHost}, rules.Conditions{BorderIP: c.BorderIP})
	default:
		out = append(out, both)
	}
	return out
}

// addressTest sorts patterns into whole addresses, domains and sub-domains: each has a test of its own.
func addressTest(list []string, write func(match string, keys []string) string) string {
	var whole, domain, sub []string
	var tests []string
	for _, p := range list {
		at := strings.LastIndexByte(p, '@')
		switch local, d := p[:max(at, 0)], p[at+1:]; {
		case p == "<>":
			whole = append(whole, "")
		case strings.HasPrefix(d, "*") && local != "" && local != "*":
			tests = append(tests, "allof ("+write(":is :localpart", []string{local})+", "+write(":matches :domain", []string{"?" + d})+")")
		case strings.HasPrefix(d, "*"):
			sub = append(sub, "?"+d)
		case local == "" || local == "*":
			domain = append(domain, d)
		default:
			whole = append(whole, p)
		}
	}
	for _, x := range []struct {
		match string
		keys  []string
	}{{":is :all", whole}, {":is :domain", domain}, {":matches :domain", sub}} {
		if len(x.keys) > 0 {
			tests = append(tests, write(x.match, x.keys))
		}
	}
	if len(tests) == 1 {
		return tests[0]
	}
	return "anyof (" + strings.Join(tests, ", ") + ")"
}

// quoted writes a string (RFC 5228 2.4.2): backslash and quotation mark take a backslash.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

func stringList(list []string) string {
	if len(list) == 1 {
		return quoted(list[0])
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = quoted(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// matchesSieve runs the expression of the script over the Received line that the script would take.
func matchesSieve(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	a, x := fitsSieve(r, site)
	if x != nil {
		return false, x.err(r)
	}
	if a.expired(d) {
		return false, nil
	}
	s := newSeen(d)
	var fields int
	s.authors, fields = addresses(d.Message, "From")
	s.single = len(s.authors) == 1 && fields == 1
	s.find = func(text, phrase string) bool { return strings.Contains(asciiLower(text), asciiLower(phrase)) }
	line := receivedAt(d.Message, site.BorderAt)
	holds := func(c rules.Conditions) bool {
		re, _ := borderExpression(c, site)
		ok, err := regexp.MatchString("(?i)"+re, line)
		return ok && err == nil
	}
	if !allOf(borders(a.When, false), holds) || anyOf(borders(a.Unless, true), holds) {
		return false, nil
	}
	a.When.BorderHost, a.When.BorderIP, a.Unless.BorderHost, a.Unless.BorderIP = nil, nil, nil, nil
	return s.matches(a), nil
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// receivedAt returns the Received field at position n from the top, unfolded.
func receivedAt(m *eml.Message, n int) string {
	all := m.All("Received")
	if n < 0 || n >= len(all) {
		return ""
	}
	return strings.Join(strings.Fields(m.Unfold(all[n])), " ")
}
