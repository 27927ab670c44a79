package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

var mailingList = &explain.Cause{
	Name: "mailing-list", Title: "The mailing list changed the message, so the sender's DKIM signature no longer fits.", Families: brokenFamilies,
	Match: func(v *explain.View) *explain.Diagnosis {
		marks, isList := list(v)
		if !isList {
			return nil
		}
		c, ok := changed(v)
		if !ok {
			return passedOn(v, marks)
		}
		d := c.diagnosis()
		d.WhoFixes = explain.List
		d.For = append(append(d.For, marks...), v.Good("arc.pass")...)
		what := c.what()
		if what == "" {
			what = "subject or body"
			d.Sure = moderate
		}
		d.Title = fmt.Sprintf("The mailing list at %s changed the message (%s), so the signature of %s no longer fits.", peer(v), what, c.signer())
		d.Do = "Release it; the list's owner can rewrite From or stop changing mail."
		d.Fixes = []explain.Fix{
			fix(explain.List, "%s: rewrite From for domains with a DMARC policy (Mailman: dmarc_mitigate_action or from_is_list = Munge From) and sign with the list's own DKIM key, or leave subject and body alone.", listOwner(v)),
			fix(explain.You, "A rule for the list, bound to its host %s or to a DKIM signature of the list.", peer(v)),
		}
		return d
	},
}
