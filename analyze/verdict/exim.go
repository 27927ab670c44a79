package verdict

import "strings"

var exim = &Decoder{
	Name:   "exim",
	Title:  "Exim with SpamAssassin or Rspamd behind it",
	Source: "exim.org, specification: content scanning at ACL time ($spam_score and its kin); Debian's example configuration",
	Read:   "2026-11-23",
	Fields: []string{"X-Spam_score", "X-Spam_score_int", "X-Spam_bar", "X-Spam_report", "X-Spam_action"},
	Decode: decodeExim,
}

func decodeExim(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-spam_score":
			r.v.Score = r.numberOr(p, "X-Spam_score: ")
		case "x-spam_score_int":
			r.tenths(p)
		case "x-spam_bar":
			if strings.Trim(p.text, "+-/") != "" {
				r.strange("X-Spam_bar: " + p.text)
			}
		case "x-spam_report":
			r.spamReport(p)
		case "x-spam_action":
			r.look(eximActions, "X-Spam_action: "+p.text, p)
		}
	}
}

// eximActions are what Exim's rules of thumb and Rspamd say.
var eximActions = map[string]meaning{
	"no action": {NotSpam, "nothing is to be done", ""}, "accept": {NotSpam, "to be accepted", ""}, "greylist": {"", "to be asked to come again", "first-contact"},
	"add header": {Spam, "to be marked as spam", "classifier-misjudged"}, "rewrite subject": {Spam, "to be marked in the subject", "classifier-misjudged"},
	"reject": {Spam, "to be refused", "classifier-misjudged"}, "defer": {"", "to be asked to come again", "first-contact"}, "soft reject": {"", "to be asked to come again", "first-contact"},
}

// tenths reads X-Spam_score_int: points times ten.
func (r *reading) tenths(p piece) {
	n := r.numberOr(p, "X-Spam_score_int: ")
	if n.Known && !r.v.Score.Known {
		r.v.Score = Number{n.Value / 10, true}
	}
}

// numberOr reads a number, or shows what stands there instead.
func (r *reading) numberOr(p piece, code string) Number {
	n := number(p.text)
	if !n.Known {
		r.strange(code + p.text)
	}
	return n
}
