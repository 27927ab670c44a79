package suggest

import (
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/providers"
)

// wideHost says why a host pattern of a rule stands for too many; empty: it does not.
func wideHost(pattern string) string {
	suffix, sub := strings.CutPrefix(strings.TrimPrefix(pattern, "*"), ".")
	if !sub {
		return ""
	}
	if ps, _ := publicsuffix.PublicSuffix(suffix); ps == suffix || !strings.Contains(suffix, ".") {
		return "anybody can have a name under ." + suffix
	}
	return ""
}

// poolSuffix returns the pattern for all hosts that stand beside host: its name without the first label. It is empty where what is
// left belongs to everybody.
func poolSuffix(host string) string {
	_, rest, ok := strings.Cut(host, ".")
	if !ok || wideHost("."+rest) != "" {
		return ""
	}
	return "." + rest
}

// serviceSuffix returns the narrowest pattern of a service's hosts that host is one of, as rules write it; poolSuffix where the service
// names single hosts.
func serviceSuffix(p *providers.Provider, host string) string {
	best := ""
	if p != nil {
		for _, pat := range slices.Concat(p.Outbound, p.Hosts) {
			if s := strings.TrimPrefix(pat, "*"); strings.HasPrefix(s, ".") && providers.MatchHost(pat, host) && len(s) > len(best) {
				best = s
			}
		}
	}
	if best == "" {
		return poolSuffix(host)
	}
	return best
}

// service returns the provider whose host connected, where it sends for many customers; nil: none is known to.
func service(r *analyze.Report) *providers.Provider {
	for _, name := range []string{r.Facts.BorderHost.Value, r.Input.Trace.Handover.RDNS} {
		if p := providers.ByHost(name); p != nil && (p.Shared || len(p.Outbound) > 0) {
			return p
		}
	}
	return nil
}

// sharedWebHost returns a provider that the message says it came through and whose customers share hosts. Anybody can write such a mark, which
// makes us more careful and never less.
func sharedWebHost(r *analyze.Report) *providers.Provider {
	for _, m := range providers.Detect(r.Input.Message, nil) {
		if m.Provider.Shared && m.Provider.Kind == providers.WebHost {
			return m.Provider
		}
	}
	return nil
}
