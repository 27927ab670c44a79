package targets

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// ProofpointEssentials writes a click path for the filter policies of Proofpoint Essentials. That filter can look for text in the
// header and ask nothing of who connected, so every rule is an approximation, and what it opens is found by trying.
var ProofpointEssentials = &suggest.Target{
	Name: "proofpoint-essentials", Title: "Proofpoint Essentials", Filters: []string{"proofpoint-essentials"}, Binds: false,
	Emit: emitPPE, Matches: matchesPPE, Set: setPPE,
}

// Limits of the filter page (help.proofpoint.com).
const (
	ppeName  = 30   // letters, digits and dashes
	ppeTotal = 4096 // characters of one filter
)

// Operators as the page words them.
const (
	opIs     = "is"
	opIsNot  = "is not"
	opAll    = "contain(s) all of"
	opAny    = "contain(s) any of"
	opNone   = "contain(s) none of"
	ppePath  = "Security Settings > Email > Filter Policies > "
	lSender  = "Sender Address"
	lRcpt    = "Recipient Address"
	lHeaders = "Email Headers"
	lSubject = "Email Subject"
	lBody    = "Email Message Content"
)

// ppeCond is one condition of the page. Several values are alternatives, or with "none of" all excluded.
type ppeCond struct {
	label, op string
	values    []string
}

func emitPPE(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "proofpoint-essentials", Title: "Proofpoint Essentials", Proof: fmt.Sprintf(simulated, "Proofpoint")}
	var refused []suggest.Refusal
	s := &sheet{}
	names := mapNames(rs, ppeName, &t)
	for i, r := range rs {
		conds, no := ppeConditions(r, site)
		if no != nil {
			refused = append(refused, *no)
			delete(t.NameMap, r.Name)
			continue
		}
		writePPE(s, r, names[i], conds)
		t.Notes = append(t.Notes, notesPPE(r, site)...)
	}
	if t.Worksheet = s.steps; len(s.steps) > 0 {
		t.Notes = append(t.Notes,
			"Leave \"Override the Previous Destination\" and \"stop processing\" unticked, save, and enable the filter.",
			"Allow skips the anti-spoofing step and the spam engine. It does not skip reputation at the door (550), anti-virus, Attachment Defense, nor the DMARC, DKIM and SPF policies, which have their own Manage Exceptions.",
			"Filters run before sender lists: those of the user, then of the group, then of the company; the newest first.",
			"Proofpoint Essentials knows no expiry: put the review date into your calendar.")
		slices.Sort(t.Notes)
		t.Notes = slices.Compact(t.Notes)
	}
	return t, refused
}

func writePPE(s *sheet, r rules.Rule, name string, conds []ppeCond) {
	tab := "Inbound"
	if r.Direction == rules.Outbound {
		tab = "Outbound"
	}
	s.head(ppePath + tab + " > New Filter")
	s.add("Name", name)
	s.add("Description", describe(r))
	s.add("Scope", scopeOf(r))
	for i, c := range conds {
		word := "and "
		if i == 0 {
			word = "If "
		}
		s.add(word+c.label+" "+c.op, strings.Join(c.values, ", "))
	}
	do := "Allow"
	if r.Action == rules.Quarantine {
		do = "Quarantine"
	}
	s.add("Do", do)
}

// notesPPE says what is particular to one rule.
func notesPPE(r rules.Rule, site suggest.Site) []string {
	var out []string
	if len(r.When.Sender) == 1 && site.MailFrom != "" && !pattern.MatchSender(r.When.Sender[0], site.MailFrom) && r.Direction != rules.Outbound {
		out = append(out, fmt.Sprintf("Nobody has written down whether Sender Address means From (%s) or the envelope sender (%s). If the filter does not fire, try the second.",
			r.When.Sender[0], comment(site.MailFrom)))
	}
	if r.Action == rules.Allow && r.Direction != rules.Outbound && len(r.When.BorderHost)+len(r.When.BorderIP) > 0 {
		out = append(out, "The header text can be written by whoever knows it. To close that, let the sending program add a field with a secret of its own and ask for it as a further condition.")
	}
	if r.Stop {
		out = append(out, "The rule says stop: tick \"stop processing\".")
	}
	return out
}

// ppeConditions turns a rule into the conditions of the page, or says why that is not possible.
func ppeConditions(r rules.Rule, site suggest.Site) ([]ppeCond, *suggest.Refusal) {
	if no := frame(r, site); no != nil {
		return nil, no
	}
	if r.Action == rules.Block {
		return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "the page offers Quarantine, Allow and Nothing", "put the sender into the blocked list, or quarantine")
	}
	var conds []ppeCond
	for _, part := range []struct {
		c   rules.Conditions
		not bool
	}{{r.When, false}, {r.Unless, true}} {
		more, no := ppePart(r, part.c, part.not, site)
		if no != nil {
			return nil, no
		}
		conds = append(conds, more...)
	}
	return conds, ppeValues(r, conds)
}

// ppePart writes the conditions of When, or those of Unless the other way round: one that holds is enough to stop the rule, which is
// the same as all of them not holding.
func ppePart(r rules.Rule, c rules.Conditions, not bool, site suggest.Site) ([]ppeCond, *suggest.Refusal) {
	var out []ppeCond
	add := func(label, yes, no string, values []string) {
		if len(values) == 0 {
			return
		}
		op := yes
		if not {
			op = no
		}
		out = append(out, ppeCond{label, op, values})
	}
	switch {
	case len(c.DKIM) > 0:
		return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "Proofpoint Essentials cannot ask for a DKIM signature in a filter", "a rule on the host that connects, or sending servers for an address of your own")
	case len(c.Sender) > 0 && len(c.MailFrom) > 0:
		return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "the page has one Sender Address, and nobody says whether it is From or the envelope's", "ask for one of the two")
	case c.OwnSender != nil && (r.Direction != rules.Outbound || !*c.OwnSender || not):
		return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "own senders are known for outgoing mail alone", "use direction: outbound")
	}
	add(lSender, opIs, opIsNot, slices.Concat(starred(c.Sender), starred(c.MailFrom)))
	add(lRcpt, opIs, opIsNot, starred(c.Recipient))
	tokens, refused := ppeTokens(r, c, site)
	if refused != nil {
		return nil, refused
	}
	for _, t := range tokens {
		add(lHeaders, containsOp(t), opNone, t)
	}
	add(lSubject, containsOp(c.Subject), opNone, c.Subject)
	add(lBody, containsOp(c.Phrase), opNone, c.Phrase)
	return out, nil
}

// containsOp is "all of" for one value, as the page has it first, and "any of" for alternatives.
func containsOp(values []string) string {
	if len(values) > 1 {
		return opAny
	}
	return opAll
}

// starred writes "@example.com" as the page wants it.
func starred(pats []string) []string {
	out := make([]string, len(pats))
	for i, p := range pats {
		if out[i] = p; strings.HasPrefix(p, "@") {
			out[i] = "*" + p
		}
	}
	return out
}

// ppeTokens are the texts to look for in the header, one list of alternatives for each condition. The text for a host or an address
// is one that the border writes of a verified peer, and that neither HELO nor the envelope sender can put there.
func ppeTokens(r rules.Rule, c rules.Conditions, site suggest.Site) ([][]string, *suggest.Refusal) {
	var out [][]string
	if len(c.BorderHost)+len(c.BorderIP) > 0 {
		tokens, no := ppePeer(r, c, site)
		if no != nil {
			return nil, no
		}
		out = append(out, tokens)
	}
	for _, h := range c.Headers {
		if h.Matches != "" {
			return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "the page has no regular expressions", "look for a text")
		}
		var tokens []string
		for _, v := range h.Contains {
			if h.Name != "" {
				v = h.Name + ": " + v
			}
			tokens = append(tokens, v)
		}
		out = append(out, tokens)
	}
	if len(c.TenantAsWritten) > 0 {
		out = append(out, tenantTokens(c.TenantAsWritten, site))
	}
	return out, nil
}

// tenantTokens writes the tenant in the field that the genuine message has.
func tenantTokens(tenants []string, site suggest.Site) []string {
	var out []string
	for _, t := range tenants {
		name := "X-MS-Exchange-CrossTenant-Id"
		for _, l := range site.Lines {
			if strings.HasPrefix(strings.ToLower(l), "x-originatororg:") && strings.Contains(strings.ToLower(l), strings.ToLower(t)) {
				name = "X-OriginatorOrg"
			}
		}
		out = append(out, name+": "+t)
	}
	return out
}

// ppePeer writes host and address as the border's kind of server does. Exim: "from HOST ([IP]": the name stands there only when it
// was verified; an introduction stands behind "helo=". Postfix, and Proofpoint's own server: "(HOST [IP])": it replaces brackets and
// blanks of the introduction, so nothing of the peer's making looks like that.
func ppePeer(r rules.Rule, c rules.Conditions, site suggest.Site) ([]string, *suggest.Refusal) {
	before, between, after := "", "", ""
	switch {
	case site.Border == nil:
		return nil, no(r, suggest.BorderUnknown, "rule "+r.Name, "how your filter writes the connecting host is not known without a message", "run fpcheck suggest on the message")
	case site.Border.Dialect == "exim":
		before, between, after = "from ", " ([", "]"
	case site.Border.Dialect == "ppe" || site.Border.Dialect == "postfix":
		before, between, after = "(", " [", "])"
	default:
		return nil, no(r, suggest.AttackerSlot, "rule "+r.Name, "in the line of your border, what the peer says of itself cannot be told from what was verified", "sending servers or the safe list for a fixed address; a DKIM signature")
	}
	if len(c.BorderIP) == 0 {
		var out []string
		for _, h := range c.BorderHost {
			if strings.HasPrefix(h, ".") {
				out = append(out, h+between)
			} else {
				out = append(out, before+h+between)
			}
		}
		return out, nil
	}
	return ppeAddresses(r, c, before, between, after)
}

func ppeAddresses(r rules.Rule, c rules.Conditions, before, between, after string) ([]string, *suggest.Refusal) {
	var out []string
	for _, p := range c.BorderIP {
		if !p.IsSingleIP() {
			return nil, no(r, suggest.CannotExpress, "rule "+r.Name, "a network cannot be looked for as text", "put "+p.String()+" into the safe list, which takes networks")
		}
		ip := p.Addr().String()
		if p.Addr().Is6() && between == " [" {
			ip = "IPv6:" + ip
		}
		if len(c.BorderHost) == 0 {
			if between == " ([" {
				out = append(out, "(["+ip+after)
			} else {
				out = append(out, "["+ip+after)
			}
		}
		for _, h := range c.BorderHost {
			if !strings.HasPrefix(h, ".") {
				h = before + h
			}
			out = append(out, h+between+ip+after)
		}
	}
	return out, nil
}

// ppeValues refuses values that the page would read as something else.
func ppeValues(r rules.Rule, conds []ppeCond) *suggest.Refusal {
	total := 0
	for _, c := range conds {
		for _, v := range c.values {
			total += len(v)
			switch {
			case strings.ContainsAny(v, ",;"):
				return no(r, suggest.Delimiter, "rule "+r.Name, fmt.Sprintf("the page reads %q as several keywords: it cuts at , and ;", v), uncut(c.label, v))
			case !plainValue(v):
				return no(r, suggest.UnsafeValue, "rule "+r.Name, fmt.Sprintf("%q cannot be typed into the page as it is", v), "use a plainer value")
			case strings.Contains(strings.TrimPrefix(v, "*@"), "*"):
				return no(r, suggest.CannotExpress, "rule "+r.Name, fmt.Sprintf("* in %q stands for any text there", v), "name the domain")
			}
		}
	}
	if total > ppeTotal {
		return no(r, suggest.TooLong, "rule "+r.Name, fmt.Sprintf("a filter has room for %d characters", ppeTotal), "split it into several filters")
	}
	return nil
}

// uncut is what to enter instead of a value that the page would cut: the longest of its parts. A signature that holds the phrase holds the part, too.
func uncut(label, v string) string {
	parts := strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ';' })
	part := ""
	if len(parts) > 0 {
		part = strings.TrimSpace(slices.MaxFunc(parts, func(a, b string) int { return len(a) - len(b) }))
	}
	if label == lBody {
		return fmt.Sprintf("leave the phrase in the signatures as it is, and look for a part of it: --phrase %q", part)
	}
	return fmt.Sprintf("take a part of it: %q", part)
}

// matchesPPE simulates the page's way of matching. Its assumptions stand in docs/targets/proofpoint-essentials.md; where nothing is
// documented it takes what lets more in: Sender Address is From or the envelope sender, any of them; the header is one text, compared
// without case, as it stands and with its folds undone; addresses of the envelope and of To count as recipients.
func matchesPPE(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	conds, no := ppeConditions(r, site)
	if no != nil {
		return false, asError(no)
	}
	if !rightWay(r, d) || !inScope(r, d) {
		return false, nil
	}
	for _, c := range conds {
		if !c.holds(d) {
			return false, nil
		}
	}
	return true, nil
}

func (c ppeCond) holds(d suggest.Delivery) bool {
	any := slices.ContainsFunc(c.values, func(v string) bool { return c.finds(v, d) })
	if c.op == opIsNot || c.op == opNone {
		return !any
	}
	return any
}

func (c ppeCond) finds(v string, d suggest.Delivery) bool {
	switch c.label {
	case lSender:
		return slices.ContainsFunc(append([]string{strings.Trim(d.Facts.MailFrom.Value, "<>")}, d.Facts.From...), func(a string) bool {
			return pattern.MatchSender(v, a)
		})
	case lRcpt:
		return recipientIs([]string{v}, d)
	case lHeaders:
		return inHeader(v, d)
	case lSubject:
		return strings.Contains(folded(d.Facts.Subject), folded(v))
	}
	if d.Facts.Body == nil {
		return false
	}
	text, _ := d.Facts.Body()
	return strings.Contains(folded(text), folded(v))
}

// inHeader looks for a text in the header. Of the genuine message it must stand in one physical line: whether folds are undone is not
// documented.
func inHeader(v string, d suggest.Delivery) bool {
	v = strings.ToLower(v)
	header := bytes.ToLower(d.Header())
	if bytes.Contains(header, []byte(v)) {
		return true
	}
	return d.Name != suggest.Genuine && strings.Contains(folded(string(header)), v)
}

func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// setPPE writes the settings beside filters.
func setPPE(rem suggest.Remedy, site suggest.Site, r *analyze.Report) *suggest.Text {
	t := &suggest.Text{Target: "proofpoint-essentials", Title: "Proofpoint Essentials", Proof: fmt.Sprintf(simulated, "Proofpoint")}
	s := &sheet{}
	from := ""
	if len(r.Facts.From) == 1 {
		from = r.Facts.From[0]
	}
	_, domain, _ := strings.Cut(from, "@")
	switch rem.Kind {
	case suggest.SendingServer:
		s.head("Domains > " + comment(domain) + " > Sending Servers")
		s.add("Address", r.Facts.IP.String())
		t.Notes = append(t.Notes, "Sending servers also may send out through Proofpoint: enter an address that is yours alone.")
	case suggest.SafeSender:
		s.head("Security Settings > Email > Sender Lists > Safe Sender List")
		if r.Facts.IP.IsValid() && rem.Title != "" && strings.Contains(rem.Title, r.Facts.IP.String()) {
			s.add("Address", r.Facts.IP.String())
		} else if plainValue(from) && !strings.ContainsAny(from, ",;*") {
			s.add("Address", from)
		}
		t.Notes = append(t.Notes, "Lists are asked after the filters: IP first, then address, then domain; a block entry of the same level wins.")
	case suggest.Exception:
		s.head("Security Settings > Malicious Content > Anti-Spoofing > the policy that fired > Manage Exceptions")
		s.add("Domain (DMARC and DKIM: of From)", comment(domain))
		if _, d, ok := strings.Cut(site.MailFrom, "@"); ok && !strings.EqualFold(d, domain) {
			s.add("Domain (SPF: of the envelope sender)", comment(d))
		}
		t.Notes = append(t.Notes, "Press Save; it takes up to 60 minutes. A filter or a safe sender does not override these policies.")
	}
	if len(s.steps) < 2 {
		return nil
	}
	t.Worksheet = s.steps
	return t
}
