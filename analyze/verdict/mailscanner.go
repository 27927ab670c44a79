package verdict

import "strings"

var mailScanner = &Decoder{
	Name:   "mailscanner",
	Title:  "MailScanner and Libraesva, under the organisation's name",
	Source: "mailscanner.info: Spam Header, Spam Score Header; fields as seen in delivered mail",
	Read:   "2026-11-27",
	Fields: []string{"X-MailScanner", "X-MailScanner-*"},
	Decode: decodeMailScanner,
}

// mailScannerField reports whether a name, in lower case, is one of MailScanner's with the organisation's name in it: X-<Org>-MailScanner-SpamCheck.
func mailScannerField(name string) bool {
	return strings.Contains(name, "-mailscanner-") || strings.HasSuffix(name, "-mailscanner") || strings.Contains(name, "-libra-esva")
}

var scannerVirus = map[string]meaning{
	"found to be clean": {"", "no malware was found", ""}, "no virus found": {"", "no malware was found", ""},
	"found to be infected": {Malware, "malware", ""}, "not scanned": {"", "not looked at", ""},
}

func decodeMailScanner(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch {
		case strings.HasSuffix(f.name, "-spamcheck"):
			r.spamCheck(p)
		case strings.HasSuffix(f.name, "-mailscanner"), strings.HasSuffix(f.name, "-libra-esva"):
			r.look(scannerVirus, f.Name+":"+p.text, p)
		case strings.HasSuffix(f.name, "-spamscore"):
			if n := strings.Trim(p.text, "s*"); n == "" && p.text != "" && !r.v.Score.Known { // one letter a point
				r.v.Score = Number{float64(len(p.text)), true}
			}
		case strings.HasSuffix(f.name, "-id"):
			r.reason(f.Name, "id of the message in its log: "+shown(p.text), p)
		}
	}
}

// spamCheck reads "not spam (whitelisted), SpamAssassin (not cached, score=7.6, required 6, autolearn=no, BAYES_99 3.50)", "spam", and the oldest
// form, which begins with "SpamAssassin (score=5.3". An empty field says that nothing was found.
func (r *reading) spamCheck(p piece) {
	first, _, _ := r.cut(p, ',')
	r.scannerTests(p)
	switch word := first.lower(); {
	case word == "not spam (whitelisted)":
		r.say(Allowed)
		r.reason("whitelisted", "on the organisation's list of allowed senders", first)
	case word == "spam (blacklisted)":
		r.say(Blocked)
		r.because("blacklisted", "on the organisation's list of blocked senders", "own-block-entry", first)
	case word == "spam", strings.HasPrefix(word, "spamassassin (") && r.v.Threshold.Known && r.v.Score.Value >= r.v.Threshold.Value:
		r.say(Spam)
		r.because("spam", "marked as spam", "classifier-misjudged", first)
	case word == "", word == "not spam", strings.HasPrefix(word, "spamassassin ("):
		r.say(NotSpam)
	default:
		r.strange("SpamCheck:" + first.text)
	}
}

// scannerTests reads "score=7.6", "required 6" and "BAYES_99 3.50" out of the list: the tests as SpamAssassin has them.
func (r *reading) scannerTests(p piece) {
	for _, w := range r.split(p, ',') {
		if _, inside, ok := r.cut(w, '('); ok {
			w = inside
		}
		w = r.trim(w, ")")
		if key, value, ok := r.cut(w, '='); ok {
			if key.lower() == "score" {
				r.v.Score = number(value.text)
			}
			continue
		}
		name, points, _ := r.cut(w, ' ')
		switch n := number(points.text); {
		case name.lower() == "required":
			r.v.Threshold = n
		case n.Known && symbolName(name.text):
			r.symbol(spamAssassinSymbols, name, n)
		}
	}
}
