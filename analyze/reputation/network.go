// Package reputation remembers what addresses, networks and domains sent before, and lets it fade.
package reputation

import "net/netip"

// Network returns the neighbourhood that shares a reputation: the /24 of an IPv4 address, the /48 of an IPv6 address, which is what a site
// is given (RFC 6177).
func Network(ip netip.Addr) netip.Prefix {
	bits := 48
	if ip = ip.Unmap(); ip.Is4() {
		bits = 24
	}
	p, _ := ip.WithZone("").Prefix(bits)
	return p
}
