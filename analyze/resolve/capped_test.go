package resolve

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

func TestCapped(t *testing.T) {
	inner, err := Snapshot("z", strings.NewReader(";! zone example.com.\n"))
	if err != nil {
		t.Fatal(err)
	}
	c := Capped(inner, 2)
	ask := func(n int) Kind {
		q := Q(fmt.Sprintf("h%d.example.com", n), TypeA)
		a, err := c.Resolve(context.Background(), q)
		return KindOf(q, a, err)
	}
	for i, want := range []Kind{NXDomain, NXDomain, Offline, Offline} {
		if got := ask(i); got != want {
			t.Errorf("question %d: %s, want %s", i, got, want)
		}
	}
	if got := ask(0); got != NXDomain {
		t.Errorf("a question that was asked before: %s", got)
	}
	if asked, left := c.Count(); asked != 2 || left != 2 {
		t.Errorf("%d asked and %d left, want 2 and 2", asked, left)
	}
}
