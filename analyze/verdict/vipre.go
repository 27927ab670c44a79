package verdict

import "strings"

var vipre = &Decoder{
	Name:   "vipre",
	Title:  "VIPRE Email Security",
	Source: "fields as seen in delivered mail; nothing is published about them",
	Read:   "2026-11-23",
	Fields: []string{"X-Vipre-*"},
	Decode: decodeVipre,
}

func decodeVipre(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch {
		case f.name == "x-vipre-scanned":
			r.reason("Scanned", "VIPRE looked at it; id "+shown(p.text), p)
		case strings.Contains(f.name, "score"):
			r.v.Score = r.numberOr(p, f.Name+": ")
		case strings.Contains(f.name, "spam"):
			r.yesSays(f, p, meaning{Spam, "marked as spam", "classifier-misjudged"}, meaning{NotSpam, "not marked as spam", ""})
		case strings.Contains(f.name, "phish"):
			r.yesSays(f, p, meaning{Phishing, "marked as phishing", "real-phishing"}, meaning{"", "", ""})
		case strings.Contains(f.name, "virus"):
			r.yesSays(f, p, meaning{Malware, "marked as malware", ""}, meaning{"", "", ""})
		default:
			r.strange(f.Name + ": " + p.text)
		}
	}
}
