package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/lint"
	"github.com/fpcheck/fpcheck/suggest/rulefile"
	"github.com/fpcheck/fpcheck/suggest/targets"
	"github.com/fpcheck/fpcheck/suggest/trial"
)

// Names of what a test says; each has a page under docs/lint.
const (
	testMatch  = "test-match"
	testMiss   = "test-miss"
	testForged = "test-forged"
	testError  = "test-error"
	idle       = "condition-idle"
)

type rulesTestOptions struct {
	rulesOptions
	expect string
	target string
}

func newRulesTestCmd(s streams) *cobra.Command {
	o := &rulesTestOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:   "test [FILE|DIR]...",
		Short: "Try rules on their test messages, and on forged copies of them",
		Long: "Every message under `tests: match:` must match, every one under `miss:` must not. Forged copies of each match are made and tried without\n" +
			"being asked for: a copy by an outsider that gets in is a failure. Beside NAME.eml, NAME.zone (or dns.zone) holds DNS answers, and\n" +
			"NAME.facts.yaml what was found of the original of a redacted message.",
		Example: "  fpcheck rules test rules.yaml\n  fpcheck rules test rules/ --expect mail/ --format junit > test.xml\n  fpcheck rules test rules.yaml --for proofpoint-essentials",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRulesTest(cmd.Context(), o, args) },
	}
	o.bindRun(cmd)
	o.bindReport(cmd)
	cmd.Flags().StringVar(&o.expect, "expect", "", "`DIR` with folders allow, quarantine, block and none: what the rules must make of the messages in them")
	addChoice(cmd, &o.target, "for", "", "try forged copies as this filter would match them", targetNames()...)
	_ = cmd.MarkFlagDirname("expect")
	return cmd
}

func targetNamed(name string) *suggest.Target {
	for _, t := range targets.All() {
		if t.Name == name {
			return t
		}
	}
	return nil
}

func runRulesTest(ctx context.Context, o *rulesTestOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.readRules(args)
	if err != nil {
		return err
	}
	r, err := o.testRules(ctx, f)
	if err != nil {
		return err
	}
	r.Summary = summary(f.rules, r.Problems) + "; " + r.Summary
	return o.finish(r)
}

// testRules tries every rule, and the folder of expectations. Its summary tells of the tests alone.
func (o *rulesTestOptions) testRules(ctx context.Context, f *ruleFiles) (render.RuleReport, error) {
	r := render.RuleReport{Problems: syntaxProblems(f.problems)}
	t := &trial.Tester{Load: o.loadTest, Forge: impostor.Variants}
	if o.target != "" {
		t.Matches = matchesIn(targetNamed(o.target))
	}
	tried, forged, untested := 0, 0, 0
	for i := range f.rules {
		res := t.Run(ctx, &f.rules[i])
		for _, c := range res.Cases {
			tried++
			if c.Kind == trial.Forged {
				forged++
			}
		}
		if len(f.rules[i].Tests.Match) == 0 {
			untested++
		}
		addResult(&r, res)
	}
	if o.expect != "" {
		if err := o.expectations(ctx, f.rules, &r); err != nil {
			return r, err
		}
	}
	r.Summary = fmt.Sprintf("%s tried, %d of them forged copies; %s without a test", plural(tried, "message"), forged, plural(untested, "rule"))
	return r, nil
}

// matchesIn asks a target how its filter would match a delivery.
func matchesIn(t *suggest.Target) func(rules.Rule, *analyze.Report, suggest.Delivery) (bool, error) {
	return func(r rules.Rule, report *analyze.Report, d suggest.Delivery) (bool, error) {
		return t.Matches(r, suggest.SiteOf(report), d)
	}
}

// addResult turns the cases of a rule into cases and problems of a report. Forged copies of one message that get in are one problem.
func addResult(r *render.RuleReport, res trial.Result) {
	at := lint.Place{Rule: res.Rule.Name, File: res.Rule.File, Line: res.Rule.Line}
	names := map[trial.Kind]string{trial.Match: testMatch, trial.Miss: testMiss, trial.Forged: testForged}
	in := map[string][]trial.Case{}
	for _, c := range res.Cases {
		x := render.RuleCase{Place: at, Name: strings.TrimSpace(string(c.Kind) + " " + c.Path + " " + c.Copy)}
		if !c.Passed {
			x.Failed = []string{c.Why()}
			if c.Kind == trial.Forged && c.Err == nil {
				in[c.Path] = append(in[c.Path], c)
			} else {
				name := names[c.Kind]
				if c.Err != nil {
					name = testError
				}
				p := lint.Problem{Lint: name, Severity: lint.Error, Place: at, Text: c.Why()}
				if n := len(r.Problems); n == 0 || r.Problems[n-1].Text != p.Text || r.Problems[n-1].Place != at { // a target refuses every copy alike
					r.Problems = append(r.Problems, p)
				}
			}
		}
		r.Cases = append(r.Cases, x)
	}
	for _, path := range res.Rule.Tests.Match {
		if len(in[path]) > 0 {
			r.Problems = append(r.Problems, forgedProblem(at, path, in[path]))
		}
	}
	if len(res.Idle) > 0 {
		r.Problems = append(r.Problems, lint.Problem{Lint: idle, Severity: lint.Note, Place: at,
			Text: "no test shows what is good about " + strings.Join(res.Idle, ", ") + ": without it every message came out the same", Instead: "add a message under `miss:` that it alone keeps out"})
	}
}

// maxCopies bounds the forged copies that are named.
const maxCopies = 3

// forgedProblem is an error where an outsider gets in, and a warning where only those do who know the rule.
func forgedProblem(at lint.Place, path string, cases []trial.Case) lint.Problem {
	p := lint.Problem{Lint: testForged, Severity: lint.Warning, Place: at, Instead: "bind the rule to what is proven: `dkim:`, `border-ip:` or `border-host:`"}
	var notes []string
	for _, c := range cases {
		if c.Attacker == suggest.Outsider {
			p.Severity = lint.Error
		}
		if len(notes) < maxCopies {
			notes = append(notes, fmt.Sprintf("%s (%s)", c.Note, c.Attacker))
		}
	}
	p.Text = fmt.Sprintf("%d of the forged copies of %s get in: %s", len(cases), path, strings.Join(notes, "; "))
	return p
}

// loadTest reads a test message with what lies beside it.
func (o *rulesOptions) loadTest(ctx context.Context, r *rules.Rule, path string) (*analyze.Report, error) {
	report, err := o.loadMessage(ctx, testPath(r, path))
	if err == nil {
		report.Input.Name = path
	}
	return report, err
}

func (o *rulesOptions) loadMessage(ctx context.Context, name string) (*analyze.Report, error) {
	it, err := o.oneItem(name)
	if err != nil {
		return nil, err
	}
	if it.Message == nil {
		return nil, fmt.Errorf("%s: %w", name, intake.ErrNoMail)
	}
	in := o.input(name, it.Message, o.statedBy(it))
	in.Rules = nil
	if zone := zoneBeside(name); zone != "" && o.mode == "offline" {
		if in.Resolve, err = openSnapshot(zone); err != nil {
			return nil, err
		}
		in.DNSMode = "snapshot"
	}
	report := analyze.Run(ctx, in, o.checks)
	o.sayFailed(report)
	data, err := readFile(rulefile.FactsName(name))
	if errors.Is(err, fs.ErrNotExist) {
		return report, nil
	}
	if err == nil {
		report.Facts, err = rulefile.ReadFacts(rulefile.FactsName(name), data, report.Facts)
	}
	return report, err
}

// zoneBeside returns the DNS snapshot of a test message: of its own, or that of its folder.
func zoneBeside(name string) string {
	for _, zone := range []string{strings.TrimSuffix(name, filepath.Ext(name)) + ".zone", filepath.Join(filepath.Dir(name), "dns.zone")} {
		if _, err := os.Stat(zone); err == nil {
			return zone
		}
	}
	return ""
}

// expectations tries the rules together on the messages of the folders: the first that matches must do what the folder is called.
func (o *rulesTestOptions) expectations(ctx context.Context, rs []rules.Rule, r *render.RuleReport) error {
	actions := []string{"allow", "quarantine", "block", "none"}
	found := 0
	for _, want := range actions {
		files, err := filepath.Glob(filepath.Join(o.expect, want, "*.eml"))
		if err != nil {
			return usage("", "--expect %s: %w", o.expect, err)
		}
		for _, name := range files {
			found++
			c := render.RuleCase{Place: lint.Place{File: name, Line: 1}, Name: "expect " + want}
			if why := o.expectation(ctx, rs, name, want); why != "" {
				c.Failed = []string{why}
				r.Problems = append(r.Problems, lint.Problem{Lint: testMatch, Severity: lint.Error, Place: c.Place, Text: why})
			}
			r.Cases = append(r.Cases, c)
		}
	}
	if found == 0 {
		return usage("fpcheck docs rules-ci", "--expect %s: there is no message in its folders %s", o.expect, strings.Join(actions, ", "))
	}
	return nil
}

// expectation says why a message is not treated as wanted; "" where it is.
func (o *rulesTestOptions) expectation(ctx context.Context, rs []rules.Rule, name, want string) string {
	report, err := o.loadMessage(ctx, name)
	if err != nil {
		return err.Error()
	}
	facts := report.Facts.Ready()
	got, by := "none", ""
	for i := range rs {
		if rs[i].Matches(facts) {
			got, by = string(rs[i].Action), " by rule "+rs[i].Name
			break
		}
	}
	if got == want {
		return ""
	}
	return fmt.Sprintf("%s is wanted, and it gets %s%s", want, got, by)
}
