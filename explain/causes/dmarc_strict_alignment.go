package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

// dmarcStrictAlignment: what passes belongs to the author's organisation, and the record asks for equal domains.
var dmarcStrictAlignment = &explain.Cause{
	Name: "dmarc-strict-alignment", Title: "The sender's DMARC record asks for strict alignment, and its mail is signed for a sub-domain.", Families: dmarcFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		r := v.DMARC.Record
		if !v.Fails() || r == nil || !r.StrictDKIM && !r.StrictSPF {
			return nil
		}
		domain, tag := strictly(v)
		if domain == "" {
			return nil
		}
		d := &explain.Diagnosis{
			Sure: proven, WhoFixes: explain.SenderAdmin,
			For:    append(append(v.Find("dmarc.fail-*"), v.Good("spf.pass", "dkim.pass")...), stated(v, explain.FamilyDMARC)...),
			Clears: []string{"dmarc.fail-*"},
			Title:  fmt.Sprintf("The DMARC record of %s asks for equal domains (%s), and what passes is %s.", from(v), tag, domain),
			Do:     "Release it, and send the sender's postmaster the record to change.",
			Fixes: []explain.Fix{
				fix(explain.SenderAdmin, "%s: take %s out of the TXT record at _dmarc.%s, or sign as %s itself.", postmaster(v.From), tag, name(v.DMARC.FoundAt, from(v)), from(v)),
			},
		}
		if c, ok := relaxedRecord(v); ok {
			d.Changes = append(d.Changes, c)
		}
		return d
	},
}
