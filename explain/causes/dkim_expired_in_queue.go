package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

var dkimExpiredInQueue = &explain.Cause{
	Name: "dkim-expired-in-queue", Title: "The signature expired while the message waited in a queue.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		s, ok := failing(v, dkim.Expired)
		if !ok {
			return nil
		}
		d := keyCause(v, "dkim.expired")
		d.For = append(d.For, v.Find("path.delay")...)
		life := s.ExpiresAt.Sub(s.SignedAt)
		d.Title = fmt.Sprintf("The signature of %s had run out (x=) when the message arrived: it had waited in a queue.", name(s.Domain, "the sender"))
		if !s.SignedAt.IsZero() && life > 0 {
			d.Title = fmt.Sprintf("The signature of %s lived for %s, and the message waited longer in a queue.", name(s.Domain, "the sender"), days(life))
		}
		if !v.Says("path.delay") {
			d.Sure = strong
		}
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: sign without x=, or with at least a week: queues hold mail for five days (RFC 5321 4.5.4.1).", postmaster(s.Domain))}
		return d
	},
}
