package verdict

import "strings"

var hornetsecurity = &Decoder{
	Name:   "hornetsecurity",
	Title:  "Hornetsecurity (antispameurope)",
	Source: "names of fields as other tools read them; the values of REASON are not published",
	Read:   "2026-11-27",
	Fields: []string{"X-antispameurope", "X-antispameurope-*", "X-hornetsecurity-*"},
	Decode: decodeHornetsecurity,
}

var hornetStatus = map[string]meaning{
	"clean": {NotSpam, "no spam", ""}, "spam": {Spam, "spam", "classifier-misjudged"}, "infomail": {Bulk, "a newsletter", "bulk-level"},
	"virus": {Malware, "malware", ""}, "threat": {Malware, "a threat", ""}, "rejected": {Blocked, "refused", ""},
}

var hornetVirus = map[string]meaning{"clean": {"", "no malware was found", ""}, "virus": {Malware, "malware", ""}, "infected": {Malware, "malware", ""}}

func decodeHornetsecurity(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch {
		case strings.HasSuffix(f.name, "-spamstatus"):
			r.look(hornetStatus, "Spamstatus:"+p.text, p)
		case strings.HasSuffix(f.name, "-virusstatus"):
			r.look(hornetVirus, "Virusstatus:"+p.text, p)
		case strings.HasSuffix(f.name, "-reason"):
			r.reason("REASON:"+p.text, "why, in a code of the vendor that is not published", p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}
