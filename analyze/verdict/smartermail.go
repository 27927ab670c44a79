package verdict

var smarterMail = &Decoder{
	Name:   "smartermail",
	Title:  "SmarterMail",
	Source: "help.smartertools.com: spam weights; fields as seen in delivered mail",
	Read:   "2026-11-27",
	Fields: []string{"X-SmarterMail-*"},
	Decode: decodeSmarterMail,
}

// smarterMailLow is the weight from which SmarterMail calls mail probable spam where nobody changed it; 20 is medium and 30 high.
const smarterMailLow = 10

func decodeSmarterMail(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-smartermail-totalspamweight":
			r.spamWeight(p)
		case "x-smartermail-spam":
			for _, w := range r.split(p, ',') {
				r.reason(w.text, "a test of the server", w)
			}
		default:
			r.reason(f.Name, "a mark of the server: "+shown(p.text), p)
		}
	}
}

// spamWeight reads "22" and "0 (Authenticated)".
func (r *reading) spamWeight(p piece) {
	first, why, ok := r.cut(p, '(')
	n := number(first.text)
	if !n.Known {
		r.strange("TotalSpamWeight:" + p.text)
		return
	}
	r.v.Score, r.v.Threshold = n, Number{smarterMailLow, true}
	code := "TotalSpamWeight:" + p.text
	switch {
	case ok && n.Value == 0:
		r.say(Allowed)
		r.reason(code, "not judged: "+shown(r.trim(why, ")").text), p)
	case n.Value >= smarterMailLow:
		r.say(Spam)
		r.because(code, "10 or more: spam, unless the organisation has changed the weights", "classifier-misjudged", p)
	default:
		r.say(NotSpam)
		r.reason(code, "under 10: no spam, unless the organisation has changed the weights", p)
	}
}
