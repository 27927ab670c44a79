package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// compromisedAccount: the domain is proven, and somebody else sits at the mailbox.
var compromisedAccount = &explain.Cause{
	Name: "compromised-account", Title: "Somebody else uses this mailbox.", Nature: explain.Bad,
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.Sent() {
			return stolenOwn(v)
		}
		asks := v.Find(credentials...)
		traps := append(v.Find(tricks...), elsewhere(v)...)
		if !v.Inbound() || !v.Authentic() || v.Own(v.From) || len(asks) == 0 || len(traps) == 0 || v.Says("from.repeated") {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: moderate, WhoFixes: explain.SenderAdmin, For: append(append(asks, traps...), v.Good("dmarc.pass", "dkim.pass")...),
			Title: fmt.Sprintf("Somebody else seems to use this mailbox at %s: SPF, DKIM and DMARC are right, and the message asks for a login elsewhere.", from(v)),
			Do:    "Do not release it. Call the sender on a number that you know, and find who else got it.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: the mailbox that sent this seems to be taken over: change its password, end its sessions, look for forwarding rules, and look who else was written to.", postmaster(v.From)),
				fix(explain.You, "No rule for this sender, and take out one that exists until the sender has the mailbox back."),
			},
		}
		if h, ok := login(v); ok {
			d.For = append(d.For, h)
			d.Sure = strong
		}
		return d
	},
}
