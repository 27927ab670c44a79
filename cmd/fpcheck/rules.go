package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/yamlfile"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/suggest/lint"
)

func newRulesCmd(s streams) *cobra.Command {
	return group("rules", "Keep allow rules in files, and judge them in CI", newRulesLintCmd(s), newRulesTestCmd(s), newRulesReplayCmd(s), newRulesCompareCmd(s), newRulesCheckCmd(s),
		newRulesExportCmd(s), newRulesImportCmd(s), newRulesNewCmd(s), newRulesListCmd(s), newRulesDiffCmd(s), newRulesExpireCmd(s))
}

// ruleFiles are rule files as they were read.
type ruleFiles struct {
	rules    []rules.Rule
	paths    []string
	sources  map[string][]byte
	problems yamlfile.Problems // of files that could be read in part
}

// readRules reads files and folders of rules; folders give every .yaml and .yml file in them, by name. Without a path it is those of the
// profile, or rules.yaml.
func (l *loading) readRules(paths []string) (*ruleFiles, error) {
	if len(paths) == 0 {
		paths = l.defaultRules()
	}
	var files []string
	for _, p := range paths {
		in, err := rulesIn(p)
		if err != nil {
			return nil, err
		}
		files = append(files, in...)
	}
	f := &ruleFiles{paths: files, sources: map[string][]byte{}}
	var err error
	f.rules, err = rules.Load(files, func(path string) ([]byte, error) {
		data, err := l.readFile(path)
		f.sources[path] = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
		return data, err
	})
	f.problems, err = problemsOf(err)
	if err != nil {
		return nil, couldNot("", "%w", err)
	}
	return f, nil
}

func (l *loading) readFile(path string) ([]byte, error) {
	if path == "-" {
		l.streams.awaitPaste("the rules")
		return io.ReadAll(io.LimitReader(l.streams.in, yamlfile.MaxBytes+1))
	}
	return readFile(path)
}

func (l *loading) defaultRules() []string {
	for _, p := range l.profiles {
		if files := p.RulePaths(); len(files) > 0 {
			return files
		}
	}
	return []string{"rules.yaml"}
}

// rulesIn returns the rule files that path stands for.
func rulesIn(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil && path != "-" {
		return nil, usage("fpcheck docs rules", "%s: there is no such rule file or folder", path)
	}
	if path == "-" || !info.IsDir() {
		return []string{path}, nil
	}
	var out []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml")) && isRuleFile(p) {
			out = append(out, p)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = usage("", "%s: there is no rule file in that folder", path)
	}
	return out, err
}

// isRuleFile tells rule files from the other YAML of a folder: facts of test messages, and profiles.
func isRuleFile(path string) bool {
	data, err := readFile(path)
	if err != nil {
		return false
	}
	return bytes.HasPrefix(data, []byte("rules:")) || bytes.Contains(data, []byte("\nrules:")) && !bytes.Contains(data, []byte("\ndomains:")) && !bytes.HasPrefix(data, []byte("domains:"))
}

// problemsOf takes what is wrong inside of files out of err; what is left is what could not be read at all.
func problemsOf(err error) (yamlfile.Problems, error) {
	if err == nil {
		return nil, nil
	}
	var ps yamlfile.Problems
	var joined interface{ Unwrap() []error }
	list := []error{err}
	if errors.As(err, &joined) {
		list = joined.Unwrap()
	}
	var rest []error
	for _, e := range list {
		var some yamlfile.Problems
		if errors.As(e, &some) {
			ps = append(ps, some...)
		} else {
			rest = append(rest, e)
		}
	}
	return ps, errors.Join(rest...)
}

// rulesOptions are what the commands on rule files share.
type rulesOptions struct {
	loading
	format  string
	color   string
	strict  bool
	lenient bool // only errors make the command fail
	due     days
}

func (o *rulesOptions) bindReport(cmd *cobra.Command) {
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json", "sarif", "junit", "github")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	cmd.Flags().BoolVar(&o.strict, "strict", false, "exit with 1 for notes, too")
	o.due = days(30)
	cmd.Flags().Var(&o.due, "due", "so many `DAYS` before its end a rule expires soon")
}

// start reads the flags that name no message. DNS is asked for only where it is named: a check in CI must not depend on it.
func (o *rulesOptions) start() error {
	if o.today.IsZero() {
		o.today = time.Now()
	}
	if o.dns == "" {
		o.dns = "offline"
	}
	for _, step := range []func() error{o.selectChecks, o.statePath, o.openDNS, o.openProfile} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// openProfile opens the profile without the rule files that it names: they are what is judged, and may be broken.
func (o *rulesOptions) openProfile() error {
	path, data, err := o.profile, []byte(nil), error(nil)
	if path == noProfile {
		return nil
	}
	if path == "" {
		path, data, err = o.findProfile()
	} else {
		data, err = readFile(path)
	}
	if err != nil {
		return couldNot("", "reading profile: %w", err)
	}
	if path == "" {
		return nil
	}
	p, err := profile.Parse(path, data)
	if err != nil {
		return couldNot("fpcheck docs profile", "%w", err)
	}
	o.profiles = append(o.profiles, p)
	return nil
}

// lintRules asks all lints.
func (o *rulesOptions) lintRules(ctx context.Context, f *ruleFiles, hits map[string]int, messages int) []lint.Problem {
	in := lint.Input{Rules: f.rules, Sources: f.sources, Profile: o.only(), Today: o.today, Soon: o.due.duration(), Exists: testExists, Hits: hits, Messages: messages}
	if o.mode != "offline" {
		in.Resolve = o.resolve
	}
	return append(syntaxProblems(f.problems), lint.Run(ctx, in, nil)...)
}

// testExists reports whether a test message of a rule is there. Paths are seen from the folder of the rule file.
func testExists(r *rules.Rule, path string) bool {
	_, err := os.Stat(testPath(r, path))
	return err == nil
}

func testPath(r *rules.Rule, path string) string {
	if filepath.IsAbs(path) || r.File == "-" {
		return path
	}
	return filepath.Join(filepath.Dir(r.File), filepath.FromSlash(path))
}

// syntaxName is the name of what is wrong with a file itself.
const syntaxName = "rule-file"

func syntaxProblems(ps yamlfile.Problems) []lint.Problem {
	var out []lint.Problem
	for _, p := range ps {
		out = append(out, lint.Problem{Lint: syntaxName, Severity: lint.Error, Place: lint.Place{File: p.Path, Line: p.Line}, Text: p.Message})
	}
	return out
}

// ruleTitles are the names of problems that no lint tells.
var ruleTitles = map[string]string{
	syntaxName: "the file is not a rule file",
	testMatch:  "a rule does not match a message that it must match",
	testMiss:   "a rule matches a message that it must not match",
	testForged: "a rule lets forged copies of its test message in",
	testError:  "a test message could not be read",
	idle:       "a condition never decided in any test",

	newlyAllowed: "a change of the rules lets in what looks like spam",
}

// finish prints the report and turns it into an exit status: notes are told and do not fail.
func (o *rulesOptions) finish(r render.RuleReport) error {
	r.Version, r.Titles = version(), ruleTitles
	if err := render.RuleReportPrinters[o.format](o.streams.out, r, o.renderOptions(o.color, false)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	limit := lint.Warning.Rank()
	switch {
	case o.strict:
		limit = lint.Note.Rank()
	case o.lenient:
		limit = lint.Error.Rank()
	}
	if slices.ContainsFunc(r.Problems, func(p lint.Problem) bool { return p.Severity.Rank() >= limit }) {
		return &exitError{code: exitProblem}
	}
	return nil
}

// lintCases are the rules with what lints say of each.
func lintCases(rs []rules.Rule, ps []lint.Problem) []render.RuleCase {
	of := map[lint.Place][]string{}
	var out []render.RuleCase
	for _, p := range ps {
		if p.Severity == lint.Note {
			continue
		}
		key := lint.Place{Rule: p.Rule, File: p.File}
		if p.Rule == "" { // of the file
			out = append(out, render.RuleCase{Place: p.Place, Name: "lint", Failed: []string{p.Lint + ": " + p.Text}})
			continue
		}
		of[key] = append(of[key], p.Lint+": "+p.Text)
	}
	for _, r := range rs {
		out = append(out, render.RuleCase{Place: lint.Place{Rule: r.Name, File: r.File, Line: r.Line}, Name: r.Name + " lint", Failed: of[lint.Place{Rule: r.Name, File: r.File}]})
	}
	return out
}

func summary(rs []rules.Rule, ps []lint.Problem) string {
	count := map[lint.Severity]int{}
	for _, p := range ps {
		count[p.Severity]++
	}
	return fmt.Sprintf("%s: %s, %s, %s", plural(len(rs), "rule"), plural(count[lint.Error], "error"), plural(count[lint.Warning], "warning"), plural(count[lint.Note], "note"))
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

type rulesLintOptions struct {
	rulesOptions
	mail []string
}

func newRulesLintCmd(s streams) *cobra.Command {
	o := &rulesLintOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:   "lint [FILE|DIR]...",
		Short: "Name rules that are too wide, that anybody can pass, that never act, or that have ended",
		Example: "  fpcheck rules lint rules.yaml\n" +
			"  fpcheck rules lint rules/ --format sarif > fpcheck.sarif\n" +
			"  fpcheck rules lint rules.yaml --mail archive/ --dns live",
		RunE: func(cmd *cobra.Command, args []string) error { return runRulesLint(cmd.Context(), o, args) },
	}
	o.bindRun(cmd)
	o.bindReport(cmd)
	cmd.Flags().StringArrayVar(&o.mail, "mail", nil, "messages, folders or mailboxes: a `PATH`; may stand several times. Names rules that match none of them")
	return cmd
}

// bindRun adds the flags that say how messages are looked at.
func (o *rulesOptions) bindRun(cmd *cobra.Command) {
	o.bindDNS(cmd, dnsUnasked)
	f := cmd.Flags()
	f.StringVar(&o.profile, "profile", "", "`FILE` with the facts of your organisation")
	f.Var(moment{&o.today}, "today", "`TIME` to take for now, so that a run can be repeated")
}

func runRulesLint(ctx context.Context, o *rulesLintOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.readRules(args)
	if err != nil {
		return err
	}
	var hits map[string]int
	messages := 0
	if len(o.mail) > 0 {
		tally, err := o.replay(ctx, f.rules, o.mail)
		if err != nil {
			return err
		}
		hits, messages = tally.Hits(), tally.Messages
	}
	ps := o.lintRules(ctx, f, hits, messages)
	return o.finish(render.RuleReport{Problems: ps, Cases: lintCases(f.rules, ps), Summary: summary(f.rules, ps)})
}

// days is a flag such as 30d.
type days int

func (d days) String() string          { return fmt.Sprintf("%dd", int(d)) }
func (days) Type() string              { return "DAYS" }
func (d days) duration() time.Duration { return time.Duration(cmp.Or(int(d), 30)) * 24 * time.Hour }
func (d *days) Set(s string) error {
	var n int
	if _, err := fmt.Sscanf(strings.TrimSuffix(s, "d"), "%d", &n); err != nil || n < 0 || n > 36500 || fmt.Sprint(n) != strings.TrimSuffix(s, "d") {
		return errors.New("write it as 30d")
	}
	*d = days(n)
	return nil
}
