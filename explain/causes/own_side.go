package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/explain"
)

// ownBlockEntry: a rule or a list entry of one's own stopped the message.
var ownBlockEntry = &explain.Cause{
	Name: "own-block-entry", Title: "A rule or block entry of your own side stopped it.", Families: []explain.Family{explain.FamilyOwnEntry},
	Match: func(v *explain.View) *explain.Diagnosis {
		step := v.Decision.DecidedBy()
		byUs := v.Decision.Action != policy.Deliver && (step.Stage == policy.StageRules || step.Stage == policy.StageLists)
		byThem := v.Filter.Caught && v.Filter.Carries([]explain.Family{explain.FamilyOwnEntry})
		if !byUs && !byThem || suspicious(v) && !v.Authentic() {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You, For: stated(v, explain.FamilyOwnEntry),
			Do: "Release it, and take out the entry or rule.",
			Fixes: []explain.Fix{
				fix(explain.You, "Look for the sender's address or domain in the blocked senders of the organisation and of the user, and in the rules; take it out. (Microsoft 365: Tenant Allow/Block List, anti-spam policy, mail flow rules with SCL 5 to 9; Outlook: blocked senders.)"),
			},
		}
		if byUs {
			d.Decisive = true
			d.For = append(d.For, inProfile("own.entry", "blocked-senders", "your own settings stop it at the stage %q", step.Title))
		}
		if byThem && v.Filter.Filter != "" {
			d.Title = fmt.Sprintf("%s stopped it because of an entry or rule of your own organisation, or of the user, and not for what it is.", v.Filter.Filter)
		}
		return d
	},
}

// gatewayHidesClientIP: a filter stands in front, and the one behind it judges that filter's address.
var gatewayHidesClientIP = &explain.Cause{
	Name: "gateway-hides-client-ip", Title: "The filter in front hides the sender's address from the one behind it.", Families: []explain.Family{explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof},
	Match: func(v *explain.View) *explain.Diagnosis {
		ours := v.Ours()
		if len(ours) < 2 || !v.Caught() || !v.Authentic() || v.Spoof.Claims {
			return nil
		}
		front := ours[len(ours)-1]
		seen, ok := judged(v)
		if _, broken := v.Broken(); !ok || broken {
			return nil
		}
		gate := hostOf(front)
		if p := providers.ByHost(front.By); p != nil {
			gate = p.Title
		}
		d := &explain.Diagnosis{
			Sure: strong, WhoFixes: explain.You,
			For: append(append([]analyze.Finding{seen, at("path.front", gate+" took the message from outside", front.Span)}, stated(v, explain.FamilySPF, explain.FamilyDMARC, explain.FamilySpoof)...),
				v.Good("spf.pass", "dmarc.pass")...),
			Title: fmt.Sprintf("%s stands in front and hides the sender's address %s: the filter behind it judged the gateway and found SPF failed, though SPF of %s passes at the front.", gate, ip(v), from(v)),
			Do:    "Release it, and switch on enhanced filtering for the connector of the gateway.",
			Fixes: []explain.Fix{
				fix(explain.You, "Microsoft 365: Defender portal > Email & collaboration > Policies > Enhanced filtering for connectors: choose the inbound connector of %s and let it skip its addresses. Elsewhere: tell the inner filter that %s is a trusted relay.", gate, gate),
			},
		}
		if v.Filter.Caught {
			d.Sure = proven
		}
		return d
	},
}

// judged finds that a host of ours behind the border recorded SPF failing, while it passes for the address that connected to the border.
func judged(v *explain.View) (analyze.Finding, bool) {
	border := v.Ours()[len(v.Ours())-1]
	if v.SPF.Verdict != "pass" {
		return analyze.Finding{}, false
	}
	for _, f := range v.Input.Message.All("Received-SPF") {
		if f.Span.Start < border.Span.Start && failsSPF(v.Input.Message.Unfold(f)) {
			return at("path.judged-gateway", "behind the gateway SPF was judged for the gateway's own address", f.Value), true
		}
	}
	for _, f := range v.Input.Message.All("Authentication-Results") {
		if f.Span.Start < border.Span.Start && recordsFail(v, f) {
			return at("path.judged-gateway", "behind the gateway SPF was judged for the gateway's own address", f.Value), true
		}
	}
	return analyze.Finding{}, false
}

// ownMailboxRule: the filter found nothing, and the mailbox moved the message all the same.
var ownMailboxRule = &explain.Cause{
	Name: "own-mailbox-rule", Title: "The filter found nothing; a rule or junk list of the user's own mailbox moved it.", Families: []explain.Family{explain.FamilyMailbox},
	Match: func(v *explain.View) *explain.Diagnosis {
		if !v.Filter.Caught || !v.Filter.Carries([]explain.Family{explain.FamilyMailbox}) {
			return nil
		}
		return &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.You, For: stated(v, explain.FamilyMailbox),
			Title: fmt.Sprintf("%s found nothing; a rule or the junk list of the user's own mailbox moved it.", v.Filter.Filter),
			Do:    "Look with the user into the inbox rules and the blocked senders of the mailbox; move the message back.",
			Fixes: []explain.Fix{fix(explain.You, "Outlook: Settings > Mail > Junk email (blocked senders and domains) and Rules; PowerShell: Get-MailboxJunkEmailConfiguration, Get-InboxRule.")},
		}
	},
}
