package verdict

import "strings"

var sophos = &Decoder{
	Name:   "sophos",
	Title:  "Sophos Email and PureMessage",
	Source: "docs.sophos.com: PureMessage, message headers; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-SEA-Spam", "X-SEA-New", "X-PMX-Spam", "X-PMX-Version", "X-Sophos-*", "X-LASED-*"},
	Decode: decodeSophos,
}

// sophosSpam and sophosSuspect are the probabilities, in per cent, from which Sophos calls a message spam or suspected spam.
const (
	sophosSpam    = 90
	sophosSuspect = 50
)

func decodeSophos(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-sea-spam", "x-pmx-spam":
			r.gauge(p)
		case "x-sophos-senderhistory":
			r.reason("SenderHistory", "what the filter remembers of the sender: "+shown(p.text), p)
		case "x-lased-spamprobability":
			r.probability(p, 100)
		case "x-lased-spam":
			r.look(map[string]meaning{"nonspam": {NotSpam, "no spam", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "phishing": {Phishing, "phishing", "real-phishing"}, "bulk": {Bulk, "bulk mail", "bulk-level"}}, "LASED-Spam:"+p.text, p)
		case "x-lased-impersonation":
			r.look(map[string]meaning{"false": {"", "", ""}, "true": {Phishing, "somebody is impersonated", "display-name-colleague"}}, "LASED-Impersonation:"+p.text, p)
		case "x-lased-hits":
			r.hits(p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

// gauge reads "Gauge=IIIIIIIII, Probability=9%, Report='RULE 0.5, RULE2 0.1'".
func (r *reading) gauge(p piece) {
	head, report, _ := r.cut(p, '\'')
	for _, kv := range r.pairs(head, ',', '=') {
		switch kv.key {
		case "probability":
			r.probability(r.trim(kv.value, "%"), 1)
		case "gauge", "report", "":
		default:
			r.strange(kv.whole.text)
		}
	}
	r.hits(r.trim(report, "'"))
}

// probability reads a probability; times turns it into per cent.
func (r *reading) probability(p piece, times float64) {
	n := number(p.text)
	if !n.Known {
		r.strange("Probability=" + p.text)
		return
	}
	r.v.Score, r.v.Threshold = Number{n.Value * times, true}, Number{sophosSuspect, true}
	code := "Probability=" + p.text
	switch {
	case r.v.Score.Value >= sophosSpam:
		r.say(Spam)
		r.because(code, "90 % or more: spam", "classifier-misjudged", p)
	case r.v.Score.Value >= sophosSuspect:
		r.say(Spam)
		r.because(code, "50 to 90 %: suspected spam", "classifier-misjudged", p)
	default:
		r.say(NotSpam)
		r.reason(code, "under 50 %: no spam", p)
	}
}

// hits reads "RULE 0.5, RULE2 0.1": rules with their weights; what they look for is not published.
func (r *reading) hits(p piece) {
	for _, h := range r.split(p, ',') {
		w := r.words(h)
		if len(w) < 2 || !number(w[1].text).Known {
			continue
		}
		if n := number(w[1].text); n.Value != 0 && strings.Trim(w[0].text, "_") != "" {
			r.reason(w[0].text, "a rule of Sophos' own; what it looks for is not published", h).Points = n
		}
	}
}
