package dkim

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Replacement is a span of the message and the bytes that stood there when it was signed.
type Replacement struct {
	Span     eml.Span
	Original []byte
}

// Restoration is what an autopsy found: the changes that have to be undone so that the signature fits again.
type Restoration struct {
	Kinds    []string // names of Kinds, in the order found; empty: nothing was found
	Removed  []eml.Span
	Replaced []Replacement
	Gone     [][]byte // text that was added to a part which was encoded anew, as far as it has no span of its own
	// Proof is "signature" when the restored message verifies whole, "body-hash" when the body fits bh= but the header signature cannot be
	// checked or does not fit, and "" when nothing was found.
	Proof      string
	HeaderFits bool   // the header signature failed, and fits the restored header
	Note       string // what else is to be said in a sentence
	Tried      int    // candidates that were hashed
	Used       int64  // bytes of the budget that were used
	Budget     int64
	Whole      bool // every candidate was tried; false: the budget ended first

	raw   []byte
	edits []edit
}

// Found reports whether anything was restored.
func (r *Restoration) Found() bool { return r != nil && len(r.Kinds) > 0 }

const (
	// maxAutopsy: larger bodies are not taken apart. Copies and the states of lines cost several times their memory.
	maxAutopsy = 16 << 20
	// maxAutopsyLines: 32 bytes a line are kept; 16 MB of mail has 250,000 lines, 16 MB of empty lines many more.
	maxAutopsyLines = 500_000
)

// Autopsy searches for the change that broke a failing signature. It returns nil for a signature that did not fail. The same message gives
// the same answer on every machine: the budget counts bytes.
func Autopsy(ctx context.Context, m *eml.Message, sig Signature, o Options) *Restoration {
	if sig.sig == nil || sig.BodyHash != Fail && sig.HeaderSignature != Fail {
		return nil
	}
	r := &Restoration{raw: m.Raw, Budget: o.Budget}
	if r.Budget <= 0 {
		r.Budget = DefaultBudget
	}
	if m.Body.Len() > maxAutopsy || bytes.Count(m.Bytes(m.Body), []byte{'\n'}) > maxAutopsyLines {
		r.Note = "the body is too large to be taken apart"
		return r
	}
	r.run(ctx, m, &sig)
	return r
}

func (r *Restoration) run(ctx context.Context, m *eml.Message, sig *Signature) {
	var f *finding
	if sig.BodyHash == Fail {
		x := newSearch(m, sig, r.Budget)
		f = x.find()
		r.Tried, r.Used, r.Whole = x.tried, r.Budget-x.left, !x.partly
		if f != nil {
			r.Proof, r.Note = "body-hash", f.note
			r.take(f)
		}
	}
	bodyFits := sig.BodyHash == Pass || f != nil
	if f != nil && f.asIs {
		bodyFits = false
		r.Note = "the message is as it was signed: no verifier that keeps to c= can accept this signature"
	}
	switch {
	case sig.HeaderSignature == Pass && bodyFits:
		r.Proof = "signature"
	case sig.HeaderSignature == Fail:
		r.header(ctx, m, sig, f, bodyFits)
	}
	r.finish()
}

// header searches for the header that was signed. The signature covers bh= as well: where the header fits, it fits with that body hash alone.
func (r *Restoration) header(ctx context.Context, m *eml.Message, sig *Signature, body *finding, bodyFits bool) {
	x := newHeaderSearch(ctx, m, sig, body)
	if x.otherKey() {
		r.Note = "the signature was made with another key than the DNS has today"
		return
	}
	f := x.find()
	r.Tried += x.tried
	if f == nil {
		return
	}
	r.take(f)
	if r.HeaderFits = true; bodyFits {
		r.Proof = "signature"
	}
}

// take adds a finding.
func (r *Restoration) take(f *finding) {
	r.Kinds = append(r.Kinds, f.kinds...)
	r.Gone = append(r.Gone, f.gone...)
	r.edits = append(r.edits, f.edits...)
}

// finish sorts the edits into Removed and Replaced.
func (r *Restoration) finish() {
	r.Kinds = unique(r.Kinds)
	r.edits = slices.DeleteFunc(r.edits, func(e edit) bool { return e.span.Empty() && len(e.text) == 0 })
	slices.SortStableFunc(r.edits, func(a, b edit) int { return a.span.Start - b.span.Start })
	for _, e := range r.edits {
		if len(e.text) == 0 {
			r.Removed = append(r.Removed, e.span)
		} else {
			r.Replaced = append(r.Replaced, Replacement{e.span, e.text})
		}
	}
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Original returns the message as it was signed, with CRLF line ends: equal to it under the signature's canonicalisation. Nil when nothing
// was found.
func (r *Restoration) Original() []byte {
	if !r.Found() {
		return nil
	}
	out := make([]byte, 0, len(r.raw))
	pos := 0
	for _, e := range r.edits {
		if e.span.Start < pos {
			continue
		}
		out = append(append(out, r.raw[pos:e.span.Start]...), e.text...)
		pos = e.span.End
	}
	out = append(out, r.raw[pos:]...)
	return []byte(strings.ReplaceAll(strings.ReplaceAll(string(out), "\r\n", "\n"), "\n", "\r\n"))
}
