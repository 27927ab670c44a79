package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

var proofpoint = &Decoder{
	Name:   "proofpoint",
	Title:  "Proofpoint Email Protection",
	Source: "fields as seen in delivered mail; Proofpoint publishes no meaning of the single scores",
	Read:   "2026-11-23",
	Fields: []string{"X-Proofpoint-Spam-Details", "X-Proofpoint-Spam-Details-Enc", "X-Proofpoint-GUID", "X-Proofpoint-ORIG-GUID", "X-Proofpoint-Virus-Version", "X-Proofpoint-UnRewURL",
		"X-CLX-Response", "X-CLX-Shades"},
	Decode: decodeProofpoint,
}

func decodeProofpoint(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-proofpoint-spam-details":
			r.spamDetails(p)
		case "x-proofpoint-spam-details-enc":
			r.reason("Spam-Details-Enc", "the spam details are encrypted: only Proofpoint's customer can read them", p)
		case "x-proofpoint-guid", "x-proofpoint-orig-guid":
			r.reason(f.Name, "id by which Smart Search finds the message: "+shown(p.text), p)
		case "x-proofpoint-virus-version":
			r.reason("Virus-Version", "the virus scanner that looked at it: "+shown(p.text), p)
		case "x-proofpoint-unrewurl":
			r.reason("UnRewURL", "links were rewritten, or would have been: "+shown(p.text), p)
		default:
			r.reason(f.Name, "a mark of the classifier; its meaning is not published", p)
		}
	}
}

// spamDetails reads "rule=notspam policy=default score=0 bulkscore=0 ...".
func (r *reading) spamDetails(p piece) {
	for _, kv := range r.pairs(p, ' ', '=') {
		switch {
		case kv.key == "rule":
			r.proofpointRule(kv.value)
		case kv.key == "score":
			r.v.Score = number(kv.value.text)
		case kv.key == "policy":
			r.reason("policy="+kv.value.text, "the policy that decided: "+shown(kv.value.text), kv.value)
		case strings.HasSuffix(kv.key, "score"):
			r.subScore(kv)
		case proofpointKnown[kv.key]:
		default:
			r.strange(kv.whole.text)
		}
	}
}

var proofpointKnown = map[string]bool{"classifier": true, "adjust": true, "reason": true, "scancount": true, "engine": true, "definitions": true, "authscore": true, "authtc": true, "authcc": true, "route": true}

// proofpointRules are words inside names of rules; customers name their own.
var proofpointRules = []struct {
	part string
	meaning
}{
	{"notspam", meaning{NotSpam, "the rule for mail that is no spam", ""}},
	{"malware", meaning{Malware, "a rule for malware", ""}},
	{"virus", meaning{Malware, "a rule for malware", ""}},
	{"phish", meaning{Phishing, "a rule for phishing", "real-phishing"}},
	{"impost", meaning{Phishing, "a rule for impostors", "display-name-colleague"}},
	{"bulk", meaning{Bulk, "a rule for bulk mail", "bulk-level"}},
	{"definitive", meaning{Spam, "the rule for definite spam", "classifier-misjudged"}},
	{"spam", meaning{Spam, "a rule for spam", "classifier-misjudged"}},
	{"quarantine", meaning{Policy, "a rule that quarantines", ""}},
	{"safe", meaning{Allowed, "a list of safe senders", ""}},
	{"block", meaning{Blocked, "a list of blocked senders", "own-block-entry"}},
}

// proofpointRule reads the rule's name. One for outgoing mail is the sender's own filter.
func (r *reading) proofpointRule(v piece) {
	name := v.lower()
	if rest, ok := strings.CutPrefix(name, "outbound_"); ok {
		r.v.Direction = rules.Outbound
		name = rest
		r.reason("rule="+v.text, "a rule for outgoing mail: the sender's own filter wrote it", v)
	} else if rest, ok := strings.CutPrefix(name, "inbound_"); ok {
		r.v.Direction = rules.Inbound
		name = rest
	}
	for _, k := range proofpointRules {
		if strings.Contains(name, k.part) {
			r.say(k.word)
			r.because("rule="+v.text, k.text, k.cause, v)
			return
		}
	}
	r.strange("rule=" + v.text)
}

// unsetScore is what Proofpoint writes where a classifier did not run.
const unsetScore = -2147483648

// subScores say what a class is about; from which number on a class counts is not published.
var subScores = map[string]string{
	"mlxscore": "the learning engine", "mlxlogscore": "the learning engine, as a logarithm", "spamscore": "spam", "bulkscore": "bulk mail", "phishscore": "phishing",
	"malwarescore": "malware", "adultscore": "adult content", "impostorscore": "impostors", "suspectscore": "suspects", "lowpriorityscore": "mail of low priority",
	"priorityscore": "mail of priority", "clxscore": "the sender's classes", "cotscore": "circle of trust", "mlxsuspectscore": "suspects of the learning engine",
}

func (r *reading) subScore(kv pair) {
	n := number(kv.value.text)
	class, ok := subScores[kv.key]
	switch {
	case !ok || !n.Known:
		r.strange(kv.whole.text)
	case n.Value != 0 && n.Value != unsetScore:
		r.reason(kv.whole.text, "score for "+class, kv.whole).Points = n
	}
}
