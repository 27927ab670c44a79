package main

import (
	"context"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

func allChecks() []*analyze.Check { return nil }

func (l *loading) pipeline(ctx context.Context, name string, m *eml.Message) *analyze.Report {
	in := &analyze.Input{Name: name, Message: m, DNSMode: l.mode, Resolve: l.resolve, Today: l.today, Delivered: l.delivered, Category: l.category}
	return analyze.Run(ctx, in, l.checks)
}
