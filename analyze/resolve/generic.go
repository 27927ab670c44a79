package resolve

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// accessWords stand in the names that providers give to their customers' lines. Each must be a whole word of the name.
var accessWords = []string{
	"adsl", "broad", "broadband", "cable", "catv", "cpe", "dhcp", "dial", "dialin", "dialup", "dip", "dsl", "dyn", "dynamic", "dynamicip",
	"dynip", "fiber", "fibre", "ftth", "fttx", "gpon", "hsd", "ipt", "lte", "modem", "pool", "pools", "ppp", "pppoe", "res", "residential",
	"sdsl", "unassigned", "vdsl", "wifi", "wimax", "wlan", "xdsl",
}

// serverWords begin the names that people give to mail servers, whatever the network they stand in is called.
var serverWords = []string{"mail", "mx", "smtp", "relay", "out", "outbound", "mta", "mailout", "mailgw", "gw", "exchange", "webmail"}

// LooksGeneric reports whether name looks made by a machine for the address ip, not chosen for a mail server: it holds the
// address (octets in either order, with any separator, padded, as one number, or in hex), or a word for access lines beside a
// number. Two octets are not enough: mail providers number their senders so. It is a pattern, not a proof.
func LooksGeneric(name string, ip netip.Addr) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if len(name) > 255 {
		return false
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() && holdsIPv4(name, ip.As4()) || ip.Is6() && holdsIPv6(name, ip) {
		return true
	}
	return namesAccessLine(name)
}

// holdsIPv4 looks for the four octets as neighbours, in either order or rotated by the zone's own order, or written together.
func holdsIPv4(name string, b [4]byte) bool {
	numbers := runs(name, isDigit)
	want := []int{int(b[0]), int(b[1]), int(b[2]), int(b[3])}
	slices.Sort(want)
	for i := 0; i+4 <= len(numbers); i++ {
		if got := values(numbers[i : i+4]); got != nil && slices.Equal(got, want) {
			return true
		}
	}
	for _, n := range numbers {
		if slices.Contains(joined(b), n) {
			return true
		}
	}
	return holdsHex(name, b[:])
}

// values returns the sorted octets that the numbers are, or nil where one is none.
func values(numbers []string) []int {
	var out []int
	for _, n := range numbers {
		v, err := strconv.Atoi(n)
		if err != nil || v > 255 {
			return nil
		}
		out = append(out, v)
	}
	slices.Sort(out)
	return out
}

// joined returns the address as one run of digits: padded to three each, in both orders, and as a 32-bit number.
func joined(b [4]byte) []string {
	pad := func(v byte) string { s := strconv.Itoa(int(v)); return "000"[len(s):] + s }
	n := uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	return []string{
		pad(b[0]) + pad(b[1]) + pad(b[2]) + pad(b[3]),
		pad(b[3]) + pad(b[2]) + pad(b[1]) + pad(b[0]),
		strconv.FormatUint(n, 10),
	}
}

// holdsHex looks for the bytes in hex, in either order, as the end or the beginning of a run of hex digits in the name without
// its hyphens.
func holdsHex(name string, b []byte) bool {
	back := slices.Clone(b)
	slices.Reverse(back)
	for label := range strings.SplitSeq(strings.ReplaceAll(name, "-", ""), ".") {
		for _, want := range []string{hex.EncodeToString(b), hex.EncodeToString(back)} {
			if strings.HasSuffix(label, want) || strings.HasPrefix(label, want) {
				return true
			}
		}
	}
	return false
}

// holdsIPv6 looks for all 32 nibbles, forward or backward, or the short form with hyphens for colons.
func holdsIPv6(name string, ip netip.Addr) bool {
	if short := strings.ReplaceAll(ip.String(), ":", "-"); strings.Contains(name, short) {
		return true
	}
	bare := strings.NewReplacer("-", "", ".", "").Replace(name)
	full := hex.EncodeToString(ip.AsSlice())
	back := []byte(full)
	slices.Reverse(back)
	return strings.Contains(bare, full) || strings.Contains(bare, string(back)) || holdsHex(name, ip.AsSlice()[8:])
}

// namesAccessLine looks for an access word and a number in what stands before the last two labels.
func namesAccessLine(name string) bool {
	labels := strings.Split(name, ".")
	if len(labels) < 3 {
		return false
	}
	host := labels[:len(labels)-2]
	words := runs(strings.Join(host, "."), isLetter)
	if len(words) == 0 || slices.Contains(serverWords, words[0]) {
		return false
	}
	if !strings.ContainsAny(strings.Join(host, "."), "0123456789") {
		return false
	}
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(accessWords, w) })
}

// runs returns the longest pieces of s whose bytes all satisfy is.
func runs(s string, is func(byte) bool) []string {
	var out []string
	start := -1
	for i := 0; i <= len(s); i++ {
		in := i < len(s) && is(s[i])
		switch {
		case in && start < 0:
			start = i
		case !in && start >= 0:
			out = append(out, s[start:i])
			start = -1
		}
	}
	return out
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' }
