package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/cmd/render"
)

type dkimOptions struct {
	loading
	file         string
	keys         string
	saveOriginal string
	signature    int
	format       string
	color        string
	verbose      bool
}

func newDKIMCmd(s streams) *cobra.Command {
	o := &dkimOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "dkim [FILE|-]",
		Short: "Take broken DKIM signatures apart: what was changed after signing, and the proof",
		Example: "  fpcheck dkim message.eml\n" +
			"  fpcheck dkim message.eml --save-original original.eml\n" +
			"  fpcheck dkim message.eml --keys keys-of-that-time.zone",
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			var err error
			if o.file, err = o.one(args); err != nil {
				return err
			}
			return runDKIM(cmd.Context(), o)
		},
	}
	o.bind(cmd)
	f := cmd.Flags()
	f.StringVar(&o.keys, "keys", "", "ask this snapshot `FILE` first: keys that the DNS no longer has")
	f.StringVar(&o.saveOriginal, "save-original", "", "write the message as it was signed to `FILE`")
	f.IntVar(&o.signature, "signature", 0, "`NUMBER` of the signature that --save-original restores, 1 is the topmost; 0: the first that can be")
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "every changed line")
	return cmd
}

// one returns the one message that a command reads: its argument, that of --case, or standard input.
func (l *loading) one(args []string) (string, error) {
	names, err := l.names(args)
	if err != nil {
		return "", err
	}
	l.caseDir = "" // its files are known now
	return names[0], nil
}

// runDKIM prints the autopsy of one message. It ends with 1 where a signature that does not fit was not restored.
func runDKIM(ctx context.Context, o *dkimOptions) error {
	r, opts, err := o.load(ctx, o.file, o.color, o.verbose)
	if err != nil {
		return err
	}
	print := render.Autopsy
	if o.format == "json" {
		print = render.JSON
	}
	if err := print(o.streams.out, r, opts); err != nil {
		return couldNot("", "writing: %w", err)
	}
	if o.saveOriginal != "" {
		return o.save(r)
	}
	return nil
}

// load reads the one message of a command and runs the checks over it, with the keys of --keys.
func (o *dkimOptions) load(ctx context.Context, file, color string, verbose bool) (*analyze.Report, render.Options, error) {
	var opts render.Options
	if _, err := o.prepare([]string{file}); err != nil {
		return nil, opts, err
	}
	if o.keys != "" {
		over, err := openKeys(o.keys)
		if err != nil {
			return nil, opts, err
		}
		o.resolve = overlay{over, o.resolve}
	}
	return o.report(ctx, file, color, verbose)
}

// report runs the checks over one message, and says how to print what they found.
func (l *loading) report(ctx context.Context, file, color string, verbose bool) (*analyze.Report, render.Options, error) {
	opts := l.renderOptions(color, verbose)
	r, err := l.run(ctx, file)
	var done *exitError
	if errors.As(err, &done) {
		return nil, opts, err
	}
	if err != nil {
		return nil, opts, couldNot("", "%w", err)
	}
	l.sayFailed(r)
	opts.DNSAt = l.asked.since()
	return r, opts, l.finishRecording()
}

func openKeys(path string) (resolve.Resolver, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, couldNot("", "reading the keys: %w", err)
	}
	defer f.Close()
	r, err := resolve.Snapshot(path, f)
	if err != nil {
		return nil, couldNot("fpcheck docs snapshot", "reading the keys: %w", err)
	}
	return r, nil
}

// overlay answers from over what over knows, and asks under for the rest.
type overlay struct{ over, under resolve.Resolver }

func (o overlay) Resolve(ctx context.Context, q resolve.Question) (resolve.Answer, error) {
	a, err := o.over.Resolve(ctx, q)
	if err == nil && len(a.RRs) > 0 {
		return a, nil
	}
	return o.under.Resolve(ctx, q)
}

// save writes the message as it was signed, whole or not at all.
func (o *dkimOptions) save(r *analyze.Report) error {
	original, err := o.original(r)
	if err != nil {
		return err
	}
	if o.saveOriginal == "-" {
		_, err := io.Copy(o.streams.out, bytes.NewReader(original))
		return err
	}
	if err := maybe.WriteFile(o.saveOriginal, original, 0o600); err != nil {
		return couldNot("", "writing the original: %w", err)
	}
	o.streams.say("wrote the message as it was signed to %s", o.saveOriginal)
	return nil
}

var errNothingRestored = errors.New("no broken signature could be restored, so nothing was written")

func (o *dkimOptions) original(r *analyze.Report) ([]byte, error) {
	autopsies, _ := analyze.ResultOf[checks.AutopsyResult](r, checks.Autopsy)
	if o.signature < 0 || o.signature > len(autopsies) {
		return nil, usage("", "--signature %d: the message has %s", o.signature, countSignatures(len(autopsies)))
	}
	for i, a := range autopsies {
		if (o.signature == 0 || o.signature == i+1) && a.Found() {
			return a.Original(), nil
		}
	}
	return nil, couldNot("fpcheck docs autopsy", "%w", errNothingRestored)
}

func countSignatures(n int) string {
	if n == 1 {
		return "1 signature"
	}
	return fmt.Sprintf("%d signatures", n)
}
