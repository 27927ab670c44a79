package lint

import (
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var tenantUnbound = &Lint{
	Name: "tenant-unbound", Title: "believes a tenant that anybody can write", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if open(r) && len(r.When.TenantAsWritten) > 0 {
			p.Report(r, "tenant-as-written", "the tenant stands in a header field that a forger copies", "together with `border-host: .outbound.protection.outlook.com` only customers of Microsoft could write it; with `dkim:` nobody but you")
		}
	},
}
