package verdict

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

var mimecast = &Decoder{
	Name:   "mimecast",
	Title:  "Mimecast",
	Source: "mimecastsupport.zendesk.com (spam scanning, anti-spoofing, held messages); fields as seen in delivered mail",
	Read:   "2026-11-23",
	Fields: []string{"X-Mimecast-*", "X-MC-Unique", "Authentication-Results"},
	Takes: func(_ neighbours, name, value string) bool {
		return name != "authentication-results" || strings.HasPrefix(strings.ToLower(value), "relay.mimecast.com")
	},
	Decode: decodeMimecast,
}

// The bands of Mimecast's spam scanning: relaxed holds from 7, moderate from 5, aggressive from 3.
const (
	mimecastAggressive = 3
	mimecastModerate   = 5
	mimecastRelaxed    = 7
)

func decodeMimecast(r *reading) {
	for _, f := range r.fields {
		p := r.value(f)
		switch f.name {
		case "x-mimecast-spam-score":
			r.mimecastScore(p)
		case "x-mimecast-bulk-signature":
			r.signature(p, Bulk, "Bulk-Signature", "it bears the signature of bulk mail", "bulk-level")
		case "x-mimecast-spam-signature":
			r.signature(p, Spam, "Spam-Signature", "it bears the signature of known spam", "classifier-misjudged")
		case "x-mimecast-impersonation-protect":
			r.impersonation(p)
		case "x-mimecast-originator":
			r.reason("Originator", "Mimecast takes "+shown(p.text)+" for the domain that made it", p)
		case "x-mimecast-mfc-proc-id", "x-mc-unique", "x-mimecast-mfc-agg-id":
			r.reason(f.Name, "id by which Mimecast's tracking finds the message", p)
		case "authentication-results":
			r.relayed(f)
		default:
			r.strange(f.Name + ": " + p.text)
		}
	}
}

func (r *reading) mimecastScore(p piece) {
	n := number(p.text)
	if !n.Known {
		r.strange("Spam-Score:" + p.text)
		return
	}
	r.v.Score, r.v.Threshold = n, Number{mimecastModerate, true}
	code := "Spam-Score:" + p.text
	switch {
	case n.Value >= mimecastRelaxed:
		r.say(Spam)
		r.because(code, "7 or more: held at every setting of spam scanning", "classifier-misjudged", p)
	case n.Value >= mimecastModerate:
		r.say(Spam)
		r.because(code, "5 to 7: held where spam scanning is moderate or aggressive", "classifier-misjudged", p)
	case n.Value >= mimecastAggressive:
		r.say(NotSpam)
		r.reason(code, "3 to 5: held where spam scanning is aggressive", p)
	default:
		r.say(NotSpam)
		r.reason(code, "under 3: no spam at any setting", p)
	}
}

func (r *reading) signature(p piece, w Word, code, text, cause string) {
	yes, ok := yesNo(p.text)
	switch {
	case !ok:
		r.strange(code + ":" + p.text)
	case yes:
		r.say(w)
		r.because(code+":"+p.text, text, cause, p)
	default:
		r.reason(code+":"+p.text, "no such signature", p)
	}
}

var impersonationFlags = map[string]meaning{
	"similar internal domain":           {"", "a domain like one of the organisation's own", "lookalike-domain"},
	"similar monitored external domain": {"", "a domain like one that is watched", "lookalike-domain"},
	"custom external domain":            {"", "a domain like one of the organisation's list", "lookalike-domain"},
	"mimecast external domain":          {"", "a domain like one that Mimecast watches", "lookalike-domain"},
	"newly observed domain":             {"", "a domain that was seen first a short time ago", "first-contact"},
	"internal user name":                {"", "the display name of one of the organisation's own people", "display-name-colleague"},
	"custom display name list":          {"", "a display name of the organisation's list", "display-name-colleague"},
	"reply-to address mismatch":         {"", "Reply-To leads to another domain", ""},
	"targeted threat dictionary":        {"", "words of the list for targeted attacks", "heuristic-ordinary-words"},
	"mimecast threat dictionary":        {"", "words of Mimecast's list for attacks", "heuristic-ordinary-words"},
	"custom threat dictionary":          {"", "words of the organisation's own list", "heuristic-ordinary-words"},
	"headers not in name lists":         {"", "names that stand in no list", ""},
}

// impersonationHits is how many signs it takes under Mimecast's recommended policy.
const impersonationHits = 2

// impersonation reads "Policy=Default;Similar Internal Domain=false;...". A flag that is true is a sign; the policy says how many it takes.
func (r *reading) impersonation(p piece) {
	hits := 0
	for _, kv := range r.pairs(p, ';', '=') {
		if kv.key == "policy" {
			r.reason("Policy="+kv.value.text, "the policy of impersonation protection: "+shown(kv.value.text), kv.whole)
			continue
		}
		hit, ok := yesNo(kv.value.text)
		m, known := impersonationFlags[kv.key]
		switch {
		case !ok || !known:
			r.strange(kv.whole.text)
		case hit:
			hits++
			r.because(kv.whole.text, "impersonation protection: "+m.text, m.cause, kv.whole)
		}
	}
	if hits >= impersonationHits {
		r.say(Phishing)
	}
}

// relayed reads "relay.mimecast.com; auth=pass smtp.auth=CUSA...": a customer logged in, so it is outgoing mail of somebody.
func (r *reading) relayed(f field) {
	for _, m := range authres.Parse(r.m, f.Field).Methods {
		if m.Name == "auth" && m.Value == "pass" {
			r.v.Direction = rules.Outbound
			r.reason("auth=pass", "a customer of Mimecast sent it out", piece{span: m.Span})
		}
	}
}
