package resolve

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLooksGeneric(t *testing.T) {
	for _, tt := range []struct {
		ip, name string
		want     bool
	}{
		{"192.0.2.7", "192-0-2-7.example.net", true},
		{"192.0.2.7", "7.2.0.192.pools.example.net", true},
		{"192.0.2.7", "host192.0.2.7.example.net", true},
		{"192.0.2.7", "ip192000002007.example.net", true},
		{"192.0.2.7", "u3221225991.example.net", true},
		{"192.0.2.7", "pc0000207.example.net", true},
		{"192.0.2.7", "p070200c0.example.net", true},
		{"192.0.2.7", "dyn-7.example.net", true},
		{"192.0.2.7", "7.dsl.example.net", true},
		{"192.0.2.7", "pool7-1.fra.example.net", true},
		{"192.0.2.7", "p5dcc1234.dip0.example.net", true},
		{"2001:db8::7", "2001-db8--7.example.net", true},
		{"2001:db8::7", "20010db8000000000000000000000007.example.net", true},
		{"2001:db8::7", "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.example.net", true},

		{"192.0.2.7", "mail.example.net", false},
		{"192.0.2.7", "mx7.example.net", false},
		{"192.0.2.7", "a2-7.smtp-out.example.net", false},       // two octets, as mail providers number their senders
		{"192.0.2.7", "mail7-2.atl2.example.net", false},        // likewise
		{"192.0.2.7", "192-0-2-8.example.net", false},           // another address
		{"192.0.2.7", "mail1.dsl.example.net", false},           // named for mail, in a network named for its lines
		{"192.0.2.7", "7.dsl.net", false},                       // the word is the registered name
		{"192.0.2.7", "spooling7.example.net", false},           // "pool" inside a word
		{"192.0.2.7", "dynamics.example.net", false},            // no number
		{"192.0.2.7", "mail-mw2nam12lp2049.example.net", false}, // a number that is no address
		{"2001:db8::7", "mail-7.example.net", false},
		{"192.0.2.7", "", false},
	} {
		if got := LooksGeneric(tt.name, netip.MustParseAddr(tt.ip)); got != tt.want {
			t.Errorf("LooksGeneric(%q, %s) = %v, want %v", tt.name, tt.ip, got, tt.want)
		}
	}
}

const reverseZone = `;! zone 2.0.192.in-addr.arpa.
;! zone example.net.
;! zone 8.b.d.0.1.0.0.2.ip6.arpa.
7.2.0.192.in-addr.arpa. PTR mail.example.net.
8.2.0.192.in-addr.arpa. PTR other.example.net.
8.2.0.192.in-addr.arpa. PTR missing.example.net.
9.2.0.192.in-addr.arpa. PTR mail.example.com.
7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR mail.example.net.
mail.example.net. A 192.0.2.7
mail.example.net. AAAA 2001:db8::7
other.example.net. A 192.0.2.99
`

func TestReverse(t *testing.T) {
	r, err := Snapshot("test", strings.NewReader(reverseZone))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		ip        string
		kind      Kind
		names     []string
		confirmed []string
		unknown   Kind // Found: none
	}{
		{"192.0.2.7", Found, []string{"mail.example.net"}, []string{"mail.example.net"}, Found},
		{"::ffff:192.0.2.7", Found, []string{"mail.example.net"}, []string{"mail.example.net"}, Found},
		{"2001:db8::7", Found, []string{"mail.example.net"}, []string{"mail.example.net"}, Found},
		{"192.0.2.8", Found, []string{"other.example.net", "missing.example.net"}, nil, Found},
		{"192.0.2.9", Found, []string{"mail.example.com"}, nil, NotRecorded},
		{"192.0.2.10", NXDomain, nil, nil, Found},
		{"198.51.100.1", NotRecorded, nil, nil, NotRecorded},
	} {
		got := Reverse(t.Context(), r, netip.MustParseAddr(tt.ip))
		unknown := Found
		if got.Unknown != nil {
			unknown = got.Unknown.Kind
		}
		if diff := cmp.Diff([]any{tt.kind, tt.names, tt.confirmed, tt.unknown}, []any{got.Kind, got.Names, got.Confirmed, unknown}); diff != "" {
			t.Errorf("%s: %s", tt.ip, diff)
		}
	}
}
