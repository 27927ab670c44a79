package main

import (
	"context"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

func allChecks() []*analyze.Check { return checks.All() }

// pipeline runs the checks over one message, with the profile that fits its recipient (its sender, where it is outgoing).
func (l *loading) pipeline(ctx context.Context, name string, m *eml.Message) *analyze.Report {
	in := analyze.Prepare(m, l.profileFor(m), l.stated())
	in.Name, in.Rules, in.Weights = name, l.ruleSets[in.Profile], checks.Weights()
	in.Resolve, in.DNSMode, in.Parallel, in.Today = l.resolve, l.mode, l.mode == "live", l.today
	return analyze.Run(ctx, in, l.checks)
}

func (l *loading) stated() analyze.Stated {
	return analyze.Stated{Border: l.options.Border, IP: l.options.IP, Helo: l.options.Helo, MailFrom: l.options.MailFrom, Rcpt: l.options.Rcpt,
		Direction: directions[l.direction], Delivered: l.delivered, Category: l.category}
}

var directions = map[string]rules.Direction{"in": rules.Inbound, "out": rules.Outbound, "internal": rules.Internal}

// profileFor chooses among several profiles by the envelope recipients, or To and Cc, and else by the author.
func (l *loading) profileFor(m *eml.Message) *profile.Profile {
	if len(l.profiles) < 2 {
		return first(l.profiles)
	}
	in := analyze.Prepare(m, nil, l.stated())
	var authors []string
	for _, a := range in.Author {
		authors = append(authors, a.String())
	}
	var rcpts []string
	for _, d := range in.RecipientDomains() {
		rcpts = append(rcpts, "postmaster@"+d)
	}
	return profile.Choose(l.profiles, rcpts, authors)
}

func first(list []*profile.Profile) *profile.Profile {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
