package targets

import (
	"fmt"
	"hash/fnv"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// What follows is shared by the targets that are engines with configuration files.

// Limits of what goes into a configuration.
const (
	maxAddress = 254 // RFC 5321 4.5.3.1.3, less the angle brackets
	maxText    = 256 // a longer phrase is cut by no filter in the same way; a few words tell a text apart
	maxValues  = 50  // of one condition: beyond that a map kept by hand is the better tool
	maxComment = 200
)

const provenIn = "simulated here; fpcheck's tests run such rules in the real engine, against the same forged copies"

// ask is a rule after what all engines share is settled: the scope is a recipient or a sender, "aligned" is a domain.
type ask struct {
	rules.Rule
	id string // its name in the target
}

// can says which conditions an engine is able to ask.
type can struct {
	target                                             string
	from, host, ip, dkim, own, text, header, recipient bool
	outbound, quarantine                               bool
	utf8, null                                         bool
}

// refuse names one reason why a rule is not written.
type refuse struct{ name, what, reason, instead string }

func (r refuse) of(rule rules.Rule) suggest.Refusal {
	return suggest.Refusal{Rule: rule.Name, Name: r.name, What: r.what, Reason: r.reason, Instead: r.instead}
}

// settle brings a rule into the form that engines write, or says why that is not possible.
func settle(r rules.Rule, site suggest.Site, c can) (ask, *refuse) {
	a := ask{Rule: r}
	if bad := suggest.Vet(r, site); len(bad) > 0 {
		return a, &refuse{bad[0].Name, bad[0].What, bad[0].Reason, bad[0].Instead}
	}
	if x := a.frame(c); x != nil {
		return a, x
	}
	for _, cond := range []rules.Conditions{a.When, a.Unless} {
		if x := c.asks(cond); x != nil {
			return a, x
		}
		if x := c.values(cond); x != nil {
			return a, x
		}
	}
	return a, nil
}

// connected reports whether c asks who connected: that tells the direction.
func connected(c rules.Conditions) bool { return len(c.BorderHost)+len(c.BorderIP) > 0 }

// frame settles what stands around the conditions.
func (a *ask) frame(c can) *refuse {
	switch {
	case len(a.Unsupported) > 0:
		return &refuse{suggest.CannotExpress, "a rule that was not wholly understood when it was imported", a.Unsupported[0], "write the condition in fpcheck's words"}
	case a.When.Empty():
		return &refuse{suggest.CannotExpress, "a rule without conditions", "it would match every message", "state a sender and a host"}
	case a.Direction == rules.Internal:
		return &refuse{suggest.CannotExpress, "a rule for internal mail alone", c.target + " cannot tell internal mail from other mail of your users", "write it with direction: outbound and a recipient"}
	case a.Direction == rules.Outbound && !c.outbound:
		return &refuse{suggest.CannotExpress, "a rule for outgoing mail", c.target + " has no condition that tells it", "write it in the filter that your outgoing mail passes"}
	case a.Action == rules.Quarantine && !c.quarantine:
		return &refuse{suggest.CannotExpress, "quarantine", c.target + " has no quarantine of its own", "block, or do it in the filter that has one"}
	}
	if own := a.Direction == rules.Outbound; c.own && a.When.OwnSender == nil && (own || a.Direction == rules.Inbound && !connected(a.When)) {
		a.When.OwnSender = &own
	}
	if x := a.scope(); x != nil {
		return x
	}
	return a.aligned()
}

// scope turns a user into a condition.
func (a *ask) scope() *refuse {
	if a.Scope == "" || a.Scope == "company" {
		return nil
	}
	user, ok := strings.CutPrefix(a.Scope, "user: ")
	if !ok {
		return &refuse{suggest.CannotExpress, "a rule for a group", "the engine does not know who belongs to the " + a.Scope, "list the recipients in the rule"}
	}
	who := &a.When.Recipient
	if a.Direction == rules.Outbound {
		who = &a.When.Sender
	}
	kept := []string{}
	for _, w := range *who {
		switch {
		case rules.SenderCovers(user, w):
			kept = append(kept, w)
		case rules.SenderCovers(w, user):
			kept = append(kept, user)
		}
	}
	switch {
	case len(*who) == 0:
		kept = append(kept, user)
	case len(kept) == 0:
		return &refuse{suggest.CannotExpress, "a scope beside other recipients", "the rule is for " + user + ", and none of its addresses is", "write two rules"}
	}
	*who = kept
	return nil
}

// aligned writes the author's domain in place of the word: narrower than relaxed alignment, and every engine can ask for it.
func (a *ask) aligned() *refuse {
	for _, c := range []*rules.Conditions{&a.When, &a.Unless} {
		out := make([]string, 0, len(c.DKIM))
		for _, d := range c.DKIM {
			if d != "aligned" {
				out = append(out, d)
				continue
			}
			for _, s := range a.When.Sender {
				if _, domain, _ := strings.Cut(s, "@"); !strings.Contains(domain, "*") {
					out = append(out, domain)
				}
			}
			if len(out) == 0 {
				return &refuse{suggest.CannotExpress, "dkim: aligned without a sender", "the engine compares the signing domain with a name, not with the author", "name the signing domain"}
			}
		}
		c.DKIM = out
	}
	return nil
}

// asks refuses conditions that the engine cannot ask.
func (c can) asks(x rules.Conditions) *refuse {
	cannot := func(what, instead string) *refuse {
		return &refuse{suggest.CannotExpress, what, c.target + " cannot ask for it where this rule runs", instead}
	}
	switch {
	case len(x.TenantAsWritten) > 0:
		return &refuse{suggest.TenantUnproven, "a condition on the tenant's id", "the id is public and stands in a field that anybody can write", "ask for a DKIM signature of your domain"}
	case len(x.Sender) > 0 && !c.from:
		return cannot("a condition on the From field", "state mail-from: the envelope sender, where the sender uses a fixed one")
	case len(x.Recipient) > 0 && !c.recipient:
		return cannot("a condition on the recipient", "leave it out, or install the rule for the one user")
	case len(x.BorderHost) > 0 && !c.host:
		return cannot("a condition on the name of the connecting host", "state border-ip or dkim")
	case len(x.BorderIP) > 0 && !c.ip:
		return cannot("a condition on the connecting address", "state border-host or dkim")
	case len(x.DKIM) > 0 && !c.dkim:
		return cannot("a condition on a DKIM signature", "state border-host or border-ip, or install the rule where signatures are verified")
	case x.OwnSender != nil && !c.own:
		return cannot("a condition on your own users", "install the rule in the server that your users log in to")
	case len(x.Phrase) > 0 && !c.text:
		return cannot("a phrase", "install the rule in a filter that reads the text")
	case (len(x.Headers) > 0 || len(x.Subject) > 0) && !c.header:
		return cannot("a condition on header fields", "install the rule in a filter that reads the header")
	}
	return nil
}

// values refuses what cannot stand in a configuration with the same meaning.
func (c can) values(x rules.Conditions) *refuse {
	bad := func(value, why string) *refuse {
		return &refuse{suggest.UnsafeValue, "the value " + comment(value), why, "write a shorter or plainer value"}
	}
	for _, list := range [][]string{x.Sender, x.MailFrom, x.Recipient, x.BorderHost, x.DKIM} {
		for _, v := range list {
			if v == "<>" && !c.null {
				return &refuse{suggest.UnsafeValue, "the null sender", c.target + " has no condition for it", "leave mail-from out"}
			}
			if len(v) > maxAddress || !printable(v, false) || strings.ContainsAny(v, " ") {
				return bad(v, "addresses and names are written to "+c.target+" in printable ASCII without spaces, up to 254 characters")
			}
		}
		if len(list) > maxValues {
			return bad(list[0], fmt.Sprintf("more than %d values in one condition", maxValues))
		}
	}
	for _, list := range [][]string{x.Sender, x.MailFrom, x.Recipient} {
		for _, v := range list {
			if at := strings.LastIndexByte(v, '@'); v != "<>" && (at < 0 || !hostName(strings.TrimPrefix(v[at+1:], "*."))) {
				return bad(v, "it is not an address, nor a domain with @ before it")
			}
		}
	}
	for _, list := range [][]string{x.BorderHost, x.DKIM} {
		for _, v := range list {
			if !hostName(strings.TrimPrefix(v, ".")) {
				return bad(v, "it is not a host or domain name")
			}
		}
	}
	if len(x.DKIM) > 1 && slices.Contains(x.DKIM, "none") {
		return bad("none", "it stands beside signing domains")
	}
	if len(x.BorderIP) > maxValues {
		return bad(x.BorderIP[0].String(), fmt.Sprintf("more than %d values in one condition", maxValues))
	}
	return c.texts(x, bad)
}

// hostName reports whether a name is made of what names are made of.
func hostName(domain string) bool {
	for i := range len(domain) {
		if c := domain[i] | 0x20; (c < 'a' || c > 'z') && (domain[i] < '0' || domain[i] > '9') && domain[i] != '-' && domain[i] != '.' && domain[i] != '_' {
			return false
		}
	}
	return domain != "" && domain[0] != '.'
}

func (c can) texts(x rules.Conditions, bad func(value, why string) *refuse) *refuse {
	texts := append(append([]string{}, x.Subject...), x.Phrase...)
	for _, h := range x.Headers {
		if h.Matches != "" {
			return &refuse{suggest.CannotExpress, "matches: " + comment(h.Matches), "an RE2 expression does not mean the same in the expressions of " + c.target, "write contains:"}
		}
		if !fieldName(h.Name) {
			return bad(h.Name, "only fields with a name of letters, digits and hyphens can be asked for one by one")
		}
		texts = append(texts, h.Contains...)
	}
	for _, v := range texts {
		if len(v) > maxText || !printable(v, c.utf8) || strings.TrimSpace(v) == "" || v != strings.TrimSpace(v) {
			return bad(v, fmt.Sprintf("a text of up to %d printable characters, without space around it, is compared in the same way everywhere", maxText))
		}
	}
	return nil
}

func printable(s string, utf8 bool) bool {
	for _, r := range s {
		if r < ' ' || r == 0x7f || r > 0x7e && (!utf8 || r == unicode.ReplacementChar || !unicode.IsPrint(r)) {
			return false
		}
	}
	return s != ""
}

func fieldName(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '-' {
			return false
		}
	}
	return s != "" && len(s) <= 76
}

// comment makes any text safe behind a # on one line, in all of the five syntaxes: letters, digits and signs without a meaning.
func comment(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case b.Len() > maxComment:
			return b.String() + "..."
		case unicode.IsLetter(r) && r != unicode.ReplacementChar, unicode.IsDigit(r), strings.ContainsRune(" .,:()-_@/+=", r):
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteByte('?')
		}
	}
	return strings.TrimSpace(b.String())
}

// about returns the comment lines over a rule: what it is, ticket, expiry, reason.
func (a ask) about() []string {
	out := []string{"fpcheck: " + comment(a.Name) + ", " + string(a.Action)}
	add := func(label, value string) {
		if value = comment(value); value != "" {
			out = append(out, label+": "+value)
		}
	}
	add("ticket", a.Ticket)
	if !a.Expires.IsZero() {
		out = append(out, "expires: "+a.Expires.UTC().Format(time.DateOnly))
	}
	add("reason", a.Reason)
	add("owner", a.Owner)
	return out
}

func hashLines(lines []string, indent string) string {
	return indent + "# " + strings.Join(lines, "\n"+indent+"# ") + "\n"
}

// ids gives each rule a name of lower-case letters, digits and underscores of up to limit characters; no two are equal.
func ids(rs []rules.Rule, limit int) []string {
	used := map[string]bool{}
	out := make([]string, len(rs))
	for i, r := range rs {
		base := identifier(r.Name, limit)
		name := base
		for n := 2; used[name]; n++ {
			suffix := "_" + strconv.Itoa(n)
			name = base[:min(len(base), limit-len(suffix))] + suffix
		}
		used[name] = true
		out[i] = name
	}
	return out
}

// identifier keeps letters and digits. A name that is too long ends in a digest of the whole: of two rules that begin alike, installed
// one after the other, each keeps its own.
func identifier(s string, limit int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() > 4*limit {
			break
		}
	}
	out := strings.TrimRight(b.String(), "_")
	switch {
	case out == "":
		return "rule"
	case len(out) <= limit:
		return out
	}
	h := fnv.New32a()
	h.Write([]byte(s))
	return strings.TrimRight(out[:limit-5], "_") + fmt.Sprintf("_%04x", h.Sum32()&0xffff)
}

// emit settles each rule and has write add it. called makes a name of the target of an identifier; "": rules have no names there.
func emit(t *suggest.Text, rs []rules.Rule, site suggest.Site, limit int, fits func(rules.Rule, suggest.Site) (ask, *refuse), write func(ask), called func(id string) string) []suggest.Refusal {
	var refused []suggest.Refusal
	t.NameMap = map[string]string{}
	for i, id := range ids(rs, limit) {
		a, x := fits(rs[i], site)
		if x != nil {
			refused = append(refused, x.of(rs[i]))
			continue
		}
		if a.id = id; called(id) != "" {
			t.NameMap[rs[i].Name] = called(id)
		}
		write(a)
	}
	return refused
}

// quote makes an expression that matches s as it is, in PCRE, without a character that has a meaning in any of the files that hold
// it: what is not a letter, a digit or one of -_= is written as its code. Runs of space match any space.
func quote(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '=':
			b.WriteByte(c)
		case c == '.':
			b.WriteString(`\.`)
		case c == '@':
			b.WriteString(`\@`)
		case c == ' ' || c == '\t':
			if i == 0 || s[i-1] != ' ' && s[i-1] != '\t' {
				b.WriteString(`\s+`)
			}
		default:
			fmt.Fprintf(&b, `\x%02X`, c)
		}
	}
	return b.String()
}

// either joins alternatives.
func either(list []string) string {
	if len(list) == 1 {
		return list[0]
	}
	return "(?:" + strings.Join(list, "|") + ")"
}

// senders is the expression of a list of sender patterns, to be anchored on both sides.
func senders(pats []string) string {
	out := make([]string, len(pats))
	for i, p := range pats {
		at := strings.LastIndexByte(p, '@')
		local, domain := p[:max(at, 0)], p[at+1:]
		switch sub, isSub := strings.CutPrefix(domain, "*"); {
		case p == "<>":
			out[i] = "(?:<>)?"
		case isSub && (local == "" || local == "*"):
			out[i] = `.+\@.+` + quote(sub)
		case isSub:
			out[i] = quote(local) + `\@.+` + quote(sub)
		case local == "" || local == "*":
			out[i] = `.+\@` + quote(domain)
		default:
			out[i] = quote(local) + `\@` + quote(domain)
		}
	}
	return either(out)
}

// hosts is the expression of a list of host patterns, to be anchored on both sides. one stands for what a name is made of.
func hosts(pats []string, one string) string {
	out := make([]string, len(pats))
	for i, p := range pats {
		if out[i] = quote(p); strings.HasPrefix(p, ".") {
			out[i] = one + "+" + quote(p)
		}
	}
	return either(out)
}

func texts(list []string) string {
	out := make([]string, len(list))
	for i, t := range list {
		out[i] = quote(t)
	}
	return either(out)
}

// networks is the expression of a list of networks in the plain notation of addresses; false where one has none: IPv6 networks are
// written with :: anywhere.
func networks(prefixes []netip.Prefix) (string, bool) {
	out := make([]string, len(prefixes))
	for i, p := range prefixes {
		switch {
		case p.IsSingleIP():
			out[i] = strings.ReplaceAll(quote(p.Addr().String()), `\x3A`, ":")
		case p.Addr().Is4():
			out[i] = octets(p)
		default:
			return "", false
		}
	}
	return either(out), true
}

// octets writes a network as fixed octets, one that is counted out, and free ones.
func octets(p netip.Prefix) string {
	base, bits := p.Masked().Addr().As4(), p.Bits()
	parts := make([]string, 4)
	for i := range parts {
		switch free := min(8, max(0, 8*(i+1)-bits)); free {
		case 0:
			parts[i] = strconv.Itoa(int(base[i]))
		case 8:
			parts[i] = "[0-9]+"
		default:
			n := make([]string, 1<<free)
			for k := range n {
				n[k] = strconv.Itoa(int(base[i]) + k)
			}
			parts[i] = "(?:" + strings.Join(n, "|") + ")"
		}
	}
	return strings.Join(parts, `\.`)
}

// before is an expression for YYYYMMDD that holds on every day before t (UTC). A time within a day ends the day before: a rule may
// end early, and never late.
func before(t time.Time) string {
	day := t.UTC().Format("20060102")
	var out []string
	for i := range len(day) {
		if day[i] > '0' {
			out = append(out, fmt.Sprintf("%s[0-%c]%s", day[:i], day[i]-1, strings.Repeat("[0-9]", len(day)-i-1)))
		}
	}
	return "^" + either(out) + "$"
}
