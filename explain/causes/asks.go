package causes

import (
	"iter"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/explain"
)

// What a message may ask of its reader that nobody should do before a call, whoever stands behind it: SPF, DKIM and DMARC pass for a stolen
// mailbox, too. Honest people ask for the same, so none of it makes a message bad.

// ask is one of those, with what is said of it.
type ask struct {
	name  string
	find  func(*explain.View) []analyze.Finding
	title string
}

// askList is in the order of the harm that is done.
var askList = []ask{
	{"account", newAccount, "It is about money that goes to another account or has to go at once, and only a call can tell whether the sender wants that."},
	{"cards", cardCodes, "It asks for codes of gift cards, or for a favour without saying which; only a call can tell who asks."},
	{"extortion", blackmail, "It threatens to publish something unless the reader pays, as blackmail does that knows nothing."},
	{"fortune", advanceFee, "It offers a share of a fortune, and nobody gives one to strangers; only a call can tell who writes."},
	{"staff", wished(staffData), "It asks for data of your staff; only a call can tell who wants them."},
	{"coins", wished(coins), "It wants money sent to a wallet, which nobody gets back; only a call can tell whether the sender means it."},
	{"remote", wished(remoteTool), "It wants a program installed by which somebody else steers the computer; only a call can tell who that is."},
	{"secret", secretElsewhere, "It asks for a login, and only a call can tell whether the sender means it."},
	{"lure-elsewhere", lureElsewhere, "It says that something waits which has to be opened at somebody else's, and only the sender can tell whether it is his."},
	{"runs", runs, "It carries or leads to what can run a program, and only the sender can tell whether he sent it."},
	{"poses", poses, "It bears the name of a well-known firm, and its domain is not known to be theirs; only the firm's own site can tell, opened by typing its address."},
	{"phishing", phishingSaid, phishingProven},
	{"answers", answersElsewhere, "Answers to it go to another mailbox than the sender's, and only a call can tell whether that is his."},
}

const (
	phishingProven   = "Your filter takes it for phishing, and that the sender is proven does not say who sits at the mailbox; only a call can tell."
	phishingUnproven = "Your filter takes it for phishing, and nothing proves who sent it; only a call can tell."
)

// asks returns all that is asked of that kind, and the sentence for what does the most harm. Own people who send out are not asked.
func asks(v *explain.View) (found []analyze.Finding, title string) {
	for _, a := range askList {
		some := v.Once(a.name, a.find)
		if len(found) == 0 && len(some) > 0 {
			title = a.title
		}
		found = append(found, some...)
	}
	return found, title
}

// isAsked reports whether there is any of it.
func isAsked(v *explain.View) bool {
	found, _ := asks(v)
	return len(found) > 0
}

// payment is what asks to pay to another account: the phrases of the checks, or a bank account beside a word of change, in a message about paying.
func payment(v *explain.View) []analyze.Finding {
	out := v.Find("words.payment-change", "words.payroll")
	if len(out) > 0 || v.Words == nil {
		return out
	}
	for _, t := range visible(v) {
		word, ok := t.beside(accountWords, changeWords, sameClause)
		if banks := t.places(bankWords); len(banks) > 0 {
			word, ok = banks[0].word, true
		}
		if ok && (holdsAny(t.text, payWords) || holdsAny(visible(v)[0].text, payWords)) {
			return []analyze.Finding{at("asks.new-account", "it speaks of a bank account that is another one now", t.spot(v, word))}
		}
	}
	return nil
}

func newAccount(v *explain.View) []analyze.Finding {
	return append(append(v.Once("payment", payment), v.Find("words.wire")...), v.Once("wire", wished(wire))...)
}

// Words in the languages that their readers write most; other languages are not judged here.
var (
	accountWords = anchored("iban", "bank account", "bank details", "banking details", "bank information", "account number", "account details", "sort code", "routing number",
		"bankverbindung", "konto", "coordonnées bancaires", "compte bancaire", "cuenta bancaria", "datos bancarios", "coordinate bancarie", "conto bancario", "bankrekening", "rekeningnummer", "conta bancária", "dados bancários")
	bankWords   = anchored("new bank ", "new bank.", "new bank,", "another bank", "different bank", "changed bank", "changed our bank", "change of bank", "neue bank", "nouvelle banque", "nuevo banco", "nuova banca", "nieuwe bank", "bank gewechselt", "changé de banque", "cambiado de banco", "cambiato banca", "mudámos de banco", "mudamos de banco")
	changeWords = []string{"new ", "changed", "change of", "updated", "update ", "different", "no longer", "switched", "instead", "neue", "geändert", "nouveau", "nouvelle", "changement",
		"nueva", "nuevo", "cambiado", "nuovo", "nuova", "nuove", "cambiat", "nieuw", "gewijzigd", "novo ", "nova ", "novos ", "alterad", "mudou"}
	payWords  = []string{"salary", "wage", "gehalt", "lohn", "salaire", "nómina", "stipendio", "salaris", "pay", "invoice", "transfer", "remit", "zahl", "rechnung", "überweis", "facture", "paiement", "virement", "factura", "pago", "fattura", "pagament", "bonifico", "factuur", "betal", "salário", "fatura"}
	cardWords = anchored("gift card", "giftcard", "gift-card", "itunes card", "steam card", "google play card", "prepaid card", "geschenkkarte", "guthabenkarte", "gutscheinkarte", "carte cadeau",
		"cartes cadeaux", "tarjeta regalo", "tarjetas regalo", "carta regalo", "carte regalo", "cadeaukaart", "cartão presente", "cartões presente", "cartão-presente", "cartões-presente", "vale-presente", "vales-presente")
	scratchWords = []string{"scratch", "rubbel", "gratt", "rasca", "kras", "raspe"}
	sendWords    = []string{"send me", "email me", "e-mail me", "text me", "to me", "reply with", "send them", "send the code", "schick", "senden sie mir", "envoie", "envoyez", "envíame", "mandami", "inviami", "stuur", "envie-me", "me envie"}
	codeWords    = []string{"code", "pin", "photo", "picture", "foto", "códig", "codic"}
	secretWords  = []string{"password", "passcode", "credentials", "passwort", "kennwort", "mot de passe", "contraseña", "wachtwoord", "senha", "palavra-passe", "lösenord", "one-time code"}
	readerWords  = []string{"your", "you ", "ihr", "dein", "votre", "vos ", "vous", " su ", " tu ", "vostr", "tua ", "tuo ", " uw ", " je ", " sua ", " seu "}
	scanWords    = anchored("qr code", "qr-code", "code qr", "código qr", "codice qr", "scan the", "scan this", "code scannen", "scannen sie den code", "scannez", "escanee el código", "escanea el código", "escaneie o código", "scansiona il codice", "inquadra il codice")
	accessWords  = []string{"mailbox", "password", "passwort", "kennwort", "mot de passe", "log in", "login", "sign in", "authenticat", "second factor", "two-factor", "mfa", "2fa", "your account", "postfach", "verify", "zweiten faktor", "anmeld",
		"votre compte", "boîte mail", "authentifi", "su cuenta", "tu cuenta", "contraseña", "buzón", "autentic", "suo account", "tuo account", "casella", "sua conta", "senha", "caixa de correio", "uw account", "wachtwoord"}
	pageWords  = []string{"login", "logon", "signin", "sign-in", "webmail", "verify", "password", "webscr"} // in the address of a page for logging in
	loginWords = []string{"log in", "login", "log on", "sign in", "sign-in", "verify", "anmelde", "einloggen", "connecter", "identifi", "iniciar sesión", "inicie sesión", "inloggen", "accedi", "melden sie sich an", "connectez", "iniciar sessão", "inicie sessão", "fazer login", "faça login"}
)

// How far apart words may stand, in bytes.
const (
	sameClause    = 40
	sameParagraph = 300
)

// cardCodes finds the wish for codes of gift cards, which a shop's mail has not. Of one whose domain says nothing about him any talk of such cards, and of
// a favour that is not named yet, is enough.
func cardCodes(v *explain.View) []analyze.Finding {
	var out []analyze.Finding
	if !v.Authentic() || checks.Freemail(v.From) {
		out = v.Find("words.gift-cards", "words.quick-favour")
	}
	for _, t := range visible(v) {
		word, ok := t.beside(cardWords, scratchWords, sameParagraph)
		if !ok {
			if word, ok = t.beside(cardWords, sendWords, sameParagraph); ok {
				_, ok = t.beside(cardWords, codeWords, sameParagraph)
			}
		}
		if ok {
			return append(out, at("asks.card-codes", "it wants codes of gift cards", t.spot(v, word)))
		}
	}
	return out
}

// secretElsewhere finds the wish for a login: in the words of the checks, or beside a link that leads to somebody else.
func secretElsewhere(v *explain.View) []analyze.Finding {
	out := append(v.Find("words.verify-account", "words.password-expires"), v.Once("threat", wished(mailboxThreat))...)
	if v.Words == nil {
		return out
	}
	if led := elsewhere(v); len(led) > 0 {
		out = append(out, v.Find("words.shared-document", "words.voicemail")...)
	}
	for _, t := range visible(v) {
		if word, ok := t.beside(scanWords, accessWords, sameParagraph); ok {
			out = append(out, at("asks.scan", "it wants a code scanned, beside words about access: where that leads cannot be read", t.spot(v, word)))
			break
		}
	}
	for _, l := range v.Words.Links[:min(len(v.Words.Links), maxPlaces)] {
		if knownHost(v, l.Host) {
			continue
		}
		for _, t := range explain.Kept(v, "asking", asking) {
			if place, ok := loginBeside(t.text, linkTexts(l), holdsAny(strings.ToLower(l.Href), pageWords)); ok {
				return append(out, at("asks.secret", "it speaks of a login beside a link to "+name(l.Host, "another site")+", which is not the author's", t.spot(v, place)))
			}
		}
	}
	return out
}

// loginBeside finds the reader's own password beside a link, or beside one to a page for logging in any word for that.
func loginBeside(text string, link []string, page bool) (place string, ok bool) {
	for l := range places(text, link) {
		around := withoutLinks(text[max(0, l.at-sameParagraph):min(len(text), l.at+len(l.word)+sameParagraph)])
		if page && (holdsAny(around, secretWords) || holdsAny(around, loginWords)) {
			return l.word, true
		}
		for at := range places(around, secretWords) {
			if near(around, at, readerWords, sameClause) {
				return l.word, true
			}
		}
	}
	return "", false
}

// withoutLinks takes out addresses of the web: what they are made of nobody is asked.
func withoutLinks(text string) string {
	var out []string
	for word := range strings.SplitSeq(text, " ") {
		if !strings.Contains(word, "://") {
			out = append(out, word)
		}
	}
	return strings.Join(out, " ")
}

// asking are the texts without the passwords that they tell.
func asking(v *explain.View) []passage {
	var out []passage
	for _, t := range visible(v) {
		out = append(out, passage{text: withoutGiven(t.text), part: t.part})
	}
	return out
}

// withoutGiven takes out the words for a password that is told and not asked for: "password: 4711", as invitations to a meeting have it.
func withoutGiven(text string) string {
	for _, w := range secretWords {
		head, rest, ok := strings.Cut(text, w+": ")
		if ok && !strings.HasPrefix(rest, "http") {
			text = head + rest
		}
	}
	return text
}

// linkTexts are what the reader sees of a link.
func linkTexts(l checks.Link) []string {
	out := []string{strings.ToLower(l.Href)}
	if shown := strings.Join(strings.Fields(strings.ToLower(l.Shown)), " "); len(shown) > 3 {
		out = append(out, shown)
	}
	return out
}

// runs finds files and links that can run something.
func runs(v *explain.View) []analyze.Finding {
	return v.Find("mime.executable", "mime.double-extension", "mime.html-attachment", "mime.macro", "mime.svg", "mime.locked-archive", "links.download")
}

// phishingSaid is the word of a filter which may have seen what is not here: where links lead, and what others got.
func phishingSaid(v *explain.View) []analyze.Finding { return stated(v, explain.FamilyPhishing) }

// answersElsewhere finds that answers go to somebody else. A form writes its visitor there, and a list its author.
func answersElsewhere(v *explain.View) []analyze.Finding {
	out := v.Find("sender.reply-nearly")
	if !v.Own(v.From) && !relayedByList(v) {
		out = append(out, v.Find("sender.reply-elsewhere")...)
	}
	return out
}

// relayedByList reports whether a list of the author's domain rewrote From, so that the domain is the list's, and proven.
func relayedByList(v *explain.View) bool {
	f, ok := v.Input.Message.First("List-Post")
	if !ok || !v.Authentic() {
		return false
	}
	_, domain, _ := strings.Cut(v.Input.Message.Unfold(f), "@")
	host := domainsIn(domain)
	return len(host) > 0 && explain.Same(host[0], v.From)
}

// passage is a text as its reader sees it, folded.
type passage struct {
	text  string
	part  *eml.Part // nil: the subject
	found map[int][]place
}

// visible returns subject and texts of the message; nothing where they were not read.
func visible(v *explain.View) []passage { return explain.Kept(v, "visible", readPassages) }

func readPassages(v *explain.View) []passage {
	if v.Words == nil {
		return nil
	}
	out := []passage{{text: strings.ToLower(v.Words.Subject)}}
	for _, t := range v.Words.Texts {
		out = append(out, passage{text: t.Visible, part: t.Part})
	}
	for i := range out {
		out[i].found = wordFinder().find(out[i].text)
	}
	return out
}

// places returns where words of a stand, in the order of the text.
func (p passage) places(a anchors) []place { return p.found[a.list] }

// beside finds a word of a with one of words at most so many bytes before or behind it, and returns the former.
func (p passage) beside(a anchors, words []string, reach int) (word string, ok bool) {
	for _, at := range p.places(a) {
		if near(p.text, at, words, reach) {
			return at.word, true
		}
	}
	return "", false
}

// spot points at a piece of the passage, or at the line on which it begins.
func (p passage) spot(v *explain.View, piece string) eml.Span {
	if p.part == nil {
		return v.Words.SubjectSpan
	}
	span := checks.Spot(v.Input.Message, p.part.Body, piece)
	if span.End-span.Start != len(piece) { // the text was folded to lower case
		span = checks.Spot(v.Input.Message, p.part.Body, strings.ToUpper(piece[:1])+piece[1:])
	}
	return span
}

// maxPlaces bounds the places that are looked at of one word.
const maxPlaces = 16

// near reports whether one of words stands at most so many bytes before or behind a place.
func near(text string, at place, words []string, reach int) bool {
	end := at.at + len(at.word)
	return holdsAny(text[max(0, at.at-reach):at.at], words) || holdsAny(text[end:min(len(text), end+reach)], words)
}

// places yields where words stand in a text that nobody searched before.
func places(text string, words []string) iter.Seq[place] {
	return func(yield func(place) bool) {
		for _, w := range words {
			from := 0
			for range maxPlaces {
				n := strings.Index(text[from:], w)
				if n < 0 || w == "" {
					break
				}
				if !yield(place{w, from + n}) {
					return
				}
				from += n + len(w)
			}
		}
	}
}

func holdsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
