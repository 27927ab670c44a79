package resolve

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Recorder passes questions on and remembers what became of each, for a snapshot. It is safe for use side by side.
type Recorder struct {
	inner Resolver
	mu    sync.Mutex
	seen  map[Question]outcome
}

type outcome struct {
	answer Answer
	err    error
}

// Record returns a recorder around inner.
func Record(inner Resolver) *Recorder {
	return &Recorder{inner: inner, seen: map[Question]outcome{}}
}

// Resolve asks the inner resolver. The first definite answer to a question is kept; a later one replaces an earlier failure.
func (r *Recorder) Resolve(ctx context.Context, q Question) (Answer, error) {
	a, err := r.inner.Resolve(ctx, q)
	name, ok := canonical(q.Name)
	if !ok || errors.Is(err, ErrOffline) || errors.Is(err, ErrNotRecorded) {
		return a, err
	}
	q.Name = name
	r.mu.Lock()
	defer r.mu.Unlock()
	old, known := r.seen[q]
	if !known || KindOf(q, a, err).Known() && !KindOf(q, old.answer, old.err).Known() {
		r.seen[q] = outcome{a, err}
	}
	return a, err
}

// Len returns how many questions were recorded.
func (r *Recorder) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.seen)
}

// WriteTo writes the snapshot: questions sorted by name and type, each followed by its records, so that the same answers give
// the same bytes. Keys of paid lists are masked, in names and in the text of the records. TTLs are not kept: they count down
// in the resolver's cache, and would make each recording differ from the last.
func (r *Recorder) WriteTo(w io.Writer) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	questions := make([]Question, 0, len(r.seen))
	for q := range r.seen {
		questions = append(questions, q)
	}
	slices.SortFunc(questions, func(a, b Question) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Type, b.Type))
	})
	out := &countWriter{w: bufio.NewWriter(w)}
	out.print("; DNS answers, recorded. A line that begins with \";!\" says what became of one question: see `fpcheck docs snapshot`.\n$TTL 3600\n")
	written := map[string]bool{}
	for _, q := range questions {
		out.question(q, r.seen[q], written)
	}
	return out.n, cmp.Or(out.err, out.w.Flush())
}

type countWriter struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (c *countWriter) print(s string) {
	n, err := c.w.WriteString(s)
	c.n += int64(n)
	c.err = cmp.Or(c.err, err)
}

func (c *countWriter) question(q Question, o outcome, written map[string]bool) {
	name, key := mask(q.Name)
	c.print(strings.TrimRight(fmt.Sprintf(";! %s %s %s %s", name, typeName(q.Type), resultWord(q, o), stamp(o.answer)), " ") + "\n")
	lines := make([]string, 0, len(o.answer.RRs))
	for _, rr := range o.answer.RRs {
		if line := recordLine(rr, key); !written[line] {
			written[line] = true
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	for _, line := range lines {
		c.print(line)
	}
}

// resultWord is what readResult reads.
func resultWord(q Question, o outcome) string {
	switch KindOf(q, o.answer, o.err) {
	case Found:
		return "NOERROR"
	case NoData:
		return "NODATA"
	case Timeout:
		return "TIMEOUT"
	}
	return cmp.Or(dns.RcodeToString[o.answer.Rcode], "SERVFAIL")
}

// stamp is the time and the resolver. An answer without a time cannot name its resolver: the second word of a line is the time.
func stamp(a Answer) string {
	if a.At.IsZero() {
		return ""
	}
	return a.At.UTC().Format(time.RFC3339) + " " + strings.Join(strings.Fields(a.Source), "_")
}

func recordLine(rr dns.RR, key string) string {
	h := rr.Header()
	name, _ := canonical(h.Name)
	name, _ = mask(name)
	data := strings.TrimPrefix(rr.String(), h.String())
	if key != "" {
		data = strings.ReplaceAll(data, key, maskedKey)
	}
	return fmt.Sprintf("%s IN %s %s\n", name, typeName(h.Rrtype), data)
}

func typeName(t uint16) string {
	return cmp.Or(dns.TypeToString[t], fmt.Sprintf("TYPE%d", t))
}
