package verdict

import "strings"

var expurgate = &Decoder{
	Name:   "expurgate",
	Title:  "eXpurgate (also at T-Online)",
	Source: "fields as seen in delivered mail; the names of the classes are eleven's",
	Read:   "2026-11-27",
	Fields: []string{"X-purgate", "X-purgate-type", "X-purgate-ID", "X-purgate-size", "X-purgate-Ad",
		"X-TOI-SPAM", "X-TOI-SPAMCLASS", "X-TOI-EXPURGATEID", "X-TOI-VIRUSSCAN", "X-TOI-MSGID"},
	Many:   []string{"X-purgate"},
	Decode: decodeExpurgate,
}

// purgateClasses are the classes; what stands behind a point ("suspect.url") names the kind.
var purgateClasses = map[string]meaning{
	"clean": {NotSpam, "no spam", ""}, "bulk": {Bulk, "bulk mail", "bulk-level"}, "spam": {Spam, "spam", "classifier-misjudged"},
	"suspect": {Spam, "suspected spam", "classifier-misjudged"}, "dangerous": {Malware, "dangerous: malware or phishing", ""},
}

var toiVirus = map[string]meaning{
	"clean": {"", "no malware was found", ""}, "infected": {Malware, "malware", ""}, "unchecked": {"", "not looked at for malware", ""},
}

func decodeExpurgate(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-purgate-type":
			r.purgateClass("type:"+p.text, p)
		case "x-purgate": // the class, and a sentence that repeats it
			if !strings.Contains(p.text, " ") {
				r.purgateClass("X-purgate:"+p.text, p)
			}
		case "x-toi-spamclass": // "CLEAN, NORMAL"
			r.purgateClass("SPAMCLASS:"+p.text, p)
		case "x-toi-expurgateid": // "150726::1620576229-0000454D-8A3D108E/0/0 CLEAN NORMAL"
			if w := r.words(p); len(w) > 1 {
				r.purgateClass("EXPURGATEID:"+w[1].text, w[1])
			}
		case "x-toi-virusscan":
			r.look(toiVirus, "VIRUSSCAN:"+p.text, p)
		case "x-purgate-id", "x-toi-msgid":
			r.reason(f.Name, "id by which the vendor finds the message", p)
		case "x-toi-spam":
			r.reason(f.Name, "a mark of the provider: "+shown(p.text), p)
		}
	}
}

func (r *reading) purgateClass(code string, p piece) {
	if i := strings.IndexAny(p.text, "., "); i > 0 {
		p.text, p.span.End = p.text[:i], p.span.Start+i
	}
	r.look(purgateClasses, code, p)
}
