package explain

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/analyze/dmarc"
	"github.com/fpcheck/fpcheck/analyze/dnsbl"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// View is a report as causes read it: the results of the checks, and what several causes need, worked out once.
type View struct {
	*analyze.Report
	Context  context.Context
	From     string         // domain of the author, lower case; empty: none
	Hand     trace.Handover // what the border saw of its peer
	Peer     string         // name of the peer that leads back to its address, lower case; empty: none, or unknown
	SPF      checks.SPFResult
	DKIM     checks.DKIMResult
	Changes  checks.AutopsyResult
	DMARC    checks.DMARCResult
	Spoof    checks.SpoofResult
	Reverse  resolve.ReverseResult
	Lists    []dnsbl.Answer
	Words    *checks.Words // nil: not read
	Services []Via         // what the message passed, or claims to have passed
	Filter   Stated        // what our side's filter wrote

	findings []analyze.Finding
	kept     map[string]any
}

// Once returns what find found under that name, and looks for it but once: several causes ask the same.
func (v *View) Once(name string, find func(*View) []analyze.Finding) []analyze.Finding {
	return slices.Clip(Kept(v, name, find))
}

// Kept returns what find made of v under that name, and lets it do so but once.
func Kept[T any](v *View, name string, find func(*View) T) T {
	out, ok := v.kept[name].(T)
	if !ok {
		out = find(v)
		if v.kept == nil {
			v.kept = map[string]any{}
		}
		v.kept[name] = out
	}
	return out
}

// Via is a provider that the message passed, or claims to have passed.
type Via struct {
	*providers.Provider
	Verified bool // the peer is a host of the provider: see connected
	Match    providers.Match
}

// NewView reads a report. Results of checks that were skipped stay zero: ask by Knows.
func NewView(ctx context.Context, r *analyze.Report) *View {
	in := r.Input
	v := &View{Report: r, Context: ctx, From: strings.ToLower(in.FromDomain()), Hand: in.Trace.Handover, findings: r.Findings()}
	if r.Facts.BorderHost.Known == rules.Yes {
		v.Peer = strings.ToLower(r.Facts.BorderHost.Value)
	}
	v.SPF, _ = analyze.ResultOf[checks.SPFResult](r, checks.SPF)
	v.DKIM, _ = analyze.ResultOf[checks.DKIMResult](r, checks.DKIM)
	v.Changes, _ = analyze.ResultOf[checks.AutopsyResult](r, checks.Autopsy)
	v.DMARC, _ = analyze.ResultOf[checks.DMARCResult](r, checks.DMARC)
	v.Spoof, _ = analyze.ResultOf[checks.SpoofResult](r, checks.Spoof)
	v.Reverse, _ = analyze.ResultOf[resolve.ReverseResult](r, checks.PTR)
	v.Lists, _ = analyze.ResultOf[[]dnsbl.Answer](r, checks.Blocklists)
	v.Words, _ = analyze.ResultOf[*checks.Words](r, checks.Content)
	v.Services = v.services()
	v.Filter = readStated(r)
	return v
}

// services names what the message passed: by the verified name of the peer, by hosts further down, and by marks.
func (v *View) services() []Via {
	hosts := []string{v.Peer}
	for _, h := range v.Below() {
		hosts = append(hosts, h.By)
	}
	var out []Via
	for _, m := range providers.Detect(v.Input.Message, hosts) {
		out = append(out, Via{Provider: m.Provider, Match: m, Verified: m.By == "host" && v.connected(m.Provider)})
	}
	return out
}

// connected reports whether the peer is a host of p: its verified name is one of p's or, where there is none, SPF passes for a domain of p's, so that p itself
// names the address.
func (v *View) connected(p *providers.Provider) bool {
	if v.Peer != "" {
		return providers.ByHost(v.Peer) == p
	}
	return v.SPF.Verdict == "pass" && providers.ByHost(v.SPF.Domain) == p
}

// Via returns the first service of that kind; one whose host handed the message over comes before one that is only claimed.
func (v *View) Via(kind providers.Kind) (Via, bool) {
	var claimed *Via
	for i, s := range v.Services {
		switch {
		case s.Kind != kind:
		case s.Verified:
			return s, true
		case claimed == nil:
			claimed = &v.Services[i]
		}
	}
	if claimed == nil {
		return Via{}, false
	}
	return *claimed, true
}

// Below returns the hops that lie below the border, newest first: claims of the other side, but for the first, whose host the border named.
func (v *View) Below() []trace.Hop {
	t := v.Input.Trace
	if t.Border < 0 || t.Border+1 > len(t.Hops) {
		return nil
	}
	return t.Hops[t.Border+1:]
}

// Ours returns the hops that our side wrote, newest first; the last is the border.
func (v *View) Ours() []trace.Hop {
	t := v.Input.Trace
	return t.Hops[:min(t.Border+1, len(t.Hops))]
}

// Inbound reports whether the message came from outside.
func (v *View) Inbound() bool { return v.Input.Direction == rules.Inbound }

// Sent reports whether one of our own people sent the message.
func (v *View) Sent() bool {
	return v.Input.Direction == rules.Outbound || v.Input.Direction == rules.Internal
}

// Find returns the findings whose id is one of ids; an id that ends in "*" stands for all that begin so. Only findings that speak for
// spam, or that are neutral, are returned.
func (v *View) Find(ids ...string) []analyze.Finding {
	var out []analyze.Finding
	for _, f := range v.findings {
		if f.Toward != analyze.Ham && matches(ids, f.ID) {
			out = append(out, f)
		}
	}
	return out
}

// Good returns the findings that speak for the message, of those ids.
func (v *View) Good(ids ...string) []analyze.Finding {
	var out []analyze.Finding
	for _, f := range v.findings {
		if f.Toward == analyze.Ham && matches(ids, f.ID) {
			out = append(out, f)
		}
	}
	return out
}

// Says reports whether a check reported one of ids.
func (v *View) Says(ids ...string) bool {
	for _, f := range v.findings {
		if matches(ids, f.ID) {
			return true
		}
	}
	return false
}

func matches(ids []string, id string) bool {
	for _, want := range ids {
		if want == id {
			return true
		}
		if prefix, ok := strings.CutSuffix(want, "*"); ok && strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// Fails reports whether DMARC of the author's domain fails, under whatever policy.
func (v *View) Fails() bool { return v.DMARC.Verdict == dmarc.Fail }

// Passes reports whether DMARC of the author's domain passes: the domain stands behind the message.
func (v *View) Passes() bool { return v.DMARC.Verdict == dmarc.Pass }

// Own reports whether the domain is one of the organisation's, by the profile or since anti-spoofing took it for that.
func (v *View) Own(domain string) bool {
	return v.Input.Profile.IsOwnDomain(domain) || v.Spoof.Claims && strings.EqualFold(v.Spoof.Domain, domain)
}

// Same reports whether two names belong to one organisation, by the public suffix list.
func Same(a, b string) bool { return a != "" && b != "" && Org(a) == Org(b) }

// Org returns the organisational domain of a name by the public suffix list; the name itself where it has none.
func Org(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if d, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return d
	}
	return name
}

// Signed is a signature of the author's domain with what became of it.
type Signed struct {
	dkim.Signature
	Status  dkim.Result
	Record  bool              // the status is the border's word
	Said    string            // what the border wrote beside it, lower case
	Restore *dkim.Restoration // nil: not looked for
}

// Signatures returns the signatures that DMARC would count for the author's domain, whatever their state: those of its organisation.
func (v *View) Signatures() []Signed {
	var out []Signed
	for i, s := range v.DKIM.Signatures {
		if Same(s.Domain, v.From) {
			out = append(out, v.signed(i))
		}
	}
	return out
}

func (v *View) signed(i int) Signed {
	s := Signed{Signature: v.DKIM.Signatures[i], Status: v.DKIM.Status[i], Record: v.DKIM.FromRecord[i], Said: v.DKIM.Said[i]}
	if i < len(v.Changes) {
		s.Restore = v.Changes[i]
	}
	return s
}

// Foreign returns the passing signatures of other organisations.
func (v *View) Foreign() []Signed {
	var out []Signed
	for i, s := range v.DKIM.Signatures {
		if v.DKIM.Status[i] == dkim.Pass && !Same(s.Domain, v.From) {
			out = append(out, v.signed(i))
		}
	}
	return out
}

// Broken returns the signature of the author's domain that fails since the message was changed, or since it cannot be told why, when no other
// of its signatures holds.
func (v *View) Broken() (Signed, bool) {
	var found *Signed
	for _, s := range v.Signatures() {
		if s.Status == dkim.Pass {
			return Signed{}, false
		}
		changed := s.Record && s.Status == dkim.Fail && !s.aboutKey()
		switch s.ReasonCode {
		case dkim.BodyHashFails, dkim.HeaderFails, dkim.BothFail, dkim.BodyTruncated, dkim.EmptyBodyHash:
			changed = true
		}
		if changed && found == nil {
			found = &s
		}
	}
	if found == nil {
		return Signed{}, false
	}
	return *found, true
}

// aboutKey reports whether the border refused the signature for its key or its age, as Microsoft writes it: then nobody changed the message.
func (s Signed) aboutKey() bool {
	return slices.ContainsFunc([]string{"no key", "key not found", "key query", "invalid public key", "key size", "timestamp"}, func(w string) bool { return strings.Contains(s.Said, w) })
}

// NoKey reports whether the border found no key for the signature, where we could not look.
func (s Signed) NoKey() bool { return s.Status == dkim.Fail && checks.NoKey(&s.Signature, s.Said) }

// Restored reports whether the autopsy proved that the author's domain signed this message before it was changed.
func (s Signed) Restored() bool { return s.Restore.Found() && s.Restore.Proof == "signature" }

// After returns the hops that the message took after it was signed and before our side took it, newest first. They stand above the
// signature in the header, since each host writes on top.
func (v *View) After(s Signed) []trace.Hop {
	var out []trace.Hop
	for _, h := range v.Below() {
		if h.Span.Start < s.Field.Span.Start {
			out = append(out, h)
		}
	}
	return out
}

// Authentic reports whether the author's domain is proven: DMARC passes, or the autopsy restored what it signed.
func (v *View) Authentic() bool {
	if v.Passes() {
		return true
	}
	for _, s := range v.Signatures() {
		if s.Status == dkim.Pass || s.Restored() {
			return true
		}
	}
	return v.SPF.Verdict == "pass" && Same(v.SPF.Domain, v.From)
}

// Vouched reports whether something proves that the author's organisation sent the message: its domain is authentic, a signature of it holds but
// for its age, the host that connected bears its name and not that of an access line, or one of our own people sent it.
func (v *View) Vouched() bool {
	if v.Sent() || v.Authentic() || Same(v.Peer, v.From) && !v.Says("ptr.generic", "path.forged-hop") {
		return true
	}
	for _, s := range v.Signatures() {
		if s.BodyHash == dkim.Pass && s.HeaderSignature == dkim.Pass && strongKey(s) {
			return true
		}
	}
	return false
}

// strongKey keeps signatures by RSA keys out whose private part anybody can compute in hours (512 bits and less), and Ed25519 (256 bits) in.
func strongKey(s Signed) bool { return s.KeyBits == 256 || s.KeyBits >= 1024 }

// Caught reports whether the message was stopped: by the word of our side's filter or the user's, and where neither speaks by our estimate.
func (v *View) Caught() bool {
	if v.Filter.Final && v.stands() {
		return v.Filter.Caught
	}
	return v.Filter.Caught || v.Decision.Action != policy.Deliver
}

// Allowed reports whether an entry or a rule of one's own let the message in, by the word of the filter or by our estimate.
func (v *View) Allowed() bool {
	return !v.Caught() && (v.Filter.Let || v.Decision.DecidedBy().Result == policy.ResultAllow)
}

// stands reports whether the filter that wrote its verdict is the only one on our side, so that no other can have stopped the message.
func (v *View) stands() bool { return len(v.Input.FilterNames()) < 2 }
