package checks

import (
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/dkim"
)

// Autopsy asks what was changed after signing. It costs nothing where every signature passes. Its result is an AutopsyResult.
var Autopsy = &analyze.Check{
	Name:  "autopsy",
	Title: "what was changed after it was signed",
	Spec:  "RFC 6376 3.4, 3.7",
	Needs: []*analyze.Check{DKIM},
	Reads: []analyze.Aspect{analyze.ReadsDNS},
	Run:   runAutopsy,
}

// AutopsyResult holds a restoration for each signature of DKIMResult, in the same order; nil for one that did not fail.
type AutopsyResult []*dkim.Restoration

// maxAutopsies bounds the signatures that are taken apart: lists and services add one each, and more than four is an attack on our time.
const maxAutopsies = 4

func runAutopsy(p *analyze.Pass) (any, error) {
	d, ok := analyze.Get[DKIMResult](p, DKIM)
	if !ok {
		return nil, analyze.Skip("no-result", "the signatures could not be judged")
	}
	out := make(AutopsyResult, len(d.Signatures))
	if p.Message.HeaderOnly {
		return out, analyze.Skip("header-only", "not possible without the body")
	}
	done := 0
	for i, s := range d.Signatures {
		if d.FromRecord[i] || done == maxAutopsies {
			continue
		}
		if out[i] = dkim.Autopsy(p.Context, p.Message, s, dkim.Options{Delivered: p.Delivered}); out[i] != nil {
			done++
			reportAutopsy(p, s, out[i])
		}
	}
	return out, nil
}

func reportAutopsy(p *analyze.Pass, s dkim.Signature, r *dkim.Restoration) {
	f := analyze.Finding{ID: "autopsy.restored", Evidence: restorationEvidence(p, r)}
	switch {
	case !r.Found():
		f.ID = "autopsy.unknown"
		f.Summary = fmt.Sprintf("what was changed after %s signed it could not be found: %s", s.Domain, whyNot(r))
		f.Evidence = []analyze.Evidence{{Span: s.DSpan}}
	case r.Proof == "signature":
		f.Summary = fmt.Sprintf("the signature of %s verifies again once this is undone: %s", s.Domain, kindTitles(r))
	default:
		f.Summary = fmt.Sprintf("the body that %s signed is found once this is undone: %s", s.Domain, kindTitles(r))
	}
	p.Note(f)
}

func whyNot(r *dkim.Restoration) string {
	switch {
	case r.Note != "":
		return r.Note
	case r.Whole:
		return fmt.Sprintf("none of %d candidates fits", r.Tried)
	}
	return fmt.Sprintf("none of %d candidates fits, and the budget ended before all were tried", r.Tried)
}

func kindTitles(r *dkim.Restoration) string {
	var out []string
	for _, k := range r.Kinds {
		out = append(out, strings.ReplaceAll(k, "-", " "))
	}
	return strings.Join(out, "; ")
}

// maxShown bounds the places that evidence shows: a message encoded anew differs in every line.
const maxShown = 3

func restorationEvidence(p *analyze.Pass, r *dkim.Restoration) []analyze.Evidence {
	var out []analyze.Evidence
	for _, s := range r.Removed {
		out = append(out, analyze.Evidence{Span: firstLine(p.Message, s), Note: fmt.Sprintf("added after signing, %d bytes", s.Len())})
	}
	for _, c := range r.Replaced {
		out = append(out, analyze.Evidence{Span: firstLine(p.Message, c.Span), Note: fmt.Sprintf("changed after signing, %d bytes", c.Span.Len())})
	}
	if n := len(out); n > maxShown {
		out = append(out[:maxShown], analyze.Evidence{Note: fmt.Sprintf("and %d more places", n-maxShown)})
	}
	return out
}
