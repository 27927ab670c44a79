package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

var barracuda = &Decoder{
	Name:   "barracuda",
	Title:  "Barracuda Email Security Gateway and Email Gateway Defense",
	Source: "wiki.umiacs.umd.edu and CNS of colorado.edu on the fields; fields as seen in list archives",
	Read:   "2026-11-23",
	Fields: []string{"X-Barracuda-*", "X-BESS-*", "X-ASG-*"},
	Decode: decodeBarracuda,
}

// levelOff is the number that Barracuda writes for a level that is switched off.
const levelOff = 1000

func decodeBarracuda(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-barracuda-spam-status", "x-bess-spam-status":
			r.barracudaStatus(p)
		case "x-barracuda-spam-score", "x-bess-spam-score":
			if !r.v.Score.Known {
				r.v.Score = number(p.text)
			}
		case "x-barracuda-spam-report", "x-bess-spam-report":
			r.barracudaReport(p)
		case "x-barracuda-bayes":
			r.bayes(p)
		case "x-barracuda-brts-status", "x-bess-brts-status":
			r.flag(p, "BRTS-Status", "Barracuda's real-time service knows it as spam", "the real-time service does not know it")
		case "x-barracuda-connect":
			r.reason("Connect", shown(p.text)+" connected to Barracuda: the true client", p)
		case "x-barracuda-envelope-from":
			r.reason("Envelope-From", "the envelope sender: "+shown(p.text), p)
		case "x-barracuda-encrypted":
			r.reason("Encrypted", "it came with TLS: "+shown(p.text), p)
		case "x-barracuda-apparent-source-ip", "x-bess-apparent-source-ip":
			r.reason("Apparent-Source-IP", shown(p.text)+" is taken for the source", p)
		case "x-barracuda-start-time", "x-barracuda-url", "x-barracuda-scan-msg-size", "x-barracuda-virus-scanned", "x-asg-debug-id", "x-asg-orig-subj", "x-asg-whitelist",
			"x-bess-id", "x-bess-ver", "x-bess-orig-subj", "x-bess-virus-scanned", "x-asg-tag", "x-asg-quarantine", "x-barracuda-spam-flag":
			r.barracudaMark(f, p)
		default:
			r.strange(f.Name + ": " + p.text)
		}
	}
}

func (r *reading) barracudaMark(f field, p piece) {
	switch f.name {
	case "x-asg-whitelist":
		r.say(Allowed)
		r.reason("Whitelist", "an allow list of the gateway let it pass: "+shown(p.text), p)
	case "x-asg-orig-subj", "x-bess-orig-subj":
		r.reason("Orig-Subj", "the subject as it was before the gateway tagged it", p)
	case "x-barracuda-spam-flag":
		r.flag(p, "Spam-Flag", "tagged as spam", "not tagged")
	}
}

// flag reads a field that says yes or no to spam.
func (r *reading) flag(p piece, code, yes, no string) {
	hit, ok := yesNo(p.text)
	switch {
	case !ok:
		r.strange(code + ":" + p.text)
	case hit:
		r.say(Spam)
		r.because(code+":"+p.text, yes, "classifier-misjudged", p)
	default:
		r.reason(code+":"+p.text, no, p)
	}
}

// barracudaStatus reads "No, SCORE=0.50 using global scores of TAG_LEVEL=3.5 QUARANTINE_LEVEL=1000.0 KILL_LEVEL=6.0 tests=A,B": the levels
// that were in force stand in it, so that no table of ours is needed.
func (r *reading) barracudaStatus(p piece) {
	kv := map[string]piece{}
	for _, x := range r.pairs(p, ' ', '=') {
		if _, ok := kv[x.key]; !ok {
			kv[x.key] = x.value
		}
	}
	if s, ok := kv["score"]; ok {
		r.v.Score = number(strings.TrimSuffix(s.text, ","))
	}
	r.v.Threshold = Number{}
	word := NotSpam
	for _, l := range []struct {
		key, text string
		word      Word
	}{{"tag_level", "tagged from %s points on", Spam}, {"quarantine_level", "quarantined from %s points on", Spam}, {"kill_level", "refused from %s points on", Blocked}} {
		at := kv[l.key]
		n := number(at.text)
		if !n.Known || n.Value >= levelOff {
			continue
		}
		r.reason(strings.ToUpper(l.key)+"="+at.text, strings.Replace(l.text, "%s", shown(at.text), 1), at)
		if r.v.Score.Known && r.v.Score.Value >= n.Value {
			word = Spam
		}
		if !r.v.Threshold.Known {
			r.v.Threshold = n
		}
	}
	r.barracudaYes(p, word)
	if at, ok := kv["tests"]; ok {
		r.barracudaTests(r.piece(eml.Span{Start: at.span.Start, End: p.span.End}))
	}
}

// barracudaYes prefers the field's first word over our sum.
func (r *reading) barracudaYes(p piece, word Word) {
	first, _, _ := r.cut(p, ',')
	if yes, ok := yesNo(first.text); ok && yes {
		word = Spam
	} else if !ok && !strings.HasPrefix(first.lower(), "score=") {
		r.strange("Spam-Status: " + first.text)
	}
	r.say(word)
}

// barracudaTests reads the names behind "tests=", up to the end.
func (r *reading) barracudaTests(p piece) {
	for _, t := range r.split(p, ',') {
		if symbolName(t.text) {
			r.symbol(barracudaSymbols, t, Number{})
		} else {
			r.strange(t.text)
		}
	}
}

// bayes reads "SPAM GLOBAL 0.9987 1.0000 4.3274": class, whose words, and as the third number the points that were added.
func (r *reading) bayes(p piece) {
	w := r.words(p)
	if len(w) < 5 || !number(w[4].text).Known {
		r.strange("Bayes: " + p.text)
		return
	}
	text, cause := "its words look like good mail to the learnt classifier", ""
	switch w[0].lower() {
	case "spam":
		text, cause = "its words look like spam to the learnt classifier", "classifier-misjudged"
	case "innocent", "ham":
	default:
		r.strange("Bayes: " + w[0].text)
		return
	}
	x := r.reason("Bayes:"+w[0].text, text, w[0])
	x.Points, x.Cause = number(w[4].text), cause
}

// barracudaReport reads the table "pts rule name description", of which the rules are known from Spam-Status; here stand their points.
func (r *reading) barracudaReport(p piece) {
	for _, line := range r.lines(p) {
		w := r.words(line)
		if len(w) >= 2 && number(w[0].text).Known && strings.ToUpper(w[1].text) == w[1].text && len(w[1].text) > 2 {
			r.symbol(barracudaSymbols, w[1], number(w[0].text))
		}
	}
}
