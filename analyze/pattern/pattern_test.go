package pattern

import (
	"net/netip"
	"testing"
)

func TestSender(t *testing.T) {
	for in, want := range map[string]string{
		"Forms@Widget.COM": "Forms@widget.com", "@widget.com": "@widget.com", "*@widget.com.": "@widget.com", "*@*.widget.com": "*@*.widget.com",
		"@*.widget.com": "*@*.widget.com", `"a b@c"@example.com`: `"a b@c"@example.com`, "a@bücher.example": "a@xn--bcher-kva.example",
		"widget.com": "", "*": "", "f*@widget.com": "", "a b@widget.com": "", "a@": "", "a@192.0.2.1": "", "a@b..c": "", "": "",
	} {
		if got, err := Sender(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
}

// A pattern covers another when it matches whatever the other does.
func TestCovers(t *testing.T) {
	for _, tt := range []struct {
		wide, narrow string
		want         bool
	}{
		{"@a.example", "x@A.example", true}, {"x@a.example", "@a.example", false}, {"x@a.example", "X@a.example", true},
		{"*@*.a.example", "x@b.a.example", true}, {"*@*.a.example", "x@a.example", false}, {"*@*.a.example", "*@*.b.a.example", true},
		{"*@*.b.a.example", "*@*.a.example", false}, {"@a.example", "*@*.a.example", false}, {"*@*.a.example", "*@*.a.example", true},
		{"x@*.a.example", "*@*.a.example", false}, {"*@*.a.example", "x@evila.example", false}, {"<>", "<>", true}, {"@a.example", "<>", false},
	} {
		if SenderCovers(tt.wide, tt.narrow) != tt.want {
			t.Errorf("%s covers %s: %v", tt.wide, tt.narrow, !tt.want)
		}
	}
	for _, tt := range []struct {
		wide, narrow string
		want         bool
	}{
		{".a.example", "b.a.example", true}, {".a.example", "a.example", false}, {".a.example", ".b.a.example", true}, {".a.example", "*.a.example", true},
		{"a.example", "A.example", true}, {"a.example", ".a.example", false}, {".a.example", "evila.example", false},
	} {
		if HostCovers(tt.wide, tt.narrow) != tt.want {
			t.Errorf("%s covers %s: %v", tt.wide, tt.narrow, !tt.want)
		}
	}
	p := netip.MustParsePrefix
	if !PrefixCovers(p("192.0.2.0/24"), p("192.0.2.128/25")) || PrefixCovers(p("192.0.2.128/25"), p("192.0.2.0/24")) || PrefixCovers(p("::/0"), p("192.0.2.0/24")) {
		t.Error("prefixes")
	}
}

func FuzzSender(f *testing.F) {
	f.Add("*@*.example.com", "a@b.example.com")
	f.Fuzz(func(t *testing.T, pat, addr string) {
		norm, err := Sender(pat)
		if err != nil {
			return
		}
		if again, err := Sender(norm); err != nil || again != norm {
			t.Errorf("%q is not stable: %q, %v", norm, again, err)
		}
		if a, err := Sender(addr); err == nil && SenderCovers(norm, a) && a[0] != '@' && a[0] != '*' && !MatchSender(norm, a) {
			t.Errorf("%q covers %q and does not match it", norm, a)
		}
	})
}
