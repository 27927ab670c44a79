package eml

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parseAddresses writes each address as name|local|domain|group|bytes of the span.
func parseAddresses(value string) (got, problems []string) {
	m := Parse([]byte("To:" + value + "\r\n\r\n"))
	for _, a := range m.Addresses(m.Fields[0]) {
		got = append(got, fmt.Sprintf("%s|%s|%s|%s|%s", a.Name, a.Local, a.Domain, a.Group, m.Bytes(a.Span)))
	}
	return got, kinds(m.AllProblems())
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
	}{
		{" a@example.com", []string{"|a|example.com||a@example.com"}},
		{" Jo Doe <a@Example.COM>", []string{"Jo Doe|a|example.com||a@Example.COM"}},
		{` "Doe, Jo" <a@example.com>`, []string{"Doe, Jo|a|example.com||a@example.com"}},
		{` "Jo \"X\" Doe" <a@example.com>`, []string{`Jo "X" Doe|a|example.com||a@example.com`}},
		{" a@example.com (Jo Doe)", []string{"Jo Doe|a|example.com||a@example.com"}},
		{" J. Doe <a@example.com>, b@example.net", []string{"J. Doe|a|example.com||a@example.com", "|b|example.net||b@example.net"}},
		{"a@example.com,b@example.com;c@example.com", []string{"|a|example.com||a@example.com", "|b|example.com||b@example.com", "|c|example.com||c@example.com"}},
		{" Team: a@example.com, Jo <b@example.com>;, c@example.com", []string{"|a|example.com|Team|a@example.com", "Jo|b|example.com|Team|b@example.com", "|c|example.com||c@example.com"}},
		{" undisclosed-recipients:;", nil},
		{` "jo doe"@example.com`, []string{`|"jo doe"|example.com||"jo doe"@example.com`}},
		{` "jo"@example.com`, []string{`|jo|example.com||"jo"@example.com`}},
		{` "a@b"@example.com`, []string{`|"a@b"|example.com||"a@b"@example.com`}},
		{" <@one.example,@two.example:a@example.com>", []string{"|a|example.com||a@example.com"}},
		{" a @ example . com", []string{"|a|example.com||a @ example . com"}},
		{" jo(c)@(d)example.com", []string{"d|jo|example.com||jo(c)@(d)example.com"}},
		{" <a@[192.0.2.1]>", []string{"|a|[192.0.2.1]||a@[192.0.2.1]"}},
		{" a@[IPv6:2001:db8::1]", []string{"|a|[ipv6:2001:db8::1]||a@[IPv6:2001:db8::1]"}},
		{" Jo\r\n Doe\r\n <a@example.com>", []string{"Jo Doe|a|example.com||a@example.com"}},
		{" =?utf-8?Q?J=C3=B6?= =?utf-8?Q?rg?= <a@example.com>", []string{"Jörg|a|example.com||a@example.com"}},
		{" =?utf-8?Q?Doe,_Jo?= <a@example.com>", []string{"Doe, Jo|a|example.com||a@example.com"}},
		{` "=?utf-8?B?SsO2cmc=?=" <a@example.com>`, []string{"Jörg|a|example.com||a@example.com"}},
		{" jörg@bücher.example", []string{"|jörg|bücher.example||jörg@bücher.example"}},
		{" <a@example.com.>", []string{"|a|example.com||a@example.com."}},
		{" <>", nil},
		{"", nil},
		{" , ,;", nil},
		{" <<a@example.com>>", []string{"|a|example.com||a@example.com"}},
		{" boss@example.com <x@example.net>", []string{"boss@example.com|x|example.net||x@example.net"}},
		{" Jo Doe a@example.com", []string{"Jo Doe|a|example.com||a@example.com"}},
		{" a@example.com b@example.com", []string{"|a|example.com||a@example.com", "|b|example.com||b@example.com"}},
		{" Jo <a@example.com> Al <b@example.com>", []string{"Jo|a|example.com||a@example.com", "Al|b|example.com||b@example.com"}},
		{" Jo <a@example.com> <b@example.com>", []string{"Jo|a|example.com||a@example.com", "|b|example.com||b@example.com"}},
	} {
		got, problems := parseAddresses(tt.in)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
		for _, kind := range problems {
			if kind != KindBareCR {
				t.Errorf("%q is in order, but: %v", tt.in, problems)
			}
		}
	}
}

// TestAddressProblems has what is out of order, each beside the address that is still read.
func TestAddressProblems(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want []string
		kind string
	}{
		{" postmaster", nil, KindNoAt},
		{" Jo <root>, a@example.com", []string{"|a|example.com||a@example.com"}, KindNoAt},
		{" @example.com", nil, KindNoAt},
		{" a@b@example.com", []string{"|a@b|example.com||a@b@example.com"}, KindSeveralAt},
		{" Jo <a@example.com", []string{"Jo|a|example.com||a@example.com"}, KindOpenBracket},
		{" Jo <a@example.com, b@example.com", []string{"Jo|a|example.com||a@example.com", "|b|example.com||b@example.com"}, KindOpenBracket},
	} {
		got, problems := parseAddresses(tt.in)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.in, diff)
		}
		if !slices.Contains(problems, tt.kind) {
			t.Errorf("%q: want %s, got %v", tt.in, tt.kind, problems)
		}
	}
	for in, want := range map[string]string{
		` "Jo <a@example.com>`: "a@example.com", // a quote that never closes hides nothing
		` (Jo <a@example.com>`: "a@example.com",
		` Jo) <a@example.com>`: "a@example.com",
		` Jo" <a@example.com>`: "a@example.com",
	} {
		if got, _ := parseAddresses(in); len(got) != 1 || !strings.HasSuffix(got[0], "|"+want) {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestAddressesAreBounded(t *testing.T) {
	got, problems := parseAddresses(strings.Repeat(" a@example.com,", maxAddresses+1))
	if len(got) != maxAddresses || !slices.Contains(problems, KindAddressList) {
		t.Errorf("%d addresses, %v", len(got), problems)
	}
	for _, piece := range []string{`"`, "(", "<", "=?u?q?", "[", "a@", "((", `\"`, "<(", `<"`} {
		parseAddresses(strings.Repeat(piece, 1<<20/len(piece)))
	}
}

func TestInName(t *testing.T) {
	for name, want := range map[string]string{
		"boss@example.com": "boss@example.com", "The boss (boss@Example.com)": "boss@example.com", "'a@example.com' via List": "a@example.com",
		"boss＠example.com": "boss@example.com", "me @ home": "", "Jo Doe": "", "a@b": "", "@example.com": "",
	} {
		got, ok := Address{Name: name}.InName()
		if ok != (want != "") || ok && got.String() != want {
			t.Errorf("%q: %v %v", name, got, ok)
		}
	}
}

func FuzzAddresses(f *testing.F) {
	f.Add([]byte(` "Doe, Jo" <a@example.com>, Team: b@example.com (c), <@r.example:d@[192.0.2.1]>;`))
	f.Add([]byte(" =?utf-8?Q?Doe,_Jo?= <a@example.com>\r\n ,\r\n b@c@d"))
	f.Fuzz(func(t *testing.T, value []byte) {
		checkMessage(t, append(append([]byte("To:"), value...), "\r\n\r\nbody"...))
	})
}
