package resolve

import (
	"context"
	"fmt"
	"sync"
)

// Cap passes on a limited number of different questions, for runs over many messages: one that was asked before costs nothing. It is safe
// for use side by side.
type Cap struct {
	inner Resolver
	most  int

	mu    sync.Mutex
	asked map[Question]bool
	left  int // questions that were not passed on
}

// Capped returns inner with a limit of most different questions. Those beyond are answered with ErrOffline, so that nothing is concluded
// from them.
func Capped(inner Resolver, most int) *Cap {
	return &Cap{inner: inner, most: most, asked: map[Question]bool{}}
}

// Resolve asks q where the limit allows it.
func (c *Cap) Resolve(ctx context.Context, q Question) (Answer, error) {
	c.mu.Lock()
	ok := c.asked[q] || len(c.asked) < c.most
	if ok {
		c.asked[q] = true
	} else {
		c.left++
	}
	c.mu.Unlock()
	if !ok {
		return Answer{}, fmt.Errorf("%w after %d questions", ErrOffline, c.most)
	}
	return c.inner.Resolve(ctx, q)
}

// Count returns how many different questions were asked, and how many were not passed on.
func (c *Cap) Count() (asked, left int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.asked), c.left
}
