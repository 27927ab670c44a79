package lint

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var lookAlike = &Lint{
	Name: "look-alike", Title: "names a domain that looks like one of yours", Severity: Error,
	Each: func(p *Pass, r *rules.Rule) {
		if p.Profile == nil || r.Action != rules.Allow {
			return
		}
		for _, s := range append(senders(r), r.When.DKIM...) {
			_, domain, _ := split("@" + strings.TrimPrefix(s[strings.LastIndexByte(s, '@')+1:], "."))
			if own := p.resembles(domain); own != "" {
				p.Report(r, "sender", domain+" is not "+own+", and looks like it", "if it is mistyped, mend it; if not, find out who registered it before anybody is let in")
				return
			}
		}
	},
}

// resembles returns the own domain that domain is easily taken for.
func (p *Pass) resembles(domain string) string {
	for _, own := range p.Profile.Domains {
		own = strings.TrimPrefix(own, "*.")
		if domain == own || strings.HasSuffix(domain, "."+own) || len(own) < shortestOwn || strings.Count(domain, ".") == 0 {
			continue
		}
		if skeleton(domain) == skeleton(own) || oneOff(domain, own) {
			return own
		}
	}
	return ""
}

// shortestOwn is the length from which one changed letter is no chance: among shorter names every second one is near another.
const shortestOwn = 8

// skeleton maps what looks alike to one sign.
func skeleton(s string) string {
	return strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "l", "i", "l", "5", "s", "-", "").Replace(s)
}

// oneOff reports whether a becomes b by one letter that is changed, left out or put in.
func oneOff(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return len(a) == len(b) && i < len(a) && a[i+1:] == b[i+1:] || len(a) < len(b) && a[i:] == b[i+1:]
}
