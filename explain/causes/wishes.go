package causes

import (
	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/explain"
)

// wish is something that a message wants, told by words that stand near each other. The languages are those of the other words.
type wish struct {
	id, summary string
	words       anchors
	besides     []string
	reach       int // bytes between the two
}

// wished makes a search of a wish.
func wished(w wish) func(*explain.View) []analyze.Finding {
	return func(v *explain.View) []analyze.Finding {
		for _, t := range visible(v) {
			if word, ok := t.beside(w.words, w.besides, w.reach); ok {
				return []analyze.Finding{at(w.id, w.summary, t.spot(v, word))}
			}
		}
		return nil
	}
}

// wire is a transfer that the reader has to make at once. A bill that asks to be paid soon is not meant: it does not speak of "a transfer".
var wire = wish{
	id: "asks.wire", summary: "it wants a transfer made at once", reach: sameParagraph,
	words: anchored("send a wire", "a wire payment", "urgent wire", "outgoing wire", "same day payment", "same-day payment", "process the payment", "process this payment",
		"eilüberweisung", "blitzüberweisung", "dringende überweisung", "eine überweisung an ", "eine überweisung machen", "überweisung ausführen", "überweisung veranlassen", "überweisung tätigen", "zahlung veranlassen", "zahlung ausführen", "zahlung anweisen",
		"faire un virement", "effectuer un virement", "effectuez un virement", "besoin d'un virement", "besoin d’un virement", "virement urgent", "effectuer un paiement", "hacer una transferencia", "realizar una transferencia", "realice una transferencia",
		"haga una transferencia", "necesito una transferencia", "transferencia urgente", "realizar un pago", "hacer un pago", "fare un bonifico", "effettuare un bonifico", "disporre un bonifico", "serve un bonifico", "bonifico urgente", "effettuare un pagamento", "fare un pagamento",
		"fazer uma transferência", "efetuar uma transferência", "preciso de uma transferência", "transferência urgente", "efetuar um pagamento", "fazer um pagamento", "spoedoverboeking", "een overboeking doen", "een overboeking uitvoeren", "een betaling uitvoeren", "een betaling doen"),
	besides: []string{"urgent", "asap", "immediately", "right away", "by end of day", "before the close", "discreet", "dringend", "sofort", "heute noch", "umgehend", "vertraulich", "so schnell wie möglich",
		"aujourd'hui", "aujourd’hui", "immédiat", "dès que possible", "confidentiel", "hoy mismo", "de inmediato", "inmediata", "cuanto antes", "confidencial", "oggi stesso", "il prima possibile", "immediat", "riservat",
		"ainda hoje", "imediat", "o quanto antes", "o mais rápido", "spoed", "vandaag nog", "onmiddellijk", "zo snel mogelijk", "vertrouwelijk"},
}

// staffData is what tax fraud and the theft of wages begin with.
var staffData = wish{
	id: "asks.staff-data", summary: "it wants data of your staff", reach: 120,
	words: anchored(" w2s", " w-2s", " w2 form", " w-2 form", "payroll list", "payroll report", "payroll records", "list of employees", "list of all employees", "employee list", "staff list", "gehaltsliste", "lohnliste", "mitarbeiterliste", "liste aller mitarbeiter", "gehaltsabrechnungen",
		"liste des salariés", "liste du personnel", "liste des employés", "bulletins de paie", "fiches de paie", "lista de empleados", "lista de todos los empleados", "nóminas de", "lista dei dipendenti", "elenco dei dipendenti", "buste paga",
		"lista de funcionários", "lista de colaboradores", "folha de pagamento", "recibos de vencimento", "personeelslijst", "lijst van medewerkers", "loonstroken"),
	besides: []string{"send me", "send us", "e-mail me", "email me", "forward me", "i need", "we need", "schick", "senden sie", "sende mir", "brauche", "benötige", "envoie", "envoyez", "transmet", "j'ai besoin", "envíame", "envíeme", "enviarme", "mándame", "necesito",
		"inviami", "mandami", "inviarmi", "mandarmi", "ho bisogno", "me envi", "envie-me", "enviar-me", "preciso", "stuur", "sturen", "heb ik nodig"},
}

// coins is money to a wallet.
var coins = wish{
	id: "asks.coins", summary: "it wants money sent to a wallet", reach: 120,
	words: anchored("bitcoin address", "bitcoin wallet", "btc address", "btc wallet", "wallet address", "usdt address", "crypto wallet", "bitcoin-adresse", "bitcoin-wallet", "wallet-adresse", "btc-adresse", "adresse bitcoin", "portefeuille bitcoin", "adresse btc", "dirección bitcoin", "dirección de bitcoin",
		"dirección btc", "monedero bitcoin", "indirizzo bitcoin", "indirizzo btc", "portafoglio bitcoin", "endereço bitcoin", "endereço de bitcoin", "endereço btc", "carteira bitcoin", "carteira de bitcoin", "bitcoin-adres", "btc-adres"),
	besides: []string{"send", "pay ", "transfer", "überweis", "zahle", "envoye", "payez", "paye", "vers", "envía", "envíe", "pague", "paga", "transfier", "invia", "versa", "envie", "transfira", "pague", "betaal", "stuur", "maak"},
}

// remoteTool is how a caller who says that he is the help desk gets in.
var remoteTool = wish{
	id: "asks.remote-tool", summary: "it wants a program for steering the computer from afar", reach: 60,
	words: anchored("anydesk", "teamviewer", "quick assist", "quickassist", "quicksupport", "ultraviewer", "screenconnect", "connectwise control", "rustdesk", "splashtop", "logmein", "gotoassist", "fernwartung", "remotehilfe"),
	besides: []string{"install", "download", "run ", "start ", "open ", "launch", "give me", "tell me the", "lade", "ausführ", "starte", "télécharg", "lancez", "ouvrez", "descarg", "instal", "ejecut", "abra ", "scaric", "esegui", "avvia", "apri ",
		"baixe", "baixar", "transfira", "execute", "abra o", "download", "openen"},
}

// blackmail is extortion in any of the languages.
func blackmail(v *explain.View) []analyze.Finding {
	return append(v.Find("words.extortion"), wished(extortion)(v)...)
}

// extortion in other languages than that of the checks. Nobody honest writes it of himself.
var extortion = wish{
	id: "asks.extortion", summary: "it threatens to publish something unless you pay", reach: 800,
	words: anchored("bitcoin", "btc-", " btc "),
	besides: []string{"ihre webcam", "deine webcam", "ihre kamera", "deine kamera", "ihr gerät gehackt", "dein gerät gehackt", "habe sie aufgenommen", "habe dich aufgenommen", "votre webcam", "votre caméra", "piraté votre", "je vous ai filmé", "enregistré une vidéo",
		"su cámara", "tu cámara", "su webcam", "tu webcam", "hackeado su", "hackeado tu", "le he grabado", "te he grabado", "tua webcam", "sua webcam", "tua telecamera", "hackerato il tuo", "ti ho registrato", "ti ho ripreso", "sua câmera", "tua câmera", "invadi o seu", "gravei você", "hackeei",
		"je webcam", "uw webcam", "je camera", "uw camera"},
}

// advanceFee is a share of a fortune for a stranger: who died or fell, how much there is, where it has to go, and that nobody may know. One of the four is
// in many letters, all of them in none that is honest.
func advanceFee(v *explain.View) []analyze.Finding {
	out := v.Find("words.advance-fee")
	for _, t := range visible(v) {
		heirs := t.places(heirWords)
		if len(heirs) > 0 && len(out) == 0 && holdsAny(t.text, fortuneWords) && holdsAny(t.text, moveWords) && holdsAny(t.text, secretDealWords) {
			out = append(out, at("asks.advance-fee", "it offers a share of a fortune: “"+heirs[0].word+"”", t.spot(v, heirs[0].word)))
		}
	}
	return out
}

var (
	heirWords = anchored("my late husband", "my late father", "my deceased", "late head of state", "former head of state", "the late president", "late general", "widow of", "wife of the late", "wife of late", "son of the late", "son of late", "daughter of late", "next of kin", "plane crash",
		"died without", "without any next", "deceased customer", "deceased depositor", "foreign customer of my bank", "assassinated", "was murdered", "cancer of the", "over-invoiced", "over invoiced", "verstorbene", "mein verstorbener mann", "mon défunt mari", "mon feu mari", "feu mon père", "ayant droit",
		"mi difunto esposo", "mi difunto marido", "mi fallecido", "mio defunto marito", "mio defunto padre", "meu falecido marido", "meu falecido pai")
	fortuneWords    = []string{"million", "us$", "usd", "millionen", "milliard", "millones", "milioni", "milhões"}
	moveWords       = []string{"transfer", "bank account", "the fund", "funds", "security company", "consignment", "deposited", "überweis", "konto", "virement", "compte", "transferi", "cuenta", "trasferi", "conto", "conta "}
	secretDealWords = []string{"confidential", "secrecy", "your assistance", "assist me", "assist us", "foreign partner", "trustworthy", "god-fearing", "god fearing", "honest person", "honest partner", "for your share", "vertraulich", "ihre hilfe", "confidentiel", "votre aide", "votre assistance", "confidencial", "su ayuda", "riservat", "vostra assistenza", "sua ajuda"}
)

// mailboxThreat is the end of a mailbox or an account, and a click that keeps it, in other languages than that of the checks.
var mailboxThreat = wish{
	id: "asks.threat", summary: "it says that a mailbox or an account ends, and wants a click", reach: sameParagraph,
	words: anchored("postfach ist voll", "postfach ist fast voll", "postfach wird gesperrt", "postfach wird gelöscht", "passwort läuft ab", "passwort läuft heute ab", "kennwort läuft ab", "kennwort läuft heute ab", "konto wurde gesperrt", "konto wird gesperrt", "konto wurde eingeschränkt", "konto wird deaktiviert",
		"boîte mail est pleine", "boîte aux lettres est pleine", "mot de passe expire", "mot de passe va expirer", "mot de passe arrive à expiration", "compte a été suspendu", "compte sera suspendu", "compte est bloqué", "compte a été limité", "compte sera désactivé",
		"buzón está lleno", "contraseña caduca", "contraseña expira", "contraseña está a punto", "contraseña caducará", "cuenta ha sido suspendida", "cuenta será suspendida", "cuenta ha sido bloqueada", "cuenta será desactivada",
		"casella è piena", "casella di posta è piena", "password scade", "password sta per scadere", "account è stato sospeso", "conto è stato sospeso", "account sarà sospeso", "account verrà sospeso", "conto è stato bloccato",
		"caixa de correio está cheia", "caixa de entrada está cheia", "senha expira", "senha irá expirar", "senha vai expirar", "palavra-passe expira", "conta foi suspensa", "conta será suspensa", "conta foi bloqueada", "conta será desativada",
		"mailbox is vol", "postvak is vol", "wachtwoord verloopt", "account is geblokkeerd", "account wordt geblokkeerd", "rekening is geblokkeerd"),
	besides: []string{"klick", "link", "anmeld", "bestätig", "cliqu", "lien", "connect", "clic", "enlace", "accedi", "ligação", "inloggen", "verifi", "aktualisier", "actualiz", "aggiorna", "http"},
}

// lureWords say that something waits which has to be opened elsewhere.
var (
	lureWords = anchored("shared with you", "has shared a", "shared a file", "shared a document", "sent you a document", "sent you a file", "new voicemail", "new voice message", "new fax", "secure message", "secure document", "encrypted message",
		"held messages", "undelivered messages", "pending messages", "quarantined messages", "zurückgehaltene nachrichten", "messages en attente", "mensajes retenidos", "mensajes pendientes", "messaggi in sospeso", "mensagens retidas", "mensagens pendentes",
		"datei mit ihnen geteilt", "dokument mit ihnen geteilt", "datei freigegeben", "dokument freigegeben", "für sie freigegeben", "neue sprachnachricht", "neue voicemail", "neues fax",
		"partagé un document", "partagé un fichier", "partagé avec vous", "nouveau message vocal", "nouveau fax", "compartido un documento", "compartido un archivo", "compartido contigo", "compartido con usted", "nuevo mensaje de voz",
		"condiviso un documento", "condiviso un file", "condiviso con te", "nuovo messaggio vocale", "compartilhou um", "partilhou um", "compartilhado com você", "partilhado consigo", "nova mensagem de voz",
		"document met u gedeeld", "bestand met u gedeeld", "document gedeeld", "bestand gedeeld", "nieuwe voicemail", "nieuw spraakbericht")
	openWords = []string{"view", "open", "preview", "listen", "play", "download", "öffnen", "ansehen", "anzeigen", "anhören", "abhören", "herunterladen", "ouvrir", "afficher", "écouter", "consulter", "télécharger", "abrir", "escuchar", "descargar",
		"aprire", "visualizza", "ascolta", "scarica", "ouvir", "visualizar", "baixar", "openen", "bekijken", "beluisteren"}
)

// lure finds that a document or a voice message waits: of a proven sender beside a wish to log in, of another one beside any word for opening it.
func lure(v *explain.View) []analyze.Finding {
	w := wish{id: "asks.lure", summary: "it says that a document or a message waits elsewhere", words: lureWords, besides: loginWords, reach: sameParagraph}
	if found := wished(w)(v); len(found) > 0 || v.Authentic() {
		return found
	}
	w.besides = openWords
	return wished(w)(v)
}

// lureElsewhere is a lure beside a link that leads to somebody else.
func lureElsewhere(v *explain.View) []analyze.Finding {
	found := v.Once("lure", lure)
	if len(found) == 0 {
		return nil
	}
	led := elsewhere(v)
	if len(led) == 0 {
		return nil
	}
	return append(found, led...)
}
