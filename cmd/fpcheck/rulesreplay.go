package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest/lint"
	"github.com/fpcheck/fpcheck/suggest/trial"
)

// eachReport runs the checks over all messages below paths, side by side, and hands the reports over one after the other in order. What
// cannot be read is said, and makes the run end with 3.
func (o *rulesOptions) eachReport(ctx context.Context, paths []string, take func(*analyze.Report)) (int, error) {
	shown := startProgress(o.streams)
	defer shown.clear()
	done, failed := 0, false
	look := func(it *intake.Item) *analyze.Report {
		in := o.input(it.Name, it.Message, o.statedBy(it))
		in.Rules = nil // the rules are what is tried
		return analyze.Run(ctx, in, o.checks)
	}
	_ = inOrder(ctx, o.all(paths), runtime.GOMAXPROCS(0), look, func(it *intake.Item, err error, r *analyze.Report) error {
		switch {
		case err != nil:
			o.streams.say("%s: %s", it.Name, err)
			failed = true
		case r != nil && ctx.Err() == nil: // else half looked at
			failed = o.sayFailed(r) || failed
			take(r)
			done++
			shown.show(done, it.Name)
		}
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return done, couldNot("", "stopped after %s", plural(done, "message"))
	case failed:
		return done, &exitError{code: exitCouldNot}
	}
	return done, nil
}

// looksLikeSpam names the first cause for which a message must not be released; "" where there is none that is likely.
func looksLikeSpam(ctx context.Context) func(*analyze.Report) string {
	var bad []*explain.Cause
	for _, c := range causes.All() {
		if c.Nature == explain.Bad {
			bad = append(bad, c)
		}
	}
	return func(r *analyze.Report) string {
		v := explain.NewView(ctx, r)
		for _, c := range bad {
			if d := c.Match(v); d != nil && d.Sure >= explain.LikelyAt {
				return c.Name
			}
		}
		return ""
	}
}

// replay counts what rules do to the messages of paths.
func (o *rulesOptions) replay(ctx context.Context, rs []rules.Rule, paths []string) (*trial.Tally, error) {
	t := trial.NewTally(rs, looksLikeSpam(ctx))
	_, err := o.eachReport(ctx, paths, t.Add)
	return t, err
}

// reportAnd prints what could be counted before it passes on that something could not be read.
func reportAnd(err error, print func() error) error {
	var status *exitError
	if err != nil && !(errors.As(err, &status) && status.err == nil) {
		return err
	}
	if perr := print(); perr != nil {
		return couldNot("", "writing: %w", perr)
	}
	return err
}

type rulesReplayOptions struct {
	rulesOptions
	mail []string
	old  string
}

// bindMail adds the flags that say which messages are looked at.
func (o *rulesReplayOptions) bindMail(cmd *cobra.Command) {
	o.bindRun(cmd)
	cmd.Flags().StringArrayVar(&o.mail, "mail", nil, "messages, folders, mailboxes or archives: a `PATH`; may stand several times")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
}

func newRulesReplayCmd(s streams) *cobra.Command {
	o := &rulesReplayOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:     "replay [FILE|DIR]... --mail PATH",
		Short:   "Count which messages of an archive each rule lets in or keeps out",
		Example: "  fpcheck rules replay rules.yaml --mail archive/ --mail inbox.mbox\n  fpcheck rules replay new.yaml --mail archive/ --compare old.yaml",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRulesReplay(cmd.Context(), o, args) },
	}
	o.bindMail(cmd)
	cmd.Flags().StringVar(&o.old, "compare", "", "the rule `FILE` as it was: print which decisions change, as Markdown")
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json")
	return cmd
}

func runRulesReplay(ctx context.Context, o *rulesReplayOptions, args []string) error {
	if len(o.mail) == 0 {
		return usage("fpcheck rules replay rules.yaml --mail archive/", "replay needs messages: --mail PATH")
	}
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.sound(args)
	if err != nil {
		return err
	}
	if o.old != "" {
		before, err := o.sound([]string{o.old})
		if err != nil {
			return err
		}
		return o.compare(ctx, before.rules, f.rules)
	}
	t, err := o.replay(ctx, f.rules, o.mail)
	opts := o.renderOptions(o.color, false)
	return reportAnd(err, func() error {
		if o.format == "json" {
			return render.ReplayJSON(o.streams.out, t, opts)
		}
		return render.Replay(o.streams.out, t, opts)
	})
}

// sound reads rule files in which nothing is wrong: half of a file would give the wrong answer.
func (o *rulesOptions) sound(args []string) (*ruleFiles, error) {
	f, err := o.readRules(args)
	if err == nil && len(f.problems) > 0 {
		err = couldNot("fpcheck docs rules", "%w", f.problems)
	}
	return f, err
}

// compare prints which decisions differ between two versions; newly allowed spam is a problem.
func (o *rulesReplayOptions) compare(ctx context.Context, old, changed []rules.Rule) error {
	c := trial.NewComparison(old, changed, looksLikeSpam(ctx))
	_, err := o.eachReport(ctx, o.mail, c.Add)
	opts := o.renderOptions(o.color, false)
	err = reportAnd(err, func() error {
		if o.format == "json" {
			return render.CompareJSON(o.streams.out, c, opts)
		}
		return render.Compare(o.streams.out, c, opts)
	})
	if err == nil && c.Spam > 0 {
		return &exitError{code: exitProblem}
	}
	return err
}

func newRulesCompareCmd(s streams) *cobra.Command {
	o := &rulesReplayOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:     "compare OLD NEW --mail PATH",
		Short:   "Say which decisions on an archive change between two versions of a rule file",
		Example: "  fpcheck rules compare old.yaml rules.yaml --mail archive/",
		Args:    needs("OLD", "NEW"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.old = args[0]
			return runRulesReplay(cmd.Context(), o, args[1:])
		},
	}
	o.bindMail(cmd)
	addChoice(cmd, &o.format, "format", "text", "how to print; text is Markdown", "text", "json")
	return cmd
}

type rulesCheckOptions struct {
	rulesTestOptions
	mail  []string
	since string
}

func newRulesCheckCmd(s streams) *cobra.Command {
	o := &rulesCheckOptions{rulesTestOptions: rulesTestOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}}
	cmd := &cobra.Command{
		Use:   "check [FILE|DIR]... --changed-since REV",
		Short: "Lint, test and compare in one, for a pull request",
		Long: "With --changed-since only rules that are new or different since that revision of git are judged, and with --mail the summary says\n" +
			"which decisions change. Only errors make it fail: a rule that has ended is an error in `rules lint`, which runs by the clock, and a\n" +
			"warning here, where somebody else's change waits.",
		Example: "  fpcheck rules check rules/ --changed-since origin/main --mail archive/ --format github",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRulesCheck(cmd.Context(), o, args) },
	}
	o.bindRun(cmd)
	o.bindReport(cmd)
	cmd.Flags().StringArrayVar(&o.mail, "mail", nil, "messages, folders or mailboxes: a `PATH`; may stand several times")
	cmd.Flags().StringVar(&o.since, "changed-since", "", "judge what changed since this `REV` of git")
	cmd.Flags().StringVar(&o.expect, "expect", "", "`DIR` with folders allow, quarantine, block and none")
	return cmd
}

func runRulesCheck(ctx context.Context, o *rulesCheckOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.readRules(args)
	if err != nil {
		return err
	}
	old, err := o.before(ctx, f)
	if err != nil {
		return err
	}
	changed := changedRules(old, f.rules)
	ps := o.judgeChange(ctx, f, changed)
	tests := *f
	tests.problems = nil
	tests.rules = slices.DeleteFunc(slices.Clone(f.rules), func(r rules.Rule) bool { return !changed[r.Name] })
	report, err := o.testRules(ctx, &tests)
	if err != nil {
		return err
	}
	report.Problems = append(ps, report.Problems...)
	report.Cases = append(lintCases(tests.rules, ps), report.Cases...)
	if len(o.mail) > 0 {
		if err := o.addComparison(ctx, &report, old, f.rules); err != nil {
			return err
		}
	}
	report.Summary = fmt.Sprintf("%s of %d changed; %s; %s", plural(len(tests.rules), "rule"), len(f.rules), summary(tests.rules, report.Problems), report.Summary)
	o.lenient = true
	return o.finish(report)
}

// judgeChange asks the lints, and keeps what they say of changed rules. What ends by itself is no fault of the change.
func (o *rulesCheckOptions) judgeChange(ctx context.Context, f *ruleFiles, changed map[string]bool) []lint.Problem {
	var out []lint.Problem
	for _, p := range o.lintRules(ctx, f, nil, 0) {
		if p.Rule != "" && !changed[p.Rule] && p.Lint != "expired" {
			continue
		}
		if p.Lint == "expired" {
			p.Severity = lint.Warning
		}
		out = append(out, p)
	}
	return out
}

// newlyAllowed is the name of what a comparison says.
const newlyAllowed = "newly-allowed"

func (o *rulesCheckOptions) addComparison(ctx context.Context, r *render.RuleReport, old, now []rules.Rule) error {
	c := trial.NewComparison(old, now, looksLikeSpam(ctx))
	if _, err := o.eachReport(ctx, o.mail, c.Add); err != nil {
		return err
	}
	for _, x := range c.Changes {
		if x.Spam == "" {
			continue
		}
		at := lint.Place{Rule: x.NewRule}
		if i := slices.IndexFunc(now, func(r rules.Rule) bool { return r.Name == x.NewRule }); i >= 0 {
			at = lint.Place{Rule: now[i].Name, File: now[i].File, Line: now[i].Line}
		}
		r.Problems = append(r.Problems, lint.Problem{Lint: newlyAllowed, Severity: lint.Error, Place: at,
			Text: fmt.Sprintf("%s would be delivered, and looks like spam: %s", x.Name, x.Spam), Instead: "narrow the rule"})
	}
	r.Summary += "; " + render.CompareSummary(c)
	return nil
}

// changedRules names the rules of now that are new or different.
func changedRules(old, now []rules.Rule) map[string]bool {
	was := map[string]string{}
	for _, r := range old {
		was[r.Name] = string(rules.Marshal([]rules.Rule{r}))
	}
	out := map[string]bool{}
	for _, r := range now {
		if was[r.Name] != string(rules.Marshal([]rules.Rule{r})) {
			out[r.Name] = true
		}
	}
	return out
}

// before reads the files as they were at the revision. A file that was not there had no rules.
func (o *rulesCheckOptions) before(ctx context.Context, f *ruleFiles) ([]rules.Rule, error) {
	if o.since == "" {
		return nil, nil
	}
	if strings.HasPrefix(o.since, "-") {
		return nil, usage("", "--changed-since %s: that is not a revision", o.since)
	}
	var out []rules.Rule
	for _, path := range f.paths {
		data, err := gitShow(ctx, o.since, path)
		if err != nil {
			return nil, err
		}
		rs, err := rules.Parse(path, data)
		if err != nil {
			o.streams.say("%s at %s holds what cannot be read; those rules count as new", path, o.since)
		}
		out = append(out, rs...)
	}
	return out, nil
}

// gitShow returns a file as it was at a revision; nil where it was not there.
func gitShow(ctx context.Context, rev, path string) ([]byte, error) {
	git := func(args ...string) ([]byte, string, error) {
		var errs bytes.Buffer
		cmd := exec.CommandContext(ctx, "git", append([]string{"-C", filepath.Dir(path)}, args...)...)
		cmd.Stderr = &errs
		out, err := cmd.Output()
		return out, strings.TrimSpace(errs.String()), err
	}
	if _, text, err := git("rev-parse", "--verify", "--quiet", rev+"^{commit}"); err != nil {
		return nil, couldNot("fetch it first: git fetch --depth=1 origin "+rev, "--changed-since %s: git does not know that revision%s", rev, strings.TrimRight(" "+text, " "))
	}
	name := "./" + filepath.Base(path)
	if out, _, err := git("ls-tree", "--name-only", rev, "--", name); err == nil && len(out) == 0 {
		return nil, nil
	}
	out, text, err := git("show", rev+":"+name)
	if err != nil {
		return nil, couldNot("", "reading %s at %s: %s", path, rev, text)
	}
	return out, nil
}
