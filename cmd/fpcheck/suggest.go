package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/targets"
)

type suggestOptions struct {
	loading
	target       string
	ticket       string
	owner        string
	expires      time.Time
	phrase       string
	randomPhrase bool
	dedicated    bool
	confirmed    bool
	force        bool
	showProof    bool
	format       string
	color        string
	appendTo     string
}

func newSuggestCmd(s streams) *cobra.Command {
	o := &suggestOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "suggest [FILE|-]",
		Short: "Propose the narrowest safe change, tried on forged copies of the message",
		Example: "  fpcheck suggest message.eml --for proofpoint-essentials --ticket 4711 --expires 2027-05-25\n" +
			"  fpcheck suggest message.eml --for all --show-proof\n" +
			"  fpcheck suggest sent.eml --phrase \"copper lantern thistle\"",
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return runSuggest(cmd.Context(), o, args) },
	}
	o.bind(cmd)
	f := cmd.Flags()
	addChoice(cmd, &o.target, "for", "", "whose words the rule is written in (default: the filter of the profile or the message)", append(targetNames(), "all", "neutral")...)
	f.StringVar(&o.ticket, "ticket", "", "`NUMBER` of the ticket, for the rule")
	f.StringVar(&o.owner, "owner", "", "`ADDRESS` of who asked for the rule, and is asked when it ends")
	f.Var(moment{&o.expires}, "expires", "`DATE` at which the rule ends")
	f.StringVar(&o.phrase, "phrase", "", "`TEXT` of your signatures, for a rule on outgoing mail")
	f.BoolVar(&o.randomPhrase, "random-phrase", false, "propose a phrase for your signatures")
	f.BoolVar(&o.dedicated, "dedicated", false, "nobody else sends from the address that connected")
	f.BoolVar(&o.confirmed, "confirmed", false, "the sender says, on a number that you know, that he sent it")
	f.StringVar(&o.appendTo, "append", "", "add the first rule to this rule `FILE`, with a redacted copy of the message as its test")
	f.BoolVar(&o.force, "force", false, "refused: what looks like spam or phishing gets no rule")
	f.BoolVar(&o.showProof, "show-proof", false, "the table of all forged copies")
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	_ = f.MarkHidden("force")
	return cmd
}

func targetNames() []string {
	var out []string
	for _, t := range targets.All() {
		out = append(out, t.Name)
	}
	return out
}

func runSuggest(ctx context.Context, o *suggestOptions, args []string) error {
	if o.randomPhrase {
		return o.proposePhrase(args)
	}
	if o.force {
		return usage("fpcheck docs "+suggest.LooksBad, "--force: there is no way to a rule for mail that looks like spam or phishing; leave the flag out")
	}
	e, opts, err := o.explanation(ctx, args, o.color, false)
	if err != nil {
		return err
	}
	if done, err := o.refused(e, o.format == "text", opts); done {
		return err
	}
	s := suggest.Run(ctx, e.Report, e.First, suggest.Options{Targets: o.targets(e), Forge: impostor.Variants, Ticket: o.ticket, Owner: o.owner, Expires: o.expires,
		Phrase: o.phrase, Dedicated: o.dedicated, Verdict: e.Verdict, Confirmed: o.confirmed})
	if o.format == "json" {
		err = render.SuggestJSON(o.streams.out, e, s, opts)
	} else {
		err = render.Suggest(o.streams.out, s, opts, o.showProof)
	}
	switch {
	case err != nil:
		return couldNot("", "writing: %w", err)
	case s.Refused != nil:
		return &exitError{code: exitProblem}
	case o.appendTo != "":
		return appendFirst(o.streams, o.appendTo, s)
	}
	return nil
}

// proposePhrase prints a phrase whose words stand together in no mail that is known, and no more: it is to be copied.
func (o *suggestOptions) proposePhrase(args []string) error {
	if len(args) > 0 {
		return usage("", "--random-phrase needs no message")
	}
	if err := o.openState(); err != nil {
		return err
	}
	c := o.classifier
	if c == nil {
		c = bayes.New(bayes.Default(), nil)
	}
	phrase, err := suggest.RandomPhrase(rand.Reader, c)
	if err != nil {
		return couldNot("", "%w", err)
	}
	_, err = fmt.Fprintln(o.streams.out, phrase)
	return err
}

// targets are those of --for, or else of the filters that the message passed; none is the neutral rule alone.
func (o *suggestOptions) targets(e *explain.Explanation) []*suggest.Target {
	all := targets.All()
	switch o.target {
	case "all":
		return all
	case "neutral":
		return nil
	case "":
		return slices.DeleteFunc(all, func(t *suggest.Target) bool {
			return !slices.ContainsFunc(e.Report.Input.FilterNames(), t.Serves)
		})
	}
	return slices.DeleteFunc(all, func(t *suggest.Target) bool { return t.Name != o.target })
}

type reportOptions struct {
	loading
	to, sender, ticket, permalink string
}

func newReportCmd(s streams) *cobra.Command {
	o := &reportOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "report [FILE|-] --to ADDRESS",
		Short: "Write the mail to the filter's vendor, with the message attached unchanged",
		Long: "Write the mail that reports a false positive, to standard output. The message is attached byte by byte as message/rfc822, since what is\n" +
			"forwarded inline loses its header. The diagnosis stands in the text. Nothing is sent.",
		Example: "  fpcheck report message.eml --to support@vendor.example --ticket 4711 > report.eml",
		Args:    oneFile,
		RunE:    func(cmd *cobra.Command, args []string) error { return runReport(cmd.Context(), o, args) },
	}
	o.bind(cmd)
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "`ADDRESS` of the vendor or the support desk")
	f.StringVar(&o.sender, "sender", "", "`ADDRESS` of the one who reports")
	f.StringVar(&o.ticket, "ticket", "", "`NUMBER` of the ticket")
	f.StringVar(&o.permalink, "permalink", "", "`URL` of the message in the filter's log")
	return cmd
}

func runReport(ctx context.Context, o *reportOptions, args []string) error {
	if o.to == "" {
		return usage("", "--to ADDRESS says whom to report to")
	}
	e, _, err := o.explanation(ctx, args, "never", false)
	if err != nil {
		return err
	}
	if e.Verdict == explain.DoNotRelease {
		return couldNot("fpcheck docs "+e.First.Cause.Name, "this does not look like a false positive: %s", strings.TrimSuffix(e.First.Sentence(), "."))
	}
	letter, err := suggest.VendorReport(e.Report, e.First, suggest.Letter{To: o.to, From: o.sender, Date: o.today, Ticket: o.ticket, Permalink: o.permalink})
	if err != nil {
		return usage("", "%w", err)
	}
	if _, err := o.streams.out.Write(letter); err != nil {
		return couldNot("", "writing: %w", err)
	}
	o.sayRest()
	return nil
}

// sayRest names what the mail alone does not do.
func (o *reportOptions) sayRest() {
	o.streams.say("hint: report it on the filter's own page as well: that teaches the engine, and this mail does not")
	if o.permalink == "" {
		o.streams.say("hint: --permalink URL puts the address of its entry in the filter's log into the mail")
	}
	o.streams.say("hint: send this as a NEW mail: what is forwarded loses its header")
}
