package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var spfPermerror = &explain.Cause{
	Name: "spf-permerror", Title: "The sender's SPF record is broken.", Families: spfFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		if v.SPF.Verdict != spf.PermError || manyLookups(v.SPF.MailFrom) {
			return nil
		}
		d := recordCause(v)
		t := v.SPF.MailFrom.Tree
		domain := name(v.SPF.Domain, "the sender")
		switch {
		case t != nil && len(t.Records) > 1:
			d.Title = fmt.Sprintf("%s publishes %d SPF records, and only one is allowed, so receivers take none of them.", domain, len(t.Records))
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: put the terms of both into one TXT record at %s that begins with v=spf1, and delete the other.", postmaster(v.SPF.Domain), domain)}
		case t != nil && t.Voids > spf.MaxVoids:
			d.Title = fmt.Sprintf("The SPF record of %s names %d hosts or domains that no longer exist, and more than %d break it.", domain, t.Voids, spf.MaxVoids)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: take these terms out of the record at %s: %s.", postmaster(v.SPF.Domain), domain, voids(t))}
		case v.SPF.FromRecord && v.SPF.MailFrom.Looked() && v.SPF.MailFrom.Verdict != spf.TempError:
			d.Sure = unseen
			d.Title = fmt.Sprintf("Your side recorded at delivery that the SPF record of %s is broken; it was mended since.", domain)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "Nothing is left to do at the SPF record of %s.", domain)}
		case v.SPF.FromRecord:
			d.Sure = unseen
			d.Title = fmt.Sprintf("Your side recorded at delivery that the SPF record of %s is broken; the DNS could not be asked how.", domain)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: check the SPF record at %s (fpcheck explain with --dns live names the term).", postmaster(v.SPF.Domain), domain)}
		default:
			d.Title = fmt.Sprintf("The SPF record of %s cannot be read, so receivers take none of it.", domain)
			d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: correct the SPF record at %s (fpcheck analyze shows the term).", postmaster(v.SPF.Domain), domain)}
		}
		return d
	},
}
