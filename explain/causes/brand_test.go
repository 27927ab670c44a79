package causes

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/explain"
)

const poser = "PayPal Service <paypal.service.4711@freemail.example>"

// TestBrands: who bears a firm's name, and what makes that phishing.
func TestBrands(t *testing.T) {
	const (
		bad   = "brand-impersonation"
		ask   = "risky-request"
		quiet = ""
		hold  = "Your payment is on hold, look at it:\r\nhttps://case.cheaphost.example/pay\r\n"
		short = "PayPal has locked your account, complain here:\r\nhttps://bit.ly/x\r\n"
	)
	for _, tt := range []struct {
		what, from, body string
		want             string // the first cause; quiet: nobody poses
	}{
		{"the firm's name at a free mailbox", poser, hold, bad},
		{"a firm of several words", "American Express Alerts <a@freemail.example>", hold, bad},
		{"a firm in marked letters", "Crédit Agricole <a@freemail.example>", "Votre compte est bloqué.\r\n", bad},
		{"nothing but the name", "Amazon.com <a@freemail.example>", "Your order 4711 was shipped, call us if you did not order.\r\n", bad},
		{"no talk to a customer", poser, "See you on Thursday.\r\n", ask},
		{"a person beside the firm", "Ines Carvalho PayPal <ines.paypal@freemail.example>", hold, quiet},
		{"a club of the firm's customers", "Paypal Users Club <club@freemail.example>", hold, quiet},
		{"a first name", "Chase <chase99@freemail.example>", hold, quiet},
		{"a bank of that name", "Chase Bank <chase99@freemail.example>", hold, bad},
		{"a surname with it", "Chase Miller <chase99@freemail.example>", hold, quiet},
		{"at a stranger's domain, with a foreign link", "PayPal <info@bakery.example>", hold, bad},
		{"through a service that hides addresses", "PayPal <service_at_paypal_com_7x@bakery.example>", hold, ask},
		{"an address of that form at a free mailbox", "PayPal <service_at_paypal_com_7x@freemail.example>", hold, bad},
		{"at a stranger's domain, with its own link", "PayPal <info@cheaphost.example>", hold, ask},
		{"at a stranger's domain, with the firm's link", "PayPal <info@bakery.example>", "Your payment is on hold:\r\nhttps://www.paypal.com/x\r\n", ask},
		{"the firm under a country", "PayPal <service@paypal.it>", hold, quiet},
		{"the firm under its own top level", "Google <news@photos.google>", hold, quiet},
		{"the firm", "PayPal <service@intl.paypal.com>", hold, quiet},
		{"a mailbox at the firm that everybody gets", "Microsoft Account Team <m4711@outlook.com>", hold, bad},
		{"a mailbox at the firm that it keeps", "Microsoft Outlook <postmaster@outlook.com>", hold, quiet},
		{"the firm in other letters", "PayPal <service@xn--papal-rva.com>", "Your order is placed.\r\n", bad},
		{"the firm in digits", "PayPal <service@paypa1.example>", "Your order is placed.\r\n", bad},
		{"the firm within the domain", "Account Team <info@abuse-paypal.example>", short, bad},
		{"the firm within the domain, and the link shown", "Account Team <info@abuse-paypal.example>", strings.Replace(short, "bit.ly", "case.cheaphost.example", 1), ask},
		{"the firm within the domain, and not in the text", "Account Team <info@abuse-paypal.example>", strings.Replace(short, "PayPal", "He", 1), quiet},
		{"another name before such a domain", "Ines Carvalho <info@abuse-paypal.example>", short, quiet},
		{"the own domain", "PayPal <info@example.org>", hold, quiet},
	} {
		e := rewritten(t, "brand-impersonation", poser, tt.from, "BODY", tt.body, "Subject: Your payment is on hold", "Subject: Hello", "Content-Type: multipart/alternative;\r\n", "Content-Type: text/plain; charset=utf-8;\r\n")
		got := e.First.Cause.Name
		if _, poses := posesAs(e.View); poses != (tt.want != quiet) || poses && got != tt.want {
			t.Errorf("%s: poses is %v, and the first cause is %s, want %q", tt.what, poses, got, tt.want)
		}
		if tt.want == bad && e.Verdict != explain.DoNotRelease || tt.want == ask && e.Verdict != explain.AskTheSender {
			t.Errorf("%s: %s", tt.what, e.Verdict)
		}
	}
}

// TestBrandKnown: a sender whom the profile knows, the firm's own signature, a report and a list pose as nobody.
func TestBrandKnown(t *testing.T) {
	in, _ := loadCase(t, "brand-impersonation")
	p := *in.Profile
	p.AllowedSenders = []string{"paypal.service.4711@freemail.example"}
	in.Profile = &p
	if e := explained(in); e.Verdict == explain.DoNotRelease {
		t.Errorf("a sender whom the profile knows: %s", e.First.Cause.Name)
	}
	for what, pairs := range map[string][]string{
		"a report": {"Content-Type: multipart/alternative;", "Content-Type: multipart/report; report-type=delivery-status;"},
		"a list":   {"\nSubject:", "\nList-Post: <mailto:talk@freemail.example>\nSubject:"},
	} {
		if e := rewritten(t, "brand-impersonation", pairs...); e.Verdict == explain.DoNotRelease {
			t.Errorf("%s: %s", what, e.First.Cause.Name)
		}
	}
}
