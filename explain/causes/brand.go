package causes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/dkim"
	"github.com/fpcheck/fpcheck/explain"
)

// disguise is a well-known firm that a message poses as.
type disguise struct {
	brand   string   // in one word
	domains []string // that are the firm's
	named   bool     // the display name is the firm's, and not only the domain like it
	copied  bool     // the author's domain is the firm's in other letters
	why     analyze.Finding
}

// firm is how a sentence names it: a brand is written in many ways, its domain in one.
func (d disguise) firm() string { return d.domains[0] }

// posesAs finds the firm whose name the author bears though his domain is not known to be the firm's. A name that holds more than the firm's and what firms
// call their departments is somebody else's: "PayPal Service" poses, "Paypal Users Club" and "Chase Miller" do not.
func posesAs(v *explain.View) (disguise, bool) {
	f, ok := v.Input.Message.First("From")
	if !ok || len(v.Input.Author) == 0 || v.From == "" || v.Own(v.From) || relayedByList(v) || isReport(v) || knownToProfile(v) {
		return disguise{}, false
	}
	words := nameWords(v.Input.Author[0].Name)
	d, ok := byName(v, words)
	if !ok {
		d, ok = byDomain(v, words)
	}
	if !ok || signedBy(v, d) {
		return disguise{}, false
	}
	d.why = at("sender.poses", fmt.Sprintf("it bears the name of %s, and %s is not known to be theirs", d.firm(), from(v)), f.Value)
	return d, true
}

// byName finds a firm's name before an address that is not the firm's. A domain that holds the name, and not as a word of its own, is more likely its own.
func byName(v *explain.View, words []string) (disguise, bool) {
	brand, domains := firmIn(words)
	if brand == "" {
		return disguise{}, false
	}
	mine := label(v.From)
	d := disguise{brand: brand, domains: domains, named: true, copied: mine != brand && skeleton(mine) == skeleton(brand)}
	return d, !itsOwn(v, d) && (!strings.Contains(mine, brand) || checks.BorrowedBrand(v.From) != "")
}

// byDomain finds a firm's name within the author's domain and in the text, where the name before the address is nobody's.
func byDomain(v *explain.View, words []string) (disguise, bool) {
	brand := checks.BorrowedBrand(v.From)
	if brand == "" || !onlyDepartments(words) || !saysWord(v, brand) {
		return disguise{}, false
	}
	domains, _ := checks.Brand(brand)
	return disguise{brand: brand, domains: domains}, true
}

// signedBy reports whether the firm itself signed the message, which somebody passed on.
func signedBy(v *explain.View, d disguise) bool {
	return slices.ContainsFunc(v.Foreign(), func(s explain.Signed) bool { return checks.OwnedBy(strings.ToLower(s.Domain), d.brand, d.domains) })
}

// itsOwn reports whether the author is the firm. Of a domain that gives mailboxes to everybody the firm keeps few names to itself (RFC 2142).
func itsOwn(v *explain.View, d disguise) bool {
	return checks.OwnedBy(v.From, d.brand, d.domains) && (!checks.Freemail(v.From) || slices.Contains(kept, strings.ToLower(v.Input.Author[0].Local)))
}

var kept = []string{"postmaster", "mailer-daemon", "abuse", "noreply", "no-reply", "support", "security"}

// isReport: Exchange calls itself Microsoft Outlook where it reports what became of a message.
func isReport(v *explain.View) bool { return v.Input.Message.Root().Type == "multipart/report" }

// knownToProfile reports whether the profile names the author's domain, and it is proven.
func knownToProfile(v *explain.View) bool {
	_, where, _ := amongKnown(v, func(string, string) bool { return false })
	return where == familiar && v.Authentic()
}

// maxFirmWords bounds the words of a display name that are looked at.
const maxFirmWords = 8

// firmIn finds the firm in a display name that holds besides nothing but departments.
func firmIn(words []string) (brand string, domains []string) {
	if len(words) > maxFirmWords {
		return "", nil
	}
	for i := range words {
		for j := i + 1; j <= len(words); j++ {
			key := strings.Join(words[i:j], "")
			domains, ok := checks.Brand(key)
			if !ok {
				domains, ok = moreBrands[key]
			}
			if ok && (key != "chase" || len(words) > 1) && onlyDepartments(words[:i]) && onlyDepartments(words[j:]) { // Chase is a first name, too
				return key, domains
			}
		}
	}
	return "", nil
}

func onlyDepartments(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(departments, w) })
}

// saysWord reports whether a word stands in subject or text.
func saysWord(v *explain.View, word string) bool {
	for _, t := range visible(v) {
		if slices.Contains(strings.FieldsFunc(t.text, func(r rune) bool { return r < 'a' || r > 'z' }), word) {
			return true
		}
	}
	return false
}

// customer finds the talk of a firm to its customer: his account, his order, his parcel.
func customer(v *explain.View) []analyze.Finding {
	for _, t := range visible(v) {
		if talk := t.places(customerWords); len(talk) > 0 {
			return []analyze.Finding{at("sender.customer", "it speaks to a customer: “"+strings.TrimSpace(talk[0].word)+"”", t.spot(v, talk[0].word))}
		}
	}
	return nil
}

// traps of a message that poses as a firm: what the firm itself would not do.
func traps(v *explain.View, d disguise) []analyze.Finding {
	var out []analyze.Finding
	if forwardsFor(v, d) {
		return nil
	}
	if d.named && checks.Freemail(v.From) {
		out = append(out, at("sender.free-mailbox", "a firm does not write from a mailbox that anybody gets in a minute"))
	}
	if d.copied {
		out = append(out, at("from.lookalike", from(v)+" is written to look like "+d.firm(), v.Input.Author[0].Span))
	}
	out = append(out, v.Find("sender.nearly-brand", "mime.executable", "mime.double-extension", "mime.html-attachment", "links.address", "links.user-in-url", "sender.reply-elsewhere", "from.repeated", "path.forged-hop")...)
	if d.named {
		return append(out, awayFrom(v, d)...)
	}
	if led := awayFrom(v, d); len(led) > 0 { // a tool for the firm's customers has links of its own; it does not hide where they lead
		if hidden := v.Find("links.shortener", "links.free-page", "links.encoded-host", "links.punycode"); len(hidden) > 0 {
			out = append(append(out, hidden...), led...)
		}
	}
	return out
}

// forwardsFor reports whether the address is one that a service makes which hides its customer's: it writes the firm's address into its own, as in
// service_at_paypal.com_7x@ or service=paypal.com@. Free mailboxes have no such names of their provider's making.
func forwardsFor(v *explain.View, d disguise) bool {
	local := strings.ReplaceAll(strings.ToLower(v.Input.Author[0].Local), "_", ".")
	return !checks.Freemail(v.From) && slices.ContainsFunc(d.domains, func(domain string) bool {
		return strings.Contains(local, ".at."+domain) || strings.Contains(local, "="+domain)
	})
}

// awayFrom finds a link that leads neither to the firm nor to anybody who stands behind the message.
func awayFrom(v *explain.View, d disguise) []analyze.Finding {
	return elsewhereBut(v, func(host string) bool {
		return checks.OwnedBy(host, d.brand, d.domains) || slices.Contains(everybodys, explain.Org(host)) || signedFor(v, host) || handedOver(v, host)
	})
}

// signedFor reports whether a signature that does not fail is of the host's organisation: services count clicks, and offline nobody knows their keys.
func signedFor(v *explain.View, host string) bool {
	for i, s := range v.DKIM.Signatures {
		if explain.Same(host, s.Domain) && (v.DKIM.Status[i] == dkim.Pass || v.DKIM.Status[i] == dkim.Unknown) {
			return true
		}
	}
	return false
}

// poses is the ask of a message in a firm's name: look it up at the firm's own site.
func poses(v *explain.View) []analyze.Finding {
	d, ok := posesAs(v)
	if !ok {
		return nil
	}
	if talk := customer(v); len(talk) > 0 || checks.Freemail(v.From) {
		return append([]analyze.Finding{d.why}, talk...)
	}
	return nil
}

// everybodys are sites that stand at the foot of everybody's letters.
var everybodys = []string{"facebook.com", "twitter.com", "x.com", "instagram.com", "linkedin.com", "youtube.com", "pinterest.com", "tiktok.com", "apple.com", "w3.org", "schema.org"}

// moreBrands are names that phishing writes into From, in one word, beside those of the checks: as a word in a domain most of them say nothing.
var moreBrands = map[string][]string{
	"americanexpress": {"americanexpress.com", "aexp.com"}, "amex": {"americanexpress.com", "aexp.com"}, "bankofamerica": {"bankofamerica.com", "bofa.com"},
	"capitalone": {"capitalone.com"}, "hsbc": {"hsbc.com", "hsbc.co.uk"}, "barclays": {"barclays.com", "barclays.co.uk"}, "natwest": {"natwest.com"}, "lloydsbank": {"lloydsbank.co.uk", "lloydsbank.com"},
	"santander": {"santander.com", "gruposantander.com"}, "bbva": {"bbva.com"}, "caixabank": {"caixabank.com", "lacaixa.es"}, "unicredit": {"unicredit.eu", "unicreditgroup.eu"},
	"intesasanpaolo": {"intesasanpaolo.com"}, "posteitaliane": {"poste.it", "posteitaliane.it"}, "bnpparibas": {"bnpparibas.com", "bnpparibas.net"}, "creditagricole": {"credit-agricole.fr", "credit-agricole.com"},
	"labanquepostale": {"labanquepostale.fr"}, "sparkasse": {"sparkasse.de"}, "commerzbank": {"commerzbank.com"}, "deutschebank": {"db.com", "deutsche-bank.de"}, "postbank": {"postbank.de"},
	"ups": {"ups.com"}, "dpd": {"dpd.com", "dpdgroup.com", "dpd.co.uk"}, "royalmail": {"royalmail.com"}, "deutschepost": {"deutschepost.de", "dhl.de", "dhl.com"}, "chronopost": {"chronopost.fr"},
	"correos": {"correos.com"}, "telekom": {"telekom.de", "telekom.com", "t-online.de"}, "vodafone": {"vodafone.com"}, "ionos": {"ionos.com", "1und1.de"}, "godaddy": {"godaddy.com", "secureserver.net"},
	"spotify": {"spotify.com"}, "binance": {"binance.com"}, "metamask": {"metamask.io"}, "robinhood": {"robinhood.com"}, "trezor": {"trezor.io"}, "revolut": {"revolut.com"},
	"wetransfer": {"wetransfer.com"}, "onedrive": {"microsoft.com", "live.com", "sharepointonline.com"}, "sharepoint": {"microsoft.com", "sharepointonline.com"}, "yahoo": {"yahoo.com", "yahooinc.com", "yahoo-inc.com", "yahoogroups.com"}, "irs": {"irs.gov"}, "hmrc": {"hmrc.gov.uk"}, "elster": {"elster.de"},
	"mercadolibre": {"mercadolibre.com", "mercadopago.com"}, "nubank": {"nubank.com.br"}, "bradesco": {"bradesco.com.br"}, "itau": {"itau.com.br"},
}

// departments are what firms write beside their name.
var departments = []string{"team", "support", "service", "services", "security", "secure", "safety", "customer", "customers", "client", "clients", "care", "account", "accounts", "billing", "invoice", "payment", "payments", "pay", "bank",
	"banking", "alert", "alerts", "notification", "notifications", "notice", "update", "updates", "info", "information", "online", "center", "centre", "help", "helpdesk", "desk", "no", "reply", "noreply", "admin", "administrator",
	"mail", "email", "delivery", "shipping", "shipment", "tracking", "parcel", "package", "express", "order", "orders", "verification", "department", "official", "prime", "drive", "cloud", "teams", "docs", "wallet", "business", "365",
	"the", "your", "inc", "llc", "ltd", "gmbh", "com", "de", "abuse", "refund", "refunds", "resolution", "fraud", "id", "store", "office", "outlook",
	"kundenservice", "kundendienst", "sicherheit", "konto", "rechnung", "zahlung", "bestellung", "paket", "versand", "benachrichtigung", "hilfe",
	"clientele", "securite", "assistance", "compte", "livraison", "colis", "paiement", "facturation", "commande", "clienti", "servizio", "sicurezza", "assistenza", "ordine", "spedizione", "pagamenti",
	"cliente", "clientes", "servicio", "seguridad", "soporte", "atencion", "al", "cuenta", "pedido", "envio", "pagos", "servico", "seguranca", "suporte", "atendimento", "conta", "entrega", "pagamento", "klantenservice", "bezorging"}

// customerWords are what a firm writes to its customer about, in the languages of the other words.
var customerWords = anchored("your account", "your recent order", "your order", "your purchase", "your parcel", "your package", "your shipment", "your delivery", "tracking number", "your payment", "your card", "your billing", "billing information",
	"your invoice", "your subscription", "your membership", "your wallet", "your mailbox", "your password", "your device", "your refund", "your tax", "unusual sign-in", "unusual activity", "been charged", "has been locked", "been suspended", "on hold", "verify your", "confirm your",
	"ihr konto", "ihrem konto", "ihres kontos", "ihre bestellung", "ihr paket", "ihre sendung", "ihre lieferung", "ihre zahlung", "ihre karte", "ihr kundenkonto", "ihrem kundenkonto", "ihr abonnement", "ihr passwort",
	"votre compte", "votre commande", "votre colis", "votre livraison", "votre paiement", "votre carte", "votre abonnement", "votre mot de passe", "votre facture", "votre remboursement",
	"su cuenta", "tu cuenta", "su pedido", "tu pedido", "su paquete", "tu paquete", "su envío", "tu envío", "su tarjeta", "tu tarjeta", "su contraseña", "tu contraseña", "su factura", "tu factura",
	"suo account", "tuo account", "suo conto", "tuo conto", "suo ordine", "tuo ordine", "suo pacco", "tuo pacco", "sua spedizione", "tua spedizione", "sua carta", "tua carta", "sua password", "tua password",
	"sua conta", "tua conta", "seu pedido", "sua encomenda", "seu pacote", "seu cartão", "sua senha", "sua fatura", "uw account", "uw rekening", "uw bestelling", "uw pakket", "uw wachtwoord", "uw betaling")
