package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var spamExperts = &Decoder{
	Name:   "spamexperts",
	Title:  "SpamExperts / N-able Mail Assure, under its own and hosters' names",
	Source: "documentation.n-able.com/mail-assure: email headers; fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-SpamExperts-*", "X-MailAssure-*", "X-Spampanel-*", "X-Recommended-Action", "X-Filter-ID", "X-Report-Abuse-To"},
	Decode: decodeSpamExperts,
}

// The bounds of the classifier between good, unsure and spam.
const (
	unsureFrom = 0.5
	spamFrom   = 0.9
)

var expertClasses = map[string]meaning{
	"ham": {NotSpam, "judged as good", ""}, "unsure": {NotSpam, "judged as unsure; some organisations hold such mail", "classifier-misjudged"}, "spam": {Spam, "judged as spam", "classifier-misjudged"},
	"whitelisted": {Allowed, "on a list of allowed senders or recipients", ""}, "blacklisted": {Blocked, "on a list of blocked senders or recipients", "own-block-entry"},
	"virus": {Malware, "malware", ""}, "phish": {Phishing, "phishing", "real-phishing"}, "oversized": {Policy, "larger than the organisation takes", ""},
}

// branded returns the decoder of a field under the name of the one who runs the filter, or nil: X-<Org>-MailScanner-SpamCheck, and by their
// value SpamExperts' X-<Brand>-Class and X-<Brand>-Evidence.
func branded(m *eml.Message, f eml.Field, name string) *Decoder {
	switch {
	case !strings.HasPrefix(name, "x-") || strings.Count(name, "-") > 4:
		return nil
	case strings.HasSuffix(name, "-evidence") && strings.HasPrefix(valueOf(m, f), "Combined ("):
		return spamExperts
	case strings.HasSuffix(name, "-class"):
		if _, ok := expertClasses[strings.ToLower(valueOf(m, f))]; ok {
			return spamExperts
		}
	}
	if mailScannerField(name) {
		return mailScanner
	}
	return nil
}

func decodeSpamExperts(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		if strings.Contains(f.name, "-outgoing-") {
			r.v.Direction = rules.Outbound
		}
		switch {
		case strings.HasSuffix(f.name, "-class"):
			r.look(expertClasses, f.Name+":"+p.text, p)
		case strings.HasSuffix(f.name, "-evidence"):
			r.evidence(f, p)
		case f.name == "x-recommended-action":
			r.look(map[string]meaning{"accept": {"", "to be accepted", ""}, "drop": {Spam, "to be held", "classifier-misjudged"}}, "Recommended-Action:"+p.text, p)
		case strings.HasSuffix(f.name, "-domain"), strings.HasSuffix(f.name, "-username"):
			r.reason(f.Name, "the customer of the filter: "+shown(p.text), p)
		case f.name == "x-filter-id" || f.name == "x-report-abuse-to":
			r.reason(f.Name, "a mark of the filter", p)
		default:
			r.strange(f.Name + ": " + p.text)
		}
	}
}

// evidence reads "Combined (0.77)" and words such as "SB/global_tokens (0.9)".
func (r *reading) evidence(f field, p piece) {
	what, rest, ok := r.cut(p, '(')
	number := number(r.trim(rest, ")").text)
	if !ok || !number.Known {
		r.reason(f.Name, "on the ground of "+shown(p.text), p)
		return
	}
	r.v.Score, r.v.Threshold = number, Number{spamFrom, true}
	text := "0.9 or more: spam"
	switch {
	case number.Value < unsureFrom:
		text = "under 0.5: good"
	case number.Value < spamFrom:
		text = "0.5 to 0.9: unsure"
	}
	r.reason("Evidence:"+what.text, text, p).Points = number
}
