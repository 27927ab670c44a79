package main

import (
	"context"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
)

type explainOptions struct {
	loading
	format  string
	color   string
	verbose bool
}

func newExplainCmd(s streams) *cobra.Command {
	o := &explainOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:     "explain [FILE|-]",
		Short:   "Name the root cause, what speaks for and against it, and who has to do what",
		Example: "  fpcheck explain message.eml\n  fpcheck explain message.eml --format html > report.html",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return runExplain(cmd.Context(), o, args) },
	}
	o.bind(cmd)
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json", "markdown", "html")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	cmd.Flags().BoolVarP(&o.verbose, "verbose", "v", false, "the bytes behind each reason")
	return cmd
}

// explainPrinters are the formats of explain.
var explainPrinters = map[string]func(io.Writer, *explain.Explanation, render.Options) error{
	"text": render.Explain, "json": render.ExplainJSON, "markdown": render.ExplainMarkdown, "html": render.HTML,
}

func runExplain(ctx context.Context, o *explainOptions, args []string) error {
	e, opts, err := o.explanation(ctx, args, o.color, o.verbose)
	if err != nil {
		return err
	}
	if done, err := o.refused(e, o.format == "text", opts); done {
		return err
	}
	if err := explainPrinters[o.format](o.streams.out, e, opts); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}

type ticketOptions struct {
	loading
	render.TicketOptions
	format string
}

func newTicketCmd(s streams) *cobra.Command {
	o := &ticketOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "ticket [FILE|-]",
		Short: "Write the answer: to the user, to your admin, to the sender's postmaster, or for the filter's vendor",
		Example: "  fpcheck ticket message.eml --to user --ticket 4711\n" +
			"  fpcheck ticket message.eml --to sender --ticket 4711 --redact --format text",
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return runTicket(cmd.Context(), o, args) },
	}
	o.bind(cmd)
	addChoice(cmd, &o.To, "to", "user", "who is to read it", "user", "admin", "sender", "vendor")
	cmd.Flags().StringVar(&o.Number, "ticket", "", "`NUMBER` of the ticket")
	cmd.Flags().BoolVar(&o.Redact, "redact", false, "pseudonyms for people, their machines and the subject")
	addChoice(cmd, &o.format, "format", "markdown", "how to print", "markdown", "text")
	return cmd
}

func runTicket(ctx context.Context, o *ticketOptions, args []string) error {
	e, opts, err := o.explanation(ctx, args, "never", false)
	if err != nil {
		return err
	}
	if done, err := o.refused(e, true, opts); done {
		return err
	}
	if o.To == "sender" && e.First.Cause.Name == causes.CannotTell.Name {
		return couldNot("fpcheck explain says what would decide it", "the cause is not known yet, so there is nothing to ask of the sender's postmaster")
	}
	if o.To == "sender" && !render.ForSender(e) {
		hint := "--to admin writes what to change"
		if e.First.WhoFixes == explain.Vendor {
			hint = "--to vendor writes the report of a false positive"
		}
		return couldNot(hint, "there is nothing for the sender to mend: %s", e.First.Sentence())
	}
	if o.To == "vendor" && e.Verdict == explain.DoNotRelease {
		return couldNot("fpcheck docs "+e.First.Cause.Name, "this does not look like a false positive: %s", strings.TrimSuffix(e.First.Sentence(), "."))
	}
	if o.To == "admin" && e.Verdict == explain.Release && e.First.WhoFixes == explain.You {
		s := &suggestOptions{loading: o.loading}
		o.Suggest = suggest.Run(ctx, e.Report, e.First, suggest.Options{Targets: s.targets(e), Forge: impostor.Variants, Ticket: o.Number, Verdict: e.Verdict})
	}
	o.Markdown = o.format == "markdown"
	if err := render.Ticket(o.streams.out, e, o.TicketOptions, opts); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}
