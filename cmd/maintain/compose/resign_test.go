package compose

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"net/netip"
	"strings"
	"testing"
	"time"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dkim"
	"github.com/miekg/dns"
)

func resigner(t *testing.T) *Resigner {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &Resigner{Key: key, Selector: "bench", Zone: &Zone{}, At: start, Sender: Host{Name: "mail.example.net", IP: "192.0.2.7"}, Receiver: Host{Name: "mx.example.org"}}
}

// TestResign signs a message as it lies in a mailbox file, and asks other people's code what it is worth.
func TestResign(t *testing.T) {
	r := resigner(t)
	signed, err := r.Resign([]byte("From anna@example.com Tue Mar  3 09:00:00 2026\nFrom: Anna <anna@example.com>\nSubject: Your order\n\nThe order\nis on its way.\n"), "example.com")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(signed, []byte("Return-Path: <bounce@example.com>\r\nReceived: from mail.example.net (mail.example.net [192.0.2.7])\r\n")) {
		t.Errorf("the header begins with %.100q", signed)
	}
	zone := load(t, "dns.zone", r.Zone.Text("test", time.Time{}))
	lookup := func(name string) ([]string, error) { return zone.LookupTXT(context.Background(), name) }
	for text, pass := range map[string]bool{string(signed): true, strings.Replace(string(signed), "order\r\nis", "order is", 1): false} {
		found, err := dkim.VerifyWithOptions(strings.NewReader(text), &dkim.VerifyOptions{LookupTXT: lookup})
		if err != nil || len(found) != 1 || (found[0].Err == nil) != pass {
			t.Errorf("verifies as %v, %v; want pass %v", found, err, pass)
		}
	}
	for ip, want := range map[string]spf.Result{"192.0.2.7": spf.Pass, "192.0.2.8": spf.Fail} {
		if got, err := spf.CheckHostWithSender(netip.MustParseAddr(ip).AsSlice(), "mail.example.net", "bounce@example.com", spf.WithResolver(zone)); got != want {
			t.Errorf("SPF of %s: %s (%v), want %s", ip, got, err, want)
		}
	}
}

// TestResignRefuses hands over a message that is cut in its header: nothing is published for it.
func TestResignRefuses(t *testing.T) {
	r := resigner(t)
	if _, err := r.Resign([]byte("From: Anna <anna@example.com>\nSubject: Your ord"), "example.com"); err == nil {
		t.Error("half a header was signed")
	}
	if text := string(r.Zone.Text("test", time.Time{})); strings.Contains(text, "example.com") {
		t.Errorf("the zone holds %s", text)
	}
}

// TestAnswerTo asks for what is in the zone, for what is said not to exist, and for what nobody knows.
func TestAnswerTo(t *testing.T) {
	z := &Zone{}
	z.Own("example.com")
	z.TXT("example.com", "v=spf1 -all")
	from := load(t, "dns.zone", z.Text("test", time.Time{}))
	for name, want := range map[string]int{"example.com.": dns.RcodeSuccess, "www.example.com.": dns.RcodeNameError, "example.net.": dns.RcodeServerFailure} {
		answer := answerTo(new(dns.Msg).SetQuestion(name, dns.TypeTXT).SetEdns0(4096, false), from)
		if answer.Rcode != want || (want == dns.RcodeSuccess) != (len(answer.Answer) == 1) || answer.IsEdns0() == nil {
			t.Errorf("%s: %v, want %s", name, answer, dns.RcodeToString[want])
		}
	}
}
