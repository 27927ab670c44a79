package resolve

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTXTLookup(t *testing.T) {
	r := load(t, zone)
	for _, tt := range []struct {
		name                string
		temporary, notFound bool
		reason              Kind // Found: none
	}{
		{"example.com", false, false, Found},
		{"gone.example.net", false, true, Found},
		{"mail.example.com", false, true, Found},
		{"broken.example.net", true, false, ServFail},
		{"unrecorded.example.net", true, false, NotRecorded},
	} {
		lookup, reason := TXTLookup(t.Context(), r)
		_, err := lookup(tt.name)
		var d *net.DNSError
		errors.As(err, &d)
		if got := d != nil && d.Temporary(); got != tt.temporary {
			t.Errorf("%s: temporary %v (%v)", tt.name, got, err)
		}
		if got := d != nil && d.IsNotFound; got != tt.notFound {
			t.Errorf("%s: not found %v (%v)", tt.name, got, err)
		}
		var u *Unknown
		if errors.As(reason(), &u); (u == nil) != (tt.reason == Found) || u != nil && u.Kind != tt.reason {
			t.Errorf("%s: reason %v, want %v", tt.name, reason(), tt.reason)
		}
	}
	lookup, reason := TXTLookup(t.Context(), Off())
	lookup("example.com")
	if !errors.Is(reason(), ErrOffline) {
		t.Errorf("offline: %v", reason())
	}
}

// asked notes the questions that pass.
type asked struct {
	Resolver
	questions []string
}

func (a *asked) Resolve(ctx context.Context, q Question) (Answer, error) {
	a.questions = append(a.questions, q.String())
	return a.Resolver.Resolve(ctx, q)
}

func TestSPFResolver(t *testing.T) {
	seen := &asked{Resolver: load(t, zone)}
	lib := SPFResolver(seen, netip.MustParseAddr("192.0.2.7"))
	mx, err := lib.LookupMX(t.Context(), "example.com")
	if err != nil || len(mx) != 1 || mx[0].Host != "mail.example.com." || mx[0].Pref != 10 {
		t.Errorf("MX: %v %v", mx, err)
	}
	ips, err := lib.LookupIPAddr(t.Context(), "mail.example.com")
	if err != nil || len(ips) != 1 || ips[0].String() != "192.0.2.7" {
		t.Errorf("A: %v %v", ips, err)
	}
	if diff := cmp.Diff([]string{"example.com. MX", "mail.example.com. A"}, seen.questions); diff != "" {
		t.Errorf("an IPv4 client needs no AAAA: %s", diff)
	}
	if u := lib.Unknown(); u != nil {
		t.Errorf("unknown: %v", u)
	}
	v6 := SPFResolver(load(t, reverseZone), netip.MustParseAddr("2001:db8::7"))
	if ips, err = v6.LookupIPAddr(t.Context(), "mail.example.net"); err != nil || len(ips) != 2 {
		t.Errorf("A and AAAA: %v %v", ips, err)
	}
	if ips, err = v6.LookupIPAddr(t.Context(), "other.example.net"); err != nil || len(ips) != 1 {
		t.Errorf("A alone: %v %v", ips, err)
	}
	if names, err := v6.LookupAddr(t.Context(), "2001:db8::7"); err != nil || len(names) != 1 || names[0] != "mail.example.net." {
		t.Errorf("PTR: %v %v", names, err)
	}
	if _, err := v6.LookupAddr(t.Context(), "not an address"); err == nil {
		t.Error("PTR of what is no address")
	}
	if _, err := v6.LookupTXT(t.Context(), "unrecorded.example.org"); !temporary(err) || !v6.Unknown().NotAsked() {
		t.Errorf("unrecorded: %v %v", err, v6.Unknown())
	}
}
