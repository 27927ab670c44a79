package checks

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	msgauth "github.com/emersion/go-msgauth/dkim"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// benchMessage is a signed multipart message of about 20 KB, with the DNS that it needs.
func benchMessage(tb testing.TB) (raw []byte, zone string) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		tb.Fatal(err)
	}
	para := "The minutes of our last meeting are attached. Please read them before Thursday; corrections and additions are welcome until noon. "
	var b strings.Builder
	b.WriteString("From: Ann Baker <ann@example.com>\r\nTo: Bob <bob@example.org>\r\nSubject: Minutes\r\nDate: Mon, 2 Mar 2026 09:00:00 +0000\r\n" +
		"Message-ID: <1@mail.example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n" +
		"--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	for range 30 {
		b.WriteString(para[:70] + "\r\n" + para[70:] + "\r\n")
	}
	b.WriteString("\r\n--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>\r\n")
	for i := range 30 {
		fmt.Fprintf(&b, "<p>%s</p>\r\n<a href=\"https://www.example.com/minutes/%d\">minutes</a>\r\n", para, i)
	}
	b.WriteString("</body></html>\r\n--inner--\r\n\r\n--outer\r\nContent-Type: application/pdf; name=minutes.pdf\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=minutes.pdf\r\n\r\n")
	for range 110 {
		b.WriteString(base64.StdEncoding.EncodeToString([]byte(para[:57])) + "\r\n")
	}
	b.WriteString("--outer--\r\n")
	var signed bytes.Buffer
	if err := msgauth.Sign(&signed, strings.NewReader(b.String()), &msgauth.SignOptions{Domain: "example.com", Selector: "s1", Signer: key,
		HeaderCanonicalization: msgauth.CanonicalizationRelaxed, BodyCanonicalization: msgauth.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"}}); err != nil {
		tb.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		tb.Fatal(err)
	}
	p := base64.StdEncoding.EncodeToString(der)
	zone = "$TTL 300\n;! snapshot 2026-03-02T09:00:05Z 192.0.2.53\n;! zone example.com.\n;! zone 113.0.203.in-addr.arpa.\n;! zone zen.spamhaus.org.\n" +
		`example.com. TXT "v=spf1 ip4:203.0.113.20 -all"` + "\n" + `_dmarc.example.com. TXT "v=DMARC1; p=reject"` + "\n" +
		`s1._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=` + p[:200] + `" "` + p[200:] + `"` + "\n" +
		"20.113.0.203.in-addr.arpa. PTR mail.example.com.\nmail.example.com. A 203.0.113.20\n2.0.0.127.zen.spamhaus.org. A 127.0.0.2\n"
	received := "Received: from mail.example.com (mail.example.com [203.0.113.20])\r\n\tby mx.example.org (Postfix) with ESMTPS id 4Xk\r\n" +
		"\tfor <bob@example.org>; Mon, 2 Mar 2026 09:00:02 +0000\r\nReturn-Path: <ann@example.com>\r\n"
	return append([]byte(received), signed.Bytes()...), zone
}

func benchInput(tb testing.TB, raw []byte, zone string) *analyze.Input {
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(zone))
	if err != nil {
		tb.Fatal(err)
	}
	p := &profile.Profile{Domains: []string{"example.org"}, Border: []string{"mx.example.org"}, SendingServers: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/28")}}
	in := analyze.Prepare(eml.Parse(raw), p, analyze.Stated{MailFrom: "ann@example.com"})
	in.Resolve, in.DNSMode, in.Weights, in.Today = r, "snapshot", Weights(), time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	return in
}

// TestBenchMessage keeps the benchmark honest: its message must pass everything.
func TestBenchMessage(t *testing.T) {
	raw, zone := benchMessage(t)
	r := analyze.Run(context.Background(), benchInput(t, raw, zone), All())
	for _, id := range []string{"spf.pass", "dkim.pass", "dmarc.pass"} {
		if _, ok := r.Finding(id); !ok {
			t.Errorf("%s does not speak", id)
		}
	}
	if len(raw) < 18<<10 || len(raw) > 24<<10 {
		t.Errorf("the message has %d bytes", len(raw))
	}
}

// BenchmarkRun is a whole run, parsing included, on a 20 KB signed message with a snapshot.
func BenchmarkRun(b *testing.B) {
	raw, zone := benchMessage(b)
	in := benchInput(b, raw, zone)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		again := analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{MailFrom: "ann@example.com"})
		again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
		analyze.Run(context.Background(), again, All())
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}

// BenchmarkLibraries is what the figure is held against: go-msgauth's verification and a plain MIME read of the same message.
func BenchmarkLibraries(b *testing.B) {
	raw, zone := benchMessage(b)
	r, err := resolve.Snapshot("dns.zone", strings.NewReader(zone))
	if err != nil {
		b.Fatal(err)
	}
	lookup, _ := resolve.TXTLookup(context.Background(), r)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := msgauth.VerifyWithOptions(bytes.NewReader(raw), &msgauth.VerifyOptions{LookupTXT: lookup}); err != nil {
			b.Fatal(err)
		}
		e, err := message.Read(bytes.NewReader(raw))
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Walk(func(_ []int, part *message.Entity, err error) error {
			if kind, _, _ := part.Header.ContentType(); err != nil || strings.HasPrefix(kind, "multipart/") {
				return err
			}
			_, err = io.Copy(io.Discard, part.Body)
			return err
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}
