package causes

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/explain"
)

// maxName bounds a name that goes into a sentence: a domain name may have 253 characters (RFC 1035), but nobody reads so many.
const maxName = 100

// name returns s where it has the shape of a host, a domain, an address or an IP, and else what stands instead. Sentences hold nothing of the
// message but such names, so it cannot write into them.
func name(s, instead string) string {
	s = strings.TrimSuffix(s, ".")
	if _, err := netip.ParseAddr(s); err == nil {
		return s
	}
	if s == "" || len(s) > maxName || strings.HasPrefix(s, "-") {
		return instead
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_', c == '@', c == '+' && i > 0, c == '=' && i > 0:
		default:
			return instead
		}
	}
	return s
}

// from is the author's domain in a sentence.
func from(v *explain.View) string { return name(v.From, "the sender's domain") }

// peer is the host that handed the message over, in a sentence: by its verified name, or its address.
func peer(v *explain.View) string {
	if v.Peer != "" {
		return name(v.Peer, v.Hand.IP.String())
	}
	return ip(v)
}

func ip(v *explain.View) string {
	if !v.Hand.IP.IsValid() {
		return "an unknown address"
	}
	return v.Hand.IP.String()
}

// hostOf is the host that wrote a hop's line.
func hostOf(h trace.Hop) string { return name(h.By, "a host on the way") }

// at makes a finding of explain's own, which points at bytes of the message.
func at(id, summary string, spans ...eml.Span) analyze.Finding {
	f := analyze.Finding{ID: id, Summary: summary}
	for _, s := range spans {
		if !s.Empty() {
			f.Evidence = append(f.Evidence, analyze.Evidence{Span: s})
		}
	}
	return f
}

// handover points at the bytes in which the border wrote down its peer.
func handover(v *explain.View, id, format string, args ...any) analyze.Finding {
	return at(id, fmt.Sprintf(format, args...), v.Hand.Spans...)
}

// inProfile makes a finding that points at a key of the profile.
func inProfile(id, key, format string, args ...any) analyze.Finding {
	return analyze.Finding{ID: id, Summary: fmt.Sprintf(format, args...), Evidence: []analyze.Evidence{{Profile: key}}}
}

// viaFinding says by what a service was recognised.
func viaFinding(s explain.Via) analyze.Finding {
	return at("service."+s.Match.By, s.Match.Note, s.Match.Span)
}

// stated is the filter's own verdict as a finding for a cause that its tests name.
func stated(v *explain.View, fams ...explain.Family) []analyze.Finding {
	s := v.Filter
	if !s.Caught || !s.Carries(fams) {
		return nil
	}
	var tests []string
	for _, f := range fams {
		for _, t := range s.Named(f) {
			if t.Points > 0 && len(tests) < 5 {
				tests = append(tests, fmt.Sprintf("%s %.1f", name(t.Name, "a test"), t.Points))
			}
		}
	}
	text := s.Filter + " says so"
	switch {
	case v.Input.Category != "":
		text = "the filter's log calls it " + s.Verdict
	case s.Verdict != "":
		text += ": " + s.Verdict
	}
	if len(tests) > 0 {
		text = fmt.Sprintf("%s gave its points for it: %s; without them it would have let the message pass", s.Filter, strings.Join(tests, ", "))
	}
	return []analyze.Finding{at("filter.says", text, s.Span)}
}

// fix is what one party has to do.
func fix(p explain.Party, format string, args ...any) explain.Fix {
	return explain.Fix{Party: p, Text: fmt.Sprintf(format, args...)}
}

// postmaster is the contact of a domain (RFC 2142 5).
func postmaster(domain string) string {
	if n := name(domain, ""); n != "" {
		return "postmaster@" + n
	}
	return "the sender's postmaster"
}

// abuse is the contact for abuse (RFC 2142 4).
func abuse(domain string) string {
	if n := name(explain.Org(domain), ""); n != "" {
		return "abuse@" + n
	}
	return "the provider's abuse desk"
}

// knob names a setting of the filter to which the stage that decided yields; ok is false where it has none of that name.
func knob(v *explain.View, knobName string) (string, bool) {
	d := v.Decision
	for _, k := range d.DecidedBy().YieldsTo {
		switch {
		case k.Name != knobName:
		case d.Filter == "" || d.Filter == "neutral":
			return "your filter's " + k.Title, true
		default:
			return d.Title + ": " + k.Title, true
		}
	}
	return "", false
}

// allowRule tells where an allow rule is made, as the head of a sentence.
func allowRule(v *explain.View) string {
	for _, name := range []string{policy.KnobAllowRule, policy.KnobBoundRule} {
		if k, ok := knob(v, name); ok {
			return strings.Replace(k, "your filter", "Your filter", 1)
		}
	}
	return "A filter rule"
}

// asksHost reports whether one of the filters has rules that ask for the name of the host that connected, as far as is known.
func asksHost(v *explain.View) bool {
	names := v.Input.FilterNames()
	return len(names) == 0 || slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(hostBlind, n) })
}

// hostBlind are the filters that have no such rule; see their targets.
var hostBlind = []string{"google-workspace", "google", "mimecast", "barracuda"}

// sendingServer is the what-if "this address in the sending servers". Where others send from it, too, it would help, and nobody should do it.
func sendingServer(v *explain.View) analyze.Change {
	addr, warning := v.Hand.IP, ""
	if _, many := shared(v); many && !v.Input.Profile.IsDedicated(addr) {
		warning = " (unsafe: others send from it)"
	}
	return analyze.Change{Name: addr.String() + " in sending-servers" + warning, Aspects: []analyze.Aspect{analyze.ReadsProfile},
		Checks: []*analyze.Check{checks.Spoof, checks.Facts}, Edit: func(in *analyze.Input) {
			p := profile.Profile{}
			if in.Profile != nil {
				p = *in.Profile
			}
			p.SendingServers = append([]netip.Prefix{netip.PrefixFrom(addr, addr.BitLen())}, p.SendingServers...)
			in.Profile = &p
		}}
}

// spfRecord is the what-if "this SPF record in the DNS".
func spfRecord(label, domain, record string) analyze.Change {
	return analyze.Change{Name: label, Aspects: []analyze.Aspect{analyze.ReadsDNS}, Checks: []*analyze.Check{checks.SPF}, Edit: func(in *analyze.Input) {
		if r, err := resolve.Overlay(in.Resolve, txtZone(domain, record)); err == nil {
			in.Resolve = r
		}
	}}
}

// txtZone writes a TXT record as master-file text, in strings of at most 255 bytes (RFC 1035 3.3.14).
func txtZone(domain, text string) string {
	var b strings.Builder
	b.WriteString(domain + ". 300 IN TXT")
	for len(text) > 0 {
		n := min(255, len(text))
		b.WriteString(` "` + text[:n] + `"`)
		text = text[n:]
	}
	return b.String() + "\n"
}

// spfWith returns the domain's SPF record with one more mechanism, and the change to try it; ok is false where the record cannot be written
// down plainly.
func spfWith(v *explain.View, domain, mechanism string) (record string, change analyze.Change, ok bool) {
	t := v.SPF.MailFrom.Tree
	if t == nil || !strings.EqualFold(t.Domain, domain) {
		t = spf.Explain(v.Context, v.Input.Resolve, domain, v.Hand.IP)
	}
	record, _ = spf.FixAdd(t, mechanism)
	if record == "" || len(record) > maxRecord || strings.Trim(record, plain) != "" || name(domain, "") == "" {
		return "", analyze.Change{}, false
	}
	return record, spfRecord(mechanism+" in SPF of "+domain, domain, record), true
}

// maxRecord: longer records do not fit into a DNS answer that everybody takes (RFC 7208 3.4).
const maxRecord = 450

// plain are the characters of an SPF record that can be shown and written as they are.
const plain = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/=~+-?_%{}*!"

// mechanism is the SPF term that lists an address.
func mechanism(addr netip.Addr) string {
	if addr.Is4() {
		return "ip4:" + addr.String()
	}
	return "ip6:" + addr.String()
}

// titles joins a list for a sentence.
func titles(list []string) string {
	switch n := len(list); n {
	case 0:
		return ""
	case 1:
		return list[0]
	default:
		return strings.Join(list[:n-1], ", ") + " and " + list[n-1]
	}
}

// dmarcRecord is the what-if "this DMARC record in the DNS".
func dmarcRecord(label, domain, record string) analyze.Change {
	c := spfRecord(label, "_dmarc."+domain, record)
	c.Checks = []*analyze.Check{checks.DMARC}
	return c
}
