package suggest

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/explain"
)

// Run proposes changes for the message of r, the safest and most lasting first, and for each target the narrowest rule that it can
// say. d is the diagnosis; nil where none was made. What looks like spam or phishing gets a refusal and nothing else.
func Run(ctx context.Context, r *analyze.Report, d *explain.Diagnosis, opts Options) *Report {
	w := newWorkbench(ctx, r, d, opts)
	if w.out.Refused = w.refusal(); w.out.Refused != nil {
		return w.out
	}
	first := slices.Concat(w.ask(), w.sendingServer(), w.fixes())
	w.plain(ctx, first)
	if w.mustAsk() {
		w.not(AskFirst, "an allow rule", w.whyAsk()+", so whether the message is good is not known", "ask the sender on a number that you know; when he says that he sent it: --confirmed")
		return w.out
	}
	if slices.Contains(ownSetting, w.cause) {
		w.not(MendSetting, "an allow rule", "a setting of your own is what stopped it; a rule would hide that", "mend the setting")
		return w.out
	}
	w.rules(ctx, w.candidates())
	w.trusted()
	last := slices.Concat(w.sesame(), w.exception(), w.lists())
	w.plain(ctx, slices.Concat(last, w.vendor(first)))
	w.elsewhere()
	return w.out
}

// elsewhere says of a change in the one filter that was asked for, where the message is known to have passed another, that it changes nothing there.
func (w *workbench) elsewhere() {
	passed := w.r.Input.FilterNames()
	if len(w.opts.Targets) != 1 || len(passed) == 0 || slices.ContainsFunc(passed, w.opts.Targets[0].Serves) {
		return
	}
	title := passed[0]
	if p, ok := providers.ByName(title); ok {
		title = p.Title
	}
	for _, s := range w.out.Suggestions {
		if s.Text != nil {
			s.Text.Notes = slices.Insert(s.Text.Notes, 0, fmt.Sprintf("The message passed %s, where this changes nothing. \"With it\" holds if %s stopped it.", title, s.Text.Title))
		}
	}
}

// Serves reports whether the target writes for the filter of that name.
func (t *Target) Serves(filter string) bool {
	return filter == t.Name || slices.Contains(t.Filters, filter)
}

// walkBack are the filters that find the peer by walking back through servers that are stated to be trusted.
var walkBack = []string{"spamassassin", "rspamd"}

// trusted warns those who would name a shared provider among them.
func (w *workbench) trusted() {
	for _, t := range w.opts.Targets {
		if w.service != nil && slices.Contains(walkBack, t.Name) {
			w.not(TrustedNetworks, "the networks of "+w.service.Title+" as trusted networks of "+t.Title, "lines below its hosts would be believed, and every customer of it can write those",
				"name your own servers and the filter in front, and nobody else")
		}
	}
}

// plain adds remedies that are no rules.
func (w *workbench) plain(ctx context.Context, rems []Remedy) {
	for _, rem := range rems {
		if rem.Knob == "" {
			w.out.Suggestions = append(w.out.Suggestions, Suggestion{Remedy: rem})
			continue
		}
		w.setting(ctx, rem)
	}
}

// setting adds a remedy that turns a knob, once for each target, with what the stage that fired says to it.
func (w *workbench) setting(ctx context.Context, rem Remedy) {
	for _, t := range w.targets() {
		dec := w.decision(t)
		knob, works := yields(dec, rem.Knob)
		mine := rem
		if mine.Works = works; works == "no" {
			w.not(DoesNotYield, rem.Title, fmt.Sprintf("%s stopped it in a stage that does not ask that setting: %s", dec.Title, stageTitle(dec)), instead(dec))
			continue
		}
		s := Suggestion{Remedy: mine, Decision: w.with(ctx, t, mine)}
		if t != nil {
			s.Target = t.Name
			if t.Set != nil {
				s.Text = t.Set(mine, w.siteOf(t), w.r)
			}
		}
		if s.Text == nil && knob.Title != "" {
			s.Remedy.Text += " Where: " + knob.Title + "."
		}
		w.out.Suggestions = append(w.out.Suggestions, s)
	}
}

// targets is never empty: nil stands for the neutral rule alone.
func (w *workbench) targets() []*Target {
	if len(w.opts.Targets) == 0 {
		return []*Target{nil}
	}
	return w.opts.Targets
}

// decision is that of the target's filter.
func (w *workbench) decision(t *Target) policy.Decision {
	if t == nil {
		return w.r.Decision
	}
	return policy.Decide(w.r.Votes(), w.r.Facts, w.r.Input.Rules, w.r.Input.Profile, policy.Stated{Filter: orderName(t), Category: w.r.Input.Category})
}

// orderName is how policy calls the filter of a target.
func orderName(t *Target) string {
	for _, name := range append([]string{t.Name}, t.Filters...) {
		if o, ok := policy.OrderOf(name); ok && o.Name != "neutral" {
			return name
		}
	}
	return "unknown"
}

// yields says whether the stage that stopped the message asks one of the knobs: "yes", "sources conflict", "no", or "" where our
// estimate did not stop the message, so that nobody knows which stage did.
func yields(d policy.Decision, names ...string) (policy.Knob, string) {
	step := d.DecidedBy()
	if d.Action == policy.Deliver {
		for _, s := range d.Trace {
			if k, ok := findKnob(s.YieldsTo, names); ok {
				return k, ""
			}
		}
		return policy.Knob{}, ""
	}
	k, ok := findKnob(step.YieldsTo, names)
	switch {
	case !ok:
		return policy.Knob{}, "no"
	case k.Sure < conflict:
		return k, "sources conflict"
	}
	return k, "yes"
}

// conflict is where policy's knowledge of a knob is contested; see policy.Knob.
const conflict = 0.7

// findKnob finds the first of names among knobs.
func findKnob(knobs []policy.Knob, names []string) (policy.Knob, bool) {
	for _, want := range names {
		for _, k := range knobs {
			if k.Name == want {
				return k, true
			}
		}
	}
	return policy.Knob{}, false
}

// turns are the knobs that a remedy turns in the target. A rule that is bound turns the knob of any allow rule, too.
func turns(rem Remedy, t *Target) []string {
	out := []string{rem.Knob}
	if rem.Knob == policy.KnobBoundRule {
		out = append(out, policy.KnobAllowRule)
	}
	if t != nil && rem.Rule != nil {
		out = append(out, t.Turns...)
	}
	return out
}

func stageTitle(d policy.Decision) string {
	if t := d.DecidedBy().Title; t != "" {
		return t
	}
	return "the stage that stopped it"
}

// instead names what the stage that fired does yield to.
func instead(d policy.Decision) string {
	var out []string
	for _, k := range d.DecidedBy().YieldsTo {
		out = append(out, k.Title)
	}
	if len(out) == 0 {
		return "nothing of yours is known to override it"
	}
	return "it yields to: " + strings.Join(out, "; or ")
}

// with says what the decision would be with a remedy.
func (w *workbench) with(ctx context.Context, t *Target, rem Remedy) string {
	var d policy.Decision
	stated := w.stated(t)
	switch {
	case rem.Rule != nil:
		r := w.r
		if t != nil && slices.Contains(t.Turns, policy.KnobSendingServers) {
			r = w.withServer(ctx)
		}
		rs := append([]rules.Rule{*rem.Rule}, r.Input.Rules...)
		d = policy.Decide(r.Votes(), w.facts(rem), rs, r.Input.Profile, stated)
	case rem.Kind == SendingServer:
		again := w.withServer(ctx)
		d = policy.Decide(again.Votes(), again.Facts, again.Input.Rules, again.Input.Profile, stated)
	default:
		return ""
	}
	if d.Action == policy.Deliver && d.Score >= d.Threshold {
		return fmt.Sprintf("deliver; the score, %.1f of %.1f, is not asked then", d.Score, d.Threshold)
	}
	return fmt.Sprintf("%s, %.1f of %.1f", d.Action, d.Score, d.Threshold)
}

// stated is what the user says of the decision, by the filter of the target.
func (w *workbench) stated(t *Target) policy.Stated {
	stated := policy.Stated{Category: w.r.Input.Category}
	if t != nil {
		stated.Filter = orderName(t)
	} else if names := w.r.Input.FilterNames(); len(names) > 0 {
		stated.Filter = names[0]
	}
	return stated
}

// withServer is the report as it would be with the connecting address among the sending servers.
func (w *workbench) withServer(ctx context.Context) *analyze.Report {
	if w.served == nil {
		w.served = analyze.Rerun(ctx, w.r, analyze.Change{Aspects: []analyze.Aspect{analyze.ReadsProfile}, Edit: w.addServer})
	}
	return w.served
}

func (w *workbench) addServer(in *analyze.Input) {
	ip := w.r.Facts.IP
	in.Profile = edited(in.Profile, func(p *profile.Profile) {
		p.SendingServers = append(slices.Clone(p.SendingServers), netip.PrefixFrom(ip, ip.BitLen()))
	})
}
