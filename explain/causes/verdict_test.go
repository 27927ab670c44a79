package causes

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// TestVerdicts: the first word where one's own domain comes from outside. Nearly equal cases must get different words, and what nothing settles the
// word that asks.
func TestVerdicts(t *testing.T) {
	for name, want := range map[string]explain.Verdict{
		"web-form-ident-line": explain.Release, "web-form-ident-unverified": explain.DoNotRelease, "web-form-ident-access-line": explain.DoNotRelease,
		"no-spf-dkim-dmarc": explain.Release,
		"tenant-loop":       explain.Release, "tenant-loop-forged": explain.DoNotRelease,
		"tenant-loop-header": explain.Release, "tenant-loop-header-forged": explain.DoNotRelease, "tenant-loop-snippet": explain.AskTheSender,
	} {
		in, _ := loadCase(t, name)
		if e := explained(in); e.Verdict != want {
			t.Errorf("%s: %s (%s), want %s", name, e.Verdict, e.First.Cause.Name, want)
		}
	}
}

// TestCategoryFraud: what the log calls fraud has to be asked about, and nothing is called proven that is not.
func TestCategoryFraud(t *testing.T) {
	for name, want := range map[string]struct {
		verdict explain.Verdict
		says    string
	}{
		"plain-good":        {explain.AskTheSender, "that the sender is proven does not say"},
		"no-ptr":            {explain.AskTheSender, "that the sender is proven does not say"},
		"no-spf-dkim-dmarc": {explain.AskTheSender, "nothing proves who sent it"},
	} {
		in, _ := loadCase(t, name)
		in.Category = "fraud"
		e := explained(in)
		if e.Verdict != want.verdict || !strings.Contains(e.First.Sentence(), want.says) {
			t.Errorf("%s: %s, %q; want %s, %q", name, e.Verdict, e.First.Sentence(), want.verdict, want.says)
		}
	}
}

// TestCannotTellStep: ask again where something is missing, nothing to release where an own entry let it in, and the sender in either case last.
func TestCannotTellStep(t *testing.T) {
	for name, want := range map[string]string{"cannot-tell": "Ask again", "web-form-safe-sender": "There is nothing to release"} {
		in, _ := loadCase(t, name)
		if e := explained(in); e.First.Cause.Name != CannotTell.Name || !strings.HasPrefix(e.First.Do, want) || !strings.Contains(e.First.Do, "sk the sender") {
			t.Errorf("%s: %s: %q, want %q", name, e.First.Cause.Name, e.First.Do, want)
		}
	}
}

// TestHiddenAddress: where somebody took the address of a web server out of the border's line, the form is named that it may be, and the address asked for.
// Of another user, or a domain that is not one's own, a script is not spoken of.
func TestHiddenAddress(t *testing.T) {
	for _, c := range []struct {
		ident, from string
		want        bool
	}{{"nobody", "widget.com", true}, {"mail", "widget.com", false}, {"nobody", "partner.example", false}} {
		in, _ := loadCase(t, "web-form-ident-line")
		text := strings.NewReplacer("[203.0.113.10] ident=nobody", "[X.X.X.X] ident="+c.ident, "forms@widget.com>\r\nTo", "forms@"+c.from+">\r\nTo").Replace(string(in.Message.Raw))
		again := analyze.Prepare(eml.Parse([]byte(text)), in.Profile, analyze.Stated{})
		again.Weights, again.Today = in.Weights, in.Today
		e := explained(again)
		said := e.First.Sentence()
		if strings.HasPrefix(said, "A script on webhoster.someformservice.com wrote this as widget.com") != c.want || e.Verdict == explain.Release || !strings.Contains(said, "--client-ip") {
			t.Errorf("ident %s, from %s: %s, %q", c.ident, c.from, e.Verdict, said)
		}
	}
}

// TestMarksOfAService: the fields of a signature service are written by anybody, so they release nothing that comes from a stranger's tenant.
func TestMarksOfAService(t *testing.T) {
	marks := "X-ExclaimerHostedSignatures-MessageProcessed: true\r\nX-ExclaimerProxyLatency: 7415203\r\n"
	for name, want := range map[string]explain.Verdict{"tenant-loop-forged": explain.AskTheSender, "tenant-loop": explain.Release} {
		in, _ := loadCase(t, name)
		raw := bytes.Replace(in.Message.Raw, []byte("From: "), []byte(marks+"From: "), 1)
		again := analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{})
		again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
		e := explained(again)
		if _, seen := signatureTool(e.View); !seen || e.Verdict != want {
			t.Errorf("%s with the marks (seen: %v): %s, %s, want %s", name, seen, e.Verdict, e.First.Cause.Name, want)
		}
	}
}

// TestSpamIsASum: of a log that says spam and no more, the defect of the server that can be seen is the cause, and an opinion about the text is not.
func TestSpamIsASum(t *testing.T) {
	for name, want := range map[string]string{
		"listed-ip": "listed-address", "no-ptr": "sender-without-ptr", "helo-address-literal": "ptr-helo-mismatch", "ptr-helo-match": "classifier-misjudged",
		"plain-good": "classifier-misjudged", "words-of-partner": "classifier-misjudged", "first-contact": "classifier-misjudged",
	} {
		in, _ := loadCase(t, name)
		in.Category = "spam"
		if e := explained(in); e.First.Cause.Name != want || e.Sure >= explain.SureAt {
			t.Errorf("%s: %s, %.2f sure; want %s", name, e.First.Cause.Name, e.Sure, want)
		}
	}
}

// TestMayHaveCounted: where nothing shows what stopped a message, the defect of its server is named, and a trifle, an opinion, or a fault that a rule of
// one's own passes over is not.
func TestMayHaveCounted(t *testing.T) {
	for name, want := range map[string]bool{"helo-address-literal": true, "ptr-unconfirmed": true, "ptr-helo-match": false, "dkim-test-mode": false, "words-of-partner": false,
		"marketing-mailchimp-ruled": false, "cannot-tell": false} {
		in, _ := loadCase(t, name)
		e := explained(in)
		said := strings.Contains(e.First.Sentence(), "What may have counted: the sending server")
		if wrong := strings.HasPrefix(e.First.Sentence(), "Nothing is wrong with this message") && said; said != want || !e.First.Open || wrong {
			t.Errorf("%s: %s: %q", name, e.First.Cause.Name, e.First.Sentence())
		}
	}
}

// TestMarketingByFilter: that SPF does not help is true of some filters alone, and no rule is named that the filter does not have.
func TestMarketingByFilter(t *testing.T) {
	const blind, unproven, sign = "looks at the address alone", "Neither SPF nor DKIM speaks for", "Have Mailchimp sign with DKIM"
	for _, c := range []struct {
		name, filter   string
		says, silences []string
	}{
		{"marketing-mailchimp-own-domain", "proofpoint-essentials", []string{blind, "Filter Policies"}, []string{unproven, sign}},
		{"marketing-mailchimp-own-domain", "exchange-online", []string{unproven, "Tenant Allow/Block List"}, []string{blind, sign}},
		{"marketing-mailchimp-own-domain", "google-workspace", []string{unproven, sign}, []string{blind, "content compliance"}},
		{"marketing-mailchimp-own-domain", "mimecast", []string{blind, "Release it by hand", "has no rule that asks for a host"}, []string{"Filter Policies", "none is needed"}},
		{"marketing-mailchimp-own-domain", "barracuda", []string{unproven, sign, "has no rule that asks for a host"}, []string{blind, "together with the host"}},
		{"web-form-hosting-pool", "barracuda", []string{"this filter has no rule that asks for a host"}, []string{"together with the host name"}},
		{"exclaimer-loop-footer-after-signing", "spamassassin", []string{"a meta rule", "fpcheck suggest"}, []string{"no rule"}},
		{"exclaimer-loop-footer-after-signing", "mimecast", []string{"inbound connector", "has no rule that could tell"}, []string{"allow your domain"}},
		{"marketing-mailchimp-own-domain", "neutral", []string{unproven, "Your filter's allow rule: allow"}, []string{blind, sign, "not known"}},
		{"web-form-hosting-pool", "proofpoint-essentials", []string{"together with the host name"}, []string{"has no rule"}},
		{"web-form-hosting-pool", "google-workspace", []string{"this filter has no rule that asks for a host"}, []string{"together with the host name"}},
		{"web-form-unlisted-server", "neutral", []string{"add it to your filter's sending servers"}, []string{"not known"}},
	} {
		in, _ := loadCase(t, c.name)
		p := *in.Profile
		p.Filters = []string{c.filter}
		in.Profile = &p
		e := explained(in)
		text := e.First.Sentence() + "\n" + e.First.Do
		for _, s := range c.says {
			if !strings.Contains(text, s) {
				t.Errorf("%s, %s: no %q in %s: %s", c.name, c.filter, s, e.First.Cause.Name, text)
			}
		}
		for _, s := range c.silences {
			if strings.Contains(text, s) {
				t.Errorf("%s, %s: says %q: %s", c.name, c.filter, s, text)
			}
		}
	}
}

// TestServiceBySPF: where the border wrote no name of its peer, SPF of the service's own domain shows whose host it is; its HELO and its marks show nothing.
func TestServiceBySPF(t *testing.T) {
	const mail = "Authentication-Results: spf=SPF (sender IP is 198.51.100.40) smtp.mailfrom=mail12.atl11.rsgsv.net; dkim=none (message not signed) header.d=none;" +
		"dmarc=fail action=none header.from=widget.com;compauth=fail reason=601\r\n" +
		"Received: from mail12.atl11.rsgsv.net (198.51.100.40) by BN1PEPF0000468E.mail.protection.outlook.com (10.167.243.139) with Microsoft SMTP Server\r\n" +
		" id 15.20.8511.15 via Frontend Transport; Tue, 10 Mar 2026 13:52:16 +0000\r\n" +
		"Received: from localhost (localhost [127.0.0.1]) by mail12.atl11.rsgsv.net (Postfix) with ESMTP id 4fVYc16zzzz; Tue, 10 Mar 2026 13:52:09 +0000\r\n" +
		"From: Widget <news@widget.com>\r\nTo: anna@widget.com\r\nSubject: Spring\r\nDate: Tue, 10 Mar 2026 13:52:08 +0000\r\nMessage-ID: <1@mail12.atl11.rsgsv.net>\r\n" +
		"X-MC-User: b898dea66e4edf7ea88140a8f\r\nReturn-Path: bounce-mc.us14_90331948-1@mail12.atl11.rsgsv.net\r\n\r\nThe doors are open on Saturday.\r\n"
	for spf, want := range map[string]string{"pass": "marketing-service-own-domain", "softfail": "forged-own-domain"} {
		p := &profile.Profile{Domains: []string{"widget.com"}, Filters: []string{"exchange-online"}}
		in := analyze.Prepare(eml.Parse([]byte(strings.Replace(mail, "SPF", spf, 1))), p, analyze.Stated{})
		in.Resolve, in.DNSMode, in.Weights = resolve.Off(), "offline", checks.Weights()
		if e := explained(in); e.First.Cause.Name != want {
			t.Errorf("spf=%s: %s, want %s", spf, e.First.Cause.Name, want)
		}
	}
}

// TestVisitorForm: a form that takes its visitor for the author is asked about and gets no rule; a text that leads elsewhere, a script's line of another host,
// and a letter are none.
func TestVisitorForm(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"as it is":          {"", "", "web-form-visitor-address"},
		"a link":            {"Phone:    ", "Look at https://shop.example.net/offer\r\nPhone:    ", ""},
		"another host":      {"by webhoster.someformservice.com (Postfix, from userid", "by other.example.net (Postfix, from userid", ""},
		"a letter":          {":  ", " ", ""},
		"as one's own":      {"<marie.tremblay@mailbox.example>", "<forms@widget.com>", "web-form-unlisted-server"},
		"no name of a site": {"X-PHP-Script: www.widget.com", "X-PHP-Script: www.example.net", "web-form-visitor-address"},
	} {
		in, _ := loadCase(t, "web-form-visitor-address")
		raw := in.Message.Raw
		if c.old != "" {
			raw = bytes.ReplaceAll(raw, []byte(c.old), []byte(c.new))
		}
		again := analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{})
		again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
		e := explained(again)
		if got := e.First.Cause.Name; c.want != "" && got != c.want || c.want == "" && got == "web-form-visitor-address" {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
		if e.First.Cause == webFormVisitorAddress && (e.Verdict != explain.AskTheSender || (e.Sure >= explain.LikelyAt) == (name == "no name of a site")) {
			t.Errorf("%s: %s, %.2f", name, e.Verdict, e.Sure)
		}
	}
}

// TestUnseenForm: Exchange writes no name of its peer. Where none could be looked up a script on the host that HELO names is no stranger's yet, and one on another is.
func TestUnseenForm(t *testing.T) {
	const mail = "Authentication-Results: spf=fail (sender IP is 203.0.113.10) smtp.mailfrom=widget.com; dkim=none (message not signed) header.d=none;" +
		"dmarc=fail action=quarantine header.from=widget.com;compauth=fail reason=000\r\n" +
		"Received: from www.example.net (203.0.113.10) by BN1PEPF0000468E.mail.protection.outlook.com (10.167.243.139) with Microsoft SMTP Server\r\n" +
		" id 15.20.8511.15 via Frontend Transport; Tue, 10 Mar 2026 13:52:16 +0000\r\n" +
		"Received: by BELOW (Postfix, from userid 33) id 4fVYc16zzzz; Tue, 10 Mar 2026 13:52:09 +0000\r\n" +
		"From: Widget <forms@widget.com>\r\nTo: anna@widget.com\r\nSubject: Quote\r\nDate: Tue, 10 Mar 2026 13:52:08 +0000\r\nMessage-ID: <1@www.example.net>\r\n" +
		"Return-Path: forms@widget.com\r\n\r\nName: Jo Tan\r\nMessage: Could you quote for two colours?\r\n"
	for below, want := range map[string]string{"www.example.net": CannotTell.Name, "mail.example.org": "forged-own-domain"} {
		p := &profile.Profile{Domains: []string{"widget.com"}, Filters: []string{"exchange-online"}}
		in := analyze.Prepare(eml.Parse([]byte(strings.Replace(mail, "BELOW", below, 1))), p, analyze.Stated{})
		in.Resolve, in.DNSMode, in.Weights = resolve.Off(), "offline", checks.Weights()
		if e := explained(in); e.First.Cause.Name != want {
			t.Errorf("made on %s: %s, want %s", below, e.First.Cause.Name, want)
		}
	}
}

// TestUnseenTool: a host that says that it is the signature tool's is no stranger's yet where no name could be looked up. Another host is, and so is one that
// asks for a login, whatever it says.
func TestUnseenTool(t *testing.T) {
	const mail = "Authentication-Results: spf=softfail (sender IP is 203.0.113.10) smtp.mailfrom=widget.com; dkim=none (message not signed) header.d=none;" +
		"dmarc=fail action=oreject header.from=widget.com;compauth=fail reason=601\r\n" +
		"Received: from HELO (203.0.113.10) by BN1PEPF0000468E.mail.protection.outlook.com (10.167.243.139) with Microsoft SMTP Server\r\n" +
		" id 15.20.8511.15 via Frontend Transport; Tue, 10 Mar 2026 13:52:16 +0000\r\n" +
		"Received: from AS8PR04MB0001.eurprd04.prod.outlook.com (2603:10a6:20b:1::1) by AS8PR04MB0002.eurprd04.prod.outlook.com (2603:10a6:20b:1::2) with Microsoft SMTP Server\r\n" +
		" id 15.20.8511.15; Tue, 10 Mar 2026 13:52:09 +0000\r\n" +
		"From: Ben <ben@widget.com>\r\nTo: anna@widget.com\r\nSubject: Lunch\r\nDate: Tue, 10 Mar 2026 13:52:08 +0000\r\nMessage-ID: <1@AS8PR04MB0001.eurprd04.prod.outlook.com>\r\n" +
		"Return-Path: ben@widget.com\r\n\r\nTEXT\r\n"
	for _, c := range []struct{ helo, text, want string }{
		{"eu2.smtp.exclaimer.net", "Lunch at noon?", CannotTell.Name},
		{"mail.example.org", "Lunch at noon?", "forged-own-domain"},
		{"eu2.smtp.exclaimer.net", "Your password expires today. Sign in to keep it: http://login.example.org/", "forged-own-domain"},
	} {
		p := &profile.Profile{Domains: []string{"widget.com"}, Filters: []string{"exchange-online"}}
		in := analyze.Prepare(eml.Parse([]byte(strings.NewReplacer("HELO", c.helo, "TEXT", c.text).Replace(mail))), p, analyze.Stated{})
		in.Resolve, in.DNSMode, in.Weights = resolve.Off(), "offline", checks.Weights()
		if e := explained(in); e.First.Cause.Name != c.want {
			t.Errorf("from %s, %q: %s, want %s", c.helo, c.text, e.First.Cause.Name, c.want)
		}
	}
}

// TestWordsDoNotSpoof: words are not to blame for what anti-spoofing stopped, and may be for what a score stopped.
func TestWordsDoNotSpoof(t *testing.T) {
	const mail = "Received: from mail.example.net (mail.example.net [203.0.113.10]) by mx.widget.com (Postfix) with ESMTP id 4fVYc16zzzz; Tue, 10 Mar 2026 13:52:16 +0000\r\n" +
		"From: Ben <ben@FROM>\r\nTo: anna@widget.com\r\nSubject: FREE OFFER INSIDE!!!\r\nDate: Tue, 10 Mar 2026 13:52:08 +0000\r\nMessage-ID: <1@mail.example.net>\r\n" +
		"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Click here for the best price.</p><img src=\"http://FROM/i.gif\" width=1 height=1>\r\n"
	for _, c := range []struct {
		from, category string
		blamed         bool
	}{
		{"widget.com", "domain-spoofing", false},
		{"partner.example", "domain-spoofing", false},
		{"partner.example", "spam", true},
	} {
		in := analyze.Prepare(eml.Parse([]byte(strings.ReplaceAll(mail, "FROM", c.from))), &profile.Profile{Domains: []string{"other.example"}, Border: []string{"mx.widget.com"}}, analyze.Stated{Category: c.category})
		in.Resolve, in.DNSMode, in.Weights = resolve.Off(), "offline", checks.Weights()
		e := explained(in)
		if blamed := e.First.Cause == heuristicOrdinaryWords || e.First.Cause == classifierMisjudged; blamed != c.blamed {
			t.Errorf("from %s, stopped as %q: %s", c.from, c.category, e.First.Cause.Name)
		}
	}
}
