package verdict

import (
	"encoding/base64"
	"encoding/json"
	"sort"
	"strings"
)

var rspamd = &Decoder{
	Name:   "rspamd",
	Title:  "Rspamd",
	Source: "docs.rspamd.com: milter_headers, symbols, actions; rspamd issues 463 and 2409 on what False means",
	Read:   "2026-11-23",
	Fields: []string{"X-Spamd-Result", "X-Spamd-Bar", "X-Rspamd-Action", "X-Rspamd-Score", "X-Rspamd-Bar", "X-Rspamd-Report", "X-Rspamd-Server", "X-Rspamd-Queue-Id",
		"X-Rspamd-Pre-Result", "X-Rspamd-Fuzzy", "X-Rspamd-Flag", "X-Rspamd-UID", "X-Spam", "X-Spam-Result", "X-Spam-Status", "X-Spam-Level", "X-Spam-Flag"},
	Takes:  takesRspamd,
	Decode: decodeRspamd,
}

// takesRspamd leaves SpamAssassin's names to it unless Rspamd's own fields stand in the header.
func takesRspamd(near neighbours, name, value string) bool {
	switch name {
	case "x-spam-status":
		return !strings.Contains(value, "required=") && hasRspamd(near)
	case "x-spam-level", "x-spam-flag":
		return hasRspamd(near) && !near.has("x-spam-status")
	case "x-spam-result":
		return !strings.Contains(value, "(") && len(value) > 40
	}
	return true
}

func hasRspamd(near neighbours) bool {
	return near.has("x-spamd-result") || near.has("x-rspamd-server") || near.has("x-rspamd-queue-id") || near.has("x-rspamd-score")
}

// addHeaderAt is the number of points from which Rspamd marks a message, where nobody changed it.
const addHeaderAt = 6

func decodeRspamd(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-spamd-result":
			r.spamdResult(p)
		case "x-rspamd-action":
			r.look(rspamdActions, "action="+p.text, p)
		case "x-spam", "x-spam-flag", "x-rspamd-flag":
			r.spamFlag(f.Name, p)
		case "x-spam-status":
			r.spamStatus(p)
		case "x-rspamd-score":
			r.rspamdScore(p)
		case "x-rspamd-report":
			r.scoredList(p, ' ')
		case "x-rspamd-pre-result":
			r.preResult(p)
		case "x-rspamd-fuzzy":
			r.because("Fuzzy", "it resembles a known mail; the hash: "+shown(p.text), "classifier-misjudged", p)
		case "x-rspamd-server":
			r.reason(f.Name, "the host that says that it checked: "+shown(p.text), p)
		case "x-rspamd-queue-id":
			r.reason(f.Name, "the queue id of the host that runs it: "+shown(p.text), p)
		case "x-spam-result":
			r.ldaResult(p)
		case "x-spamd-bar", "x-rspamd-bar", "x-spam-level", "x-rspamd-uid":
		}
	}
	r.settle()
}

var rspamdActions = map[string]meaning{
	"no action":       {NotSpam, "nothing is to be done", ""},
	"greylist":        {"", "the server is asked to come again: it is a stranger", "first-contact"},
	"soft reject":     {"", "refused for the time being", ""},
	"add header":      {Spam, "to be marked as spam", "classifier-misjudged"},
	"rewrite subject": {Spam, "to be marked in the subject", "classifier-misjudged"},
	"quarantine":      {Spam, "to be held", "classifier-misjudged"},
	"reject":          {Spam, "to be refused", "classifier-misjudged"},
	"discard":         {Spam, "to be thrown away", "classifier-misjudged"},
}

// spamdResult reads "default: False [11.40 / 15.00]; NAME(1.00)[options]; ...". True means that the limit for refusing was reached, so
// False beside a score of 11 is no acquittal.
func (r *reading) spamdResult(p piece) {
	list := r.split(p, ';')
	if len(list) == 0 {
		return
	}
	_, head, _ := r.cut(list[0], ':')
	flag, numbers, ok := r.cut(head, '[')
	score, limit, both := r.cut(numbers, '/')
	if !ok || !both {
		r.strange("X-Spamd-Result: " + list[0].text)
		return
	}
	r.v.Score, r.v.Threshold = number(score.text), number(r.trim(limit, "]").text)
	if yes, known := yesNo(flag.text); known && yes {
		r.say(Spam)
		r.reason("True", "it reached the limit for refusing", flag)
	} else if !known {
		r.strange("X-Spamd-Result: " + flag.text)
	}
	for _, s := range list[1:] {
		if name, points, ok := r.scored(s); ok {
			r.symbol(rspamdSymbols, name, points)
		}
	}
}

// settle says what False means where no other field does.
func (r *reading) settle() {
	if r.v.Verdict != Unknown || !r.v.Score.Known {
		return
	}
	p, ok := r.get("x-spamd-result")
	if !ok {
		return
	}
	if r.v.Score.Value < addHeaderAt {
		r.say(NotSpam)
		return
	}
	r.reason("False", "the score is under the limit for refusing; whether it was marked as spam is not written, and by Rspamd's usual limit of 6 it was", p)
}

func (r *reading) rspamdScore(p piece) {
	score, limit, both := r.cut(p, '/')
	n := number(score.text)
	if !n.Known {
		r.strange("X-Rspamd-Score: " + p.text)
		return
	}
	if !r.v.Score.Known {
		r.v.Score = n
	}
	if both && !r.v.Threshold.Known {
		r.v.Threshold = number(limit.text)
	}
}

// scoredList reads "NAME(0.5) NAME2(1)" or the same with commas.
func (r *reading) scoredList(p piece, sep byte) {
	list := r.split(p, sep)
	if sep == ' ' {
		list = r.words(p)
	}
	for _, w := range list {
		if name, points, ok := r.scored(w); ok {
			r.symbol(rspamdSymbols, name, points)
		} else {
			r.strange(w.text)
		}
	}
}

// preResult reads "action=reject; module=antivirus; ...": a module decided before the rules were asked.
func (r *reading) preResult(p piece) {
	for _, kv := range r.pairs(p, ';', '=') {
		switch kv.key {
		case "action":
			r.look(rspamdActions, "action="+kv.value.text, kv.value)
		case "module":
			r.reason("module="+kv.value.text, "decided by the module "+shown(kv.value.text)+", before the rules were asked", kv.whole)
			if kv.value.lower() == "antivirus" {
				r.say(Malware)
			}
		}
	}
}

// ldaResult reads the JSON in base64 that Rspamd writes where a delivery agent calls it.
func (r *reading) ldaResult(p piece) {
	b, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(p.text, " ", ""))
	var v struct {
		Action   string  `json:"action"`
		Score    float64 `json:"score"`
		Required float64 `json:"required_score"`
		Symbols  map[string]struct {
			Score float64 `json:"score"`
		} `json:"symbols"`
	}
	if err != nil || json.Unmarshal(b, &v) != nil {
		r.strange("X-Spam-Result: " + p.text)
		return
	}
	r.v.Score, r.v.Threshold = Number{v.Score, true}, Number{v.Required, v.Required != 0}
	r.look(rspamdActions, "action="+v.Action, piece{v.Action, p.span})
	var list []string
	for name := range v.Symbols {
		if symbolName(name) {
			list = append(list, name)
		}
	}
	sort.Strings(list)
	for _, name := range list {
		r.symbol(rspamdSymbols, piece{name, p.span}, Number{v.Symbols[name].Score, true})
	}
}
