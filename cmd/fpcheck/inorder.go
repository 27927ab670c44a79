package main

import (
	"context"
	"iter"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/intake"
)

// aheadOf is how many messages for each worker may wait for one before them that takes long: they are in memory meanwhile. Behind a large one none does.
const aheadOf = 2

// inOrder lets look see every message, workers of them side by side, and hands each with what came of it to take, one after the other in the order of the
// items. What could not be read, or has no message, goes to take as it is. Where take fails, or ctx ends, nothing more is taken.
func inOrder[T any](ctx context.Context, items iter.Seq2[*intake.Item, error], workers int, look func(*intake.Item) T, take func(*intake.Item, error, T) error) error {
	type job struct {
		item  *intake.Item
		err   error
		out   T
		done  chan struct{}
		taken chan struct{}
	}
	ctx, stop := context.WithCancel(ctx)
	queue, work := make(chan *job, aheadOf*workers), make(chan *job)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for j := range work {
				j.out = look(j.item)
				close(j.done)
			}
		})
	}
	go func() {
		defer close(queue)
		defer close(work)
		for it, err := range items {
			j := &job{item: it, err: err, done: make(chan struct{}), taken: make(chan struct{})}
			large := err == nil && it.Message != nil && len(it.Message.Raw) > largeMessage
			select {
			case queue <- j:
			case <-ctx.Done():
				return
			}
			if err != nil || it.Message == nil {
				close(j.done)
			} else {
				work <- j
			}
			if large {
				<-j.taken
			}
		}
	}()
	var failed error
	for j := range queue {
		if failed == nil && ctx.Err() == nil {
			<-j.done
			failed = take(j.item, j.err, j.out)
		}
		if failed != nil {
			stop()
		}
		close(j.taken) // also of those that are left, so that the reading ends
	}
	stop()
	wg.Wait()
	return failed
}

// all reads the inputs one after the other.
func (l *loading) all(names []string) iter.Seq2[*intake.Item, error] {
	return func(yield func(*intake.Item, error) bool) {
		for _, name := range names {
			for it, err := range l.items(name) {
				if !yield(it, err) {
					return
				}
			}
		}
	}
}
