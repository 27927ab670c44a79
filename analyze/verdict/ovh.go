package verdict

import (
	"regexp"
	"strings"
	"sync"
)

var ovh = &Decoder{
	Name:   "ovh",
	Title:  "OVHcloud mail and Vade",
	Source: "help.ovhcloud.com (spam fields); fields as seen in delivered mail. The reasons are obfuscated, not encrypted",
	Read:   "2026-11-23",
	Fields: []string{"X-VR-SPAMSTATE", "X-VR-SPAMSCORE", "X-VR-SPAMCAUSE", "X-VR-STATUS", "X-VR-SCORE", "X-VR-CAUSE", "X-Ovh-Spam-Reason", "X-Ovh-Spam-Status", "X-Ovh-SPAMSTATE", "X-Ovh-SPAMSCORE", "X-Ovh-SPAMCAUSE",
		"X-Vade-Spamstate", "X-Vade-Spamscore", "X-Vade-Spamcause", "X-VadeSecure-*", "X-VRC-SPAMSTATE", "X-VRC-SPAMSCORE", "X-VRC-SPAMCAUSE"},
	Decode: decodeOVH,
}

// vadeLimit is the score from which Vade calls a message spam.
const vadeLimit = 300

var vadeStates = map[string]meaning{
	"ok": {NotSpam, "no spam", ""}, "clean": {NotSpam, "no spam", ""}, "legit": {NotSpam, "no spam", ""}, "not-spam": {NotSpam, "no spam", ""},
	"spam": {Spam, "spam", "classifier-misjudged"}, "spam:low": {Spam, "spam, low confidence", "classifier-misjudged"}, "spam:medium": {Spam, "spam, medium confidence", "classifier-misjudged"},
	"spam:high": {Spam, "spam, high confidence", "classifier-misjudged"}, "high": {Spam, "spam, high confidence", "classifier-misjudged"}, "medium": {Spam, "spam, medium confidence", "classifier-misjudged"}, "low": {Spam, "spam, low confidence", "classifier-misjudged"},
	"suspect": {Spam, "suspected spam", "classifier-misjudged"}, "scam": {Phishing, "a scam", "real-phishing"}, "phishing": {Phishing, "phishing", "real-phishing"}, "virus": {Malware, "malware", ""},
	"commerce": {Bulk, "advertising", "bulk-level"}, "pce": {Bulk, "advertising of a professional sender", "bulk-level"}, "mce": {Bulk, "advertising", "bulk-level"}, "dce": {Bulk, "advertising of a bad sender", "bulk-level"},
	"community": {Bulk, "mail of a social network", "bulk-level"}, "bounce": {"", "a report of a mail server", ""}, "whitelist": {Allowed, "on a list of allowed senders", ""}, "blacklist": {Blocked, "on a list of blocked senders", "own-block-entry"},
}

func decodeOVH(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch {
		case strings.HasSuffix(f.name, "cause"):
			r.vadeCause(f, p)
		case strings.HasSuffix(f.name, "score"):
			r.scoreAgainst(p, "SPAMSCORE:", vadeLimit, "300 or more: spam")
		case strings.HasSuffix(f.name, "state"), strings.HasSuffix(f.name, "status"):
			r.look(vadeStates, f.Name+":"+p.text, p)
		case f.name == "x-ovh-spam-reason":
			r.ovhReason(p)
		default:
			r.reason(f.Name, "a mark of the filter: "+shown(p.text), p)
		}
	}
}

// ovhReason reads "vr: SPAM; dkim: disabled; spf: disabled": which of the tests decided.
func (r *reading) ovhReason(p piece) {
	for _, kv := range r.pairs(p, ';', ':') {
		switch kv.key {
		case "vr":
			r.look(vadeStates, "vr:"+kv.value.text, kv.value)
		case "dkim", "spf", "dmarc":
			if kv.value.lower() != "disabled" {
				r.reason(kv.whole.text, strings.ToUpper(kv.key)+" at delivery: "+shown(kv.value.text), kv.whole)
			}
		default:
			r.strange(kv.whole.text)
		}
	}
}

var vadeRule = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Za-z]\w{1,30} \(-?\d{1,5}\)|Bailout: \d{1,5}`) })

// maxRules is how many of the reasons are shown: they are words of Vade's own.
const maxRules = 12

// vadeCause makes the reasons readable. They are words of Vade's own with their points.
func (r *reading) vadeCause(f field, p piece) {
	text, ok := Deobfuscate(p.text)
	if !ok {
		r.strange(f.Name + ": " + p.text)
		return
	}
	r.reason(f.Name, "what the engine noted, made readable: "+shown(text), p)
	for _, rule := range vadeRule().FindAllString(text, maxRules) {
		name, points, _ := strings.Cut(strings.TrimSuffix(rule, ")"), " (")
		x := r.reason(name, "a rule of Vade's own", p)
		x.Points = number(points)
	}
}

// Deobfuscate makes the text of X-VR-SPAMCAUSE and its kin readable. Every pair of letters stands for one byte: one letter says which row of
// 16, the other which place, and they change their order from pair to pair. ok is false where the text is not of that kind.
func Deobfuscate(s string) (text string, ok bool) {
	s = strings.Join(strings.Fields(s), "")
	if len(s) < 2 {
		return "", false
	}
	var b strings.Builder
	for i := 0; i+1 < len(s); i += 2 {
		row, place := int(s[i]), int(s[i+1])
		if i/2%2 == 0 {
			row, place = place, row
		}
		c := row + place - 'x' - ('g'-row)*16
		if c < ' ' || c > '~' {
			return "", false
		}
		b.WriteByte(byte(c))
	}
	return b.String(), true
}
