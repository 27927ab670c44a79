package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze/spf"
	"github.com/fpcheck/fpcheck/explain"
)

var spfTooManyLookups = &explain.Cause{
	Name: "spf-too-many-lookups", Title: "The sender's SPF record asks for too many DNS lookups, so receivers call it broken.", Families: spfFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		r := v.SPF.MailFrom
		if v.SPF.Verdict != spf.PermError || !manyLookups(r) {
			return nil
		}
		d := recordCause(v)
		d.Title = fmt.Sprintf("The SPF record of %s needs %d DNS lookups, and more than %d make receivers call it broken.", name(v.SPF.Domain, "the sender"), needs(r), spf.MaxLookups)
		d.Fixes = []explain.Fix{fix(explain.SenderAdmin, "%s: take includes out of the record at %s that are no longer used, or move services to sub-domains with a record of their own. The includes are: %s.", postmaster(v.SPF.Domain), name(v.SPF.Domain, "the domain"), includes(r))}
		return d
	},
}
