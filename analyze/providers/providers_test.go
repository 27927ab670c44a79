package providers

import (
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

func TestByHost(t *testing.T) {
	tests := []struct{ host, want string }{
		{"mx1-us1.ppe-hosted.com", "proofpoint-essentials"},
		{"US5.PPE-Hosted.com.", "proofpoint-essentials"},
		{"us4-mdac16-59.ut7.mdlocal", "proofpoint-essentials"},
		{"NAM12-MW2-obe.outbound.protection.outlook.com", "microsoft-365"},
		{"SN6PR05MB4415.namprd05.prod.outlook.com", "microsoft-365"},
		{"mx.google.com", "google"},
		{"eu2.smtp.exclaimer.net", "exclaimer"},
		{"mail133.suw14.mcsv.net", "mailchimp"},
		{"a48-93.smtp-out.amazonses.com", "amazon-ses"},
		{"us-smtp-1.mimecast.com", "mimecast"},
		{"ppe-hosted.com", ""},                  // the pattern asks for a host under it
		{"evil-ppe-hosted.com", ""},             // not at a label boundary
		{"mx1.ppe-hosted.com.evil.example", ""}, // only the end counts
		{"mail.example.org", ""},
		{"", ""},
		{strings.Repeat("a.", 200) + "ppe-hosted.com", ""}, // no name is that long
	}
	for _, tt := range tests {
		got := ""
		if p := ByHost(tt.host); p != nil {
			got = p.Name
		}
		if got != tt.want {
			t.Errorf("ByHost(%.60q) = %q, want %q", tt.host, got, tt.want)
		}
	}
}

func TestRelayAndInternal(t *testing.T) {
	s := Default()
	ppe, _ := ByName("proofpoint-essentials")
	ms, _ := ByName("microsoft-365")
	for ip, want := range map[string]bool{"67.231.154.162": true, "::ffff:67.231.154.162": true, "192.0.2.1": false} {
		if got := s.Relay(ppe, netip.MustParseAddr(ip)); got != want {
			t.Errorf("Relay(%s) = %v", ip, got)
		}
	}
	for ip, want := range map[string]bool{"2603:10b6:805:3a::13": true, "2a01:111:f403::1": false, "104.47.66.49": false} {
		if got := s.Internal(ms, netip.MustParseAddr(ip)); got != want {
			t.Errorf("Internal(%s) = %v", ip, got)
		}
	}
}

func TestWith(t *testing.T) {
	own := &Provider{Name: "google", Title: "ours", Kind: Mailbox, Hosts: []string{"*.example.org"}}
	s := Default().With(own)
	if s.ByHost("mx1.example.org") != own || s.ByHost("mx.google.com") != nil {
		t.Error("a provider of the profile replaces the built-in one of the same name")
	}
	if ByHost("mx1.example.org") != nil || ByHost("mx.google.com") == nil {
		t.Error("the built-in set must not change")
	}
}

func TestDetect(t *testing.T) {
	raw := "Return-Path: <bounce-1@mail7.atl11.rsgsv.net>\r\n" +
		"Received: from mail7.atl11.rsgsv.net (mail7.atl11.rsgsv.net [192.0.2.7]) by mx.example.org (Postfix); Tue, 3 Mar 2026 09:00:00 +0000\r\n" +
		"DKIM-Signature: v=1; d=mailchimpapp.net; s=k2;\r\n b=AA==\r\n" +
		"X-Mc-User: 1\r\nX-ExclaimerHostedSignatures-MessageProcessed: true\r\nX-Virus-Scanned: clean\r\n\r\nx"
	m := eml.Parse([]byte(raw))
	got := map[string]string{}
	for _, h := range Detect(m, []string{"mail7.atl11.rsgsv.net"}) {
		got[h.By+" "+h.Provider.Name] = string(m.Bytes(h.Span))
	}
	for key, text := range map[string]string{
		"host mailchimp": "mail7.atl11.rsgsv.net", "return-path mailchimp": " <bounce-1@mail7.atl11.rsgsv.net>", "marker mailchimp": "X-Mc-User: 1\r\n",
		"marker exclaimer": "X-ExclaimerHostedSignatures-MessageProcessed: true\r\n",
	} {
		if got[key] != text {
			t.Errorf("%s: %q, want %q", key, got[key], text)
		}
	}
	if _, ok := got["dkim mailchimp"]; !ok {
		t.Error("the shared d= of Mailchimp was not seen")
	}
	// The twin: "X-Virus-Scanned: clean" is not Proofpoint's, whose marker asks for its engine's name.
	if _, ok := got["marker proofpoint-essentials"]; ok {
		t.Error("X-Virus-Scanned: clean is not a mark of Proofpoint Essentials")
	}
}

func TestStampsAndStrips(t *testing.T) {
	ms, _ := ByName("microsoft-365")
	if pos, ok := ms.StampOf("x-forefront-antispam-report"); !ok || pos != BelowOldest {
		t.Errorf("X-Forefront-Antispam-Report: %v %v", pos, ok)
	}
	sophos, _ := ByName("sophos") // writes it above its line or below the oldest, as the product is
	if pos, ok := sophos.StampOf("X-LASED-Spam"); !ok || pos != BelowOldest {
		t.Errorf("X-LASED-Spam: %v %v", pos, ok)
	}
	if pos, ok := sophos.StampOf("X-SEA-Spam"); !ok || pos != Above {
		t.Errorf("X-SEA-Spam: %v %v", pos, ok)
	}
	if _, ok := sophos.StampOf("X-Spam-Status"); ok {
		t.Error("X-Spam-Status is not a field of Sophos")
	}
	if !ms.StripsField("X-MS-Exchange-Organization-SCL") || ms.StripsField("X-Spam-Status") || ms.StripsField("X-MS") {
		t.Error("Microsoft 365 strips its own organisation fields and nobody else's")
	}
}

// Every entry can be used: it says where it comes from, when it was looked at, and by what it is found.
func TestDataIsComplete(t *testing.T) {
	if len(All()) < 80 {
		t.Fatalf("only %d providers", len(All()))
	}
	hosts := map[string]string{}
	for i, p := range All() {
		if i > 0 && All()[i-1].Name >= p.Name {
			t.Errorf("%s: not in order, or twice", p.Name)
		}
		if p.Title == "" || p.Summary == "" || len(p.Sources) == 0 || !slices.Contains(Kinds, p.Kind) {
			t.Errorf("%s: title, kind, summary and source are needed", p.Name)
		}
		if _, err := time.Parse(time.DateOnly, p.Reviewed); err != nil {
			t.Errorf("%s: reviewed: %v", p.Name, err)
		}
		if len(p.Hosts)+len(p.Markers)+len(p.ReturnPath)+len(p.Stamps) == 0 {
			t.Errorf("%s: nothing tells it", p.Name)
		}
		for _, h := range p.Outbound {
			if q := ByHost(strings.Replace(h, "*", "x", 1)); q != p && p.Refines == "" && q != nil {
				t.Errorf("%s: outbound host %s belongs to %s", p.Name, h, q.Name)
			}
		}
		for _, h := range p.Hosts {
			if other := hosts[h]; other != "" && p.Refines == "" {
				t.Errorf("%s and %s both own %s", p.Name, other, h)
			}
			if p.Refines == "" {
				hosts[h] = p.Name
			}
		}
		if _, err := os.Stat(filepath.Join("..", "..", "docs", "providers", p.Name+".md")); err != nil {
			t.Errorf("%s: no page: run go run ./cmd/maintain providers", p.Name)
		}
		if p.Refines != "" {
			if _, ok := ByName(p.Refines); !ok {
				t.Errorf("%s refines %q, which is not there", p.Name, p.Refines)
			}
		}
	}
}

func TestNamedServicesAreThere(t *testing.T) {
	want := strings.Fields(`microsoft-365 outlook-com google proofpoint-essentials proofpoint mimecast barracuda cisco messagelabs sophos
		trend-micro mailprotector spamexperts fastmail yahoo icloud zoho yandex ovh hornetsecurity postfix exim dovecot rspamd spamassassin
		opendkim opendmarc mailchimp mandrill constant-contact salesforce salesforce-marketing-cloud sendgrid mailgun amazon-ses postmark brevo
		hubspot klaviyo campaign-monitor zendesk marketo sparkpost mailjet shopify exclaimer codetwo letsignit opensense crossware rocketseed
		cpanel php-script mailman google-groups groups-io sympa listserv discourse vger`)
	for _, name := range want {
		if _, ok := ByName(name); !ok {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct{ yaml, want string }{
		{"name: x\ntitle: X\nkind: filter\nhost: [a.example]\n", "host"},
		{"name: x\ntitle: X\nkind: cloud\n", "kind"},
		{"name: x\ntitle: X\nkind: filter\nrelays: [300.0.0.0/8]\n", "network"},
		{"name: x\ntitle: X\nkind: filter\nhosts: [\"a.*.example\"]\n", "host"},
		{"name: x\ntitle: X\nkind: filter\nstamps: {under: [X-A]}\n", "position"},
		{"title: X\nkind: filter\n", "name"},
	}
	for _, tt := range tests {
		if _, err := Decode([]byte(tt.yaml)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Decode(%q) = %v, want an error about %s", tt.yaml, err, tt.want)
		}
	}
	p, err := Decode([]byte("name: own\ntitle: Own filter\nkind: filter\nhosts: [\"*.filter.example.org\"]\nmarkers: [\"X-Own: yes\"]\nstamps: {own-line: [X-Own]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Provider{Name: "own", Title: "Own filter", Kind: Filter, Hosts: []string{"*.filter.example.org"}, Markers: []Marker{{"X-Own", "yes"}}, Stamps: []Stamp{{"X-Own", OwnLine}}}
	if diff := cmp.Diff(want, p); diff != "" {
		t.Error(diff)
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("Return-Path: <a@b>\nX-MC-User: 1\nDKIM-Signature: d=;d\n\n", "mx.google.com")
	f.Fuzz(func(t *testing.T, header, host string) {
		m := eml.Parse([]byte(header))
		for _, h := range Detect(m, []string{host}) {
			if h.Span.Start < 0 || h.Span.End > len(m.Raw) || h.Provider == nil {
				t.Fatalf("%+v", h)
			}
		}
	})
}

func BenchmarkByHost(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ByHost("sn6pr05mb4415.namprd05.prod.outlook.com")
	}
}
