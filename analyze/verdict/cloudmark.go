package verdict

import "strings"

var cloudmark = &Decoder{
	Name:   "cloudmark",
	Title:  "Cloudmark Authority",
	Source: "fields as seen in delivered mail; the meaning of most keys is not published",
	Read:   "2026-11-23",
	Fields: []string{"X-Authority-Analysis", "X-CNFS-Analysis", "X-CMAE-Score", "X-CMAE-Analysis", "X-CMAE-Envelope", "X-CMAE-Verdict"},
	Decode: decodeCloudmark,
}

var cloudmarkVerdicts = map[string]meaning{
	"clean": {NotSpam, "no spam", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "phishing": {Phishing, "phishing", "real-phishing"},
	"virus": {Malware, "malware", ""}, "bulk": {Bulk, "bulk mail", "bulk-level"},
}

func decodeCloudmark(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-cmae-score":
			r.v.Score = number(p.text)
			r.reason("X-CMAE-Score:"+p.text, "score from 0 (no spam) to 100; from which number on it is spam is the customer's choice", p)
		case "x-cmae-verdict":
			r.look(cloudmarkVerdicts, "X-CMAE-Verdict:"+p.text, p)
		case "x-cmae-envelope":
			r.reason("X-CMAE-Envelope", "the envelope, encrypted", p)
		default:
			r.authority(f, p)
		}
	}
}

// authorityKeys are the keys that occur; what is behind most of them only Cloudmark knows.
const authorityKeys = " v cv c cx sm tr ts a p s x xcat d h pi wl lang cat "

func (r *reading) authority(f field, p piece) {
	r.reason(f.Name, "what Cloudmark's engine noted; the weights are not published", p)
	for _, kv := range r.pairs(p, ' ', '=') {
		if !strings.Contains(authorityKeys, " "+kv.key+" ") {
			r.strange(kv.whole.text)
		}
	}
}
