package suggest_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
)

var letter = suggest.Letter{To: "support@vendor.example", From: "Admin <admin@widget.com>", Ticket: "4711", Permalink: "https://log.vendor.example/m/1",
	Date: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)}

// TestVendorReport writes the letter for every case: the original stands in it byte by byte, and nowhere inline.
func TestVendorReport(t *testing.T) {
	for _, name := range casetest.Names(t) {
		r, d, _ := diagnosed(t, name)
		out, err := suggest.VendorReport(r, d, letter)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if n := bytes.Count(out, r.Input.Message.Raw); n != 1 {
			t.Errorf("%s: the original stands %d times in the letter", name, n)
		}
		m := eml.Parse(out)
		if ps := m.AllProblems(); len(ps) > 0 && name == "web-form-unlisted-server" {
			t.Errorf("%s: %v", name, ps)
		}
		parts := bytes.Split(out, []byte("\r\n--fpcheck-"))
		if len(parts) != 4 || !bytes.Contains(parts[2], []byte("Content-Type: message/rfc822")) {
			t.Fatalf("%s: %d parts", name, len(parts))
		}
		text := body(t, parts[1])
		if claims := strings.Contains(text, "is a false positive"); claims != (d.Cause.Nature == explain.Good) {
			t.Errorf("%s: claims a false positive: %v, and the cause is %s", name, claims, d.Cause.Name)
		}
		for _, want := range []string{"4711", "https://log.vendor.example/m/1", d.Cause.Name} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in\n%s", name, want, text)
			}
		}
	}
}

func body(t *testing.T, part []byte) string {
	t.Helper()
	_, b, _ := bytes.Cut(part, []byte("\r\n\r\n"))
	text, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(b), "\r\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestVendorReportHostile: what stands in the message or is typed cannot add a header field.
func TestVendorReportHostile(t *testing.T) {
	r, d, _ := diagnosed(t, "web-form-unlisted-server")
	l := letter
	l.Ticket = "4711\r\nBcc: everybody@example.net"
	out, err := suggest.VendorReport(r, d, l)
	if err != nil {
		t.Fatal(err)
	}
	if fields := eml.Parse(out).All("Bcc"); len(fields) > 0 {
		t.Errorf("the ticket's number became a field: %s", out[:300])
	}
	l.To = "support@vendor.example\r\nBcc: everybody@example.net"
	if _, err := suggest.VendorReport(r, d, l); err == nil {
		t.Error("an address with a line break was taken")
	}
}

// A row of the letter stays short, however long what it quotes is; the attachment has all of it.
func TestVendorReportLongField(t *testing.T) {
	r, d, _ := diagnosed(t, "web-form-unlisted-server")
	changed := *r
	changed.Facts.Subject = strings.Repeat("é ", 500_000)
	out, err := suggest.VendorReport(&changed, d, letter)
	if err != nil {
		t.Fatal(err)
	}
	if text := body(t, bytes.Split(out, []byte("\r\n--fpcheck-"))[1]); !strings.Contains(text, "é é") || len(text) > 8000 {
		t.Errorf("%d bytes of text", len(text))
	}
}
