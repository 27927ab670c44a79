package causes

import (
	"fmt"

	"github.com/fpcheck/fpcheck/explain"
)

var ownGatewayChangesMail = &explain.Cause{
	Name: "own-gateway-changes-mail", Title: "Your own gateway changed the message before the filter behind it checked the signature.", Families: append([]explain.Family{explain.FamilySPF, explain.FamilySpoof}, brokenFamilies...),
	Match: func(v *explain.View) *explain.Diagnosis {
		s, broken := v.Broken()
		if !broken {
			return nil
		}
		c := change{Signed: s, v: v, after: v.After(s)}
		if s.Restore.Found() {
			c.kinds = s.Restore.Kinds
		}
		if !ownChange(c) || !v.Caught() {
			return nil
		}
		gate, _ := innerGate(v)
		d := c.diagnosis()
		d.WhoFixes = explain.You
		what := c.what()
		if what == "" {
			what = "its text or links"
			d.Sure = moderate
		}
		d.Title = fmt.Sprintf("Your own gateway %s changed the message (%s) before the filter behind it checked the signature of %s.", hostOf(gate), what, c.signer())
		d.For = append(d.For, at("path.inner-check", "the signature was checked behind "+hostOf(gate)+", your first host", gate.Span))
		d.For = append(d.For, stated(v, explain.FamilySPF, explain.FamilySpoof)...)
		d.Do = fmt.Sprintf("Release it. Let %s check SPF, DKIM and DMARC itself, or let the filter behind it trust its result.", hostOf(gate))
		d.Fixes = []explain.Fix{
			fix(explain.You, "Check authentication at %s, the first host of yours, and tag, warn or rewrite links after that; have the filter behind it trust that result (its authserv-id, or ARC), and skip its own check for mail from there. In Microsoft 365: enhanced filtering for the inbound connector.", hostOf(gate)),
		}
		return d
	},
}
