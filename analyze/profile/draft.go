package profile

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
)

// Found is what the DNS says about a domain, for a draft of its profile.
type Found struct {
	MX      []string     // hosts of the MX records, best first
	SPF     string       // text of the SPF record; empty: none
	A       []netip.Addr // addresses of the domain itself, for the SPF term "a"
	MXAddrs []netip.Addr // addresses of the MX hosts, for the SPF term "mx"
	Filter  string       // the filter that the MX hosts belong to, where it is known
	Border  []string     // patterns of the hosts that take mail from outside; empty: the MX hosts
}

// Draft writes a commented profile for domain. Sending servers are only the addresses that the domain's own SPF record names
// itself. An included record lists servers that its owner shares among all customers, so includes become comments.
func Draft(domain string, f Found) ([]byte, error) {
	d, err := pattern.Domain(domain)
	if err != nil {
		return nil, err
	}
	terms := readSPF(d, f)
	var b strings.Builder
	fmt.Fprintf(&b, "# Profile of %s, drafted from its MX and SPF records. Check each line: fpcheck docs profile\n\n", d)
	fmt.Fprintf(&b, "domains: [%s]\n", d)
	b.WriteString("# Hosts that may send as your domains from outside, and that nobody else can send from.\n")
	flow(&b, "sending-servers", terms.own, "none in the SPF record itself")
	comments(&b, "Included by SPF, and not taken over: servers that others can send from, too", terms.includes)
	comments(&b, "Terms of SPF that say nothing about single hosts", terms.others)
	b.WriteString("# Who writes the first Received line that can be believed.\n")
	flow(&b, "border", border(f), "no MX record")
	if f.Filter != "" {
		fmt.Fprintf(&b, "filter: %s\n", f.Filter)
	} else {
		b.WriteString("# filter:          # not told by the MX; see fpcheck docs decision\n")
	}
	b.WriteString("# allowed-senders: []\n# rules: [rules.yaml]\n# thresholds: {quarantine: 5, reject: 15}\n")
	return []byte(b.String()), nil
}

type spfTerms struct{ own, includes, others []string }

// readSPF sorts the terms of the record (RFC 7208 5). Only terms that pass ("+" or nothing) name hosts that may send.
func readSPF(domain string, f Found) spfTerms {
	var t spfTerms
	for _, term := range strings.Fields(f.SPF) {
		lower := strings.ToLower(strings.TrimPrefix(term, "+"))
		name, value, _ := strings.Cut(lower, ":")
		switch {
		case strings.HasPrefix(lower, "v=") || strings.HasSuffix(lower, "all"):
		case name == "ip4" || name == "ip6":
			if p, err := pattern.Prefix(value); err == nil && narrow(p) {
				t.own = append(t.own, short(p))
				continue
			}
			t.others = append(t.others, term)
		case name == "a" && (value == "" || value == domain):
			t.own = append(t.own, texts(f.A)...)
		case name == "mx" && (value == "" || value == domain) && f.Filter == "":
			t.own = append(t.own, texts(f.MXAddrs)...)
		case name == "include" || strings.HasPrefix(lower, "redirect="):
			t.includes = append(t.includes, term)
		default:
			t.others = append(t.others, term)
		}
	}
	return t
}

// narrow reports whether a network is small enough to be one's own: larger ones are those of providers.
func narrow(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() >= 24
	}
	return p.Bits() >= 48
}

func short(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

func texts(addrs []netip.Addr) []string {
	out := make([]string, len(addrs))
	for i, a := range addrs {
		out[i] = a.String()
	}
	return out
}

// border writes the hosts as the profile reads them; a host name that is none is left out.
func border(f Found) []string {
	hosts := f.Border
	if len(hosts) == 0 {
		hosts = f.MX
	}
	var out []string
	for _, h := range hosts {
		if p, err := borderPattern(h); err == nil {
			out = append(out, fmt.Sprintf("%q", p))
		}
	}
	return out
}

func flow(b *strings.Builder, key string, values []string, none string) {
	if len(values) == 0 {
		fmt.Fprintf(b, "# %s: []   # %s\n", key, none)
		return
	}
	var seen []string
	for _, v := range values {
		if strings.Contains(v, ":") && !strings.HasPrefix(v, `"`) {
			v = fmt.Sprintf("%q", v)
		}
		if !contains(seen, v) {
			seen = append(seen, v)
		}
	}
	fmt.Fprintf(b, "%s: [%s]\n", key, strings.Join(seen, ", "))
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// comments lists terms of a record as comments: what a record holds is another's text, so it is quoted.
func comments(b *strings.Builder, title string, terms []string) {
	if len(terms) == 0 {
		return
	}
	fmt.Fprintf(b, "# %s:\n", title)
	for _, t := range terms {
		fmt.Fprintf(b, "#   %s\n", strings.Trim(fmt.Sprintf("%+q", t), `"`))
	}
}
