package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/intake"
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
		Use:   "analyze [FILE|FOLDER|-]...",
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

// runAnalyze prints a report for each message of each input, in their order; several are looked at side by side. One that cannot be read does not stop the
// others: it is named where it was met, and again at the end. Ctrl-C ends the run with what is done.
func runAnalyze(ctx context.Context, o *analyzeOptions) error {
	names, err := o.prepare(o.files)
	if err != nil {
		return err
	}
	run := &batch{o: o, opts: o.renderOptions(o.color, o.verbose)}
	run.opts.Paths = len(names) > 1 || isFolder(names[0])
	progress := startProgress(o.streams)
	look := func(it *intake.Item) looked { return run.look(ctx, it) }
	err = inOrder(ctx, o.all(names), runtime.GOMAXPROCS(0), look, func(it *intake.Item, err error, l looked) error {
		progress.clear()
		if err := run.item(ctx, it, err, l); err != nil {
			return err
		}
		progress.show(run.done+len(run.bad), it.Name)
		return nil
	})
	progress.clear()
	if err != nil {
		return err
	}
	if err := o.finishRecording(); err != nil {
		return err
	}
	return run.end(ctx)
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// batch is a run over several messages.
type batch struct {
	o      *analyzeOptions
	opts   render.Options
	done   int
	bad    []string // names of what could not be read
	failed bool
	worst  int
}

// looked is what came of one message: its report as it is printed, and what of it counts for the run.
type looked struct {
	text   bytes.Buffer
	err    error
	action policy.Action
	broken *analyze.Report // one of whose checks broke
}

// look runs the checks over one message and prints the report aside.
func (b *batch) look(ctx context.Context, it *intake.Item) (l looked) {
	in, opts := b.o.itemInput(it), b.opts
	at := &asked{Resolver: in.Resolve} // beside others, which ask as well
	in.Resolve = at
	r := analyze.Run(ctx, in, b.o.checks)
	opts.DNSAt, l.action = at.since(), r.Decision.Action
	l.err = analyzePrinters[b.o.format](&l.text, r, opts)
	if slices.ContainsFunc(r.Outcomes, func(o analyze.Outcome) bool { return o.Status == analyze.Failed }) {
		l.broken = r
	}
	return l
}

// item says and prints what came of one message. An error is one of writing: then there is no point in going on.
func (b *batch) item(ctx context.Context, it *intake.Item, err error, l looked) error {
	o := b.o
	switch {
	case err != nil:
		o.streams.say("%s: %s", o.inputName(it.Name), err)
		b.bad = append(b.bad, o.inputName(it.Name))
		return nil
	case it.Message == nil:
		b.done++
		return b.written(o.printRefusal(it, b.opts))
	}
	if ctx.Err() != nil {
		return nil // half looked at: it must not look like a finished one
	}
	o.sayHanded(it)
	if l.broken != nil {
		b.failed = o.sayFailed(l.broken) || b.failed
	}
	b.worst = max(b.worst, severity(l.action))
	b.done++
	if l.err == nil {
		l.err = o.print(&l.text, b.done > 1)
	}
	return b.written(l.err)
}

func (b *batch) written(err error) error {
	if err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}

// maxNamed is how many of the unread are named again at the end.
const maxNamed = 20

// end counts and names what could not be read, and returns the exit status.
func (b *batch) end(ctx context.Context) error {
	s := b.o.streams
	if n := len(b.bad); n > 0 && n+b.done > 1 {
		s.say("%d of %d could not be read: %s", n, n+b.done, strings.Join(b.bad[:min(n, maxNamed)], ", "))
	}
	switch {
	case ctx.Err() != nil:
		s.say("stopped after %d", b.done)
		return &exitError{code: exitCouldNot}
	case b.failed || len(b.bad) > 0:
		return &exitError{code: exitCouldNot}
	case b.o.failOn != "" && b.worst >= severity(policy.Action(b.o.failOn)):
		return &exitError{code: exitProblem}
	}
	return nil
}

// print prints one report: in JSON one object a line, in text with a blank line between two.
func (o *analyzeOptions) print(report io.WriterTo, further bool) error {
	if further && (o.format == "text" || o.format == "markdown") {
		if _, err := o.streams.out.Write([]byte("\n")); err != nil {
			return err
		}
	}
	_, err := report.WriteTo(o.streams.out)
	return err
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
