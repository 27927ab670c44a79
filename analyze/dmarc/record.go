package dmarc

import (
	"strconv"
	"strings"
)

// Policy is what a domain asks receivers to do with mail that fails (RFC 9989 4.7).
type Policy string

// The policies, from the mildest.
const (
	PolicyNone       Policy = "none"
	PolicyQuarantine Policy = "quarantine"
	PolicyReject     Policy = "reject"
)

// Record is a DMARC policy record as receivers read it: tolerant of spacing, case and order, with what is odd in Problems.
type Record struct {
	Text       string
	P, SP, NP  Policy // as written, lower case; empty: not stated
	StrictDKIM bool   // adkim=s
	StrictSPF  bool   // aspf=s
	PSD        string // "y", "n" or "u"
	TestMode   bool   // t=y: act one step milder than the policy
	Percent    int    // pct= of RFC 7489, which RFC 9989 ignores; 100 where it is not stated or not a number
	RUA, RUF   []string
	Problems   []string // what is odd or no longer in use, in words
}

// MaxRecord bounds a record that is read. The longest in use are a few hundred bytes.
const MaxRecord = 16 << 10

// Parse reads a TXT record. ok is false where it does not begin with "v=DMARC1" and so is no DMARC record at all (RFC 9989
// 4.10, step 2); receivers differ in the case of "v", so it does not count here.
func Parse(txt string) (rec Record, ok bool) {
	rec = Record{Text: txt, PSD: "u", Percent: 100}
	if len(txt) > MaxRecord {
		txt = txt[:MaxRecord]
		rec.problem("longer than any receiver reads")
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(txt, ";") {
		name, value, found := strings.Cut(part, "=")
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(value)
		if !ok {
			if name != "v" || value != "DMARC1" {
				return Record{}, false
			}
			ok = true
			continue
		}
		switch {
		case name == "" && !found:
		case !found:
			rec.problem("`" + clip(name) + "` has no value")
		case seen[name]:
			rec.problem("`" + clip(name) + "=` stands twice; the first counts")
		default:
			seen[name] = true
			rec.set(name, value)
		}
	}
	return rec, ok
}

func (r *Record) set(name, value string) {
	lower := strings.ToLower(value)
	switch name {
	case "p":
		r.P = r.policy(name, lower)
	case "sp":
		r.SP = r.policy(name, lower)
	case "np":
		r.NP = r.policy(name, lower)
	case "adkim":
		r.StrictDKIM = r.letter(name, lower, "s", "r")
	case "aspf":
		r.StrictSPF = r.letter(name, lower, "s", "r")
	case "t":
		r.TestMode = r.letter(name, lower, "y", "n")
	case "psd":
		if lower != "y" && lower != "n" && lower != "u" {
			r.problem("`psd=" + clip(value) + "` is none of y, n, u")
			return
		}
		r.PSD = lower
	case "rua":
		r.RUA = uris(value)
	case "ruf":
		r.RUF = uris(value)
	case "pct", "rf", "ri":
		if n, err := strconv.Atoi(value); name == "pct" && err == nil && n >= 0 && n <= 100 {
			r.Percent = n
		}
		r.problem("`" + name + "=` is no longer in use (RFC 9989); older receivers still read it")
	case "fo":
	default:
		r.problem("`" + clip(name) + "=` is not known")
	}
}

// policy keeps a value that is not a policy, so that usable can tell it from one that is not stated.
func (r *Record) policy(name, value string) Policy {
	p := Policy(value)
	if !p.valid() {
		r.problem("`" + name + "=" + clip(value) + "` is none of none, quarantine, reject")
	}
	return p
}

func (p Policy) valid() bool { return p == PolicyNone || p == PolicyQuarantine || p == PolicyReject }

func (r *Record) letter(name, value, yes, no string) bool {
	if value != yes && value != no {
		r.problem("`" + name + "=" + clip(value) + "` is neither " + yes + " nor " + no)
	}
	return value == yes
}

// maxProblems bounds what is said of one record.
const maxProblems = 20

func (r *Record) problem(s string) {
	if len(r.Problems) < maxProblems {
		r.Problems = append(r.Problems, s)
	}
}

// clip bounds what is quoted of a record.
func clip(s string) string {
	const most = 40
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

func uris(value string) []string {
	var out []string
	for u := range strings.SplitSeq(value, ",") {
		if u = strings.TrimSpace(u); u != "" {
			out = append(out, u)
		}
	}
	return out
}

// usable says whether the record states a policy (RFC 9989 4.10.1): one without p= watches only, and so does one with a value
// that is no policy but with an address for reports. Otherwise DMARC does not apply.
func (r *Record) usable() bool {
	bad := false
	for _, p := range []Policy{r.P, r.SP, r.NP} {
		bad = bad || p != "" && !p.valid()
	}
	if !bad {
		return true
	}
	for _, u := range r.RUA {
		if scheme, rest, ok := strings.Cut(u, ":"); ok && scheme != "" && rest != "" {
			*r = Record{Text: r.Text, P: PolicyNone, StrictDKIM: r.StrictDKIM, StrictSPF: r.StrictSPF, PSD: r.PSD, TestMode: r.TestMode,
				Percent: r.Percent, RUA: r.RUA, RUF: r.RUF, Problems: r.Problems}
			return true
		}
	}
	return false
}
