package causes

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// TestSignsAsOwn: who signs from a free mailbox with a title in the receiving organisation.
func TestSignsAsOwn(t *testing.T) {
	const from = "Clara Vogt <director.clara.vogt77@freemail.example>"
	const wants = "Do you have a moment? I need the payroll list, send it.\r\n"
	for _, tt := range []struct {
		what, from, body string
		want             string
	}{
		{"a title, and a wish", "Ines Moura <i.moura@freemail.example>", wants + "-- \r\nI. Moura\r\nCEO, Example\r\n", "display-name-colleague"},
		{"a title", "Ines Moura <i.moura@freemail.example>", "See you on Thursday.\r\n-- \r\nInes Moura\r\nCEO, Example\r\n", "colleague-private-account"},
		{"a title elsewhere", "Ines Moura <i.moura@freemail.example>", wants + "-- \r\nInes Moura\r\nCEO, Harbour Museum\r\n", "risky-request"},
		{"no title", "Ines Moura <i.moura@freemail.example>", wants + "-- \r\nInes Moura, at Example on Thursday\r\n", "risky-request"},
		{"somebody else's title", "Ines Moura <i.moura@freemail.example>", wants + "Ines Moura\r\n\r\nOn Monday you wrote:" + strings.Repeat(" and so on", 8) + "\r\nRui Prado\r\nCEO, Example\r\n", "risky-request"},
		{"a domain of her own", "Ines Moura <ines@joinery.example>", wants + "Ines Moura\r\nCEO, Example\r\n", "risky-request"},
	} {
		e := rewritten(t, "display-name-colleague", from, tt.from, "BODY", tt.body, "Quick favour", "Thursday")
		if got := e.First.Cause.Name; got != tt.want {
			t.Errorf("%s: the first cause is %s, want %s", tt.what, got, tt.want)
		}
	}
}

// TestBaited: without a profile the recipient's domain is only taken for one's own; a document that waits at a stranger's settles it.
func TestBaited(t *testing.T) {
	const waits = "A file was shared with you, open it here:\r\nhttps://files.elsewhere.example/x\r\n"
	for _, tt := range []struct {
		what, body string
		want       bool
	}{
		{"a document at a stranger's", waits, true},
		{"a document at the sending host's", strings.Replace(waits, "elsewhere", "cheaphost", 1), false},
		{"a document at home", strings.Replace(waits, "elsewhere.example", "widget.com", 1), false},
		{"the end of a mailbox", "Ihr Postfach ist voll. Klicken Sie auf den Link.\r\n", true},
		{"a letter", "See you on Thursday.\r\n", false},
	} {
		in, _ := loadCase(t, "forged-own-domain")
		e := rewritten(t, "forged-own-domain", "BODY", tt.body, "New bank details for open invoices", "Thursday", "Content-Type: multipart/alternative;\r\n", "Content-Type: text/plain; charset=utf-8;\r\n")
		again := analyze.Prepare(e.Report.Input.Message, nil, analyze.Stated{})
		again.Resolve, again.DNSMode, again.Weights, again.Today = in.Resolve, in.DNSMode, in.Weights, in.Today
		if e = explained(again); (e.First.Cause == forgedOwnDomain) != tt.want {
			t.Errorf("%s: the first cause is %s", tt.what, e.First.Cause.Name)
			describe(t, e)
		}
	}
}

// TestThreatsAreFraud: a threat in another language is one, where nobody is proven and a link leads elsewhere.
func TestThreatsAreFraud(t *testing.T) {
	for body, want := range map[string]explain.Verdict{
		"Votre boîte mail est pleine, cliquez ici :\r\nhttps://box.elsewhere.example/x\r\n":       explain.DoNotRelease,
		"Votre boîte mail est pleine, cliquez ici :\r\nhttps://box.bank.example/x\r\n":            explain.AskTheSender,
		"Votre boîte à outils est pleine, cliquez ici :\r\nhttps://box.elsewhere.example/x\r\n\r": explain.AskTheSender,
	} {
		e := rewritten(t, "plain-phishing", "BODY", body, "Content-Type: multipart/alternative;\r\n", "Content-Type: text/plain; charset=utf-8;\r\n", "Your account will be closed today", "Bonjour")
		if e.Verdict != want {
			t.Errorf("%q: %s for %s, want %s", body, e.Verdict, e.First.Cause.Name, want)
		}
	}
}

// TestBaitedByStranger: what waits behind a login at somebody else's is phishing where the author's domain disowns it and signed nothing of it.
func TestBaitedByStranger(t *testing.T) {
	const waits = "A document was shared with you. Open it with your mail password:\r\nhttps://docs.elsewhere.example/x\r\n"
	signed := "DKIM-Signature: v=1; a=rsa-sha256; d=bank.example; s=s1; h=From; bh=AAAA; b=AAAA\r\nFrom: "
	for _, tt := range []struct {
		what, body, from string
		want             explain.Verdict
	}{
		{"a document and a login", waits, "From: ", explain.DoNotRelease},
		{"a document alone", strings.Replace(waits, " with your mail password", "", 1), "From: ", explain.AskTheSender},
		{"a login alone", strings.Replace(waits, "A document was shared with you.", "", 1), "From: ", explain.AskTheSender},
		{"at the author's", strings.Replace(waits, "elsewhere", "bank", 1), "From: ", explain.AskTheSender},
		{"a signature of the author that broke", waits, signed, explain.AskTheSender},
	} {
		e := rewritten(t, "plain-phishing", "BODY", tt.body, "\nFrom: ", "\n"+tt.from, "Content-Type: multipart/alternative;\r\n", "Content-Type: text/plain; charset=utf-8;\r\n", "Your account will be closed today", "Hello")
		if e.Verdict != tt.want {
			t.Errorf("%s: %s for %s, want %s", tt.what, e.Verdict, e.First.Cause.Name, tt.want)
			describe(t, e)
		}
	}
}

// TestNothingWrongButAList: a server on a blocklist is not passed over in silence.
func TestNothingWrongButAList(t *testing.T) {
	in, _ := loadCase(t, "plain-good")
	clean := explained(in)
	over, err := resolve.Overlay(in.Resolve, "20.113.0.203.zen.spamhaus.org. 300 IN A 127.0.0.4\n")
	if err != nil {
		t.Fatal(err)
	}
	in.Resolve = over
	if e := explained(in); e.First.Cause != nothingWrong || strings.Contains(clean.First.Sentence(), "blocklist") || !strings.Contains(e.First.Sentence(), "is on a blocklist (Spamhaus ZEN)") {
		t.Errorf("%q, listed: %q", clean.First.Sentence(), e.First.Sentence())
	}
}

// TestSaleIsNoSpam: who speaks of pills and is oddly made sells nothing where the classifier takes the words for good.
func TestSaleIsNoSpam(t *testing.T) {
	for _, taught := range []bool{false, true} {
		e := rewritten(t, "plain-spam", "203.0.113.200", "203.0.113.190") // an address that nobody lists
		if taught {
			learntAsGood(e.Report.Input)
			e = explained(e.Report.Input)
		}
		if (e.First.Cause == realSpam) == taught {
			t.Errorf("taught %v: the first cause is %s", taught, e.First.Cause.Name)
		}
	}
}

// TestFortune: a share of a fortune is fraud from somebody who is not proven, or whose mailbox anybody gets; who reports of it is asked.
func TestFortune(t *testing.T) {
	const fortune = "I am the widow of a minister. 20 million dollars lie with a security company; I need your assistance, keep it confidential.\r\n"
	const from = "Clara Vogt <director.clara.vogt77@freemail.example>"
	for _, tt := range []struct {
		what, body, name, from, as string
		want                       explain.Verdict
	}{
		{"a free mailbox", fortune, "display-name-colleague", from, "Ines Moura <director.clara.vogt77@freemail.example>", explain.DoNotRelease},
		{"a proven domain", fortune, "own-login-honest", "Ines Carvalho", "Ines Carvalho", explain.AskTheSender},
		{"nothing is secret", strings.Replace(fortune, "I need your assistance, keep it confidential", "so says the paper", 1), "own-login-honest", "Ines Carvalho", "Ines Carvalho", explain.Release},
		{"nobody died", strings.Replace(fortune, "widow of", "clerk of", 1), "own-login-honest", "Ines Carvalho", "Ines Carvalho", explain.Release},
	} {
		if e := rewritten(t, tt.name, tt.from, tt.as, "BODY", tt.body); e.Verdict != tt.want {
			t.Errorf("%s: %s for %s, want %s", tt.what, e.Verdict, e.First.Cause.Name, tt.want)
		}
	}
}

// TestSaidOfTheServer: what nobody has shown is not said.
func TestSaidOfTheServer(t *testing.T) {
	for _, tt := range []struct{ name, old, new, says, not string }{
		{"helo-not-a-name", "mail.partner.example [203.0.113.20]", "mail.partner.example [203.0.113.20]", "is called", "nothing shows"},
		{"helo-not-a-name", "mail.partner.example [203.0.113.20]", "unknown [203.0.113.20]", "nothing shows", "is called"},
		{"clock-wrong", "From", "From", "is wrong: it dated", "made the line up"},
		{"clock-wrong", "<ines@partner.example>", "<ines@other.example>", "made the line up", "is wrong: it dated"},
	} {
		e := rewritten(t, tt.name, tt.old, tt.new)
		if strings.HasPrefix(tt.new, "unknown ") {
			in := e.Report.Input
			in.Resolve, in.DNSMode = resolve.Off(), "offline"
			e = explained(in)
		}
		said := ""
		for _, d := range append([]*explain.Diagnosis{e.First}, append(e.Others, e.Remarks...)...) {
			said += d.Sentence() + " "
		}
		if !strings.Contains(said, tt.says) || strings.Contains(said, tt.not) {
			t.Errorf("%s with %q: %s", tt.name, tt.new, said)
		}
	}
}
