package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/cmd/render"
)

type analyzeOptions struct {
	loading
	files   []string
	format  string
	failOn  string
	color   string
	verbose bool
}

func newAnalyzeCmd(s streams) *cobra.Command {
	o := &analyzeOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "analyze [FILE|-]...",
		Short: "Score a message, decide, and give the reasons",
		Example: "  fpcheck analyze message.eml --dns offline\n" +
			"  fpcheck analyze --case fixtures/mail/web-form-unlisted-server\n" +
			"  fpcheck analyze message.eml --format json --fail-on quarantine",
		RunE: func(cmd *cobra.Command, args []string) error {
			o.files = args
			return runAnalyze(cmd.Context(), o)
		},
	}
	o.bind(cmd)
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json", "markdown", "html")
	addChoice(cmd, &o.failOn, "fail-on", "", "exit with 1 where a message would be treated so, or worse", "quarantine", "reject")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "every finding with all its evidence, and the order of decision")
	return cmd
}

// runAnalyze prints a report for each message. A message that cannot be read does not stop the others.
func runAnalyze(ctx context.Context, o *analyzeOptions) error {
	names, err := o.prepare(o.files)
	if err != nil {
		return err
	}
	opts := o.renderOptions(o.color, o.verbose)
	failed, worst := false, 0
	for i, name := range names {
		r, err := o.run(ctx, name)
		if err != nil {
			o.streams.say("%s", err)
			failed = true
			continue
		}
		failed = o.sayFailed(r) || failed
		worst = max(worst, severity(r.Decision.Action))
		opts.DNSAt = o.asked.since()
		if err := o.print(r, opts, i > 0); err != nil {
			return couldNot("", "writing: %w", err)
		}
	}
	if err := o.finishRecording(); err != nil {
		return err
	}
	switch {
	case failed:
		return &exitError{code: exitCouldNot}
	case o.failOn != "" && worst >= severity(policy.Action(o.failOn)):
		return &exitError{code: exitProblem}
	}
	return nil
}

// print prints one report: in JSON one object a line, in text with a blank line between two.
func (o *analyzeOptions) print(r *analyze.Report, opts render.Options, further bool) error {
	if further && (o.format == "text" || o.format == "markdown") {
		if _, err := o.streams.out.Write([]byte("\n")); err != nil {
			return err
		}
	}
	return analyzePrinters[o.format](o.streams.out, r, opts)
}

// analyzePrinters are the formats of analyze.
var analyzePrinters = map[string]func(io.Writer, *analyze.Report, render.Options) error{
	"text": render.Text, "json": render.JSON, "markdown": render.AnalysisMarkdown, "html": render.AnalysisHTML,
}

// sayFailed reports checks that broke: a fault of ours, which must not look like a quiet message.
func (l *loading) sayFailed(r *analyze.Report) (failed bool) {
	for _, out := range r.Outcomes {
		if out.Status == analyze.Failed {
			l.streams.say("check %s failed on %s: run with --verbose, and report it", out.Check.Name, r.Input.Name)
			failed = true
		}
	}
	return failed
}

func severity(a policy.Action) int {
	switch a {
	case policy.Reject:
		return 2
	case policy.Quarantine:
		return 1
	}
	return 0
}
