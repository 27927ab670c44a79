package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/rulefile"
)

type rulesListOptions struct {
	rulesOptions
	window string
}

func newRulesListCmd(s streams) *cobra.Command {
	o := &rulesListOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:     "list [FILE|DIR]...",
		Short:   "List rules by their end, with owner and ticket",
		Example: "  fpcheck rules list rules.yaml --due 30d",
		RunE:    func(_ *cobra.Command, args []string) error { return runRulesList(o, args) },
	}
	o.bindRun(cmd)
	cmd.Flags().StringVar(&o.window, "due", "", "only those that have ended or end within so many `DAYS`, such as 30d")
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	return cmd
}

func runRulesList(o *rulesListOptions, args []string) error {
	var within days
	if o.window != "" {
		if err := within.Set(o.window); err != nil {
			return usage("", "--due %s: %w", o.window, err)
		}
	}
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.sound(args)
	if err != nil {
		return err
	}
	rs := f.rules
	if o.window != "" {
		until := o.today.Add(time.Duration(within) * 24 * time.Hour)
		rs = slices.DeleteFunc(rs, func(r rules.Rule) bool { return r.Expires.IsZero() || r.Expires.After(until) })
	}
	slices.SortStableFunc(rs, func(a, b rules.Rule) int {
		switch {
		case a.Expires.IsZero() == b.Expires.IsZero():
			return a.Expires.Compare(b.Expires)
		case a.Expires.IsZero():
			return 1
		}
		return -1
	})
	print := render.RuleList
	if o.format == "json" {
		print = render.RuleListJSON
	}
	if err := print(o.streams.out, rs, o.today, o.ticketLink, o.renderOptions(o.color, false)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}

// ticketLink turns a ticket into a link by the profile's pattern.
func (o *rulesOptions) ticketLink(ticket string) string {
	if p := o.only(); p != nil && p.Tickets != "" && ticket != "" {
		return strings.ReplaceAll(p.Tickets, "%s", ticket)
	}
	return ticket
}

type rulesExpireOptions struct {
	rulesOptions
	mark   bool
	dryRun bool
}

func newRulesExpireCmd(s streams) *cobra.Command {
	o := &rulesExpireOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:     "expire [FILE|DIR]...",
		Short:   "Take rules out that have ended, and say what to take out in the filter",
		Example: "  fpcheck rules expire rules.yaml --dry-run\n  fpcheck rules expire rules/ --mark",
		RunE:    func(_ *cobra.Command, args []string) error { return runRulesExpire(o, args) },
	}
	o.bindRun(cmd)
	cmd.Flags().BoolVar(&o.mark, "mark", false, "put a comment above them instead")
	cmd.Flags().BoolVarP(&o.dryRun, "dry-run", "n", false, "change nothing, and exit with 1 where there is something to do: for a scheduled run")
	return cmd
}

func runRulesExpire(o *rulesExpireOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.sound(args)
	if err != nil {
		return err
	}
	ended := rulefile.Ended(f.rules, o.today)
	for _, path := range f.paths {
		var names []string
		for _, r := range ended {
			if r.File == path {
				names = append(names, r.Name)
			}
		}
		if len(names) > 0 && !o.dryRun {
			if err := o.expireIn(path, names); err != nil {
				return err
			}
		}
	}
	for _, r := range ended {
		where := r.Filter
		if where == "" {
			where = "the filter"
		}
		fmt.Fprintf(o.streams.out, "take out in %s: %s  (ended %s", render.Clean(where), render.Clean(r.Name), r.Expires.Format(time.DateOnly))
		if r.Ticket != "" {
			fmt.Fprintf(o.streams.out, ", ticket %s", render.Clean(o.ticketLink(r.Ticket)))
		}
		fmt.Fprintf(o.streams.out, ")\n  %s\n", render.Clean(render.Conditions(r)))
	}
	o.streams.say("%s ended", plural(len(ended), "rule"))
	if o.dryRun && len(ended) > 0 {
		return &exitError{code: exitProblem}
	}
	return nil
}

// expireIn changes one file, whole or not at all.
func (o *rulesExpireOptions) expireIn(path string, names []string) error {
	if path == "-" {
		return usage("", "standard input cannot be changed: name the file")
	}
	defer lockRules()()
	data, err := readFile(path)
	if err != nil {
		return couldNot("", "reading rules: %w", err)
	}
	if o.mark {
		data, err = rulefile.Mark(data, func(r rules.Rule) string {
			return "ended on " + r.Expires.Format(time.DateOnly) + ": take it out in the filter"
		}, names...)
	} else {
		data, err = rulefile.Remove(data, names...)
	}
	if err != nil {
		return couldNot("", "%s: %w", path, err)
	}
	return writeRules(path, data)
}

func writeRules(path string, data []byte) error {
	if err := maybe.WriteFile(path, data, 0o644); err != nil {
		return couldNot("", "writing rules: %w", err)
	}
	return nil
}

// appendFirst adds the first rule of a suggestion to a rule file.
func appendFirst(s streams, path string, report *suggest.Report) error {
	for _, x := range report.Suggestions {
		if x.Remedy.Rule == nil || x.Refused != nil {
			continue
		}
		if err := appendRule(path, *x.Remedy.Rule, report.Analysis); err != nil {
			return err
		}
		s.say("rule %s is in %s now, with mail/%s.eml as its test: read both before you commit them", x.Remedy.Rule.Name, path, fileName(x.Remedy.Rule.Name))
		s.say("hint: fpcheck rules test %s", path)
		return nil
	}
	return couldNot("", "there is no rule to add to %s", path)
}

// appendRule adds a rule to a rule file, with comments and order of the others kept, and writes a redacted copy of the message that it was
// made for beside it, as its test: mail/NAME.eml, and NAME.facts.yaml with what was found of the original. The file may not be there yet.
func appendRule(path string, r rules.Rule, report *analyze.Report) error {
	defer lockRules()()
	message, facts := rulefile.TestMessage(sourceOf(report), r)
	name := "mail/" + fileName(r.Name) + ".eml"
	r.Tests.Match = append(slices.Clone(r.Tests.Match), name)
	changed, err := withRule(path, r)
	if err != nil {
		return err
	}
	to := filepath.Join(filepath.Dir(path), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return couldNot("", "writing the test message: %w", err)
	}
	for file, text := range map[string][]byte{to: message, rulefile.FactsName(to): facts} {
		if err := maybe.WriteFile(file, text, 0o644); err != nil {
			return couldNot("", "writing the test message: %w", err)
		}
	}
	return writeRules(path, changed)
}

// lockRules keeps another fpcheck of this user from changing a rule file between our reading and our writing, which would be lost. The lock lies with what was
// learnt, so that none is left beside the rules; where that folder cannot be made there is none.
func lockRules() (release func()) {
	dir := stateDir("")
	if dir == "" || os.MkdirAll(dir, 0o700) != nil {
		return func() {}
	}
	lock := flock.New(filepath.Join(dir, "rules.lock"))
	if lock.Lock() != nil {
		return func() {}
	}
	return func() { _ = lock.Unlock() }
}

// withRule returns a rule file with one rule more. The file may not be there yet.
func withRule(path string, r rules.Rule) ([]byte, error) {
	data, err := readFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, couldNot("", "reading rules: %w", err)
	}
	changed, err := rulefile.Append(data, r)
	switch {
	case errors.Is(err, rulefile.ErrTaken):
		return nil, usage("rename one of the two", "%s: %w", path, err)
	case err != nil:
		return nil, couldNot("", "%s: %w", path, err)
	}
	return changed, nil
}

// fileName keeps of a rule's name what every file system takes.
func fileName(name string) string {
	return strings.Map(func(c rune) rune {
		if c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			return c
		}
		return '-'
	}, name)
}

// sourceOf takes out of a report what a test message is made from.
func sourceOf(r *analyze.Report) rulefile.Source {
	m, t := r.Input.Message, r.Input.Trace
	s := rulefile.Source{Facts: r.Facts, Date: r.Input.Delivered}
	if t.Border < 0 {
		return s
	}
	end := t.Hops[t.Border].Span
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, "Received") && f.Span.Start <= end.Start {
			s.Path = append(s.Path, received(m, f))
		}
	}
	return s
}

func received(m *eml.Message, f eml.Field) string {
	return strings.Join(strings.Fields(m.Unfold(f)), " ")
}

func newRulesNewCmd(s streams) *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:       "new TEMPLATE",
		Short:     "Print a rule to fill in: " + strings.Join(templateNames(), ", "),
		Example:   "  fpcheck rules new web-form >> rules.yaml\n  fpcheck rules new partner --append rules.yaml",
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: templateNames(),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listTemplates(s)
			}
			return runRulesNew(s, args[0], to)
		},
	}
	cmd.Flags().StringVar(&to, "append", "", "add it to this rule `FILE` instead, which keeps its comments and order")
	return cmd
}

func runRulesNew(s streams, name, to string) error {
	t, ok := templateNamed(name)
	if !ok {
		return usage("", "no template is called %q: one of %s", name, strings.Join(templateNames(), ", "))
	}
	if to == "" {
		_, err := s.out.Write([]byte(t.text))
		return err
	}
	rs, err := rules.Parse(name, []byte(t.text))
	if err != nil {
		return couldNot("", "%w", err) // a bug: a test reads all of them
	}
	defer lockRules()()
	changed, err := withRule(to, rs[0])
	if err != nil {
		return err
	}
	return writeRules(to, changed)
}

func listTemplates(s streams) error {
	for _, t := range templates {
		if _, err := fmt.Fprintf(s.out, "%-14s %s\n", t.name, t.title); err != nil {
			return couldNot("", "writing: %w", err)
		}
	}
	return nil
}
