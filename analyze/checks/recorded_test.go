package checks

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// TestRecorded: without the DNS the border's word counts, in the words of Gmail and of Microsoft, and a copy that the sender could have written does not.
func TestRecorded(t *testing.T) {
	const (
		inner  = "Received: by 2002:a05:7010:1c8:b0:3f2:2d4e:4ab1 with SMTP id u8csp1382214mdu; Tue, 10 Mar 2026 06:52:11 -0700 (PDT)\r\n"
		google = "Received: from out.partner.example (out.partner.example. [203.0.113.90]) by mx.google.com with ESMTPS id af7si12.88.2026.03.10.06.52.10\r\n" +
			" for <buyer@meadow.example>; Tue, 10 Mar 2026 06:52:11 -0700 (PDT)\r\n"
		gmail      = inner + "ARC-Authentication-Results: i=1; RESULTS\r\n" + google
		gmailBelow = inner + google + "Authentication-Results: RESULTS\r\nARC-Authentication-Results: i=1; RESULTS\r\n"
		microsoft  = "Authentication-Results: RESULTS\r\n" +
			"Received: from out.partner.example (203.0.113.90) by BN1PEPF00004681.mail.protection.outlook.com (10.167.243.87) with Microsoft SMTP Server\r\n" +
			" id 15.20.8511.15 via Frontend Transport; Tue, 10 Mar 2026 16:01:09 +0000\r\n"
		rest = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=partner.example; s=s1; h=from:to; bh=Lw9mjD1l1F3vXbKq8aQv6o2k0h8mYwz1Rk3mT0aQw0Y=;\r\n" +
			" b=AbCdEfGhIjKlMnOpQrStUvWxYz12\r\nReturn-Path: <ines@partner.example>\r\n" +
			"From: Ines <ines@partner.example>\r\nTo: buyer@meadow.example\r\nSubject: Order 7714\r\nDate: Tue, 10 Mar 2026 13:52:08 +0000\r\nMessage-ID: <1@partner.example>\r\n"
	)
	for _, c := range []struct {
		name, header, results string
		speaks, silent        []string
	}{
		{"Gmail, above the border", gmail, "mx.google.com; dkim=neutral (body hash did not verify) header.i=@partner.example header.s=s1; dmarc=fail (p=REJECT sp=REJECT dis=QUARANTINE) header.from=partner.example",
			[]string{"dkim.recorded-fail", "dmarc.fail-quarantine"}, []string{"dmarc.fail-none", "dmarc.fail-reject", "dkim.key-missing"}},
		{"Gmail did nothing", gmail, "mx.google.com; dkim=neutral (no key) header.i=@partner.example header.s=s1; dmarc=fail (p=REJECT sp=REJECT dis=NONE) header.from=partner.example",
			[]string{"dmarc.fail-none"}, []string{"dkim.recorded-fail", "dmarc.fail-reject", "dmarc.fail-quarantine"}},
		{"Gmail, where the sender could write", gmailBelow, "mx.google.com; dkim=neutral (body hash did not verify) header.i=@partner.example header.s=s1; dmarc=fail (p=REJECT sp=REJECT dis=QUARANTINE) header.from=partner.example",
			nil, []string{"dkim.recorded-fail", "dmarc.fail-quarantine", "dmarc.fail-none"}},
		{"Microsoft, no key", microsoft, "spf=fail (sender IP is 203.0.113.90) smtp.mailfrom=partner.example; dkim=fail (no key for signature) header.d=partner.example;dmarc=fail action=oreject header.from=partner.example;compauth=fail reason=000",
			[]string{"spf.fail", "dkim.key-missing", "dmarc.fail-reject"}, []string{"dkim.recorded-fail", "dmarc.fail-none"}},
		{"Microsoft, no policy", microsoft, "spf=fail (sender IP is 203.0.113.90) smtp.mailfrom=partner.example; dkim=fail (signature did not verify) header.d=partner.example;dmarc=fail action=none header.from=partner.example;compauth=fail reason=001",
			[]string{"dkim.recorded-fail", "dmarc.fail-none"}, []string{"dkim.key-missing", "dmarc.fail-reject"}},
	} {
		in := analyze.Prepare(eml.Parse([]byte(strings.ReplaceAll(c.header, "RESULTS", c.results)+rest)), nil, analyze.Stated{})
		in.Resolve, in.DNSMode, in.Weights = resolve.Off(), "offline", Weights()
		r := analyze.Run(t.Context(), in, All())
		for _, id := range c.speaks {
			if _, ok := r.Finding(id); !ok {
				t.Errorf("%s: %s is silent; border: %s", c.name, id, in.Trace.Why)
			}
		}
		for _, id := range c.silent {
			if f, ok := r.Finding(id); ok {
				t.Errorf("%s: %s speaks: %s", c.name, id, f.Summary)
			}
		}
	}
}

// TestAbsentRecords: what the border recorded is no answer of the DNS.
func TestAbsentRecords(t *testing.T) {
	for _, asked := range []bool{true, false} {
		in, _ := loadCase(t, "no-spf-dkim-dmarc")
		if !asked {
			in.Resolve, in.DNSMode = resolve.Off(), "offline"
		}
		f, _ := analyze.Run(t.Context(), in, All()).Finding("auth.none")
		answers := 0
		for _, e := range f.Evidence {
			if e.DNS != nil {
				answers++
			}
		}
		if want := map[bool]int{true: 2, false: 0}[asked]; len(f.Evidence) != 3 || answers != want {
			t.Errorf("DNS asked %v: %d places, %d answers of the DNS, want 3 and %d", asked, len(f.Evidence), answers, want)
		}
	}
}
