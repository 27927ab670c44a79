package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/docs"
)

// The help of every command fits the window: one flag with a dozen choices pushed the text of all of them out of sight. Short choices stay
// with their flag, and many are listed behind it. Examples are there to be copied, and each names its command.
func TestHelpFits(t *testing.T) {
	help := func(args ...string) string {
		var out, errs bytes.Buffer
		if status := run(append(args, "--help"), strings.NewReader(""), &out, &errs); status != 0 {
			t.Fatalf("%v: status %d: %s", args, status, errs.String())
		}
		return out.String()
	}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		text := help(strings.Fields(strings.TrimPrefix(cmd.CommandPath(), "fpcheck"))...)
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > render.DefaultWidth && !strings.HasPrefix(line, "  fpcheck ") {
				t.Errorf("%s: %d columns: %s", cmd.CommandPath(), n, line)
			}
		}
		if cmd.RunE != nil && !cmd.HasSubCommands() && cmd.Name() != "version" && !strings.Contains(text, "\nExamples:\n  "+cmd.CommandPath()) {
			t.Errorf("%s: no example", cmd.CommandPath())
		}
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	root := newRootCmd(streams{strings.NewReader(""), io.Discard, io.Discard})
	visit(root)
	if s := help("suggest"); !strings.Contains(s, "--format text|json ") || !strings.Contains(s, "--for NAME ") || !strings.Contains(strings.Join(strings.Fields(s), " "), "postfix, exim,") {
		t.Error(s)
	}
}

// Every command that README, the pages and the help show has the flags, the values and the number of arguments that it is shown with; those
// in the middle of a sentence have the flags. What a command prints is compared where a console block shows it: TestConsoleBlocks.
func TestShownCommands(t *testing.T) {
	shown := 0
	try := func(where, line string, prose bool) {
		words := commandLine(line)
		if words == nil {
			return
		}
		shown++
		root := newRootCmd(streams{strings.NewReader(""), io.Discard, io.Discard})
		root.InitDefaultCompletionCmd()
		lower := func(word string) bool { return strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789-./") == "" } // no placeholder
		cmd, rest, err := root.Find(words)
		switch {
		case err != nil:
		case cmd == root && len(words) > 0 && lower(words[0]) && !strings.ContainsAny(words[0], "-./"):
			err = unknownCommand(root, words[0], "")
		case cmd.Name() == "docs" && len(rest) == 1 && lower(rest[0]):
			err = runDocs(streams{strings.NewReader(""), io.Discard, io.Discard}, rest[0])
		case prose:
			for _, word := range rest {
				name, isFlag := strings.CutPrefix(word, "--")
				if isFlag && name != "help" && cmd.Flags().Lookup(name) == nil {
					err = fmt.Errorf("no flag --%s", name)
				}
			}
		case cmd.ParseFlags(rest) != nil:
			err = cmd.ParseFlags(rest)
		case cmd.ValidateRequiredFlags() != nil:
			err = cmd.ValidateRequiredFlags()
		case cmd != root: // its arguments are files, and those are not here
			err = cmd.ValidateArgs(cmd.Flags().Args())
		}
		if err == nil && cmd.HasSubCommands() && cmd != root && len(cmd.Flags().Args()) > 0 {
			err = cmd.RunE(cmd, cmd.Flags().Args())
		}
		if err != nil {
			t.Errorf("%s: %s: %v", where, line, err)
		}
	}
	for _, name := range pages(t) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fenced := false
		for line := range strings.Lines(string(b)) {
			if strings.HasPrefix(line, "```") {
				fenced = !fenced
			}
			if fenced || strings.HasPrefix(line, "    ") {
				command := strings.TrimPrefix(strings.TrimSpace(line), "- run: ")
				try(name, strings.TrimPrefix(strings.TrimPrefix(command, "run: "), "$ "), false)
				continue
			}
			for i, code := range strings.Split(line, "`") {
				if i%2 == 1 {
					try(name, code, true)
				}
			}
		}
	}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			try(cmd.CommandPath()+" --help", strings.TrimSpace(line), false)
		}
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(newRootCmd(streams{strings.NewReader(""), io.Discard, io.Discard}))
	if shown < 100 {
		t.Errorf("only %d commands were found", shown)
	}
}

// TestFlagsPage: the page of flags tells of every flag that a command has.
func TestFlagsPage(t *testing.T) {
	page, ok := docs.Page("guide/flags")
	if !ok {
		t.Fatal("no page")
	}
	seen := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			seen++
			if !f.Hidden && !regexp.MustCompile("`--"+f.Name+"[` ]").MatchString(page) {
				t.Errorf("docs/guide/flags.md does not tell of --%s of %s", f.Name, cmd.CommandPath())
			}
		})
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(newRootCmd(streams{strings.NewReader(""), io.Discard, io.Discard}))
	if seen < 100 {
		t.Errorf("only %d flags were found", seen)
	}
}

// commandLine returns the arguments of fpcheck in what is typed into a shell, up to where the shell takes over; nil where it calls something else.
func commandLine(line string) []string {
	line, ok := strings.CutPrefix(line, "fpcheck")
	if !ok || line != "" && line[0] != ' ' {
		return nil
	}
	words := []string{}
	for line = strings.TrimSpace(line); line != "" && !strings.ContainsAny(line[:1], "<>#|&"); line = strings.TrimSpace(line) {
		var word string
		if quote := line[:1]; quote == `"` || quote == "'" {
			word, line, _ = strings.Cut(line[1:], quote)
		} else {
			word, line, _ = strings.Cut(line, " ")
		}
		words = append(words, word)
	}
	return words
}

// --color wins over the environment, and NO_COLOR over what asks for colours.
func TestUseColor(t *testing.T) {
	for _, test := range []struct {
		color    string
		terminal bool
		env      string
		want     bool
	}{
		{"auto", true, "", true},
		{"auto", false, "", false},
		{"auto", true, "NO_COLOR=1", false},
		{"auto", true, "NO_COLOR=", true},
		{"auto", true, "TERM=dumb", false},
		{"auto", true, "TERM=xterm", true},
		{"auto", true, "CLICOLOR=0", false},
		{"auto", true, "CLICOLOR=1", true},
		{"auto", false, "CLICOLOR=1", false},
		{"auto", false, "CLICOLOR_FORCE=1", true},
		{"auto", false, "CLICOLOR_FORCE=0", false},
		{"auto", false, "CLICOLOR_FORCE=1 NO_COLOR=1", false},
		{"always", false, "NO_COLOR=1", true},
		{"never", true, "CLICOLOR_FORCE=1", false},
	} {
		env := map[string]string{}
		for _, s := range strings.Fields(test.env) {
			name, value, _ := strings.Cut(s, "=")
			env[name] = value
		}
		if got := useColor(test.color, test.terminal, func(name string) string { return env[name] }); got != test.want {
			t.Errorf("%s, terminal %v, %s: %v", test.color, test.terminal, test.env, got)
		}
	}
}

// TestUnwritableOutput: an answer that could not be written is no wrong usage. A file opened for reading alone stands for a full disk.
func TestUnwritableOutput(t *testing.T) {
	out, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	for _, args := range [][]string{{"version"}, {"docs"}, {"docs", "spf"}, {"learn", "--status", "--state", t.TempDir()}, {"rules", "new", "partner"}, {"completion", "bash"}} {
		var errs bytes.Buffer
		if status := run(args, strings.NewReader(""), out, &errs); status != exitCouldNot || !strings.Contains(errs.String(), "write ") {
			t.Errorf("%v: status %d, want %d: %s", args, status, exitCouldNot, errs.String())
		}
	}
	if status := run([]string{"nosuch"}, strings.NewReader(""), out, io.Discard); status != exitUsage {
		t.Errorf("an unknown command: status %d, want %d", status, exitUsage)
	}
}
