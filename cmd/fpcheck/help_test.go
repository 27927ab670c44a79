package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/cmd/render"
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
