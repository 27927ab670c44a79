package suggest

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// SiteOf is what targets need to know of the receiving side of r's message.
func SiteOf(r *analyze.Report) Site {
	in := r.Input
	s := Site{Domains: in.Profile.Domains, Tenant: in.Profile.Tenant, MailFrom: strings.Trim(in.Trace.Handover.MailFrom, "<>")}
	if h := r.Facts.BorderHost; h.Known == rules.Yes {
		s.Host = h.Value
	}
	if len(s.Domains) == 0 { // not stated: the recipient's domains are taken for one's own, as the checks do
		s.Domains = in.RecipientDomains()
	}
	if len(in.Profile.Filters) > 1 {
		s.Gateway = in.Profile.Filters[0]
	}
	m := in.Message
	for line := range strings.Lines(string(m.Bytes(m.Header))) {
		s.Lines = append(s.Lines, strings.TrimRight(line, "\r\n"))
	}
	t := in.Trace
	if t.Border < 0 {
		return s
	}
	hop := t.Hops[t.Border]
	s.Border, s.BorderAt = &hop, t.Border
	for _, f := range m.Fields {
		switch {
		case f.Span == hop.Span:
			s.BorderLine = m.Unfold(f)
		case f.Span.Start < hop.Span.Start:
			s.Fields = append(s.Fields, f.Name)
		}
	}
	return s
}

// Own reports whether domain is one of the site's.
func (s Site) Own(domain string) bool {
	for _, d := range s.Domains {
		if strings.EqualFold(d, domain) || strings.HasPrefix(d, "*.") && len(domain) > len(d)-1 && strings.EqualFold(domain[len(domain)-len(d)+1:], d[1:]) {
			return true
		}
	}
	return false
}

// OwnSender reports whether a sender of a rule (an address, or "@domain") is of the site.
func (s Site) OwnSender(pattern string) bool {
	_, domain, _ := strings.Cut(pattern, "@")
	return s.Own(strings.TrimPrefix(domain, "*."))
}
