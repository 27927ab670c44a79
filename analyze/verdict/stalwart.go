package verdict

import (
	"strings"
)

var stalwart = &Decoder{
	Name:   "stalwart",
	Title:  "Stalwart",
	Source: "stalw.art/docs/spamfilter; fields as seen in delivered mail. Its rules bear names as Rspamd's do",
	Read:   "2026-11-23",
	Fields: []string{"X-Spam-Result", "X-Spam-Score", "X-Spam-Status"},
	Takes: func(near neighbours, name, value string) bool {
		switch name {
		case "x-spam-score":
			return strings.Contains(value, "score=")
		case "x-spam-status":
			return !strings.Contains(value, "required=") && strings.Contains(near["x-spam-result"], "(")
		}
		return strings.Contains(value, "(")
	},
	Decode: decodeStalwart,
}

func decodeStalwart(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-spam-result":
			r.scoredList(p, ',')
		case "x-spam-status":
			r.spamStatus(p)
		case "x-spam-score":
			r.hamOrSpam(p)
		}
	}
}

// hamOrSpam reads "ham, score=1.20".
func (r *reading) hamOrSpam(p piece) {
	word, rest, _ := r.cut(p, ',')
	r.look(map[string]meaning{"ham": {NotSpam, "", ""}, "spam": {Spam, "judged as spam", "classifier-misjudged"}, "reject": {Spam, "judged as spam to be refused", "classifier-misjudged"},
		"discard": {Spam, "judged as spam to be thrown away", "classifier-misjudged"}}, "X-Spam-Score: "+word.text, word)
	if _, score, ok := r.cut(rest, '='); ok {
		r.v.Score = number(score.text)
	}
}
