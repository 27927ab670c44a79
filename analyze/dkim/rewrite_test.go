package dkim

import (
	"io"
	"mime/quotedprintable"
	"strings"
	"testing"
)

// TestUnrewrite has a link of each filter, and links that only look like one.
func TestUnrewrite(t *testing.T) {
	cases := []struct{ name, in, want string }{
		{"Safe Links", "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2Fa%3Fb%3D1%26c%3D2&data=05%7C01%7C&sdata=x%3D&reserved=0", "https://www.example.com/a?b=1&c=2"},
		{"Safe Links in HTML", "https://eur01.safelinks.protection.outlook.com/?url=http%3A%2F%2Fexample.com&amp;data=05", "http://example.com"},
		{"URL Defense 1", "https://urldefense.proofpoint.com/v1/url?u=http://www.example.com/&k=abc%3D&r=x", "http://www.example.com/"},
		{"URL Defense 2", "https://urldefense.proofpoint.com/v2/url?u=https-3A__www.example.com_a-3Fb-3D1&d=DwMFaQ&c=x", "https://www.example.com/a?b=1"},
		{"URL Defense 3", "https://urldefense.com/v3/__https://www.example.com/a?b=1__;!!TOKEN!abc$", "https://www.example.com/a?b=1"},
		{"URL Defense 3, one masked byte", "https://urldefense.com/v3/__https://www.example.com/*top__;Iw!!TOKEN!abc$", "https://www.example.com/#top"},
		{"URL Defense 3, a masked run", "https://urldefense.com/v3/__https://www.example.com/**A__;JSU!!TOKEN!abc$", "https://www.example.com/%%"},
		{"Barracuda", "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2fwww.example.com%2fa&c=E,1,x&typo=1", "https://www.example.com/a"},
		{"Cisco", "https://secure-web.cisco.com/1AbC/https%3A%2F%2Fwww.example.com%2Fa", "https://www.example.com/a"},
		{"Sophos", "https://eu-west-1.protection.sophos.com/?d=example.com&u=aHR0cHM6Ly93d3cuZXhhbXBsZS5jb20vYQ==&i=x", "https://www.example.com/a"},
		{"Mimecast keeps its secret", "https://protect-eu.mimecast.com/s/AbCd?domain=example.com", ""},
		{"a link like any other", "https://www.example.com/?url=https%3A%2F%2Fexample.org", ""},
		{"Safe Links without the link", "https://eur01.safelinks.protection.outlook.com/?data=1", ""},
		{"URL Defense 3, cut", "https://urldefense.com/v3/__https://www.example.com/***", ""},
	}
	for _, c := range cases {
		got := unrewrite([]byte("see "+c.in+" or\n"), false)
		switch {
		case c.want == "" && got != nil:
			t.Errorf("%s: %q", c.name, got)
		case c.want != "" && (len(got) == 0 || string(got[0]) != "see "+c.want+" or\n"):
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzUnrewrite(f *testing.F) {
	f.Add([]byte("https://urldefense.com/v3/__https://www.example.com/**A__;JSU!!TOKEN!abc$"), true)
	f.Add([]byte("<a href=\"https://x.safelinks.protection.outlook.com/?url=a&amp;data=\" originalsrc=\"a\" shash=\"b\">"), true)
	f.Fuzz(func(t *testing.T, b []byte, isHTML bool) {
		if got := unrewrite(b, isHTML); len(got) > maxVariants {
			t.Fatalf("%d variants", len(got))
		}
	})
}

// TestStyles: every way of writing decodes to the same text, within its line length.
func TestStyles(t *testing.T) {
	text := "From here = to there, and a line that is much longer than any of the widths that programs use when they write: Zürich, Genève, Übersee.\r\n" +
		".dot\r\n-hyphen \r\ntab\tinside and at the end\t\r\n\r\n" + strings.Repeat("unbroken", 30) + "\r\nend\r\n"
	seen := map[string]bool{}
	for _, s := range styles(traitsOf([]byte(text))) {
		out := string(s.encode([]byte(text)))
		seen[out] = true
		for line := range strings.Lines(out) {
			if n := len(strings.TrimRight(line, "\r\n")); s.cte != "7bit" && n > max(s.width+3, 76) {
				t.Errorf("%+v: a line of %d", s, n)
			}
		}
		if s.cte != "quoted-printable" || s.eol != 0 {
			continue
		}
		back, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(out)))
		if got := strings.ReplaceAll(string(back), "\r\n\r\n\r\n", "\r\n\r\n"); err != nil || !s.soft && got != text {
			t.Errorf("%+v: %v, decoded to %q", s, err, back)
		}
	}
	if len(seen) < 30 {
		t.Errorf("only %d ways of writing", len(seen))
	}
	// What needs no encoding has few.
	if n := len(styles(traitsOf([]byte("short\nlines\n")))); n > 15 {
		t.Errorf("%d styles for a plain text", n)
	}
}
