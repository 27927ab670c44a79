package reputation

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"time"
)

var (
	day = 24 * time.Hour
	now = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	key = Key{IP, "192.0.2.7"}
)

func history(spam bool, ages ...int) *History {
	h := &History{}
	for _, a := range ages {
		h.Add([]Key{key}, Hit{now.Add(-time.Duration(a) * day), spam})
	}
	return h
}

func TestLook(t *testing.T) {
	tests := []struct {
		name string
		h    *History
		want string
	}{
		{"fresh", history(true, 0, 1, 2), "3 spam hits in 2 days, last today, now bad"},
		{"faded", history(true, 40, 41, 42), "3 spam hits in 2 days, last 40 days ago, now neutral"},
		{"one is too few", history(true, 0), "1 spam hit, last today, now neutral"},
		{"good", history(false, 1, 3, 5), "3 good hits in 4 days, last 1 day ago, now good"},
	}
	for _, test := range tests {
		s, ok := test.h.Look(key, now)
		if !ok || s.String() != test.want {
			t.Errorf("%s: %q, want %q", test.name, s, test.want)
		}
	}
	if _, ok := history(true, 1).Look(Key{IP, "192.0.2.8"}, now); ok {
		t.Error("a stranger has a history")
	}
	both := history(true, 0, 1)
	both.Add([]Key{key}, Hit{now, false})
	both.Add([]Key{key}, Hit{now, false})
	if s, _ := both.Look(key, now); !s.Neutral() {
		t.Errorf("two good and two bad: %s", s)
	}
}

// TestDrift: without a hit the score only ever goes towards neutral, and arrives.
func TestDrift(t *testing.T) {
	h := history(true, 0, 0, 0, 0, 0, 0, 0, 0)
	last := 2.0
	for age := range 60 {
		s, _ := h.Look(key, now.Add(time.Duration(age)*day))
		if s.Score > last || s.Score < 0 {
			t.Fatalf("day %d: %.3f after %.3f", age, s.Score, last)
		}
		last = s.Score
	}
	if last != 0 {
		t.Errorf("after 60 days it is %.3f", last)
	}
}

func TestHistoryRoundTrip(t *testing.T) {
	h := history(true, 3, 2, 1)
	h.Add([]Key{{Signer, "example.com"}, {Net, "192.0.2.0/24"}}, Hit{now, false})
	b := h.Append(nil)
	read, err := ParseHistory(b)
	if err != nil || string(read.Append(nil)) != string(b) {
		t.Fatalf("%v\n%s", err, b)
	}
	read.Remove([]Key{key}, Hit{now.Add(-2 * day), true})
	if s, _ := read.Look(key, now); s.Spam != 2 {
		t.Errorf("%d hits after one of three was taken out", s.Spam)
	}
	for _, bad := range []string{"ip", "ip 192.0.2.7\n", "ip 192.0.2.7 -1", "who x -1\n", "ip x *1\n", "ip x \n", "ip x -99999999999999999999\n"} {
		if _, err := ParseHistory([]byte(bad)); !errors.Is(err, ErrHistory) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestHitsAreBounded(t *testing.T) {
	h := &History{}
	for range 3 * maxHits {
		h.Add([]Key{key}, Hit{now, true})
	}
	if s, _ := h.Look(key, now); s.Spam != maxHits {
		t.Errorf("%d hits kept", s.Spam)
	}
}

func TestReadList(t *testing.T) {
	h := &History{}
	n, err := h.ReadList(strings.NewReader("# our own list\n192.0.2.7\n\n198.51.100.0/24,spam,3,2026-05-30\n2001:db8::/48,ham,2\n"), now)
	if err != nil || n != 3 || h.Len() != 3 {
		t.Fatalf("%d lines, %d keys, %v", n, h.Len(), err)
	}
	if s, _ := h.Look(key, now); s.Neutral() {
		t.Errorf("a listed address says nothing: %s", s)
	}
	for _, bad := range []string{"mail.example.com", "192.0.2.0/20", "192.0.2.7,maybe", "192.0.2.7,spam,none", "192.0.2.7,spam,1,yesterday"} {
		if _, err := h.ReadList(strings.NewReader(bad), now); err == nil || !strings.HasPrefix(err.Error(), "line 1: ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{"192.0.2.7": "192.0.2.0/24", "::ffff:192.0.2.7": "192.0.2.0/24", "2001:db8:1:2::3": "2001:db8:1::/48", "fe80::1%eth0": "fe80::/48"} {
		if got := Network(netip.MustParseAddr(ip)).String(); got != want {
			t.Errorf("%s: %s, want %s", ip, got, want)
		}
	}
}

func FuzzParseHistory(f *testing.F) {
	f.Add(history(true, 1, 2).Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := ParseHistory(b); err == nil {
			if _, err := ParseHistory(h.Append(nil)); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzReadList(f *testing.F) {
	f.Add("192.0.2.7,spam,3,2026-05-30")
	f.Fuzz(func(t *testing.T, s string) { _, _ = (&History{}).ReadList(strings.NewReader(s), now) })
}
