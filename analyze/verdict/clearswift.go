package verdict

import "strings"

var clearswift = &Decoder{
	Name:   "clearswift",
	Title:  "Clearswift Secure Email Gateway",
	Source: "fields as seen in delivered mail; nothing is published about them",
	Read:   "2026-11-23",
	Fields: []string{"X-MSW-JEMD-*"},
	Decode: decodeClearswift,
}

func decodeClearswift(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch strings.TrimPrefix(f.name, "x-msw-jemd-") {
		case "newsletter":
			r.yesSays(f, p, meaning{Bulk, "a newsletter", "bulk-level"}, meaning{"", "no newsletter", ""})
		case "malicious", "malware":
			r.yesSays(f, p, meaning{Malware, "malware", ""}, meaning{"", "no malware", ""})
		case "spam", "junk":
			r.yesSays(f, p, meaning{Spam, "spam", "classifier-misjudged"}, meaning{NotSpam, "no spam", ""})
		case "phishing":
			r.yesSays(f, p, meaning{Phishing, "phishing", "real-phishing"}, meaning{"", "no phishing", ""})
		case "refid", "scanning":
			r.reason(f.Name, "a mark of the engine: "+shown(p.text), p)
		default:
			r.strange(f.Name + ": " + p.text)
		}
	}
}
