package eml

import (
	"strings"
	"testing"
)

func TestRepeated(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"From: a\nTo: b\nReceived: 1\nReceived: 2\n\n", ""},
		{"From: a\nTo: b\nfrom: c\n\n", "From: a"},
		{"Subject: a\nSUBJECT: a\n\n", "Subject: a (same)"},
		{"To: 1\nTo: 2\nTo: 3\nFrom: a\nFrom : b\n\n", "From: a, To: 1"},
		{"Content-Type: text/plain\nContent-Type: text/html\n\n", "Content-Type: text/plain"},
	} {
		m := Parse([]byte(tt.raw))
		var got []string
		for _, r := range m.Repeated() {
			s := r.Name + ": " + m.Unfold(r.Fields[r.Used])
			if strings.Contains(r.Why, "say the same") {
				s += " (same)"
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != tt.want {
			t.Errorf("%q: %q, want %q", tt.raw, got, tt.want)
		}
	}
}
