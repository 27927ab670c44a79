package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/triage"
)

// propose finds the changes for every group of real false positives, on a message of each. Those that were not kept are read again, one by one.
func (t *triageRun) propose(ctx context.Context, names []string, workers int) {
	type task struct {
		g    *triage.Group
		item *intake.Item
	}
	p := &triage.Planner{Options: suggest.Options{Forge: impostor.Variants, Ticket: t.o.ticket, Expires: t.o.expires}}
	work := make(chan task)
	var wg sync.WaitGroup
	var mu sync.Mutex
	groups := slices.DeleteFunc(t.result.Groups(t.o.filter), func(g *triage.Group) bool { return g.Nature != "good" || g.Caught == 0 })
	progress, done := startProgress(t.o.streams), 0
	progress.groups = len(groups)
	for range workers {
		wg.Go(func() {
			for k := range work {
				offers := p.Offers(ctx, k.g, t.explain(ctx, k.item))
				mu.Lock()
				if done++; ctx.Err() == nil { // else they may be half tried
					t.result.AddOffers(k.g.Key, offers)
					progress.show(done, k.item.Name)
				}
				mu.Unlock()
			}
		})
	}
	missing := map[string]*triage.Group{} // by name of the message
	for _, g := range groups {
		switch item := t.samples[g.Key]; {
		case ctx.Err() != nil:
		case item != nil && t.o.inputName(item.Name) == g.Examples[0]:
			work <- task{g, item}
		default:
			missing[g.Examples[0]] = g
		}
	}
	t.o.read = nil // the count of what was read is over
	t.again(ctx, names, missing, func(g *triage.Group, item *intake.Item) { work <- task{g, item} })
	close(work)
	wg.Wait()
	progress.clear()
	if len(missing) == 0 || ctx.Err() != nil {
		return
	}
	for name, g := range missing {
		t.result.AddOffers(g.Key, []triage.Offer{{Refused: "its message " + name + " could not be read a second time, which a change needs: standard input comes once, so hand it over as a file"}})
	}
	t.o.streams.say("%d groups get no change: their messages could not be read a second time", len(missing))
}

// again reads the messages that are missing, and takes them out of the list: those that are files of their own at once, the others by reading the
// inputs that hold them, as far as the last one that is wanted.
func (t *triageRun) again(ctx context.Context, names []string, missing map[string]*triage.Group, found func(*triage.Group, *intake.Item)) {
	look := func(input string) {
		for item, err := range t.o.items(input) {
			name := t.o.inputName(item.Name)
			if g := missing[name]; g != nil && err == nil && item.Message != nil {
				delete(missing, name)
				found(g, item)
			}
			if ctx.Err() != nil || !mayHold(input, missing) {
				return
			}
		}
	}
	for name := range missing {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() && ctx.Err() == nil {
			look(name)
		}
	}
	for _, input := range names {
		if input != "-" && mayHold(input, missing) {
			look(input)
		}
	}
}

// mayHold reports whether a message that is missing may lie in the input.
func mayHold(input string, missing map[string]*triage.Group) bool {
	for name := range missing {
		if strings.HasPrefix(name, strings.TrimRight(input, "/")) {
			return true
		}
	}
	return false
}
