// Command fpcheck says why a mail filter stopped a good message, who has to mend what, and which change is safe.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/fpcheck/fpcheck/analyze/yamlfile"
	"github.com/fpcheck/fpcheck/cmd/render"
)

func main() {
	debug.SetGCPercent(garbageUsual)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// A message lives on little memory, so that the heap would be collected for every few of them: the garbage of some hundred may gather. Beside a large
// one there is less room for it.
const (
	garbageUsual = 400 // percent of what lives
	garbageLarge = 100
	largeMessage = 4 << 20
)

// lessGarbage lets no more gather than percent of what lives.
func lessGarbage(percent int) {
	if was := debug.SetGCPercent(percent); was < percent {
		debug.SetGCPercent(was)
	}
}

// Exit status; see docs/guide/exit-status.md.
const (
	exitProblem  = 1
	exitUsage    = 2
	exitCouldNot = 3
)

// streams are where a command reads and writes. out is for the answer, err for the talk.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// say prints a line of talk. What it quotes may come from a message or a file name, so it is cleaned.
func (s streams) say(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...)) {
		fmt.Fprintln(s.err, "fpcheck: "+render.Clean(strings.TrimSuffix(line, "\n")))
	}
}

// width is that of the terminal that out is; 0: it is none. Some terminals do not know theirs.
func (s streams) width() int {
	if f, ok := s.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return cmp.Or(w, render.DefaultWidth)
		}
	}
	return 0
}

// exitError ends the program with a status. Without err there is nothing left to say.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usage(hint, format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...), hint}
}

func couldNot(hint, format string, args ...any) error {
	return &exitError{exitCouldNot, fmt.Errorf(format, args...), hint}
}

// run is the whole program: it can be called without a process of its own.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	s := streams{in, out, errs}
	root := newRootCmd(s)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	return s.status(cmd, err)
}

// status says what went wrong, and returns the exit status. What cobra itself refuses is wrong usage of cmd; a full disk behind standard output is not.
func (s streams) status(cmd *cobra.Command, err error) int {
	if err == nil {
		return 0
	}
	e := &exitError{code: exitUsage, err: err, hint: cmd.CommandPath() + " --help"}
	if file := (*fs.PathError)(nil); errors.As(err, &file) {
		e = &exitError{code: exitCouldNot, err: err}
	}
	errors.As(err, &e)
	if e.err != nil {
		s.say("%s", err)
	}
	if e.hint != "" {
		s.say("hint: %s", e.hint)
	}
	return e.code
}

func newRootCmd(s streams) *cobra.Command {
	cmd := &cobra.Command{
		Use:           "fpcheck",
		Short:         "Say why a mail filter stopped a good message, and what to change",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
	}
	bindDesk(s, cmd)
	cmd.SetIn(s.in)
	cmd.SetOut(s.out)
	cmd.SetErr(s.err)
	cmd.SetVersionTemplate("fpcheck {{.Version}}\n")
	cmd.SetFlagErrorFunc(flagError)
	setHelpWidth(s, cmd)
	cmd.AddCommand(newAnalyzeCmd(s), newExplainCmd(s), newSuggestCmd(s), newReportCmd(s), newTicketCmd(s), newTriageCmd(s), newRepairCmd(s), newRulesCmd(s), newDKIMCmd(s), newDNSCmd(s), newLearnCmd(s), newProfileCmd(s), newDocsCmd(s), newVersionCmd(s))
	refuseUnknownTopics(cmd)
	return cmd
}

// addFold is done once: cobra keeps such functions for all commands there are.
var addFold = sync.OnceFunc(func() { cobra.AddTemplateFunc("fold", render.Fold) })

// setHelpWidth folds the help at the width of the terminal, or at that of everything we print.
func setHelpWidth(s streams, cmd *cobra.Command) {
	columns := strconv.Itoa(render.DefaultWidth)
	if w := s.width(); w > 0 {
		columns = strconv.Itoa(min(max(w, render.MinWidth), render.DefaultWidth))
	}
	addFold()
	cmd.SetHelpTemplate(strings.Replace(cmd.HelpTemplate(), "{{. | trimTrailingWhitespaces}}", `{{fold "" . `+columns+`}}`, 1))
	cmd.SetUsageTemplate(strings.NewReplacer(".FlagUsages", ".FlagUsagesWrapped "+columns,
		"  {{rpad .Name .NamePadding }} {{.Short}}", `{{fold (printf "  %s " (rpad .Name .NamePadding)) .Short `+columns+`}}`).Replace(cmd.UsageTemplate()))
}

// refuseUnknownTopics keeps fpcheck help NAME from printing the help of everything where no command is called so.
func refuseUnknownTopics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	help, _, _ := root.Find([]string{"help"})
	help.Args = func(_ *cobra.Command, args []string) error {
		if cmd, _, _ := root.Find(args); cmd == root && len(args) > 0 {
			return unknownCommand(root, args[0], "")
		}
		return nil
	}
}

// flagError names the command whose help lists the flags, and the flag that was likely meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) {
		var flags []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
		if near := yamlfile.Nearest(unknown.GetSpecifiedName(), flags); near != "" {
			err = fmt.Errorf("%w; did you mean --%s?", err, near)
		}
	}
	return usage(cmd.CommandPath()+" --help", "%w", err)
}

// needs takes one argument for each of names.
func needs(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		what := strings.Join(names, " and ")
		switch {
		case len(args) < len(names):
			return usage(cmd.CommandPath()+" --help", "%s needs %s", cmd.CommandPath(), what)
		case len(args) > len(names):
			return usage(cmd.CommandPath()+" --help", "%s takes %s and no more", cmd.CommandPath(), what)
		}
		return nil
	}
}

// oneFile takes one message, or none where it comes another way.
func oneFile(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usage("", "one message at a time: fpcheck analyze takes several")
	}
	return nil
}

// unknownCommand names the command that was likely meant, or all of them; besides is said behind what was given.
func unknownCommand(cmd *cobra.Command, got, besides string) error {
	meant, names := "it is one of ", commandNames(cmd)
	if near := yamlfile.Nearest(got, names); near != "" {
		meant, names = "did you mean "+cmd.CommandPath()+" ", []string{near + "?"}
	}
	return usage(cmd.CommandPath()+" --help", "unknown command %q%s; %s%s", got, besides, meant, strings.Join(names, ", "))
}

func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}

// group makes a command that only holds others: called without one of them, it names them.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs}
	cmd.AddCommand(commands...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknownCommand(cmd, args[0], "")
		}
		return usage(cmd.CommandPath()+" --help", "%s needs a command: one of %s", use, strings.Join(commandNames(cmd), ", "))
	}
	return cmd
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}

func newVersionCmd(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(s.out, "fpcheck", version())
			return err
		},
	}
}
