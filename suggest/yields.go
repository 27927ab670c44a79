package suggest

import (
	"context"
	"net/netip"
	"slices"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// BlockEntry stands for an entry of one's own in the list of blocked senders, among what Yields returns: taking it out delivers the message.
const BlockEntry = "blocked-senders"

// Yields returns the changes that deliver the message of r when its decision is made again with each: the knobs of analyze/policy, and BlockEntry.
// It is empty for what is delivered anyway. policy.KnobExceptions stands for an exception with an allow rule beside it, which lifts what a later
// stage says.
func Yields(ctx context.Context, r *analyze.Report) []string {
	if r.Decision.Action == policy.Deliver {
		return nil
	}
	w := newWorkbench(ctx, r, nil, Options{})
	var out []string
	try := func(name string, again *analyze.Report, rs []rules.Rule, p *profile.Profile) {
		if d := policy.Decide(again.Votes(), again.Facts, rs, p, w.stated(nil)); d.Action == policy.Deliver {
			out = append(out, name)
		}
	}
	p := r.Input.Profile
	if w.from != "" {
		rs := append([]rules.Rule{w.narrowest()}, r.Input.Rules...)
		try(policy.KnobBoundRule, r, rs, p)
		if r.Decision.Stage == policy.StageAuth {
			try(policy.KnobExceptions, r, rs, edited(p, func(p *profile.Profile) { p.Exceptions = append(slices.Clone(p.Exceptions), w.fromDomain()) }))
		}
	}
	if ip := r.Facts.IP; w.own && ip.IsValid() && !p.IsSendingServer(ip) && w.dedicated() { // only then it is offered, and a second run is dear
		again := w.withServer(ctx)
		try(policy.KnobSendingServers, again, again.Input.Rules, again.Input.Profile)
	}
	if r.Decision.Stage == policy.StageLists {
		try(BlockEntry, r, r.Input.Rules, edited(p, func(p *profile.Profile) { p.BlockedSenders = nil }))
	}
	return out
}

// narrowest is a rule that matches the message by all that is proven of it: whether the filter asks rules depends on no more.
func (w *workbench) narrowest() rules.Rule {
	r := rules.Rule{Name: "narrowest", Action: rules.Allow}
	r.When.Sender = []string{w.from}
	if ip := w.r.Facts.IP; w.r.Facts.BorderIP.Known == rules.Yes && ip.IsValid() {
		r.When.BorderIP = []netip.Prefix{netip.PrefixFrom(ip, ip.BitLen())}
		return r
	}
	for _, s := range w.r.Facts.DKIM {
		if s.Status == "pass" {
			r.When.DKIM = append(r.When.DKIM, s.Domain)
		}
	}
	return r
}

// edited is a copy of the profile with a change. p may be nil.
func edited(p *profile.Profile, edit func(*profile.Profile)) *profile.Profile {
	out := profile.Profile{}
	if p != nil {
		out = *p
	}
	edit(&out)
	return &out
}
