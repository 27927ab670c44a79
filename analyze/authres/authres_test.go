package authres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

func field(value string) (*eml.Message, eml.Field) {
	m := eml.Parse([]byte("Authentication-Results: " + strings.ReplaceAll(value, "\n", "\r\n") + "\r\n\r\n"))
	return m, m.Fields[0]
}

// text writes a result as the tables below spell it.
func text(r Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "id=%s", r.AuthservID)
	if r.Instance > 0 {
		fmt.Fprintf(&b, " i=%d", r.Instance)
	}
	if r.None {
		b.WriteString(" none")
	}
	for _, m := range r.Methods {
		fmt.Fprintf(&b, " | %s=%s", m.Name, m.Value)
		if m.Comment != "" {
			fmt.Fprintf(&b, " (%s)", m.Comment)
		}
		if m.Reason != "" {
			fmt.Fprintf(&b, " reason=%s", m.Reason)
		}
		for _, p := range m.Props {
			fmt.Fprintf(&b, " %s=%s", p.Name, p.Value)
		}
	}
	if r.Malformed != "" {
		b.WriteString(" ! " + r.Malformed)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"RFC 8601 B.3", "example.com;\n spf=pass smtp.mailfrom=example.net", "id=example.com | spf=pass smtp.mailfrom=example.net"},
		{"RFC 8601 B.2: none", "example.org 1; none", "id=example.org none"},
		{"RFC 8601 B.6: comments everywhere", "foo.example.net (foobar) 1 (baz);\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n policy (A dot can go here) . (like that) expired\n (this surprised me) = (as I wasn't expecting it) 1362471462",
			"id=foo.example.net | dkim=fail (wait for it; A dot can go here; like that; this surprised me; as I wasn't expecting it) policy.expired=1362471462"},
		{"Microsoft without authserv-id", "spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=example.net; dkim=pass (signature was verified)\n header.d=example.net;dmarc=pass action=none\n header.from=example.net;compauth=pass reason=100",
			"id= | spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.net | dkim=pass (signature was verified) header.d=example.net | dmarc=pass action=none header.from=example.net | compauth=pass reason=100"},
		{"Microsoft without an address, last semicolon", "spf=none (sender IP is ) smtp.mailfrom=forms@widget.com;", "id= | spf=none (sender IP is) smtp.mailfrom=forms@widget.com"},
		{"semicolon in a comment", "mx.example.org; spf=fail (a; b (c; d)) smtp.helo=x.example; dmarc=none", "id=mx.example.org | spf=fail (a; b (c; d)) smtp.helo=x.example | dmarc=none"},
		{"Google", "mx.google.com;\n       dkim=pass header.i=@example.com header.s=s1 header.b=eh/YO+l=;\n       dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=example.com",
			"id=mx.google.com | dkim=pass header.i=@example.com header.s=s1 header.b=eh/YO+l= | dmarc=pass (p=NONE sp=QUARANTINE dis=NONE) header.from=example.com"},
		{"quoted strings", `"mx.example.org"; auth=pass (plain) smtp.auth="a\"b;c"; dkim=fail reason="bad; body" header.d=example.com`,
			`id=mx.example.org | auth=pass (plain) smtp.auth=a"b;c | dkim=fail reason=bad; body header.d=example.com`},
		{"quoted local part", `mx.example.org; spf=pass smtp.mailfrom="a b"@example.com`, "id=mx.example.org | spf=pass smtp.mailfrom=a b@example.com"},
		{"method version, upper case", "mx.example.org; DKIM/1=PASS Header.D=Example.com", "id=mx.example.org | dkim=pass header.d=Example.com"},
		{"policy", "mx.example.org; iprev=pass policy.iprev=192.0.2.9; x-tls=pass smtp.version=TLSv1.3", "id=mx.example.org | iprev=pass policy.iprev=192.0.2.9 | x-tls=pass smtp.version=TLSv1.3"},
		{"ARC", "i=2; mx.example.org; arc=pass (i=1) header.oldest-pass=0", "id=mx.example.org i=2 | arc=pass (i=1) header.oldest-pass=0"},
		{"ARC of Microsoft", "i=1; mx.microsoft.com 1; spf=pass\n smtp.mailfrom=example.net; arc=none", "id=mx.microsoft.com i=1 | spf=pass smtp.mailfrom=example.net | arc=none"},
		{"row without an id: auth=pass", "auth=pass smtp.auth=user@example.org smtp.mailfrom=user@example.org", "id= | auth=pass smtp.auth=user@example.org smtp.mailfrom=user@example.org"},
		{"version of the future fails closed", "mx.example.org 2; spf=pass", "id= | spf=pass ! version 2 of the format is not known"},
		{"open comment fails closed", "mx.example.org; spf=pass (oops", "id= | spf=pass ! a comment does not end"},
		{"open quote fails closed", `mx.example.org; spf=pass reason="oops`, "id= | spf=pass reason=oops ! a quoted string does not end"},
		{"two ids fail closed", "mx.example.org evil.example; spf=pass", "id= ! there is no \";\" after the authserv-id"},
		{"prose fails closed", "this is not a result", "id= ! there is no \";\" after the authserv-id"},
		{"empty", "", "id="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, f := field(tt.in)
			got := text(Parse(m, f))
			if strings.HasPrefix(tt.name, "two ids") || strings.HasPrefix(tt.name, "prose") {
				if id, _, _ := strings.Cut(got, " "); id != "id=" || !strings.Contains(got, "!") {
					t.Errorf("got %s", got)
				}
				return
			}
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestSpans(t *testing.T) {
	m, f := field("mx.example.org;\n dkim=pass (good)\n  header.d=\"example.com\" ; spf=fail")
	r := Parse(m, f)
	for _, tt := range []struct {
		span eml.Span
		want string
	}{
		{r.IDSpan, "mx.example.org"},
		{r.Methods[0].Result, "pass"},
		{r.Methods[0].Span, "dkim=pass (good)\r\n  header.d=\"example.com\""},
		{r.Methods[0].Props[0].Span, "header.d=\"example.com\""},
		{r.Methods[0].Props[0].At, "example.com"},
		{r.Methods[1].Span, "spf=fail"},
	} {
		if got := string(m.Bytes(tt.span)); got != tt.want {
			t.Errorf("span holds %q, want %q", got, tt.want)
		}
	}
}

func TestSenderIP(t *testing.T) {
	for in, want := range map[string]string{
		"spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a":                                                              "192.0.2.1",
		"spf=pass (sender IP is 2001:db8::1) smtp.mailfrom=a":                                                            "2001:db8::1",
		"spf=none (sender IP is ) smtp.mailfrom=a":                                                                       "invalid IP",
		"mx.google.com; spf=pass (google.com: domain of a@b designates 192.0.2.2 as permitted sender) smtp.mailfrom=a@b": "192.0.2.2",
		"mx.google.com; spf=fail (google.com: domain of a@b does not designate 192.0.2.3 as permitted sender)":           "192.0.2.3",
		"mx.example.org; iprev=pass policy.iprev=192.0.2.4":                                                              "192.0.2.4",
	} {
		m, f := field(in)
		if got := Parse(m, f).Methods[0].SenderIP().String(); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestParseSPF(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"Microsoft", "Pass (protection.outlook.com: domain of example.net designates\n 192.0.2.1 as permitted sender) receiver=protection.outlook.com;\n client-ip=192.0.2.1; helo=mail.example.net; pr=C", "pass 192.0.2.1 mail.example.net from= by=protection.outlook.com"},
		{"Microsoft, none", "None (protection.outlook.com: example.net does not designate\n permitted sender hosts)", "none invalid IP  from= by="},
		{"Google", "pass (google.com: domain of a@example.com designates 192.0.2.2 as permitted sender) client-ip=192.0.2.2;", "pass 192.0.2.2  from= by="},
		{"Google, address in the comment alone", "pass (google.com: domain of a@example.com designates 192.0.2.2 as permitted sender)", "pass 192.0.2.2  from= by="},
		{"policy server", "Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.3; helo=mail.example.com; envelope-from=a@example.com; receiver=<UNKNOWN>", "pass 192.0.2.3 mail.example.com from=a@example.com by=<UNKNOWN>"},
		{"RFC 7208 9.1", "softfail (mybox.example.org: domain of transitioning\n myname@example.com does not designate 192.0.2.1 as permitted sender)\n receiver=mybox.example.org; client-ip=192.0.2.1;\n envelope-from=\"myname@example.com\"; helo=foo.example.com;", "softfail 192.0.2.1 foo.example.com from=myname@example.com by=mybox.example.org"},
		{"IPv4 in IPv6", "fail client-ip=::ffff:192.0.2.4; helo=x", "fail 192.0.2.4 x from= by="},
		{"not a result", "x-evil client-ip=192.0.2.1", " 192.0.2.1  from= by= !"},
		{"first address counts", "pass client-ip=192.0.2.1; client-ip=192.0.2.66", "pass 192.0.2.1  from= by="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, f := field(tt.in)
			r := ParseSPF(m, f)
			got := fmt.Sprintf("%s %s %s from=%s by=%s", r.Result, r.ClientIP, r.Helo, r.EnvelopeFrom, r.Receiver)
			if r.Malformed != "" {
				got += " !"
			}
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			if r.IPSpan != (eml.Span{}) && !strings.HasSuffix(string(m.Bytes(r.IPSpan)), r.ClientIP.String()) {
				t.Errorf("the address stands at %q", m.Bytes(r.IPSpan))
			}
		})
	}
}

func TestAllAndLimits(t *testing.T) {
	m := eml.Parse([]byte("Authentication-Results: a.example; spf=pass\r\nauthentication-results: b.example; spf=fail\r\nReceived-SPF: pass\r\nARC-Authentication-Results: i=1; c.example; none\r\n\r\n"))
	if r := All(m); len(r) != 2 || r[0].AuthservID != "a.example" || r[1].Method("spf")[0].Value != "fail" {
		t.Errorf("%+v", r)
	}
	if len(AllSPF(m)) != 1 || len(AllARC(m)) != 1 {
		t.Error("one of each other field")
	}
	m, f := field("a.example" + strings.Repeat("; spf=pass", 5000))
	if r := Parse(m, f); r.Malformed == "" || r.AuthservID != "" || len(r.Methods) > maxResults {
		t.Errorf("%d results, malformed %q", len(r.Methods), r.Malformed)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("mx.example.org; dkim=pass (a;b) header.d=\"x\" reason=y; spf=none")
	f.Add("Pass (c) client-ip=192.0.2.1; helo=\"a")
	f.Fuzz(func(t *testing.T, in string) {
		m := eml.Parse([]byte("Authentication-Results: " + in + "\r\n\r\n"))
		if len(m.Fields) == 0 {
			return
		}
		fd := m.Fields[0]
		check := func(s eml.Span) {
			if s != (eml.Span{}) && (s.Start < fd.Value.Start || s.End > fd.Value.End || s.End < s.Start) {
				t.Fatalf("span %v outside %v", s, fd.Value)
			}
		}
		r := Parse(m, fd)
		check(r.IDSpan)
		for _, x := range r.Methods {
			check(x.Span)
			check(x.Result)
			for _, p := range x.Props {
				check(p.Span)
				check(p.At)
			}
		}
		check(ParseSPF(m, fd).IPSpan)
	})
}

func BenchmarkParse(b *testing.B) {
	m, f := field("mx.example.org;\n dkim=pass (signature was verified) header.d=example.com header.s=s1 header.b=abcdefgh;\n spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a@example.com;\n dmarc=pass action=none header.from=example.com")
	b.SetBytes(int64(f.Value.Len()))
	b.ReportAllocs()
	for b.Loop() {
		Parse(m, f)
	}
}
