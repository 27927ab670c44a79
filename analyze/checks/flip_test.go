package checks

import (
	"context"
	"net/netip"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// editProfile is a what-if on a copy of the profile.
func editProfile(name string, edit func(*profile.Profile)) analyze.Change {
	return analyze.Change{Name: name, Aspects: []analyze.Aspect{analyze.ReadsProfile}, Edit: func(in *analyze.Input) {
		p := *in.Profile
		edit(&p)
		in.Profile = &p
	}}
}

func addServer(ip string) analyze.Change {
	return editProfile("sending server "+ip, func(p *profile.Profile) {
		p.SendingServers = append([]netip.Prefix{netip.PrefixFrom(netip.MustParseAddr(ip), 32)}, p.SendingServers...)
	})
}

func addSafeSender(address string) analyze.Change {
	return editProfile("safe sender "+address, func(p *profile.Profile) { p.AllowedSenders = append([]string{address}, p.AllowedSenders...) })
}

func addRule(when rules.Conditions) analyze.Change {
	return analyze.Change{Name: "allow rule", Edit: func(in *analyze.Input) {
		in.Rules = []rules.Rule{{Name: "test", Scope: "company", Direction: rules.Inbound, Action: rules.Allow, When: when}}
	}}
}

func addSPF(zone string) analyze.Change {
	return analyze.Change{Name: "SPF term", Aspects: []analyze.Aspect{analyze.ReadsDNS}, Edit: func(in *analyze.Input) {
		over, err := resolve.Overlay(in.Resolve, zone)
		if err != nil {
			panic(err)
		}
		in.Resolve = over
	}}
}

// TestFixesFlipTheDecision applies what admins do about the common cases: what helps must help, and what does not help must not.
func TestFixesFlipTheDecision(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change analyze.Change
		want   policy.Action
	}{
		{"web-form-unlisted-server", addServer("203.0.113.10"), policy.Deliver},
		{"web-form-unlisted-server", addServer("203.0.113.11"), policy.Quarantine},
		{"web-form-unlisted-server", addSafeSender("forms@widget.com"), policy.Deliver},
		{"web-form-unlisted-server", addSPF(`widget.com. 300 IN TXT "v=spf1 ip4:203.0.113.10 -all"`), policy.Quarantine},
		{"web-form-hosting-pool", addRule(rules.Conditions{Sender: []string{"forms@widget.com"}, BorderHost: []string{"webhoster.someformservice.com"}}), policy.Deliver},
		{"web-form-hosting-pool", addRule(rules.Conditions{Sender: []string{"forms@widget.com"}, BorderHost: []string{"www.someformservice.com"}}), policy.Quarantine},
		{"marketing-mailchimp-own-domain", addRule(rules.Conditions{Sender: []string{"news@widget.com"}, BorderHost: []string{".rsgsv.net"}}), policy.Deliver},
		{"marketing-constant-contact-own-domain", addRule(rules.Conditions{Sender: []string{"@widget.com"}, BorderHost: []string{".constantcontact.com", ".confirmedcc.com", ".ccsend.com"}}), policy.Deliver},
		{"exclaimer-loop", addRule(rules.Conditions{Sender: []string{"@tripoli-quebec.org"}, BorderHost: []string{".outbound.protection.outlook.com"}, DKIM: []string{"aligned"}}), policy.Deliver},
		{"exclaimer-loop-forged", addRule(rules.Conditions{Sender: []string{"@tripoli-quebec.org"}, BorderHost: []string{".outbound.protection.outlook.com"}, DKIM: []string{"aligned"}}), policy.Quarantine},
	} {
		t.Run(tt.name+" with "+tt.change.Name, func(t *testing.T) {
			in, _ := loadCase(t, tt.name)
			before := analyze.Run(context.Background(), in, All())
			if before.Decision.Action != policy.Quarantine {
				t.Fatalf("the case is not held before the change: %s", before.Decision.Action)
			}
			after := analyze.Rerun(context.Background(), before, tt.change)
			if after.Decision.Action != tt.want {
				t.Errorf("decision is %s (%s, %.1f), want %s", after.Decision.Action, after.Decision.Stage, after.Decision.Score, tt.want)
				for _, s := range after.Decision.Trace {
					t.Logf("%s: %s, %s", s.Stage, s.Result, s.Reason)
				}
			}
			if before.Decision.Action != policy.Quarantine || len(before.Findings()) == 0 {
				t.Error("the what-if changed the report that it started from")
			}
		})
	}
}

// TestRerunEqualsRun: a what-if that changes nothing gives the same report, and one that edits the profile equals a run with that profile.
func TestRerunEqualsRun(t *testing.T) {
	in, _ := loadCase(t, "web-form-unlisted-server")
	r := analyze.Run(context.Background(), in, All())
	change := addServer("203.0.113.10")
	again := analyze.Rerun(context.Background(), r, change)
	fresh := *in
	change.Edit(&fresh)
	want := analyze.Run(context.Background(), &fresh, All())
	if got := again.Decision.Score; got != want.Decision.Score {
		t.Errorf("rerun scores %.2f, a run from the start %.2f", got, want.Decision.Score)
	}
	for i := range want.Outcomes {
		if len(want.Outcomes[i].Findings) != len(again.Outcomes[i].Findings) {
			t.Errorf("%s: %d findings, want %d", want.Outcomes[i].Check.Name, len(again.Outcomes[i].Findings), len(want.Outcomes[i].Findings))
		}
	}
}
