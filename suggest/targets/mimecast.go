package targets

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// Mimecast writes click paths for gateway policies: permitted senders with a source address, and for one's own domain the
// anti-spoofing bypass that goes with it.
var Mimecast = &suggest.Target{
	Name: "mimecast", Title: "Mimecast", Filters: []string{"mimecast"}, Binds: true, Turns: []string{policy.KnobSendingServers, policy.KnobSafeSender},
	Emit: scopedEmit(emitMimecast), Matches: scopedMatches(matchesMimecast), Set: setMimecast,
}

func emitMimecast(rs []rules.Rule, site suggest.Site) (suggest.Text, []suggest.Refusal) {
	t := suggest.Text{Target: "mimecast", Title: "Mimecast", Proof: fmt.Sprintf(simulated, "Mimecast")}
	var refused []suggest.Refusal
	s := &sheet{}
	for _, r := range rs {
		if x := planMimecast(r, site); x != nil {
			refused = append(refused, *x)
			continue
		}
		own := slices.ContainsFunc(r.When.Sender, site.OwnSender)
		if own {
			policyMimecast(s, r, "Anti-Spoofing", "Take no action")
		}
		policyMimecast(s, r, "Permitted Senders", "Permit sender")
		t.Notes = append(t.Notes, "Permitted Senders passes the spam scan, greylisting and IP reputation. It does not pass malware checks, content examination and anti-spoofing.",
			"An entry in Blocked Senders wins over it.")
		if own {
			t.Notes = append(t.Notes, "Both policies are needed for your own domain: anti-spoofing comes first. Where the addresses change, an Anti-Spoofing SPF-based bypass asks your SPF record instead (not more than 10 terms, no +all).")
		}
	}
	t.Worksheet = s.steps
	slices.Sort(t.Notes)
	t.Notes = slices.Compact(t.Notes)
	return t, refused
}

func policyMimecast(s *sheet, r rules.Rule, policy, option string) {
	s.head("Gateway > Policies > " + policy + " > New Policy")
	s.add("Policy Narrative", comment(r.Name)+", "+describe(r))
	s.add("Select Option", option)
	based := "The Message From Address"
	from := r.When.Sender
	if len(from) == 0 {
		based, from = "The Return Address (Mail Envelope From)", r.When.MailFrom
	}
	s.add("Addresses Based On", based)
	s.add("Applies From", "Individual Email Address or Domain")
	for _, a := range from {
		s.add("Specifically", strings.TrimPrefix(a, "@"))
	}
	s.add("Applies To", map[bool]string{true: "Internal Addresses", false: "Individual Email Address"}[len(r.When.Recipient) == 0])
	for _, a := range r.When.Recipient {
		s.add("Specifically", a)
	}
	if !r.Expires.IsZero() {
		s.add("Validity: Set Policy as Perpetual", "off")
		s.add("Validity: Date Range, until", day(r.Expires))
	}
	for _, p := range r.When.BorderIP {
		s.add("Source IP Ranges", p.String())
	}
}

func planMimecast(r rules.Rule, site suggest.Site) *suggest.Refusal {
	if x := frame(r, site); x != nil {
		return x
	}
	if x := values(r); x != nil {
		return x
	}
	what := "rule " + r.Name + " for Mimecast"
	w := r.When
	switch {
	case r.Action != rules.Allow || r.Direction == rules.Outbound:
		return no(r, suggest.CannotExpress, what, "permitted senders are for mail that comes in", "report outgoing mail to the vendor")
	case len(w.DKIM) > 0:
		return no(r, suggest.CannotExpress, what, "a permitted sender cannot ask for a DKIM signature", "a fixed address; for your own domain the SPF-based bypass")
	case len(w.BorderHost) > 0:
		return no(r, suggest.FloatingAddress, what, "the policy asks for source addresses, and nobody has shown that its host name field asks for verified names", "a fixed address; for your own domain the SPF-based bypass")
	}
	if x := others(w, "sender", "mail-from", "recipient", "border-ip"); x != "" || !r.Unless.Empty() || len(w.Sender) > 0 && len(w.MailFrom) > 0 {
		return no(r, suggest.CannotExpress, what, "the policy asks for sender, recipient and source address alone", "drop the other conditions")
	}
	for _, a := range slices.Concat(w.Sender, w.MailFrom, w.Recipient) {
		if strings.Contains(a, "*") {
			return no(r, suggest.CannotExpress, what, "the policy names addresses and domains", "name the domain")
		}
	}
	return nil
}

// matchesMimecast takes any address of From for the message's: what it does with two is not documented.
func matchesMimecast(r rules.Rule, site suggest.Site, d suggest.Delivery) (bool, error) {
	if x := planMimecast(r, site); x != nil {
		return false, asError(x)
	}
	from := d.Facts.From
	pats := r.When.Sender
	if len(pats) == 0 {
		from, pats = []string{strings.Trim(d.Facts.MailFrom.Value, "<>")}, r.When.MailFrom
	}
	sent := slices.ContainsFunc(from, func(a string) bool { return senderIs(pats, a) })
	return sent && ipIn(r, d) && recipientIs(r.When.Recipient, d) && inTime(r, d) && d.Facts.Direction != rules.Outbound, nil
}

// setMimecast writes the settings beside rules.
func setMimecast(rem suggest.Remedy, _ suggest.Site, r *analyze.Report) *suggest.Text {
	if rem.Kind != suggest.SendingServer || !r.Facts.IP.IsValid() {
		return nil
	}
	s := &sheet{}
	s.head("Gateway > Policies > Anti-Spoofing > New Policy")
	s.add("Select Option", "Take no action")
	s.add("Applies To", "Internal Addresses")
	s.add("Source IP Ranges", fmt.Sprintf("%s/%d", r.Facts.IP, r.Facts.IP.BitLen()))
	return &suggest.Text{Target: "mimecast", Title: "Mimecast", Worksheet: s.steps, Proof: fmt.Sprintf(simulated, "Mimecast")}
}

// organisation is the registrable domain of a name, or the name itself.
func organisation(name string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(name)); err == nil {
		return org
	}
	return strings.ToLower(name)
}
