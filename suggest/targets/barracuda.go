package targets

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Barracuda writes click paths for Email Gateway Defense. It cannot ask for sender and address together, so a rule becomes an exempt
// address, which is wider: every author of that server passes.
var Barracuda = &suggest.Target{
	Name: "barracuda", Title: "Barracuda Email Gateway Defense", Filters: []string{"barracuda"}, Binds: true, Turns: []string{policy.KnobSendingServers, policy.KnobSafeSender},
	Emit: scopedEmit(emitBarracuda), Matches: scopedMatches(matchesBarracuda), Set: setBarracuda,
}

const baComment = 250 // of the comment beside an entry; longer ones are cut by us

func emitBarracuda(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "barracuda", Title: "Barracuda Email Gateway Defense", Proof: fmt.Sprintf(simulated, "Barracuda")}
	var refused []suggest.Refusal
	s := &sheet{}
	for _, r := range rs {
		if x := planBarracuda(r, site); x != nil {
			refused = append(refused, *x)
			continue
		}
		for _, p := range r.When.BorderIP {
			s.head("Inbound Settings > IP Address Policies > IP Blocking / Exemption")
			s.add("IP Address", p.Masked().Addr().String())
			s.add("Netmask", netmask(p.Bits()))
			s.add("Policy", "Exempt")
			s.add("Comment", firstRunes(comment(r.Name)+", "+describe(r), baComment))
		}
		t.Notes = append(t.Notes, "Wider than the rule: Barracuda cannot ask for sender and address together, so every author of that server passes.",
			"An exempt address passes the spam score, intent and content filters. Anti-virus and rate control stay.",
			"Barracuda knows no expiry: put the review date into your calendar.",
			"Where another filter stands in front, name it under Trusted Forwarders, so that the address behind it counts.")
	}
	t.Worksheet = s.steps
	slices.Sort(t.Notes)
	t.Notes = slices.Compact(t.Notes)
	return t, refused
}

func netmask(bits int) string {
	m := ^uint32(0) << (32 - bits)
	return fmt.Sprintf("%d.%d.%d.%d", m>>24, m>>16&255, m>>8&255, m&255)
}

func planBarracuda(r rules.Rule, site suggest.Site) *suggest.Refusal {
	if x := frame(r, site); x != nil {
		return x
	}
	what := "rule " + r.Name + " for Barracuda"
	w := r.When
	switch {
	case r.Action != rules.Allow || r.Direction == rules.Outbound:
		return no(r, suggest.CannotExpress, what, "only exemptions for incoming mail are written", "report outgoing mail to the vendor")
	case len(w.BorderIP) == 0:
		return no(r, suggest.CannotExpress, what, "Barracuda can exempt addresses and written senders, and asks neither for signatures nor for host names", "a fixed address of the sender; the domain's own DMARC, so that nothing needs an exemption")
	case !r.Unless.Empty():
		return no(r, suggest.CannotExpress, what, "an exemption has no exceptions", "drop them")
	}
	if x := others(w, "sender", "recipient", "border-ip"); x != "" {
		return no(r, suggest.CannotExpress, what, "an exempt address asks for nothing else, so "+x+" would be lost", "drop that condition if the address may pass without it")
	}
	for _, p := range w.BorderIP {
		if !p.Addr().Is4() {
			return no(r, suggest.CannotExpress, what, "the page takes IPv4 addresses", "an IPv4 address of the sender")
		}
	}
	return nil
}

// matchesBarracuda: the address alone decides.
func matchesBarracuda(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	if x := planBarracuda(r, site); x != nil {
		return false, asError(x)
	}
	return ipIn(r, d) && d.Facts.Direction != rules.Outbound, nil
}

// setBarracuda writes the settings beside rules.
func setBarracuda(rem suggest.Remedy, _ suggest.Site, r *analyze.Report) *suggest.Text {
	t := &suggest.Text{Target: "barracuda", Title: "Barracuda Email Gateway Defense", Proof: fmt.Sprintf(simulated, "Barracuda")}
	s := &sheet{}
	switch {
	case rem.Kind == suggest.SendingServer && r.Facts.IP.Is4():
		s.head("Inbound Settings > IP Address Policies > IP Blocking / Exemption")
		s.add("IP Address", r.Facts.IP.String())
		s.add("Netmask", netmask(32))
		s.add("Policy", "Exempt")
	case rem.Kind == suggest.SafeSender && len(r.Facts.From) == 1 && plainValue(r.Facts.From[0]) && !strings.Contains(r.Facts.From[0], "*"):
		s.head("Inbound Settings > Sender Policies")
		s.add("Sender", r.Facts.From[0])
		s.add("Policy", "Exempt")
		t.Notes = append(t.Notes, "It matches the address part of From and of the envelope. Barracuda itself recommends addresses of servers over senders.")
	default:
		return nil
	}
	t.Worksheet = s.steps
	return t
}
