package eml

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// sample builds a message with the header of ordinary mail, a text, an HTML part and an attachment of about size bytes.
func sample(size int) []byte {
	var b bytes.Buffer
	for i := range 5 {
		fmt.Fprintf(&b, "Received: from mx%d.example.net (mx%d.example.net [192.0.2.%d])\r\n\tby mail.example.org (Postfix) with ESMTPS id 4Xk%d\r\n\tfor <jo@example.org>; Tue, 3 Mar 2026 09:00:0%d +0000 (UTC)\r\n", i, i, i, i, i)
	}
	b.WriteString("DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.net; s=s1;\r\n\th=From:To:Subject:Date:Message-ID;\r\n\tbh=2jmj7l5rSw0yVb/vlWAYkK/YBwk2jmj7l5rSw0yVb8=;\r\n\tb=" + strings.Repeat("QUJD", 85) + "\r\n")
	b.WriteString("Authentication-Results: mail.example.org; spf=pass smtp.mailfrom=example.net; dkim=pass header.d=example.net\r\n")
	for i := range 12 {
		fmt.Fprintf(&b, "X-Example-Header-%d: value of this header, as filters write them %d\r\n", i, i)
	}
	b.WriteString("From: =?utf-8?Q?J=C3=B6rg?= <jo@example.net>\r\nTo: \"Doe, A\" <a@example.org>, b@example.org\r\nSubject: =?utf-8?B?SsO2cmc=?= writes\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@example.net>\r\nMIME-Version: 1.0\r\n")
	b.WriteString("Content-Type: multipart/mixed; boundary=\"=_outer\"\r\n\r\n--=_outer\r\nContent-Type: multipart/alternative; boundary=\"=_inner\"\r\n\r\n")
	b.WriteString("--=_inner\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + strings.Repeat("A line of ordinary text, as people write it, =C3=A4 and on.\r\n", 50))
	b.WriteString("--=_inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + strings.Repeat("<p>A line of ordinary text, as people write it, and on.</p>\r\n", 50) + "--=_inner--\r\n\r\n")
	b.WriteString("--=_outer\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	line := strings.Repeat("QUJD", 19) + "\r\n"
	b.WriteString(strings.Repeat(line, max(1, (size-b.Len())/len(line))))
	b.WriteString("--=_outer--\r\n")
	return b.Bytes()
}

func sizes(b *testing.B, f func(b *testing.B, raw []byte)) {
	for _, size := range []int{20 << 10, 100 << 20} {
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) {
			raw := sample(size)
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			b.ResetTimer()
			f(b, raw)
		})
	}
}

// BenchmarkParse reads the header and finds the body.
func BenchmarkParse(b *testing.B) {
	sizes(b, func(b *testing.B, raw []byte) {
		for b.Loop() {
			Parse(raw)
		}
	})
}

// BenchmarkRoot reads the header and builds the MIME tree.
func BenchmarkRoot(b *testing.B) {
	sizes(b, func(b *testing.B, raw []byte) {
		for b.Loop() {
			Parse(raw).Root()
		}
	})
}

// BenchmarkTexts does all of it and decodes the texts.
func BenchmarkTexts(b *testing.B) {
	sizes(b, func(b *testing.B, raw []byte) {
		for b.Loop() {
			Parse(raw).Texts(1 << 20)
		}
	})
}

// BenchmarkAddresses reads From and To and the subject.
func BenchmarkAddresses(b *testing.B) {
	m := Parse(sample(20 << 10))
	from, _ := m.First("From")
	to, _ := m.First("To")
	subject, _ := m.First("Subject")
	b.ReportAllocs()
	for b.Loop() {
		m.Addresses(from)
		m.Addresses(to)
		m.Text(subject)
	}
}

// TestHeaderOfManyMegabytes has one line of 50 MB and 100,000 questions about 10,000 fields: quadratic work would not end.
func TestHeaderOfManyMegabytes(t *testing.T) {
	raw := []byte("Subject: " + strings.Repeat("x", 50<<20) + "\r\nTo: a@example.com\r\n\r\n")
	m := Parse(raw)
	if f, ok := m.First("To"); !ok || m.Line(f.Span.Start) != 2 {
		t.Error("To was not found on line 2")
	}
	var b strings.Builder
	for i := range maxFields {
		fmt.Fprintf(&b, "X-%d: b\n", i)
	}
	m = Parse([]byte(b.String() + "\n"))
	for i := range 10 * maxFields {
		if len(m.All(fmt.Sprintf("x-%d", i%maxFields))) != 1 {
			t.Fatal(i)
		}
	}
}
