// Command fpcheck says why a mail filter stopped a good message, who has to mend what, and which change is safe.
package main

import (
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

	"github.com/spf13/cobra"

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
	return s.status(root.ExecuteContext(ctx))
}

// status says what went wrong, and returns the exit status. What cobra itself refuses is wrong usage; a full disk behind standard output is not.
func (s streams) status(err error) int {
	if err == nil {
		return 0
	}
	e := &exitError{code: exitUsage, err: err, hint: "fpcheck --help"}
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
	cmd.SetUsageTemplate(strings.ReplaceAll(cmd.UsageTemplate(), ".FlagUsages", ".FlagUsagesWrapped "+strconv.Itoa(render.DefaultWidth)))
	cmd.AddCommand(newAnalyzeCmd(s), newExplainCmd(s), newSuggestCmd(s), newReportCmd(s), newTicketCmd(s), newTriageCmd(s), newRepairCmd(s), newRulesCmd(s), newDKIMCmd(s), newDNSCmd(s), newLearnCmd(s), newProfileCmd(s), newDocsCmd(s), newVersionCmd(s))
	return cmd
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
		names := strings.Join(commandNames(cmd), ", ")
		if len(args) > 0 {
			return usage("", "unknown command %q after %s: one of %s", args[0], use, names)
		}
		return usage("", "%s needs a command: one of %s", use, names)
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
