package checks

import (
	"fmt"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/policy"
)

// From asks whether there is one author.
var From = &analyze.Check{
	Name:  "from",
	Title: "is there one author",
	Spec:  "RFC 5322 3.6.2",
	Stage: policy.StageScore,
	Run:   runFrom,
}

func runFrom(p *analyze.Pass) (any, error) {
	fields := p.Message.All("From")
	switch {
	case len(fields) == 0 && p.Message.Fragment():
		return nil, analyze.Skip("fragment", "only a piece of the header is here")
	case p.AuthorHidden():
		return nil, analyze.Skip("no-from", "%s", whyNoAuthor(p))
	case len(p.Author) == 0:
		p.Report(analyze.Finding{ID: "from.missing", Summary: "there is no address in From", Evidence: spans(fields)})
	case len(fields) > 1:
		p.Report(analyze.Finding{ID: "from.repeated", Evidence: spans(fields),
			Summary: fmt.Sprintf("there are %d From fields: the first is used here, and mail clients may show another", len(fields))})
	case len(p.Author) > 1 && !hasField(p.Message, "Sender"):
		p.Report(analyze.Finding{ID: "from.several", Evidence: fromEvidence(p),
			Summary: fmt.Sprintf("From holds %d addresses and there is no Sender", len(p.Author))})
	}
	return nil, nil
}

// whyNoAuthor says why nobody is named: no address at all, or one that was taken out.
func whyNoAuthor(p *analyze.Pass) string {
	if p.AuthorHidden() {
		return "the page it was copied from hid the author's address (" + eml.Placeholder + "): say who it was with --from"
	}
	return "there is no address in From"
}

func hasField(m *eml.Message, name string) bool {
	_, ok := m.First(name)
	return ok
}

// fromEvidence points at the addresses in From, which is what a reader compares; where there is none, at the fields.
func fromEvidence(p *analyze.Pass) []analyze.Evidence {
	var out []analyze.Evidence
	for _, a := range p.Author {
		if len(out) == maxShown {
			break
		}
		if !a.Span.Empty() {
			out = append(out, analyze.Evidence{Span: a.Span})
		}
	}
	if len(out) > 0 {
		return out
	}
	return spans(p.Message.All("From"))
}

func spans(fields []eml.Field) []analyze.Evidence {
	var out []analyze.Evidence
	for _, f := range fields {
		out = append(out, analyze.Evidence{Span: f.Value})
	}
	return out
}
