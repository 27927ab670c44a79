package dkim

import (
	"context"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/resolve"
)

// KeyAnswer is what the DNS had to say about a key.
type KeyAnswer struct {
	Question resolve.Question
	Kind     resolve.Kind
	Keys     []Key  // key records, in the order of the answer
	Code     string // when there is none to try: KeyMissing, KeyOffline, KeyNotRecorded, KeyTemporary
	Problem  string
	records  int // TXT records in the answer
}

// LookupKey asks for the key of selector and domain. A nil resolver knows nothing (offline).
func LookupKey(ctx context.Context, r resolve.Resolver, selector, domain string) KeyAnswer {
	q := resolve.Q(selector+"._domainkey."+domain, resolve.TypeTXT)
	a := KeyAnswer{Question: q, Kind: resolve.Offline}
	var answer resolve.Answer
	if r != nil {
		var err error
		answer, err = r.Resolve(ctx, q)
		a.Kind = resolve.KindOf(q, answer, err)
	}
	switch a.Kind {
	case resolve.Found:
		a.read(answer.TXT())
	case resolve.NoData, resolve.NXDomain:
		a.Code, a.Problem = KeyMissing, "there is no key in the DNS"
	case resolve.Offline:
		a.Code, a.Problem = KeyOffline, "the key was not looked up: DNS is switched off"
	case resolve.NotRecorded:
		a.Code, a.Problem = KeyNotRecorded, "the key is not in the DNS snapshot"
	default:
		a.Code, a.Problem = KeyTemporary, "the key could not be looked up: "+a.Kind.String()
	}
	return a
}

// read keeps what can be a key: a wildcard often puts an SPF record there as well.
func (a *KeyAnswer) read(records []string) {
	a.records = len(records)
	for _, s := range records {
		if k := ParseKey(s); len(a.Keys) < MaxKeyRecords && (k.Code == "" || len(records) == 1 || len(k.tags) > 0) {
			a.Keys = append(a.Keys, k)
		}
	}
	slices.SortStableFunc(a.Keys, func(x, y Key) int { return strings.Compare(x.Code, y.Code) })
	if len(a.Keys) == 0 {
		a.Code, a.Problem = KeyMissing, "there is no key record in the DNS"
	}
}
