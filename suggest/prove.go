package suggest

import (
	"context"
	"fmt"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// rules proves candidates on forged copies and adds, for each target, the first that it can say; all of them as neutral rules where
// no target is asked for.
func (w *workbench) rules(ctx context.Context, cands []Remedy) {
	var known []rules.Rule
	cands = w.matching(cands)
	for _, c := range cands {
		known = append(known, *c.Rule)
	}
	if len(cands) == 0 {
		return
	}
	if w.opts.Forge == nil {
		w.not(NotTried, "an allow rule", "it was not tried on forged copies", "")
		return
	}
	copies := w.opts.Forge(ctx, w.r, known...)
	w.out.Copies = len(copies)
	cands = w.safe(cands, copies)
	w.out.Bound = cands
	for _, t := range w.targets() {
		if dec := w.decision(t); len(cands) > 0 {
			if _, works := yields(dec, turns(cands[0], t)...); works == "no" {
				w.not(DoesNotYield, "an allow rule", fmt.Sprintf("%s stopped it in a stage that asks no rules: %s", dec.Title, stageTitle(dec)), instead(dec))
				continue
			}
		}
		w.write(ctx, t, cands, copies)
	}
}

// matching keeps the rules that match their own message and that nothing is wrong with as such.
func (w *workbench) matching(cands []Remedy) []Remedy {
	var out []Remedy
	for _, c := range cands {
		bad := Vet(*c.Rule, w.site)
		o := c.Rule.Match(w.facts(c))
		switch {
		case len(bad) > 0:
			w.refuse(bad...)
		case o.Condition == "expires":
			w.not(ExpiredRule, c.Title, o.Why, "give --expires a day that lies ahead")
		case !o.Applies():
			w.not(MissesItself, c.Title, "it would not match this message: "+o.Why, "")
		default:
			out = append(out, c)
		}
	}
	return out
}

// facts are those of the message. A phrase rule is for mail that will hold the phrase, so it is tried on this message with the phrase in
// its text.
func (w *workbench) facts(c Remedy) rules.Facts {
	f := w.r.Facts
	if c.Kind != PhraseRule {
		return f
	}
	read := f.Body
	f.Body = func() (string, rules.Known) {
		text := ""
		if read != nil {
			text, _ = read()
		}
		return text + "\n" + c.Rule.When.Phrase[0], rules.Yes
	}
	return f
}

// safe keeps the rules that let no outsider in by a correct border's knowledge, with the warnings that go with them.
func (w *workbench) safe(cands []Remedy, copies []Delivery) []Remedy {
	var out []Remedy
	for _, c := range cands {
		let := func(d Delivery) (bool, error) { return c.Rule.Matches(d.Facts), nil }
		proof, err := try(copies, let)
		if err == nil && lets(proof, Outsider, KnowsRule) {
			w.not(LetsOutsidersIn, c.Title, "forged copies match it: "+names(proof, Outsider, KnowsRule), "")
			continue
		}
		if !c.Lasting {
			c.Warnings = append(c.Warnings, temporary(*c.Rule)...)
		}
		out = append(out, c)
	}
	return out
}

// write adds the rules for one target.
func (w *workbench) write(ctx context.Context, t *Target, cands []Remedy, copies []Delivery) {
	done := map[string]bool{} // kinds of rules that need no second way
	for _, c := range cands {
		group := "in"
		if c.Kind == UserRule || c.Kind == PhraseRule || c.Kind == RuleHost && w.either() && done["in"] {
			group = c.Kind
		}
		if done[group] {
			continue
		}
		s := w.suggestion(ctx, t, c, copies)
		if s.Refused != nil {
			w.refuse(*s.Refused)
			continue
		}
		done[group] = t != nil
		if n := len(w.out.Suggestions); group == RuleHost && n > 0 && alike(w.out.Suggestions[n-1], s) {
			continue
		}
		w.out.Suggestions = append(w.out.Suggestions, s)
	}
}

// alike reports whether a filter's words of two rules differ in their names alone.
func alike(a, b Suggestion) bool {
	words := func(s Suggestion) string {
		return strings.ReplaceAll(fmt.Sprint(s.Text.Files, s.Text.Worksheet), s.Remedy.Rule.Name, "")
	}
	return a.Target == b.Target && a.Text != nil && b.Text != nil && a.Remedy.Rule != nil && words(a) == words(b)
}

// suggestion writes one rule for one target and tries it as that filter would match it.
func (w *workbench) suggestion(ctx context.Context, t *Target, c Remedy, copies []Delivery) Suggestion {
	s := Suggestion{Remedy: c, Decision: w.with(ctx, t, c)}
	_, s.Remedy.Works = yields(w.decision(t), turns(c, t)...)
	genuine := Delivery{Name: Genuine, Raw: w.r.Input.Message.Raw, Message: w.r.Input.Message, Facts: w.facts(c), Envelope: envelope(w)}
	all := append([]Delivery{genuine}, copies...)
	if t == nil {
		s.Proof, _ = try(all, func(d Delivery) (bool, error) { return c.Rule.Matches(d.Facts), nil })
		return s
	}
	s.Target = t.Name
	site := w.siteOf(t)
	text, refused := t.Emit([]rules.Rule{*c.Rule}, site)
	if len(refused) > 0 {
		s.Refused = &refused[0]
		return s
	}
	s.Text = &text
	proof, err := try(all, func(d Delivery) (bool, error) { return t.Matches(*c.Rule, site, d) })
	switch s.Proof = proof; {
	case err != nil:
		s.Refused = &Refusal{Rule: c.Rule.Name, Name: CannotExpress, What: c.Title + " for " + t.Title, Reason: err.Error()}
	case !proof[0].Matched:
		s.Refused = &Refusal{Rule: c.Rule.Name, Name: MissesItself, What: c.Title + " for " + t.Title, Reason: "as " + t.Title + " matches, it would not match this message"}
	case t.Binds && lets(proof, Outsider, KnowsRule):
		s.Refused = &Refusal{Rule: c.Rule.Name, Name: LetsOutsidersIn, What: c.Title + " for " + t.Title, Reason: "forged copies match it: " + names(proof, Outsider, KnowsRule)}
	case lets(proof, Outsider, KnowsRule):
		s.Remedy.Kind, s.Remedy.Lasting = ContainsToken, false
		if len(s.Remedy.Warnings) == 0 {
			s.Remedy.Warnings = temporary(*c.Rule)
		}
	}
	return s
}

// siteOf is the site as the target's filter decided there.
func (w *workbench) siteOf(t *Target) Site {
	s := w.site
	if d := w.decision(t); d.Action != policy.Deliver {
		s.Stage = d.Stage
	}
	return s
}

// Genuine is the name of the message itself among the results.
const Genuine = "genuine"

func envelope(w *workbench) Envelope {
	h := w.r.Input.Trace.Handover
	return Envelope{IP: h.IP, RDNS: w.r.Facts.BorderHost.Value, Helo: h.Helo, MailFrom: w.site.MailFrom, Rcpt: h.Rcpt}
}

func try(all []Delivery, matches func(Delivery) (bool, error)) ([]Result, error) {
	out := make([]Result, 0, len(all))
	for _, d := range all {
		ok, err := matches(d)
		if err != nil {
			return nil, err
		}
		out = append(out, Result{Variant: d.Name, Attacker: d.Attacker, Matched: ok, Note: d.Note})
	}
	return out, nil
}

func lets(proof []Result, who ...Attacker) bool { return names(proof, who...) != "" }

// names lists the variants that a rule lets in.
func names(proof []Result, who ...Attacker) string {
	out := ""
	for _, p := range proof {
		for _, a := range who {
			if p.Matched && p.Attacker == a {
				if out != "" {
					out += ", "
				}
				out += p.Variant
			}
		}
	}
	return out
}
