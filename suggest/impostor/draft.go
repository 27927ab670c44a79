package impostor

import (
	"fmt"
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/suggest"
)

// draft is a forged copy before the border writes its line on top.
type draft struct {
	name     string
	attacker suggest.Attacker
	note     string
	env      suggest.Envelope
	fields   []string // whole fields, CRLF inside, none at the end
	body     string
	login    bool     // the peer logged in as the genuine one did
	zone     []string // lines of its own for the DNS
}

// The names that belong to the attacker.
const (
	evilDomain = "attacker.example" // RFC 2606: nobody's
	selector   = "fpcheck"
	forgedBody = "Please pay the attached invoice today. The new account number is in the file.\r\n"
)

// draft is what every attacker begins with: the genuine fields, as far as anybody can write them, another text, and a server that is
// in order: an address with a name of its own. i tells the servers apart, so that one zone serves all copies.
func (f *forger) draft(i int) *draft {
	ip := f.network.Addr()
	for range 10 + i {
		ip = ip.Next()
	}
	host := fmt.Sprintf("mail%d.%s", i, evilDomain)
	d := &draft{env: suggest.Envelope{IP: ip, RDNS: host, Helo: host, MailFrom: first(f.genuine.MailFrom, f.from), Rcpt: f.genuine.Rcpt}, body: forgedBody}
	d.fields = append(d.fields, "Received: from desk ([10.1.1.1]) by "+host+" (Postfix) with ESMTP id 4Xk9d1Xk")
	for _, s := range f.fields {
		if name, _, _ := strings.Cut(s, ":"); !ofTheGenuine(name) {
			d.fields = append(d.fields, s)
		}
	}
	return d
}

// ofTheGenuine names the fields that do not go into a forged copy unless a variant puts them there: path, proof, and what describes
// the genuine body.
func ofTheGenuine(name string) bool {
	name = strings.ToLower(strings.TrimSpace(name))
	switch name {
	case "received", "return-path", "dkim-signature", "authentication-results", "received-spf", "domainkey-signature":
		return true
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "arc-")
}

// top puts a field over all others: under the border's line.
func (d *draft) top(name, value string) bool {
	d.fields = append([]string{name + ": " + value}, d.fields...)
	return true
}

// replace takes every field of that name out and writes values instead.
func (d *draft) replace(name string, values ...string) bool {
	kept := d.fields[:0:0]
	for _, s := range d.fields {
		if n, _, _ := strings.Cut(s, ":"); !strings.EqualFold(strings.TrimSpace(n), name) {
			kept = append(kept, s)
		}
	}
	for _, v := range values {
		kept = append(kept, name+": "+v)
	}
	d.fields = kept
	return true
}

// genuineFields returns the genuine fields of that name, whole.
func (f *forger) genuineFields(name string) []string {
	var out []string
	for _, field := range f.m.All(name) {
		out = append(out, f.raw(field))
	}
	return out
}

// sign adds a signature of domain that verifies: the key is published in the zone of the copy.
func (d *draft) sign(domain string) bool {
	name, err := pattern.Domain(domain)
	if err != nil {
		return false
	}
	d.zone = append(d.zone, record(selector+"._domainkey."+name, "TXT", `"`+keyRecord()+`"`))
	d.fields = append([]string{sign(d.fields, d.body, name, selector)}, d.fields...)
	return true
}

func record(name, typ, data string) string { return name + ". 300 IN " + typ + " " + data }

// zone is the DNS of all copies: the attacker's own, and what the drafts add.
func (f *forger) zone(drafts []*draft) string {
	lines := []string{";! zone " + evilDomain + ".", ";! _dmarc.example. TXT NXDOMAIN", ";! zone " + f.lookalike() + ".",
		record(f.lookalike(), "TXT", `"v=spf1 +all"`), record(evilDomain, "TXT", `"v=spf1 +all"`), record(evilDomain, "MX", "10 mail0."+evilDomain+".")}
	for _, d := range drafts {
		lines = append(lines, hostRecords(d.env)...)
		lines = append(lines, d.zone...)
	}
	return strings.Join(lines, "\n") + "\n"
}

// hostRecords are the address and the name of a peer, each leading to the other. Without a name the address has none.
func hostRecords(env suggest.Envelope) []string {
	reverse := strings.TrimSuffix(resolve.ReverseName(env.IP), ".")
	name, err := pattern.Domain(env.RDNS)
	switch {
	case !env.IP.IsValid():
		return nil
	case err != nil:
		return []string{";! " + reverse + ". PTR NXDOMAIN"}
	}
	typ := "A"
	if env.IP.Is6() {
		typ = "AAAA"
	}
	return []string{record(name, typ, env.IP.String()), record(reverse, "PTR", name+".")}
}

// lookalike is a domain that ends like the author's and is another: anybody can register it.
func (f *forger) lookalike() string {
	_, domain, _ := strings.Cut(f.from, "@")
	name, err := pattern.Domain("evil" + organisation(domain))
	if err != nil {
		return "evil." + evilDomain
	}
	return name
}

// lookalikeHost is the genuine host under a domain that ends like its own.
func (f *forger) lookalikeHost() string {
	return strings.TrimSuffix(f.host, f.org) + "evil" + f.org
}

// organisation is the registrable domain of a name, or the name itself.
func organisation(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if org, err := publicsuffix.EffectiveTLDPlusOne(name); err == nil {
		return org
	}
	return name
}

// neighbour returns another address of the same network as ip.
func neighbour(ip netip.Addr) netip.Addr {
	if n := ip.Next(); n.IsValid() && ip.IsValid() {
		if p, err := ip.Prefix(ip.BitLen() - 8); err == nil && p.Contains(n) {
			return n
		}
		return ip.Prev()
	}
	return netip.Addr{}
}
