package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/imports"
	"github.com/fpcheck/fpcheck/suggest/lint"
)

type rulesExportOptions struct {
	rulesOptions
	target string
	like   string
	out    string
}

func newRulesExportCmd(s streams) *cobra.Command {
	o := &rulesExportOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}}
	cmd := &cobra.Command{
		Use:   "export [FILE|DIR]... --for TARGET",
		Short: "Write a whole rule file in the words of a filter, in its order",
		Long: "Rules that the filter cannot express are named on standard error, and the command ends with 3. Rules with `filter:` are written for that\n" +
			"filter alone. Some filters need to know how the border writes its line: give a message that came through it with --like.",
		Example: "  fpcheck rules export rules.yaml --for spamassassin --out /tmp/rules\n  fpcheck rules export rules/ --for proofpoint-essentials --like mail/web-form.eml",
		RunE:    func(cmd *cobra.Command, args []string) error { return runRulesExport(cmd.Context(), o, args) },
	}
	o.bindRun(cmd)
	addChoice(cmd, &o.target, "for", "", "the filter", targetNames()...)
	f := cmd.Flags()
	f.StringVar(&o.like, "like", "", "a `MESSAGE` that came through the filter's border")
	f.StringVar(&o.out, "out", "", "write the files into `DIR` instead of printing them")
	_ = cmd.MarkFlagRequired("for")
	_ = cmd.MarkFlagDirname("out")
	return cmd
}

func runRulesExport(ctx context.Context, o *rulesExportOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.sound(args)
	if err != nil {
		return err
	}
	site, err := o.site(ctx)
	if err != nil {
		return err
	}
	t := targetNamed(o.target)
	text, refused := t.Emit(rulesFor(f.rules, t), site)
	if err := o.writeExport(text); err != nil {
		return err
	}
	for _, r := range refused {
		o.streams.say("%s is not exported: %s: %s", cmp.Or(r.Rule, "a rule"), r.What, r.Reason)
		if r.Instead != "" {
			o.streams.say("hint: %s", r.Instead)
		}
	}
	if len(refused) > 0 {
		return &exitError{code: exitCouldNot}
	}
	return nil
}

// rulesFor leaves out the rules of other filters. A rule that has ended is written, too: taking it out is for `rules expire`.
func rulesFor(rs []rules.Rule, t *suggest.Target) []rules.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rules.Rule) bool {
		return r.Filter != "" && r.Filter != t.Name && !slices.Contains(t.Filters, r.Filter)
	})
}

// site is what is known of the receiving side: from a message, or from the profile alone.
func (o *rulesExportOptions) site(ctx context.Context) (suggest.Site, error) {
	if o.like != "" {
		report, err := o.loadMessage(ctx, o.like)
		if err != nil {
			return suggest.Site{}, couldNot("", "--like: %w", err)
		}
		return suggest.SiteOf(report), nil
	}
	p := o.only()
	if p == nil {
		return suggest.Site{}, nil
	}
	s := suggest.Site{Domains: p.Domains, Tenant: p.Tenant}
	if len(p.Filters) > 1 {
		s.Gateway = p.Filters[0]
	}
	return s, nil
}

func (o *rulesExportOptions) writeExport(text suggest.Text) error {
	if o.out == "" || len(text.Files) == 0 {
		if err := render.Export(o.streams.out, text, o.renderOptions("auto", false)); err != nil {
			return couldNot("", "writing: %w", err)
		}
		return nil
	}
	files := map[string]string{}
	var order []string
	for _, f := range text.Files {
		if _, ok := files[f.Path]; !ok {
			order = append(order, f.Path)
		}
		files[f.Path] += f.Content
	}
	for _, path := range order {
		to := filepath.Join(o.out, filepath.FromSlash(strings.TrimPrefix(path, "/")))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return couldNot("", "writing: %w", err)
		}
		if err := maybe.WriteFile(to, []byte(files[path]), 0o644); err != nil {
			return couldNot("", "writing: %w", err)
		}
		fmt.Fprintln(o.streams.out, to)
	}
	for _, n := range text.Notes {
		o.streams.say("%s", n)
	}
	return nil
}

type rulesImportOptions struct {
	streams streams
	from    string
	typ     string
	action  string
}

func newRulesImportCmd(s streams) *cobra.Command {
	o := &rulesImportOptions{streams: s}
	cmd := &cobra.Command{
		Use:     "import FILE|- --from FORMAT",
		Short:   "Turn a filter's lists into a rule file, so that they can be linted",
		Long:    "The formats:\n" + formatList() + "What a rule cannot express is kept under `unsupported:`; lines that are no entry are named on standard error.",
		Example: "  fpcheck rules import local.cf --from spamassassin > rules.yaml\n  fpcheck rules import - --from proofpoint-essentials --type safe < pasted.txt",
		Args:    needs("FILE"),
		RunE:    func(_ *cobra.Command, args []string) error { return runRulesImport(o, args[0]) },
	}
	o.bind(cmd)
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func (o *rulesImportOptions) bind(cmd *cobra.Command) {
	addChoice(cmd, &o.from, "from", "", "the format", formatNames()...)
	cmd.Flags().StringVar(&o.typ, "type", "", "what the entries are, where the format does not say: `TYPE`")
	addChoice(cmd, &o.action, "action", "", "what the list does, where the format does not say", "allow", "quarantine", "block")
}

func formatNames() []string {
	var out []string
	for _, f := range imports.All() {
		out = append(out, f.Name)
	}
	return out
}

func formatList() string {
	var b strings.Builder
	for _, f := range imports.All() {
		fmt.Fprintf(&b, "  %-22s %s", f.Name, f.Title)
		if len(f.Types) > 0 {
			fmt.Fprintf(&b, "; --type %s", strings.Join(f.Types, ", "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// read reads a filter's list.
func (o *rulesImportOptions) read(path string) (imports.Result, error) {
	format := imports.All()[slices.Index(formatNames(), o.from)]
	if o.typ != "" && !slices.Contains(format.Types, o.typ) {
		return imports.Result{}, usage("", "--type %s: for %s it is one of %s", o.typ, format.Name, cmp.Or(strings.Join(format.Types, ", "), "none"))
	}
	var data []byte
	var err error
	if path == "-" {
		o.streams.awaitPaste("the list")
		data, err = io.ReadAll(io.LimitReader(o.streams.in, imports.MaxBytes+1))
	} else {
		data, err = readFile(path)
	}
	if err != nil {
		return imports.Result{}, couldNot("", "reading the list: %w", err)
	}
	return format.Read(data, imports.Options{Type: o.typ, Action: rules.Action(o.action)}), nil
}

func runRulesImport(o *rulesImportOptions, path string) error {
	res, err := o.read(path)
	if err != nil {
		return err
	}
	if _, err := o.streams.out.Write(rules.Marshal(res.Rules)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	o.sayNotes(path, res)
	part := 0
	for _, r := range res.Rules {
		if len(r.Unsupported) > 0 {
			part++
		}
	}
	o.streams.say("%s read, %d of them hold what a rule cannot express", plural(len(res.Rules), "rule"), part)
	if len(res.Rules) == 0 {
		return couldNot("fpcheck rules import --help", "nothing in %s is an entry of %s", path, o.from)
	}
	o.streams.say("hint: save them, then fpcheck rules lint")
	return nil
}

func (o *rulesImportOptions) sayNotes(path string, res imports.Result) {
	for _, n := range res.Notes {
		if n.Line > 0 {
			o.streams.say("%s:%d: %s", path, n.Line, n.Text)
		} else {
			o.streams.say("%s: %s", path, n.Text)
		}
	}
}

type rulesDiffOptions struct {
	rulesOptions
	shown rulesImportOptions
	page  string
}

func newRulesDiffCmd(s streams) *cobra.Command {
	o := &rulesDiffOptions{rulesOptions: rulesOptions{loading: loading{streams: s}}, shown: rulesImportOptions{streams: s}}
	cmd := &cobra.Command{
		Use:   "diff [FILE|DIR]... --shown PAGE --from FORMAT",
		Short: "Compare a rule file with what the filter's page or export shows now",
		Long: "Rules are compared by what they ask for and do, not by their names. With --from names the page is a list of rule names, one a line: all\n" +
			"that can be compared where a filter shows no more.",
		Example: "  fpcheck rules diff rules.yaml --shown rules.json --from exchange-rules\n  fpcheck rules diff rules.yaml --shown pasted.txt --from names",
		RunE:    func(_ *cobra.Command, args []string) error { return runRulesDiff(o, args) },
	}
	o.bindRun(cmd)
	f := cmd.Flags()
	f.StringVar(&o.page, "shown", "", "what the filter shows: a `FILE`, or - for standard input")
	addChoice(cmd, &o.shown.from, "from", "", "its format", append(formatNames(), "names")...)
	f.StringVar(&o.shown.typ, "type", "", "what the entries are, where the format does not say: `TYPE`")
	addChoice(cmd, &o.shown.action, "action", "", "what the list does, where the format does not say", "allow", "quarantine", "block")
	_ = cmd.MarkFlagRequired("shown")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

func runRulesDiff(o *rulesDiffOptions, args []string) error {
	if err := o.start(); err != nil {
		return err
	}
	f, err := o.sound(args)
	if err != nil {
		return err
	}
	var d render.RuleDiff
	if o.shown.from == "names" {
		d, err = o.diffNames(f.rules)
	} else {
		d, err = o.diffRules(f.rules)
	}
	if err != nil {
		return err
	}
	if err := render.RulesDiff(o.streams.out, d, o.renderOptions("auto", false)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	if len(d.Missing)+len(d.Extra)+len(d.Ended) > 0 {
		return &exitError{code: exitProblem}
	}
	return nil
}

// diffRules compares by meaning: two rules are the same where each covers the other, whatever they are called and whatever the
// filter cannot show: expiry, direction and scope.
func (o *rulesDiffOptions) diffRules(rs []rules.Rule) (render.RuleDiff, error) {
	var d render.RuleDiff
	res, err := o.shown.read(o.page)
	if err != nil {
		return d, err
	}
	o.shown.sayNotes(o.page, res)
	used := make([]bool, len(res.Rules))
	filter := ""
	if len(res.Rules) > 0 {
		filter = res.Rules[0].Filter
	}
	for _, r := range rs {
		if r.Filter != "" && r.Filter != filter {
			continue
		}
		i := slices.IndexFunc(res.Rules, func(x rules.Rule) bool { return sameRule(r, x) })
		ended := !r.Expires.IsZero() && !o.today.Before(r.Expires)
		switch {
		case i >= 0 && ended:
			used[i] = true
			d.Ended = append(d.Ended, r)
		case i >= 0:
			used[i] = true
			d.Same++
		case !ended:
			d.Missing = append(d.Missing, r)
		}
	}
	for i, x := range res.Rules {
		if !used[i] {
			d.Extra = append(d.Extra, x)
		}
	}
	return d, nil
}

// sameRule compares what a filter shows of a rule.
func sameRule(a, b rules.Rule) bool {
	shown := func(r rules.Rule) rules.Rule {
		return rules.Rule{When: r.When, Unless: r.Unless, Unsupported: r.Unsupported}
	}
	x, y := shown(a), shown(b)
	if a.Action != b.Action {
		return false
	}
	if len(a.Unsupported)+len(b.Unsupported) > 0 {
		return string(rules.Marshal([]rules.Rule{x})) == string(rules.Marshal([]rules.Rule{y}))
	}
	return lint.Covers(&x, &y) && lint.Covers(&y, &x)
}

// diffNames compares the names alone. A filter may have shortened a name to the 30 signs that it takes.
func (o *rulesDiffOptions) diffNames(rs []rules.Rule) (render.RuleDiff, error) {
	var d render.RuleDiff
	data, err := o.readFile(o.page)
	if err != nil {
		return d, couldNot("", "reading the page: %w", err)
	}
	if len(data) > intake.MaxMessage {
		return d, couldNot("", "%s is too long for a page", o.page)
	}
	shown := map[string]bool{}
	var order []string
	for line := range strings.Lines(string(data)) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if name != "" && !shown[name] {
			shown[name] = true
			order = append(order, name)
		}
	}
	used := map[string]bool{}
	for _, r := range rs {
		name := r.Name
		if !shown[name] && len(name) > shortName {
			name = name[:shortName]
		}
		ended := !r.Expires.IsZero() && !o.today.Before(r.Expires)
		switch {
		case shown[name] && ended:
			d.Ended = append(d.Ended, r)
		case shown[name]:
			d.Same++
		case !ended:
			d.Missing = append(d.Missing, r)
		}
		used[name] = true
	}
	for _, name := range order {
		if !used[name] {
			d.Extra = append(d.Extra, rules.Rule{Name: name})
		}
	}
	return d, nil
}

// shortName is how many signs of a name Proofpoint Essentials keeps.
const shortName = 30
