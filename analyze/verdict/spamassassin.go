package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

var spamAssassin = &Decoder{
	Name:   "spamassassin",
	Title:  "SpamAssassin (also inside amavis, MailScanner and cPanel)",
	Source: "spamassassin.apache.org, 4.0: Mail::SpamAssassin::Conf; amavis: release notes on X-Spam-Status; cPanel fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Spam-Status", "X-Spam-Score", "X-Spam-Level", "X-Spam-Flag", "X-Spam-Report", "X-Spam-Checker-Version", "X-Spam-Bar", "X-Ham-Report", "X-Spam-Prev-Subject", "X-Spam-Relay-Country"},
	Decode: decodeSpamAssassin,
}

func decodeSpamAssassin(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-spam-status":
			r.spamStatus(p)
		case "x-spam-score":
			r.plainScore(p)
		case "x-spam-flag":
			r.spamFlag("X-Spam-Flag", p)
		case "x-spam-level":
			r.stars(p)
		case "x-spam-report", "x-ham-report":
			r.spamReport(p)
		case "x-spam-checker-version":
			r.checkerVersion(p)
		case "x-spam-prev-subject":
			r.reason("X-Spam-Prev-Subject", "the subject as it was before it was tagged", p)
		case "x-spam-relay-country":
			r.reason("X-Spam-Relay-Country", "countries on its way: "+shown(p.text), p)
		}
	}
}

// spamStatus reads "Yes, score=7.1 required=5.0 tests=A,B autolearn=no version=4.0.0", amavis' "tests=[A=1.5, B=0.1]" and the old "hits=".
func (r *reading) spamStatus(p piece) {
	first, rest, _ := r.cut(p, ',')
	if yes, ok := yesNo(first.text); !ok {
		r.strange("X-Spam-Status: " + first.text)
	} else if yes {
		r.say(Spam)
	} else {
		r.say(NotSpam)
	}
	if strings.Contains(rest.text, "TOTAL_SCORE: ") {
		r.kerioStatus(rest)
		return
	}
	inTests := false
	for _, w := range r.words(rest) {
		key, value, ok := r.cut(w, '=')
		known := ok && !symbolName(key.text) && r.statusKey(key, value)
		switch {
		case ok && key.lower() == "tests":
			inTests = true
			r.tests(value)
		case known:
			inTests = false
		case inTests:
			r.tests(w)
		case w.text != "," && w.text != "":
			r.strange(w.text)
		}
	}
}

// kerioStatus reads Kerio Connect's form: "hits=8.1 required=5.0 tests=KERIO_ANTI_SPAM: 6.000, BAYES_99: 2.100, TOTAL_SCORE: 8.100,autolearn=no".
func (r *reading) kerioStatus(p piece) {
	for _, part := range r.split(p, ',') {
		name := piece{}
		for _, w := range r.words(part) {
			key, value, ok := r.cut(w, '=')
			n := number(w.text)
			switch {
			case ok && key.lower() == "tests":
				name = r.trim(value, ":")
			case ok:
				r.statusKey(key, value)
			case strings.HasSuffix(w.text, ":"):
				name = r.trim(w, ":")
			case name.text == "TOTAL_SCORE" && n.Known:
				r.v.Score = n // hits= is rounded
			case name.text == "KERIO_ANTI_SPAM":
				r.reason(name.text, "the engine that Kerio adds to SpamAssassin", name).Points = n
			case strings.HasPrefix(name.text, "CUSTOM_RULE_"):
				r.reason(name.text, "a rule of the organisation: "+shown(w.text), name)
			case n.Known && symbolName(name.text):
				r.symbol(spamAssassinSymbols, name, n)
			}
		}
	}
}

// statusKey reads one key of X-Spam-Status; false: it is none.
func (r *reading) statusKey(key, value piece) bool {
	v := strings.TrimSuffix(value.text, ",")
	switch key.lower() {
	case "score", "hits":
		r.v.Score = number(v)
	case "required":
		r.v.Threshold = number(v)
	case "tagged_above", "version", "autolearn_force", "bayes", "shortcircuit", "tests_score", "host", "relaycountry", "languages":
	case "autolearn":
		if v == "ham" || v == "spam" {
			r.reason("autolearn="+v, "the classifier learnt it as "+v+" by itself", value)
		}
	default:
		return false
	}
	return true
}

// tests reads "A,B=1.5" with or without square brackets.
func (r *reading) tests(p piece) {
	for _, t := range r.split(p, ',') {
		name, points, _ := r.cut(t, '=')
		name = r.trim(name, "[]")
		if strings.EqualFold(name.text, "none") || name.text == "" {
			continue
		}
		if !symbolName(name.text) {
			r.strange(name.text)
			continue
		}
		r.symbol(spamAssassinSymbols, name, number(strings.Trim(points.text, "[]")))
	}
}

// trim takes characters of set off both ends of p.
func (r *reading) trim(p piece, set string) piece {
	b, s := r.m.Bytes(p.span), p.span
	for len(b) > 0 && strings.IndexByte(set, b[0]) >= 0 {
		b, s.Start = b[1:], s.Start+1
	}
	for len(b) > 0 && strings.IndexByte(set, b[len(b)-1]) >= 0 {
		b, s.End = b[:len(b)-1], s.End-1
	}
	return r.piece(s)
}

// plainScore reads X-Spam-Score. Beside X-Spam-Bar it is cPanel's, which writes tenths without a point.
func (r *reading) plainScore(p piece) {
	n := number(strings.TrimSuffix(p.text, ")"))
	if _, rest, ok := r.cut(p, '('); ok && !n.Known { // MIMEDefang: "5.1 (*****) RULES"
		n = number(r.piece(eml.Span{Start: p.span.Start, End: rest.span.Start - 1}).text)
		if _, rules, ok := r.cut(rest, ')'); ok {
			r.tests(rules)
		}
	}
	if !n.Known {
		r.strange("X-Spam-Score: " + p.text)
		return
	}
	if _, cPanel := r.get("x-spam-bar"); cPanel && !strings.Contains(p.text, ".") {
		n.Value /= 10
	}
	if !r.v.Score.Known {
		r.v.Score = n
	}
}

func (r *reading) spamFlag(code string, p piece) {
	yes, ok := yesNo(p.text)
	switch {
	case !ok:
		r.strange(code + ": " + p.text)
	case yes:
		r.say(Spam)
		r.reason(code+": "+p.text, "marked as spam", p)
	default:
		r.say(NotSpam)
	}
}

// stars reads X-Spam-Level: one character a point.
func (r *reading) stars(p piece) {
	if n := len(p.text); n > 0 && strings.Trim(p.text, p.text[:1]) != "" {
		r.strange("X-Spam-Level: " + p.text)
	}
}

// spamReport reads the lines "*  1.5 NAME TEXT" for their points.
func (r *reading) spamReport(p piece) {
	for _, line := range r.lines(p) {
		w := r.words(line)
		if len(w) > 0 && w[0].text == "*" {
			w = w[1:]
		}
		if len(w) >= 2 && number(w[0].text).Known && symbolName(w[1].text) && len(w[1].text) > 2 {
			r.symbol(spamAssassinSymbols, w[1], number(w[0].text))
		}
	}
}

// checkerVersion reads "SpamAssassin 4.0.0 (2022-12-14) on mx.example.org": the host is who says that it wrote all this.
func (r *reading) checkerVersion(p piece) {
	text := "written by " + shown(p.text)
	if _, host, ok := strings.Cut(p.text, " on "); ok {
		text = "the host that says that it checked: " + shown(strings.TrimSpace(host))
	}
	r.reason("X-Spam-Checker-Version", text, p)
}
