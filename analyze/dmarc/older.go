package dmarc

import (
	"golang.org/x/net/publicsuffix"
)

// Older is what a receiver says that still follows RFC 7489: organisational domains by the public suffix list, and pct=. Many do.
type Older struct {
	OrgDomain string // by the public suffix list; the name itself where that is a public suffix
	Verdict   Verdict
	Policy    Policy // that is asked for when the message fails, pct=0 included
	FoundAt   string
}

// older evaluates the same message by RFC 7489 6.6.3. The names were asked by the tree walk, but for one at most.
func (c *check) older(req Request) Older {
	from := c.res.FromDomain
	o := Older{OrgDomain: pslOrg(from), Verdict: None}
	l := c.at(from)
	if l.record == nil && l.unknown == nil {
		l = c.at(o.OrgDomain)
	}
	switch {
	case l.unknown != nil:
		o.Verdict = unanswered(l.unknown)
		return o
	case l.record == nil:
		return o
	}
	rec := *l.record
	if !rec.usable() || rec.P == "" {
		return o // RFC 7489 6.6.3, step 6: without p= the record does not apply
	}
	o.FoundAt, o.Policy = l.domain, rec.P
	if l.domain != from && rec.SP != "" {
		o.Policy = rec.SP
	}
	if rec.Percent == 0 {
		o.Policy = milder(o.Policy) // RFC 7489 6.6.4
	}
	o.Verdict = o.judge(req, from, rec)
	return o
}

func (o Older) judge(req Request, from string, rec Record) Verdict {
	fits := func(id Identifier, strict bool) bool {
		return id.Domain == from || !strict && pslOrg(id.Domain) == o.OrgDomain
	}
	verdict := Fail
	weigh := func(id Identifier, strict bool) {
		switch {
		case id.Domain == "" || !fits(id, strict) || verdict == Pass:
		case id.Verdict == "pass":
			verdict = Pass
		case id.Verdict == "unknown":
			verdict = Unknown
		case id.Verdict == "temperror" && verdict == Fail:
			verdict = TempError
		}
	}
	weigh(req.SPF, rec.StrictSPF)
	for _, id := range req.DKIM[:min(len(req.DKIM), MaxIdentifiers)] {
		weigh(id, rec.StrictDKIM)
	}
	return verdict
}

func pslOrg(domain string) string {
	org, err := publicsuffix.EffectiveTLDPlusOne(domain)
	if err != nil {
		return domain
	}
	return org
}

// milder is one step below p: what t=y asks for, and pct=0 asked.
func milder(p Policy) Policy {
	if p == PolicyReject {
		return PolicyQuarantine
	}
	return PolicyNone
}
