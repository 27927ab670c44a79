package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

var trendMicro = &Decoder{
	Name:   "trend-micro",
	Title:  "Trend Micro (Email Security, InterScan, ScanMail)",
	Source: "docs.trendmicro.com: X-headers of InterScan Messaging Security; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-TM-AS-Result", "X-TMASE-Result", "X-TM-AS-ERS", "X-TMASE-Version", "X-TM-AS-Product-Ver", "X-TM-AS-User-Approved-Sender", "X-TM-AS-User-Blocked-Sender", "X-TM-Received-SPF", "X-IMSS-DKIM-White-List",
		"X-TM-MAIL-RECEIVED-TIME", "X-TM-MAIL-UUID", "X-TMASE-MatchedRID", "X-TMASE-SNAP-Result", "X-TM-Addin-Auth"},
	Decode: decodeTrend,
}

func decodeTrend(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-tm-as-result", "x-tmase-result":
			r.trendResult(p)
		case "x-tmase-version", "x-tm-as-product-ver":
			r.trendVersion(p)
		case "x-tm-as-user-approved-sender":
			r.trendList(p, "User-Approved-Sender", Allowed, "the sender is on the list of approved senders", "")
		case "x-tm-as-user-blocked-sender":
			r.trendList(p, "User-Blocked-Sender", Blocked, "the sender is on the list of blocked senders", "own-block-entry")
		case "x-imss-dkim-white-list":
			r.trendList(p, "DKIM-White-List", Allowed, "the sender's signature is on the list of trusted signatures", "")
		case "x-tm-received-spf":
			first, _, _ := r.cut(p, ' ')
			r.reason("SPF:"+first.text, "SPF at delivery: "+shown(first.lower()), first)
		default:
			r.reason(f.Name, "a mark of the engine", p)
		}
	}
}

var trendTypes = map[string]meaning{"1": {Spam, "type 1: spam", "classifier-misjudged"}, "2": {Phishing, "type 2: phishing", "real-phishing"}, "0": {"", "", ""}}

// trendResult reads "Yes-12.500000-4.000000-31-1": spam or not, score, threshold, category, type. A negative score makes "--".
func (r *reading) trendResult(p piece) {
	list, ok := r.dashed(p)
	if !ok {
		r.strange("Result:" + p.text)
		return
	}
	r.v.Score, r.v.Threshold = number(list[1].text), number(list[2].text)
	yes, known := yesNo(list[0].text)
	if !known { // X-TMASE-Result begins with a count instead of a word
		yes, known = r.v.Score.Known && r.v.Threshold.Known && r.v.Score.Value >= r.v.Threshold.Value, r.v.Score.Known && r.v.Threshold.Known
	}
	if !known {
		r.strange("Result:" + p.text)
		return
	}
	if !yes {
		r.say(NotSpam)
		return
	}
	r.say(Spam)
	if len(list) > 3 {
		r.reason("category "+list[3].text, "category of Trend Micro's own; the numbers are not published", list[3])
	}
	if len(list) > 4 {
		r.look(trendTypes, "type "+list[4].text, list[4])
	}
}

// dashed cuts p at "-", where a second "-" is the sign of the number that follows.
func (r *reading) dashed(p piece) ([]piece, bool) {
	var out []piece
	start := 0
	text := string(r.m.Bytes(p.span))
	for i := 0; i <= len(text) && len(out) < 8; i++ {
		if i < len(text) && (text[i] != '-' || i == start) {
			continue
		}
		out = append(out, r.piece(eml.Span{Start: p.span.Start + start, End: p.span.Start + i}))
		start = i + 1
	}
	return out, len(out) >= 3 && number(out[1].text).Known && number(out[2].text).Known
}

func (r *reading) trendVersion(p piece) {
	if strings.Count(p.text, "-") < 3 {
		r.strange("Version:" + p.text)
		return
	}
	r.reason("Version", "product, version, engine and pattern: "+shown(p.text), p)
}

func (r *reading) trendList(p piece, code string, w Word, text, cause string) {
	yes, ok := yesNo(strings.TrimSuffix(p.text, ";"))
	switch {
	case !ok:
		r.strange(code + ":" + p.text)
	case yes:
		r.say(w)
		r.because(code+":"+p.text, text, cause, p)
	}
}
