package checks

import (
	"net/netip"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/authres"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// Recorded reads what our side wrote down about SPF, DKIM and DMARC when the message was delivered. Fields that our side did not write are
// claims and are left out. Its result is a *Record.
var Recorded = &analyze.Check{
	Name:  "recorded",
	Title: "what did our side find at delivery",
	Spec:  "RFC 8601, RFC 7208 9.1, RFC 8617 4.1.1",
	Reads: []analyze.Aspect{analyze.ReadsPath, analyze.ReadsProfile},
	Run:   runRecorded,
}

// Record is what our side's Authentication-Results, Received-SPF and ARC-Authentication-Results fields say.
type Record struct {
	Entries []Entry
	Claims  int // fields of the kind that somebody else may have written
}

// Entry is one recorded result.
type Entry struct {
	Method   string // "spf", "dkim", "dmarc", "compauth"
	Result   string
	Domain   string // the domain that it is about, lower case
	Selector string
	Reason   string
	Comment  string     // what the border wrote beside it: "body hash did not verify"
	Policy   string     // of DMARC: what the border did, "quarantine" or "reject"; "" where it did nothing or does not say
	IP       netip.Addr // that SPF was judged for; not valid: not written
	AtBorder bool       // the border itself wrote it, by its name
	Span     eml.Span
}

func runRecorded(p *analyze.Pass) (any, error) {
	rec := &Record{}
	for _, f := range p.Message.All("Authentication-Results") {
		if p.Trace.Belief(p.Message, f).Who != trace.Ours {
			rec.Claims++
			continue
		}
		a := authres.Parse(p.Message, f)
		rec.addResults(a, atBorder(p, a.AuthservID))
	}
	for _, f := range p.Message.All("Received-SPF") {
		if p.Trace.Belief(p.Message, f).Who != trace.Ours {
			rec.Claims++
			continue
		}
		r := authres.ParseSPF(p.Message, f)
		rec.Entries = append(rec.Entries, Entry{Method: "spf", Result: r.Result, Domain: domainOf(r.EnvelopeFrom), IP: r.ClientIP, AtBorder: atBorder(p, r.Receiver), Span: f.Value})
	}
	// Gmail writes its results below the border, where the sender could write them too, and once more above it with its seal.
	for _, f := range p.Message.All("ARC-Authentication-Results") {
		if p.Trace.Belief(p.Message, f).Who == trace.Ours {
			a := authres.Parse(p.Message, f)
			rec.addResults(a, atBorder(p, a.AuthservID))
		}
	}
	if rec.Claims > 0 {
		p.Limit("claims", "%s not shown to be written by our side: claims, and not used", count(rec.Claims, "authentication field"))
	}
	return rec, nil
}

// atBorder reports whether host is the name of the one that took the message from outside.
func atBorder(p *analyze.Pass, host string) bool {
	t := p.Trace
	return t.Border >= 0 && t.Border < len(t.Hops) && host != "" && strings.EqualFold(t.Hops[t.Border].By, host)
}

func (r *Record) addResults(a authres.Result, atBorder bool) {
	if a.Malformed != "" {
		return
	}
	for _, m := range a.Methods {
		e := Entry{Method: m.Name, Result: m.Value, Reason: m.Reason, Comment: m.Comment, AtBorder: atBorder, Span: m.Span}
		switch m.Name {
		case "spf":
			e.Domain, e.IP = domainOf(firstNonEmpty(m.Get("smtp.mailfrom"), m.Get("smtp.helo"))), m.SenderIP().Unmap()
		case "dkim":
			e.Domain, e.Selector = strings.ToLower(firstNonEmpty(m.Get("header.d"), domainOf(m.Get("header.i")))), m.Get("header.s")
		case "dmarc":
			e.Domain, e.Policy = domainOf(m.Get("header.from")), dmarcPolicy(m)
		}
		r.Entries = append(r.Entries, e)
	}
}

// dmarcPolicy reads what the border did, as Google writes it, "(p=REJECT sp=REJECT dis=QUARANTINE)", and Microsoft, "action=oreject": a reject that it
// turned into the junk folder. What the domain asked for shows nothing: an unbroken ARC chain or a list of ours may have gone before.
func dmarcPolicy(m authres.Method) string {
	did := strings.ToLower(m.Get("action"))
	for _, word := range strings.Fields(strings.ToLower(m.Comment)) {
		if value, ok := strings.CutPrefix(strings.Trim(word, ";,"), "dis="); ok {
			did = value
		}
	}
	if did = strings.TrimPrefix(did, "o"); did == "quarantine" || did == "reject" {
		return did
	}
	return ""
}

// ActedByDMARC returns what the border recorded that it did by the policy of the author's domain, "quarantine" or "reject"; else "".
func ActedByDMARC(r *analyze.Report) string {
	rec, _ := analyze.ResultOf[*Record](r, Recorded)
	if rec == nil {
		return ""
	}
	e, _ := rec.DMARC(r.Input.FromDomain())
	return e.Policy
}

// recorded returns what our side wrote down; never nil.
func recorded(p *analyze.Pass) *Record {
	if r, ok := analyze.Get[*Record](p, Recorded); ok {
		return r
	}
	return &Record{}
}

// SPF returns the recorded result for the envelope domain.
func (r *Record) SPF(domain string) (Entry, bool) {
	return r.find(func(e Entry) bool {
		return e.Method == "spf" && (e.Domain == "" || strings.EqualFold(e.Domain, domain))
	})
}

// DKIM returns the recorded result for a signature. Microsoft and others leave the selector out; then the domain alone must fit.
func (r *Record) DKIM(domain, selector string) (Entry, bool) {
	return r.find(func(e Entry) bool {
		return e.Method == "dkim" && strings.EqualFold(e.Domain, domain) && (e.Selector == "" || strings.EqualFold(e.Selector, selector))
	})
}

// DMARC returns the recorded result for the From domain.
func (r *Record) DMARC(domain string) (Entry, bool) {
	return r.find(func(e Entry) bool {
		return e.Method == "dmarc" && (e.Domain == "" || strings.EqualFold(e.Domain, domain))
	})
}

func (r *Record) find(fits func(Entry) bool) (Entry, bool) {
	for _, e := range r.Entries {
		if fits(e) {
			return e, true
		}
	}
	return Entry{}, false
}

func domainOf(address string) string {
	address = strings.Trim(strings.TrimSpace(address), "<>")
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

func firstNonEmpty(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
