package verdict

import "strings"

var fastmail = &Decoder{
	Name:   "fastmail",
	Title:  "Fastmail",
	Source: "fastmail.help: spam protection; the Sieve scripts that it writes for its users",
	Read:   "2026-11-27",
	Fields: []string{"X-Spam-score", "X-Spam-hits", "X-Spam-known-sender", "X-Spam-sender-reputation", "X-Spam-source", "X-Spam-charsets", "X-Backscatter"},
	Takes: func(near neighbours, name, _ string) bool {
		return name != "x-spam-score" || near.has("x-spam-known-sender") || near.has("x-spam-hits")
	},
	Decode: decodeFastmail,
}

// fastmailJunk is the score from which standard protection files mail into Junk; users may choose another.
const fastmailJunk = 5

func decodeFastmail(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-spam-score":
			r.scoreAgainst(p, "score:", fastmailJunk, "5 or more: put into Junk, unless the user has chosen another limit")
		case "x-spam-hits":
			r.fastmailHits(p)
		case "x-spam-known-sender":
			word := p
			if w := r.words(p); len(w) > 0 {
				word = w[0]
			}
			r.look(map[string]meaning{"yes": {Allowed, "the user knows the sender", ""}, "no": {"", "the user does not know the sender", ""}}, "known-sender:"+word.text, word)
		case "x-backscatter":
			r.yesSays(f, p, meaning{Spam, "a bounce of a message that the user did not send", ""}, meaning{"", "", ""})
		case "x-spam-sender-reputation":
			r.reason(f.Name, "the sender's reputation: "+shown(p.text), p)
		}
	}
}

// fastmailHits reads "BAYES_00 -1.9, SPF_PASS -0.001, LANGUAGES en, SA_VERSION 4.0.0": SpamAssassin's tests, and what else it says.
func (r *reading) fastmailHits(p piece) {
	for _, w := range r.split(p, ',') {
		name, points, _ := r.cut(w, ' ')
		n := number(points.text)
		switch {
		case !n.Known || !symbolName(name.text):
		case strings.HasPrefix(name.text, "ME_"):
			r.reason(name.text, "a rule of Fastmail's own", name).Points = n
		default:
			r.symbol(spamAssassinSymbols, name, n)
		}
	}
}
