package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
)

// deskOptions are those of fpcheck without a command: the screen for the desk that answers tickets.
type deskOptions struct {
	loading
	format string
	color  string
}

// bindDesk makes cmd, the root, print the desk screen of a file or a paste.
func bindDesk(s streams, cmd *cobra.Command) {
	o := &deskOptions{loading: loading{streams: s}}
	cmd.Use = "fpcheck [FILE|-]"
	cmd.Long = "Say why a mail filter stopped a good message, who has to mend what, and which change is safe.\n\n" +
		"fpcheck FILE answers on one screen: release it or not, the cause, what to do and who. Without FILE, paste the message or its headers.\n" +
		"The exit status is 1 where the answer is DO NOT RELEASE."
	cmd.Example = "  fpcheck message.eml\n  fpcheck < headers.txt\n  fpcheck explain message.eml"
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveDefault // files beside the commands
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := oneMessage(cmd, args); err != nil {
			return err
		}
		if len(args) == 0 && o.caseDir == "" && o.nothingToRead() {
			return cmd.Help()
		}
		return runDesk(cmd.Context(), o, args)
	}
	o.bind(cmd)
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "json")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
}

// oneMessage refuses what is neither a command nor a file.
func oneMessage(cmd *cobra.Command, args []string) error {
	if len(args) == 0 || args[0] == "-" && len(args) == 1 {
		return nil
	}
	if _, err := os.Stat(args[0]); err != nil && strings.ContainsAny(args[0], `./\`) {
		return usage("", "%s: %w", args[0], notThere(args[0], err))
	} else if err != nil {
		return unknownCommand(cmd, args[0], ", and no file is called that")
	}
	return oneFile(cmd, args)
}

// nothingToRead reports whether standard input ends at once; a terminal is waited for.
func (o *deskOptions) nothingToRead() bool {
	if f, ok := o.streams.in.(*os.File); ok {
		if term.IsTerminal(int(f.Fd())) {
			return false
		}
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() { // it stays a file: findProfile asks where it lies
			return info.Size() == 0
		}
	}
	r := bufio.NewReader(o.streams.in)
	o.streams.in = r
	_, err := r.Peek(1)
	return errors.Is(err, io.EOF)
}

// runDesk prints the desk screen of one message.
func runDesk(ctx context.Context, o *deskOptions, args []string) error {
	e, opts, err := o.explanation(ctx, args, o.color, false)
	if err != nil {
		return err
	}
	if done, err := o.refused(e, o.format == "text", opts); done {
		return err
	}
	print := render.Desk
	if o.format == "json" {
		print = render.ExplainJSON
	}
	if err := print(o.streams.out, e, opts); err != nil {
		return couldNot("", "writing: %w", err)
	}
	if e.Verdict == explain.DoNotRelease {
		return &exitError{code: exitProblem}
	}
	return nil
}

// refused prints what a bounce says of the refusal, where the message came out of one and plain text is wanted: what was refused at a door was neither
// released nor held, and the sender's copy does not show why. It reports whether that is all there is to say.
func (l *loading) refused(e *explain.Explanation, plain bool, opts render.Options) (bool, error) {
	it := e.Report.Input.Handed
	if it == nil || it.Refusal == nil || !plain {
		return false, nil
	}
	l.streams.say("hint: fpcheck analyze %s looks at what it carries of the message", it.Name)
	if err := render.Refusal(l.streams.out, it, opts); err != nil {
		return true, couldNot("", "writing: %w", err)
	}
	return true, nil
}

// explanation reads one message, runs the checks over it, and finds the cause.
func (l *loading) explanation(ctx context.Context, args []string, color string, verbose bool) (*explain.Explanation, render.Options, error) {
	command := l.command(args)
	file, err := l.one(args)
	if err != nil {
		return nil, render.Options{}, err
	}
	if _, err := l.prepare([]string{file}); err != nil {
		return nil, render.Options{}, err
	}
	r, opts, err := l.report(ctx, file, color, verbose)
	if err != nil {
		return nil, opts, err
	}
	opts.Command = command
	return explain.Run(ctx, r, causes.All(), causes.CannotTell), opts, nil
}

// command says how the message was named, with the flags that change the answer; it is empty for a paste.
func (l *loading) command(args []string) string {
	var words []string
	switch {
	case l.caseDir != "":
		words = append(words, "--case", l.caseDir)
	case len(args) == 0 || args[0] == "-":
		return ""
	default:
		words = append(words, args[0])
	}
	for _, f := range [][2]string{{"--profile", l.profile}, {"--dns", l.dns}, {"--part", l.handing.part}, {"--from", l.handing.from}, {"--border", l.border},
		{"--direction", l.direction}, {"--client-ip", l.clientIP}, {"--helo", l.helo}, {"--mail-from", l.mailFrom}, {"--category", l.category}, {"--log-text", l.logFile()}} {
		if f[1] != "" {
			words = append(words, f[0], f[1])
		}
	}
	for _, r := range l.rcpt {
		words = append(words, "--rcpt", r)
	}
	if !l.delivered.IsZero() {
		words = append(words, "--delivered", l.delivered.Format(time.RFC3339))
	}
	for i, w := range words {
		words[i] = shellWord(w)
	}
	return strings.Join(words, " ")
}

// logFile is what --log-text names, where that is a file: pasted text is too long to be typed again.
func (l *loading) logFile() string {
	if info, err := os.Stat(l.logText); err != nil || info.IsDir() {
		return ""
	}
	return l.logText
}

// shellWord quotes what a shell would split or expand. What double quotes leave alive is put into single ones: a file is called what its sender
// called it, and the line is there to be copied.
func shellWord(w string) string {
	switch {
	case w != "" && strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./\\:-@,+=") == "":
		return w
	case strings.ContainsAny(w, "$`!\"\\"):
		return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
	}
	return `"` + w + `"`
}
