package verdict

var trellix = &Decoder{
	Name:   "trellix",
	Title:  "Trellix (FireEye) Email Security",
	Source: "fields as seen in delivered mail; nothing is published about them",
	Read:   "2026-11-23",
	Fields: []string{"X-FireEye", "X-FireEye-*", "X-FE-*"},
	Decode: decodeTrellix,
}

func decodeTrellix(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-fireeye":
			r.look(map[string]meaning{"clean": {NotSpam, "nothing was found", ""}, "malicious": {Malware, "malware", ""}, "riskware": {Malware, "software that may do harm", ""}, "spam": {Spam, "spam", "classifier-misjudged"}}, "X-FireEye: "+p.text, p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}
