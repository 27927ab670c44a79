package causes

import (
	"bytes"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/explain"
)

// rewritten explains a mail case after pieces of its bytes were replaced, each of which must be there; "BODY" stands for the whole body.
func rewritten(t *testing.T, name string, pairs ...string) *explain.Explanation {
	t.Helper()
	in, _ := loadCase(t, name)
	raw := bytes.Clone(in.Message.Raw)
	for i := 0; i < len(pairs); i += 2 {
		old := []byte(pairs[i])
		if pairs[i] == "BODY" {
			old = raw[eml.Parse(raw).Body.Start:]
		}
		if !bytes.Contains(raw, old) {
			t.Fatalf("%s: %q is not there", name, pairs[i])
		}
		raw = bytes.ReplaceAll(raw, old, []byte(pairs[i+1]))
	}
	again := analyze.Prepare(eml.Parse(raw), in.Profile, analyze.Stated{})
	again.Name, again.Resolve, again.DNSMode, again.Weights, again.Today = in.Name, in.Resolve, in.DNSMode, in.Weights, in.Today
	return explained(again)
}

// TestAsks: what a proven partner may not ask without a call, and its near twins.
func TestAsks(t *testing.T) {
	for _, tt := range []struct {
		what, body string
		want       string // a finding; empty: nothing is asked
	}{
		{"another account", "Please transfer the sum of invoice 12 to our updated IBAN, which is on page 2.\r\n", "asks.new-account"},
		{"an account", "Please transfer the sum of invoice 12 to our IBAN, which is on page 2.\r\n", ""},
		{"another account in German", "Bitte beachten Sie unsere neue Bankverbindung auf der Rechnung.\r\n", "asks.new-account"},
		{"another account, and nothing to pay", "The branch has a new bank account number.\r\n", ""},
		{"wages to another bank", "I have a new bank, could my wages go there from May on?\r\n", "asks.new-account"},
		{"another bank, and nothing to pay", "The corner house has a new bank, and a baker beside it.\r\n", ""},
		{"a code to scan", "Your mailbox wants a second factor: scan the code below with your phone.\r\n", "asks.scan"},
		{"a code to scan at the gate", "The driver will scan the code at the gate.\r\n", ""},
		{"codes of cards", "Could you get four steam cards? Scratch them and photograph what is under it.\r\n", "asks.card-codes"},
		{"a code sent", "Buy two gift cards in the shop and text me the code of each.\r\n", "asks.card-codes"},
		{"a gift card", "Thank you for the gift card, the children liked it.\r\n", ""},
		{"a card of a shop", "Your gift card is ready. Enter its code at the till.\r\n", ""},
		{"a password elsewhere", "Open it with your password:\r\nhttps://files.elsewhere.example/x\r\n", "asks.secret"},
		{"talk of passwords", "The page says how the box forces a password on its users:\r\nhttps://files.elsewhere.example/x\r\n", ""},
		{"a password at home", "Open it with your password:\r\nhttps://files.partner.example/x\r\n", ""},
		{"a password told", "We meet here:\r\nhttps://meet.elsewhere.example/x\r\nPassword: 4711\r\n", ""},
		{"a password far from the link", "Your password is of no use.\r\n" + strings.Repeat("And so on. ", 60) + "\r\nhttps://files.elsewhere.example/x\r\n", ""},
		{"a login page elsewhere", "Log in to see it:\r\nhttps://files.elsewhere.example/login/x\r\n", "asks.secret"},
		{"a login page elsewhere, of another link", "Log in to see it:\r\nhttps://files.elsewhere.example/x\r\n" + strings.Repeat("And so on. ", 60) + "\r\nhttps://files.elsewhere.example/login/x\r\n", ""},
		{"a login page elsewhere that nobody is asked to use", "Today's strip:\r\nhttps://comics.elsewhere.example/daily/login.html\r\n", ""},
		{"another page elsewhere", "Log in to see it:\r\nhttps://files.elsewhere.example/x\r\n", ""},
		{"another account in Portuguese", "Temos uma nova conta bancária, o pagamento da fatura vai para lá.\r\n", "asks.new-account"},
		{"an account in Portuguese", "O pagamento da fatura chegou à conta bancária.\r\n", ""},
		{"a transfer at once", "I need an urgent wire today, keep it discreet.\r\n", "asks.wire"},
		{"a transfer at once in German", "Bitte eine Überweisung an den neuen Lieferanten, es ist dringend.\r\n", "asks.wire"},
		{"a transfer that came, in German", "Wir haben eine Überweisung erhalten und schicken die Ware sofort.\r\n", ""},
		{"a wire of another kind", "The fence needs a wire of 4 mm, and immediately.\r\n", ""},
		{"a bill in German", "Bitte überweisen Sie den Betrag der Rechnung sofort.\r\n", ""},
		{"a transfer at once in French", "Il faut effectuer un virement aujourd'hui.\r\n", "asks.wire"},
		{"a transfer in French", "Nous avons reçu un virement de 200 euros.\r\n", ""},
		{"a transfer at once in Spanish", "Hay que hacer una transferencia hoy mismo.\r\n", "asks.wire"},
		{"a transfer at once in Italian", "Serve un bonifico il prima possibile.\r\n", "asks.wire"},
		{"a transfer at once in Portuguese", "Preciso de uma transferência ainda hoje.\r\n", "asks.wire"},
		{"a transfer in Portuguese", "Recebemos uma transferência na terça.\r\n", ""},
		{"data of the staff", "Please send me the W2s of all.\r\n", "asks.staff-data"},
		{"data of the staff in German", "Ich brauche die Gehaltsliste vom Mai.\r\n", "asks.staff-data"},
		{"data of the staff in French", "Envoyez-moi les bulletins de paie.\r\n", "asks.staff-data"},
		{"data of the staff in Spanish", "Necesito la lista de empleados.\r\n", "asks.staff-data"},
		{"data of the staff in Italian", "Mandami le buste paga di maggio.\r\n", "asks.staff-data"},
		{"data of the staff in Portuguese", "Preciso da lista de funcionários.\r\n", "asks.staff-data"},
		{"a list of the staff", "Your staff list hangs at the gate.\r\n", ""},
		{"a program for steering", "Please install AnyDesk and tell me the number.\r\n", "asks.remote-tool"},
		{"a program for steering in Spanish", "Descargue TeamViewer y llámeme.\r\n", "asks.remote-tool"},
		{"talk of such a program", "The clerk said that AnyDesk is not used here.\r\n", ""},
		{"coins", "Send 200 to our bitcoin address on page 2.\r\n", "asks.coins"},
		{"coins in Italian", "Versa 200 euro al nostro indirizzo bitcoin.\r\n", "asks.coins"},
		{"talk of coins", "The bitcoin address is a long word, says the paper.\r\n", ""},
		{"a threat in German", "Ich habe Sie aufgenommen. Zahlen Sie 900 in Bitcoin.\r\n", "asks.extortion"},
		{"a threat in French", "J'ai piraté votre appareil. Payez en bitcoin.\r\n", "asks.extortion"},
		{"a threat in Portuguese", "Invadi o seu aparelho. O preço é 900 em bitcoin.\r\n", "asks.extortion"},
		{"talk of cameras", "Ihre Kamera ist fertig, bezahlt wird bar.\r\n", ""},
		{"the end of a mailbox in German", "Ihr Postfach ist voll. Klicken Sie hier.\r\n", "asks.threat"},
		{"the end of a password in Spanish", "Su contraseña caduca hoy: pulse el enlace.\r\n", "asks.threat"},
		{"the end of an account in Italian", "Il suo account sarà sospeso, acceda dal link.\r\n", "asks.threat"},
		{"a full mailbox", "Mein Postfach ist voll, ich rufe lieber an.\r\n", ""},
		{"a document elsewhere", "Ines hat ein Dokument mit Ihnen geteilt. Melden Sie sich an:\r\nhttps://files.elsewhere.example/x\r\n", "asks.lure links.elsewhere"},
		{"a document elsewhere in French", "Ines a partagé un document. Connectez-vous :\r\nhttps://files.elsewhere.example/x\r\n", "asks.lure links.elsewhere"},
		{"a document elsewhere in Portuguese", "Ines compartilhou um arquivo. Faça login:\r\nhttps://files.elsewhere.example/x\r\n", "asks.lure links.elsewhere"},
		{"a document at home", "Ines hat ein Dokument mit Ihnen geteilt. Melden Sie sich an:\r\nhttps://files.partner.example/x\r\n", ""},
		{"a document without a login", "Ines has shared a drawing with you:\r\nhttps://files.elsewhere.example/x\r\n", ""},
		{"a code to scan in Italian", "Scansiona il codice QR per confermare la tua casella.\r\n", "asks.scan"},
		{"codes of cards in Portuguese", "Compre cartões presente e envie-me os códigos.\r\n", "asks.card-codes"},
	} {
		e := rewritten(t, "own-login-honest", "BODY", tt.body)
		var found []string
		list, _ := asks(e.View)
		for _, f := range list {
			found = append(found, f.ID)
			if len(f.Evidence) == 0 {
				t.Errorf("%s: %s points at nothing", tt.what, f.ID)
			}
		}
		if got := strings.Join(found, " "); got != tt.want {
			t.Errorf("%s: found %q, want %q", tt.what, got, tt.want)
		}
		if asked := tt.want != ""; asked != (e.Verdict == explain.AskTheSender && e.First.Cause.Nature == explain.Unclear) {
			t.Errorf("%s: %s for %s", tt.what, e.Verdict, e.First.Cause.Name)
		}
	}
}

// TestPhishingSaid: a filter may have seen what is not here.
func TestPhishingSaid(t *testing.T) {
	for category, want := range map[string]explain.Verdict{"fraud": explain.AskTheSender, "spam": explain.Release} {
		in, _ := loadCase(t, "plain-good")
		in.Category = category
		if e := explained(in); e.Verdict != want {
			t.Errorf("%s: %s for %s, want %s", category, e.Verdict, e.First.Cause.Name, want)
		}
	}
}

// TestAnswersElsewhere: a free mailbox in Reply-To is asked about, but not behind a list or a form of one's own.
func TestAnswersElsewhere(t *testing.T) {
	for _, tt := range []struct {
		what, name, old, new string
		want                 bool
	}{
		{"a free mailbox", "own-login-honest", "\nSubject:", "\nReply-To: ines.c@freemail.example\nSubject:", true},
		{"her other address", "own-login-honest", "\nSubject:", "\nReply-To: ines@partner.example\nSubject:", false},
		{"a list that rewrote From", "own-login-honest", "\nSubject:", "\nList-Post: <mailto:workshop@partner.example>\nReply-To: ines.c@freemail.example\nSubject:", false},
		{"a list of another domain", "own-login-honest", "\nSubject:", "\nList-Post: <mailto:workshop@lists.example.net>\nReply-To: ines.c@freemail.example\nSubject:", true},
		{"the visitor of a form", "web-form-unlisted-server", "\nSubject:", "\nReply-To: marie@freemail.example\nSubject:", false},
	} {
		e := rewritten(t, tt.name, tt.old, tt.new)
		if got := isAsked(e.View); got != tt.want {
			t.Errorf("%s: asks is %v, want %v", tt.what, got, tt.want)
		}
	}
}

// TestFormNeedsMarks: a script on a verified host is a form where something shows it. Else the reader is asked, and not told to release.
func TestFormNeedsMarks(t *testing.T) {
	for _, tt := range []struct {
		what  string
		pairs []string
		want  explain.Verdict
	}{
		{"a form", nil, explain.Release},
		{"a letter", []string{"BODY", "Good morning,\r\n\r\nplease look at the list for Thursday and tell Anna.\r\n"}, explain.AskTheSender},
		{"a form's text around a link", []string{"\nMessage:\n", "\nMessage:\nhttps://shop.elsewhere.example/offer\n"}, explain.AskTheSender},
		{"a form's text around a new account", []string{"\nMessage:\n", "\nMessage:\nPlease pay invoice 7 to our new bank account.\n"}, explain.AskTheSender},
	} {
		in, _ := loadCase(t, "web-form-unlisted-server")
		pairs := tt.pairs
		if bytes.Contains(in.Message.Raw, []byte("\r\n")) {
			for i := range pairs {
				pairs[i] = strings.ReplaceAll(strings.ReplaceAll(pairs[i], "\r\n", "\n"), "\n", "\r\n")
			}
		}
		e := rewritten(t, "web-form-unlisted-server", pairs...)
		if e.Verdict != tt.want {
			t.Errorf("%s: %s for %s, want %s", tt.what, e.Verdict, e.First.Cause.Name, tt.want)
		}
	}
}

// TestImpostors: names and domains that pose as known ones, on a letter that asks for nothing.
func TestImpostors(t *testing.T) {
	const from = "Clara Vogt <director.clara.vogt77@freemail.example>"
	for _, tt := range []struct {
		what, from string
		want       string // the first cause; empty: neither a name nor a domain is spoken of
	}{
		{"a colleague", from, "colleague-private-account"},
		{"the name turned round", `"VOGT, Clara (CEO)" <ceo@freemail.example>`, "colleague-private-account"},
		{"the name in other letters", "=?utf-8?q?Cl=D0=B0ra_Vogt?= <ceo@freemail.example>", "colleague-private-account"},
		{"half of the name", "Clara Weiss <clara.weiss@freemail.example>", ""},
		{"the own domain before an address", "example.org news <desk@freemail.example>", "colleague-private-account"},
		{"the own name before a free mailbox", "Example Service <desk@freemail.example>", "colleague-private-account"},
		{"another name", "Sample Service <desk@freemail.example>", ""},
		{"the own name under another top level", "Clara <clara@example.com>", "similar-domain-honest"},
		{"one letter more", "Clara <clara@examples.example>", "similar-domain-honest"},
		{"a word joined to it", "Clara <clara@examplebilling.example>", "similar-domain-honest"},
		{"another name", "Clara <clara@harbour.example>", ""},
	} {
		e := rewritten(t, "display-name-colleague", from, tt.from, "BODY", "Good morning,\r\n\r\nsee you on Thursday, as agreed.\r\n", "Quick favour", "Thursday")
		got := e.First.Cause.Name
		if poses := got == colleaguePrivateAccount.Name || got == similarDomainHonest.Name || e.First.Cause.Nature == explain.Bad; poses != (tt.want != "") || poses && got != tt.want {
			t.Errorf("%s: the first cause is %s, want %q", tt.what, got, tt.want)
		}
		if tt.want != "" && e.Verdict != explain.AskTheSender {
			t.Errorf("%s: %s", tt.what, e.Verdict)
		}
	}
}

// TestPrivateAccountStated: a colleague's private address that the profile allows is hers, where its provider stands behind it.
func TestPrivateAccountStated(t *testing.T) {
	for allowed, want := range map[string]bool{"clara.vogt@freemail.example": false, "clara.vogt2@freemail.example": true} {
		in, _ := loadCase(t, "colleague-private-account")
		p := *in.Profile
		p.AllowedSenders = []string{allowed}
		in.Profile = &p
		if e := explained(in); (e.First.Cause == colleaguePrivateAccount) != want {
			t.Errorf("%s is allowed: the first cause is %s", allowed, e.First.Cause.Name)
		}
	}
}

// TestNamedInText: without a word in the profile, a stolen thread itself says whom the author's domain imitates.
func TestNamedInText(t *testing.T) {
	body := "Good morning,\r\n\r\nas agreed.\r\n\r\n> Ines Carvalho <ines@NAMED> wrote:\r\n> see you on Thursday\r\n"
	for named, want := range map[string]bool{"partnr.example": true, "partner.example": false, "partner.example.net": false, "sawmill.example": false} {
		e := rewritten(t, "own-login-honest", "BODY", strings.ReplaceAll(body, "NAMED", named))
		if got := e.First.Cause == similarDomainHonest; got != want {
			t.Errorf("%s: the first cause is %s", named, e.First.Cause.Name)
		}
	}
}

func TestLooksLike(t *testing.T) {
	for _, tt := range []struct {
		domain, known string
		want          bool
	}{
		{"widgett.com", "widget.com", true}, {"wigdet.com", "widget.com", true}, {"widqet.com", "widget.com", true}, {"widget-billing.com", "widget.com", true},
		{"secure-widget.com", "widget.com", true}, {"widgetpayments.com", "widget.com", true}, {"widget.com.mail-in.example", "widget.com", true},
		{"widget-com.mail-in.example", "widget.com", true}, {"xn--wdget-n2e.com", "widget.com", true}, {"vvidget.com", "widget.com", true},
		{"widget.com", "widget.com", false}, {"mail.widget.com", "widget.com", false}, {"widget.de", "widget.com", false}, {"widgetworks.com", "widget.com", false},
		{"gadget.com", "widget.com", false}, {"widget.service.example", "widget.com", false}, {"acmee.com", "acme.com", false}, {"bank.example", "example.org", false},
	} {
		if looksLike(tt.domain, tt.known) != tt.want {
			t.Errorf("%s and %s: %v", tt.domain, tt.known, !tt.want)
		}
	}
	if !sameLabel("widget.de", "widget.com") || sameLabel("mail.widget.com", "widget.com") || sameLabel("acme.de", "acme.com") {
		t.Error("the same name under another top level is not told")
	}
}

// TestProvenStranger: words and form of spam are not released for a domain that proves itself, unless the profile knows it.
func TestProvenStranger(t *testing.T) {
	for _, tt := range []struct {
		what    string
		allowed []string
		want    explain.Verdict
	}{
		{"a stranger", nil, explain.AskTheSender},
		{"somebody else is known", []string{"ines@partner.example"}, explain.AskTheSender},
		{"the sender is known", []string{"news@best-deals.example"}, explain.Release},
	} {
		in, _ := loadCase(t, "spam-by-its-words")
		p := *in.Profile
		p.AllowedSenders = tt.allowed
		over, err := resolve.Overlay(in.Resolve, "best-deals.example. 300 IN TXT \"v=spf1 ip4:203.0.113.231 -all\"\n")
		if err != nil {
			t.Fatal(err)
		}
		in.Profile, in.Resolve = &p, over
		if e := explained(in); e.Verdict != tt.want || !e.View.Vouched() {
			t.Errorf("%s: %s for %s, vouched %v, want %s", tt.what, e.Verdict, e.First.Cause.Name, e.View.Vouched(), tt.want)
		}
	}
}

func TestDomainsIn(t *testing.T) {
	for text, want := range map[string]string{
		"write to <ines@partner.example>, or see www.partner.example/x.": "partner.example www.partner.example",
		"it ends. And begins ... a.b":                                    "a.b", "": "", ".": "", "x.": "", "-a.example-": "a.example", "größe.example": "e.example",
	} {
		if got := strings.Join(domainsIn(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
