package compose

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"
	"golang.org/x/net/publicsuffix"
)

// Zone is the DNS as it stood when the snapshot of a case was taken.
type Zone struct {
	owned   []string // zones known whole: what is not written does not exist
	records []string
	says    []string // name, type and answer of a question without records
}

// Own says that everything below the zones is known: what has no record does not exist.
func (z *Zone) Own(zones ...string) {
	for _, name := range zones {
		z.owned = appendNew(z.owned, dns.Fqdn(name))
	}
}

// Add adds a record.
func (z *Zone) Add(name, typ, data string) {
	z.records = appendNew(z.records, fmt.Sprintf("%s 300 IN %s %s", dns.Fqdn(name), typ, data))
}

// Drop takes out the records of a name and type.
func (z *Zone) Drop(name, typ string) {
	prefix := fmt.Sprintf("%s 300 IN %s ", dns.Fqdn(name), typ)
	z.records = slices.DeleteFunc(z.records, func(r string) bool { return strings.HasPrefix(r, prefix) })
}

// TXT adds a TXT record, cut into strings of at most 255 bytes.
func (z *Zone) TXT(name, text string) {
	var parts []string
	for len(text) > 255 {
		parts = append(parts, quote(text[:255]))
		text = text[255:]
	}
	z.Add(name, "TXT", strings.Join(append(parts, quote(text)), " "))
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Says records an answer without records: NXDOMAIN, NODATA, SERVFAIL, TIMEOUT.
func (z *Zone) Says(name, typ, answer string) {
	z.says = appendNew(z.says, dns.Fqdn(name)+" "+typ+" "+answer)
}

// Host publishes a host: its address and the name of the address.
func (z *Zone) Host(h Host) {
	ip := netip.MustParseAddr(h.IP)
	if h.Auth == "" {
		z.Own(registered(h.Name))
		z.Address(h.Name, h.IP)
	}
	reverse, err := dns.ReverseAddr(ip.String())
	if err != nil {
		panic("compose: " + err.Error())
	}
	z.Own(reverseZone(ip, reverse))
	if h.RDNS() != "" {
		z.Own(registered(h.RDNS()))
		z.Add(reverse, "PTR", dns.Fqdn(h.RDNS()))
	}
}

// Address adds an A or AAAA record.
func (z *Zone) Address(name, ip string) {
	typ := "A"
	if netip.MustParseAddr(ip).Is6() {
		typ = "AAAA"
	}
	z.Add(name, typ, ip)
}

// reverseZone is the /24 or /64 that the address lies in.
func reverseZone(ip netip.Addr, reverse string) string {
	labels := strings.Split(reverse, ".")
	if ip.Is4() {
		return strings.Join(labels[1:], ".")
	}
	return strings.Join(labels[16:], ".")
}

// registered returns the domain under the public suffix, so that a zone is known from there down.
func registered(name string) string {
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.TrimSuffix(name, "."))
	if err != nil {
		return name
	}
	return d
}

// Domain is what a domain publishes about its mail.
type Domain struct {
	Name  string
	SPF   string
	DMARC string
	MX    Host
}

// Publish writes the domain's records, and that its top-level domain has no DMARC record, which the tree walk asks for.
func Publish(d Domain) Step {
	return func(m *Mail) {
		z := m.Zone
		z.Own(registered(d.Name))
		z.Says("_dmarc."+d.Name[strings.LastIndexByte(d.Name, '.')+1:], "TXT", "NXDOMAIN")
		if d.SPF != "" {
			z.TXT(d.Name, d.SPF)
			z.includes(d.SPF)
		}
		if d.DMARC != "" {
			z.TXT("_dmarc."+d.Name, d.DMARC)
		}
		if d.MX.Name != "" {
			z.Add(d.Name, "MX", "10 "+dns.Fqdn(d.MX.Name))
			z.Host(d.MX)
		}
	}
}

// includes are the SPF records of the large services, as far as these cases need them.
var includes = map[string]string{
	"spf.protection.outlook.com": "v=spf1 ip4:40.92.0.0/15 ip4:40.107.0.0/16 ip4:52.100.0.0/14 ip4:104.47.0.0/17 -all",
	"_spf.google.com":            "v=spf1 ip4:198.51.100.80/30 ~all",
	"_netblocks.mimecast.com":    "v=spf1 ip4:198.51.100.84/30 ~all",
	"servers.mcsv.net":           "v=spf1 ip4:198.51.100.40/31 ?all",
	"spf.constantcontact.com":    "v=spf1 ip4:198.51.100.44/31 ?all",
	"spf.exclaimer.net":          "v=spf1 ip4:198.51.100.70/31 -all",
}

// includes publishes the records of the services that spf includes.
func (z *Zone) includes(spf string) {
	for term := range strings.FieldsSeq(spf) {
		name, ok := strings.CutPrefix(term, "include:")
		if ok && includes[name] != "" {
			z.Own(registered(name))
			z.TXT(name, includes[name])
		}
	}
}

// DNS writes one more record.
func DNS(name, typ, data string) Step {
	return func(m *Mail) {
		m.Zone.Own(registered(name))
		if typ == "TXT" {
			m.Zone.TXT(name, data)
			return
		}
		m.Zone.Add(name, typ, data)
	}
}

// Drop takes a record out again, before the snapshot is made.
func Drop(name, typ string) Step { return func(m *Mail) { m.Zone.Drop(name, typ) } }

// Answers records an answer without records.
func Answers(name, typ, answer string) Step {
	return func(m *Mail) { m.Zone.Says(name, typ, answer) }
}

// lists are the blocklists that every snapshot has asked, with their test points (RFC 5782 5). What else a tool may ask is
// "not in the snapshot".
var lists = []struct{ zone, test string }{
	{"zen.spamhaus.org", "127.0.0.2"},
	{"bl.spamcop.net", "127.0.0.2"},
	{"list.dnswl.org", "127.0.10.0"},
}

// Listed puts an address on a blocklist with the answers that the list gives.
func Listed(ip, zone string, answers ...string) Step {
	return func(m *Mail) {
		for _, a := range answers {
			m.Zone.Add(listName(ip, zone), "A", a)
		}
	}
}

func listName(ip, zone string) string {
	reverse, err := dns.ReverseAddr(ip)
	if err != nil {
		panic("compose: " + err.Error())
	}
	reverse = strings.TrimSuffix(strings.TrimSuffix(reverse, "in-addr.arpa."), "ip6.arpa.")
	return reverse + zone
}

func (z *Zone) lists() {
	for _, l := range lists {
		z.Own(l.zone)
		z.Add(listName("127.0.0.2", l.zone), "A", l.test)
	}
}

// resolver wrote the snapshot.
const resolver = "192.0.2.53"

// Text returns the snapshot in the form that analyze/resolve reads.
func (z *Zone) Text(title string, at time.Time) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "; DNS of the case %s\n;! snapshot %s %s\n", title, at.UTC().Format(time.RFC3339), resolver)
	for _, name := range z.owned {
		fmt.Fprintf(&b, ";! zone %s\n", name)
	}
	for _, s := range z.says {
		fmt.Fprintf(&b, ";! %s\n", s)
	}
	for _, r := range z.records {
		b.WriteString(r + "\n")
	}
	return []byte(b.String())
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
