package targets

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// GoogleWorkspace writes click paths for the Admin console: an approved sender that must authenticate, or content compliance on sender
// and source address.
var GoogleWorkspace = &suggest.Target{
	Name: "google-workspace", Title: "Google Workspace", Filters: []string{"google-workspace", "google"}, Binds: true,
	Emit: scopedEmit(emitGoogle), Matches: scopedMatches(matchesGoogle), Set: setGoogle,
}

// Limits of content compliance (Google Workspace Admin Help; unverified).
const (
	goExpressions = 10
	goCharacters  = 10_000
)

const (
	goApproved   = "Apps > Google Workspace > Gmail > Spam, Phishing and Malware > Spam > Configure"
	goCompliance = "Apps > Google Workspace > Gmail > Compliance > Content compliance > Configure"
)

// goPlan is a rule that is understood: either an approved sender, or expressions that must all match.
type goPlan struct {
	approved bool
	exprs    []goExpr
}

// goExpr is one expression: a location of the page and a regular expression of RE2, or a network.
type goExpr struct{ location, kind, value string }

const (
	goSender  = "Sender header"
	goEnv     = "Envelope sender"
	goRcpt    = "Any envelope recipient"
	goSubject = "Subject"
	goBody    = "Body"
	goHeaders = "Full headers"
	goIP      = "Source IP"
	goRegex   = "matches regex"
	goNotRe   = "does not match regex"
	goRange   = "within the range"
)

func emitGoogle(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "google-workspace", Title: "Google Workspace", Proof: fmt.Sprintf(simulated, "Gmail")}
	var refused []suggest.Refusal
	s := &sheet{}
	for _, r := range rs {
		p, no := planGoogle(r, site)
		if no != nil {
			refused = append(refused, *no)
			continue
		}
		writeGoogle(s, r, p)
		t.Notes = append(t.Notes, notesGoogle(r, p, site)...)
	}
	t.Worksheet = s.steps
	slices.Sort(t.Notes)
	t.Notes = slices.Compact(t.Notes)
	return t, refused
}

func planGoogle(r rules.Rule, site suggest.Site) (goPlan, *suggest.Refusal) {
	if x := frame(r, site); x != nil {
		return goPlan{}, x
	}
	if x := values(r); x != nil {
		return goPlan{}, x
	}
	what := "rule " + r.Name + " for Google Workspace"
	w := r.When
	switch {
	case len(w.BorderHost) > 0:
		return goPlan{}, no(r, suggest.FloatingAddress, what, "Gmail can ask for the source address or for authentication, and not for the name of the host", "let the sender sign with DKIM, or bind to a fixed address")
	case w.OwnSender != nil && r.Direction != rules.Outbound:
		return goPlan{}, no(r, suggest.CannotExpress, what, "own senders are known for outgoing mail alone", "use direction: outbound")
	case len(w.DKIM) > 0:
		return planApproved(r, what)
	}
	return planCompliance(r, what)
}

// planApproved is for mail that the author's own domain signs: the list's "require sender authentication" asks exactly that.
func planApproved(r rules.Rule, what string) (goPlan, *suggest.Refusal) {
	if x := others(r.When, "sender", "dkim", "recipient"); x != "" || !r.Unless.Empty() || len(r.When.Sender) == 0 || r.Action != rules.Allow {
		return goPlan{}, no(r, suggest.CannotExpress, what, "the list of approved senders takes addresses and domains and no other condition", "drop the other conditions")
	}
	for _, s := range r.When.Sender {
		_, domain, _ := strings.Cut(s, "@")
		for _, d := range r.When.DKIM {
			if d != "aligned" && !strings.EqualFold(organisationOf(d), organisationOf(domain)) {
				return goPlan{}, no(r, suggest.CannotExpress, what, "Gmail asks for a signature of the author's own domain, and "+d+" is another", "let the service sign as "+domain+", or bind to a fixed address")
			}
		}
		if strings.Contains(domain, "*") {
			return goPlan{}, no(r, suggest.CannotExpress, what, "the list takes addresses and domains", "name the domain")
		}
	}
	return goPlan{approved: true}, nil
}

func planCompliance(r rules.Rule, what string) (goPlan, *suggest.Refusal) {
	p := goPlan{}
	for _, part := range []struct {
		c    rules.Conditions
		kind string
	}{{r.When, goRegex}, {r.Unless, goNotRe}} {
		if part.kind == goNotRe && len(part.c.BorderIP) > 0 {
			return p, no(r, suggest.CannotExpress, what, "an exception for addresses is not written", "turn it into a condition")
		}
		p.add(part.kind, part.c)
	}
	total := 0
	for _, e := range p.exprs {
		total += len(e.value)
		if e.kind == goRange {
			continue
		}
		if _, err := regexp.Compile(e.value); err != nil { // RE2, the library that Gmail uses
			return p, no(r, suggest.CannotExpress, what, "Gmail's regular expressions cannot say it: "+err.Error(), "write it for RE2")
		}
	}
	if len(p.exprs) > goExpressions || total > goCharacters {
		return p, no(r, suggest.TooLong, what, fmt.Sprintf("a setting has room for %d expressions and %d characters", goExpressions, goCharacters), "split it")
	}
	if len(r.When.BorderIP) > 1 {
		return p, no(r, suggest.CannotExpress, what, "all expressions must match, and each names one range", "write one rule for each address")
	}
	return p, nil
}

func (p *goPlan) add(kind string, c rules.Conditions) {
	expr := func(location string, pats []string) {
		if len(pats) > 0 {
			p.exprs = append(p.exprs, goExpr{location, kind, "(?i)" + oneOf(pats)})
		}
	}
	expr(goSender, wrap(exBare(c.Sender), `^(?:(?:"[^"]*"|[^<>,"]*)\s*<)?`, `>?\s*$`))
	expr(goEnv, wrap(exBare(c.MailFrom), `^<?`, `>?$`))
	expr(goRcpt, wrap(exBare(c.Recipient), `^<?`, `>?$`))
	expr(goSubject, quoteMeta(c.Subject))
	expr(goBody, quoteMeta(c.Phrase))
	for _, h := range c.Headers {
		name := `[^:\s]+`
		if h.Name != "" {
			name = regexp.QuoteMeta(h.Name)
		}
		switch {
		case h.Matches != "":
			expr(goHeaders, []string{`(?m:^` + name + `:.*(?:` + h.Matches + `))`})
		default:
			expr(goHeaders, wrap(quoteMeta(h.Contains), `(?m:^`+name+`:.*`, `)`))
		}
	}
	expr(goHeaders, wrap(quoteMeta(c.TenantAsWritten), `(?m:^X-MS-Exchange-CrossTenant-Id:\s*`, `\s*$)`))
	for _, ip := range c.BorderIP {
		p.exprs = append(p.exprs, goExpr{goIP, goRange, ip.String()})
	}
}

func oneOf(pats []string) string {
	if len(pats) == 1 {
		return pats[0]
	}
	return "(?:" + strings.Join(pats, "|") + ")"
}

func wrap(list []string, before, after string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = before + s + after
	}
	return out
}

// exBare are the address patterns without their anchors.
func exBare(pats []string) []string {
	out := exAddresses(pats)
	for i := range out {
		out[i] = strings.TrimSuffix(strings.TrimPrefix(out[i], "^"), "$")
	}
	return out
}

func writeGoogle(s *sheet, r rules.Rule, p goPlan) {
	if p.approved {
		s.head(goApproved)
		s.add("Description", comment(r.Name)+", "+describe(r))
		s.add("Bypass spam filters for messages from senders or domains in selected lists", "create or edit a list")
		for _, a := range r.When.Sender {
			s.add("Address or domain", strings.TrimPrefix(a, "@"))
		}
		s.add("Require sender authentication", "on")
		return
	}
	s.head(goCompliance)
	s.add("Description", comment(r.Name)+", "+describe(r))
	s.add("Email messages to affect", map[rules.Direction]string{rules.Outbound: "Outbound"}[r.Direction]+map[bool]string{true: "Inbound"}[r.Direction != rules.Outbound])
	s.add("Add expressions", "If ALL of the following match the message")
	for _, e := range p.exprs {
		s.add(map[bool]string{true: "Metadata match: ", false: "Advanced content match: "}[e.kind == goRange]+e.location+" "+e.kind, e.value)
	}
	switch r.Action {
	case rules.Allow:
		s.add("Do", "Modify message > Bypass spam filter for this message")
	case rules.Quarantine:
		s.add("Do", "Quarantine message")
	case rules.Block:
		s.add("Do", "Reject message")
	}
}

func notesGoogle(r rules.Rule, p goPlan, site suggest.Site) []string {
	out := []string{"Gmail knows no expiry: put the review date into your calendar. A change can take an hour to apply.",
		"Viruses are stopped in any case, and very spammy mail may still go to spam."}
	if p.approved {
		out = append(out, "\"Require sender authentication\" takes a signature of the author's domain or aligned SPF: whoever may send by the domain's SPF record passes, too. Never switch it off.")
	}
	if p.approved && len(r.When.Recipient) > 0 {
		out = append(out, "The list holds for the organisational unit, not for the one recipient.")
	}
	if len(r.When.BorderIP) > 0 && site.Gateway != "" {
		out = append(out, "Another filter stands in front: list its addresses as inbound gateway (Spam, Phishing and Malware > Inbound gateway), so that Gmail takes the sender's address for the source.")
	}
	return out
}

func organisationOf(d string) string { return organisation(strings.TrimPrefix(d, ".")) }

// matchesGoogle simulates both forms. The expressions are run by RE2, as Gmail runs them; Sender header is the whole From field.
func matchesGoogle(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	p, x := planGoogle(r, site)
	if x != nil {
		return false, asError(x)
	}
	if p.approved {
		return approvedMatches(r, d), nil
	}
	if !rightWay(r, d) {
		return false, nil
	}
	for _, e := range p.exprs {
		if !e.holds(r, d) {
			return false, nil
		}
	}
	return true, nil
}

// approvedMatches: authentication is a signature of the author's domain or one aligned with it.
func approvedMatches(r rules.Rule, d suggest.Delivery) bool {
	a := oneAuthor(d)
	_, domain, _ := strings.Cut(a, "@")
	return a != "" && senderIs(r.When.Sender, a) && slices.ContainsFunc(d.Facts.DKIM, func(s rules.Signer) bool {
		return s.Status == "pass" && (s.Aligned || strings.EqualFold(organisationOf(s.Domain), organisationOf(domain)))
	})
}

func (e goExpr) holds(r rules.Rule, d suggest.Delivery) bool {
	if e.kind == goRange {
		return ipIn(r, d)
	}
	re := regexp.MustCompile(e.value)
	any := slices.ContainsFunc(e.texts(d), re.MatchString)
	return any == (e.kind == goRegex)
}

func (e goExpr) texts(d suggest.Delivery) []string {
	switch e.location {
	case goSender:
		return fieldsOf(d, "From")
	case goEnv:
		return []string{strings.Trim(d.Facts.MailFrom.Value, "<>")}
	case goRcpt:
		var out []string
		for _, f := range d.Facts.Rcpt {
			out = append(out, f.Value)
		}
		return out
	case goSubject:
		return []string{d.Facts.Subject}
	case goBody:
		if d.Facts.Body == nil {
			return nil
		}
		text, _ := d.Facts.Body()
		return []string{text}
	}
	return []string{strings.Join(fieldsOf(d, ""), "\n")}
}

// fieldsOf returns the values of a delivery's fields of that name.
func fieldsOf(d suggest.Delivery, name string) []string {
	if d.Facts.Header == nil {
		return nil
	}
	return d.Facts.Header(name)
}

// setGoogle writes the settings beside rules.
func setGoogle(rem suggest.Remedy, _ suggest.Site, r *analyze.Report) *suggest.Text {
	t := &suggest.Text{Target: "google-workspace", Title: "Google Workspace", Proof: fmt.Sprintf(simulated, "Gmail")}
	s := &sheet{}
	switch rem.Kind {
	case suggest.SendingServer:
		s.head("DNS of your domain, and " + goApproved)
		s.add("SPF record", "add ip4:"+r.Facts.IP.String())
		if r.Facts.IP.Is6() {
			s.steps[len(s.steps)-1].Value = "add ip6:" + r.Facts.IP.String()
		}
	case suggest.SafeSender:
		if len(r.Facts.From) != 1 || !plainValue(r.Facts.From[0]) {
			return nil
		}
		s.head(goApproved)
		s.add("Address or domain", r.Facts.From[0])
		s.add("Require sender authentication", "on")
		t.Notes = append(t.Notes, "With authentication off, anybody who writes that address passes.")
	default:
		return nil
	}
	t.Worksheet = s.steps
	return t
}
