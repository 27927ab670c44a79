package resolve

import (
	"context"
	"net/netip"
	"slices"
)

// maxPTR is how many names of one address are followed: RFC 7208 4.6.4 takes ten, and hosts with more tell nothing by them.
const maxPTR = 10

// ReverseResult is what the DNS says about the name of an address.
type ReverseResult struct {
	Names     []string   // from PTR, without the final dot, at most ten
	More      int        // names beyond those
	Confirmed []string   // the names whose A or AAAA records hold the address: forward-confirmed
	Kind      Kind       // of the PTR question
	Unknown   *Unknown   // the first question without a definite answer: a name may be confirmed and we do not know it
	Questions []Question // what was asked, for evidence
}

// Reverse looks up the names of ip and confirms each by asking for its addresses (forward-confirmed reverse DNS, RFC 8601
// 2.7.3 "iprev"). An IPv4-mapped address counts as IPv4.
func Reverse(ctx context.Context, r Resolver, ip netip.Addr) ReverseResult {
	ip = ip.Unmap().WithZone("")
	ptr := Q(ReverseName(ip), TypePTR)
	a, kind, unknown := Ask(ctx, r, ptr)
	out := ReverseResult{Names: a.PTR(), Kind: kind, Unknown: unknown, Questions: []Question{ptr}}
	if len(out.Names) > maxPTR {
		out.More = len(out.Names) - maxPTR
		out.Names = out.Names[:maxPTR]
	}
	typ := TypeA
	if ip.Is6() {
		typ = TypeAAAA
	}
	for _, name := range out.Names {
		q := Q(name, typ)
		a, _, unknown := Ask(ctx, r, q)
		out.Questions = append(out.Questions, q)
		if slices.Contains(a.Addrs(), ip) {
			out.Confirmed = append(out.Confirmed, name)
		} else if unknown != nil && out.Unknown == nil {
			out.Unknown = unknown
		}
	}
	return out
}
