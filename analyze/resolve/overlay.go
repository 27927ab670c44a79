package resolve

import (
	"context"
	"errors"
	"strings"

	"github.com/miekg/dns"
)

// Overlay returns a resolver that answers from zone, text as Snapshot reads it, and asks base for what is not written there:
// "what if this record stood in the DNS". All records of one name and type are replaced together. A CNAME of the overlay may
// point to a name of base; one of base that points into the overlay is answered as base has it. Source is "what-if".
func Overlay(base Resolver, zone string) (Resolver, error) {
	top, err := readSnapshot("what-if", strings.NewReader(zone))
	if err != nil {
		return nil, err
	}
	return &overlay{top, base}, nil
}

type overlay struct {
	top  *snapshot
	base Resolver
}

func (o *overlay) Resolve(ctx context.Context, q Question) (Answer, error) {
	name, ok := canonical(q.Name)
	if !ok {
		return Answer{Rcode: dns.RcodeNameError, Source: o.top.source}, nil
	}
	name, _ = mask(name)
	a, at, err := o.top.resolve(Question{name, q.Type})
	if !errors.Is(err, ErrNotRecorded) {
		return a, err
	}
	if at.Name == name {
		return o.base.Resolve(ctx, q)
	}
	below, err := o.base.Resolve(ctx, at)
	below.RRs = append(a.RRs[:len(a.RRs):len(a.RRs)], below.RRs...)
	return below, err
}
