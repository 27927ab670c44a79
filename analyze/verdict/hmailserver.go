package verdict

import "strings"

var hMailServer = &Decoder{
	Name:   "hmailserver",
	Title:  "hMailServer",
	Source: "hmailserver.com: anti-spam settings; its own tests",
	Read:   "2026-11-27",
	Fields: []string{"X-hMailServer-Spam", "X-hMailServer-Reason-*"},
	Decode: decodeHMailServer,
}

func decodeHMailServer(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-hmailserver-spam":
			r.yesSays(f, p, meaning{Spam, "its tests reached the limit of the organisation", "classifier-misjudged"}, meaning{NotSpam, "", ""})
		case "x-hmailserver-reason-score":
			r.v.Score = r.numberOr(p, "Reason-Score:")
		default: // "The host name specified in HELO does not match IP address. - (Score: 2)"
			text, points, _ := strings.Cut(p.text, " - (Score: ")
			r.reason(strings.TrimPrefix(f.Name, "X-hMailServer-"), shown(text), p).Points = number(strings.TrimSuffix(points, ")"))
		}
	}
}
