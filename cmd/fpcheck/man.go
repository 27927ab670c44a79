package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/fpcheck/fpcheck/docs"
)

// man writes a page for man(1) of root and of each command below it into dir, which it makes: fpcheck.1, fpcheck-analyze.1 and so on.
// The library that cobra has for this reads Markdown, and its start alone would make every run of fpcheck a tenth longer.
func (s streams) man(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return couldNot("", "writing the pages for man: %w", err)
	}
	commands := withCommands(root)
	for _, cmd := range commands {
		if err := os.WriteFile(filepath.Join(dir, manName(cmd)+".1"), []byte(manPage(cmd)), 0o644); err != nil {
			return couldNot("", "writing the pages for man: %w", err)
		}
	}
	s.say("%d pages for man written to %s", len(commands), dir)
	return nil
}

// withCommands is cmd with all that its help names, but for the completion of shells, whose own help says all.
func withCommands(cmd *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && c.Name() != "completion" {
			out = append(out, withCommands(c)...)
		}
	}
	return out
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage is the page of cmd, in the macros of groff_man(7).
func manPage(cmd *cobra.Command) string {
	p := &roff{}
	p.macro("TH", strings.ToUpper(manName(cmd)), "1", "", "fpcheck "+version(), "User Commands")
	p.macro("SH", "NAME")
	p.text(manName(cmd) + " - " + cmd.Short)
	p.macro("SH", "SYNOPSIS")
	p.text(cmd.UseLine())
	if cmd.Long != "" {
		p.macro("SH", "DESCRIPTION")
		p.text(cmd.Long)
	}
	if below := withCommands(cmd)[1:]; len(below) > 0 {
		p.macro("SH", "COMMANDS")
		for _, c := range below {
			p.entry(bold(manName(c))+"(1)", c.Short)
		}
	}
	if cmd.HasAvailableFlags() {
		p.macro("SH", "OPTIONS")
		cmd.Flags().VisitAll(p.flag)
	}
	if cmd.Example != "" {
		p.macro("SH", "EXAMPLES")
		p.macro("nf")
		p.text(cmd.Example)
		p.macro("fi")
	}
	if !cmd.HasParent() {
		p.exitStatus()
		p.macro("SH", "FILES")
		p.entry(bold("profile.yaml"), "facts of your organisation: in the working folder, its parents, or the user's configuration folder; see fpcheck docs profile")
		p.entry(bold("learned.state"), "what fpcheck learn was taught, in the folder that fpcheck learn --status names, or that of --state; see fpcheck docs learn")
		p.macro("SH", "ENVIRONMENT")
		p.entry(bold("NO_COLOR"), "where it is set, there are no colours unless --color asks for them")
		p.entry(bold("XDG_CONFIG_HOME")+", "+bold("XDG_STATE_HOME"), "where profile and state lie, on systems that follow the XDG Base Directory Specification")
	}
	p.macro("SH", "SEE ALSO")
	if cmd.HasParent() {
		p.WriteString(bold(manName(cmd.Parent())) + "(1)\n.PP\n")
	}
	p.text("fpcheck docs NAME prints the page of a cause, check, filter or file.")
	return p.String()
}

// roff writes a page line by line.
type roff struct{ strings.Builder }

func (p *roff) macro(name string, args ...string) {
	p.WriteString("." + name)
	for _, a := range args {
		p.WriteString(` "` + strings.ReplaceAll(inRoff(a), `"`, `\(dq`) + `"`)
	}
	p.WriteString("\n")
}

// text writes paragraphs.
func (p *roff) text(s string) {
	for line := range strings.Lines(strings.Trim(s, "\n") + "\n") {
		if line == "\n" {
			p.macro("PP")
			continue
		}
		p.WriteString(`\&` + inRoff(line)) // what stands at the beginning is no macro, whatever it is
	}
}

// entry is one of a list: term is roff.
func (p *roff) entry(term, text string) {
	p.macro("TP")
	p.WriteString(term + "\n")
	p.text(text)
}

func (p *roff) flag(f *pflag.Flag) {
	if f.Hidden || f.Deprecated != "" {
		return
	}
	term := bold("--" + f.Name)
	if f.Shorthand != "" {
		term = bold("-"+f.Shorthand) + ", " + term
	}
	value, usage := pflag.UnquoteUsage(f)
	if value != "" {
		term += ` \fI` + inRoff(value) + `\fR`
	}
	if d := f.DefValue; d != "" && d != "false" && d != "0" && d != "[]" && !strings.Contains(usage, "(default") {
		usage += " (default " + d + ")"
	}
	p.entry(term, usage)
}

// exitStatus makes a list of the table on that page: man(1) folds no table.
func (p *roff) exitStatus() {
	p.macro("SH", "EXIT STATUS")
	page, _ := docs.Page("exit-status")
	for line := range strings.Lines(page) {
		if status, meaning, ok := strings.Cut(strings.Trim(line, "| \n"), " | "); ok && strings.Trim(status, "0123") == "" {
			p.entry(bold(status), strings.ReplaceAll(meaning, "`", ""))
		}
	}
}

func bold(s string) string { return `\fB` + inRoff(s) + `\fR` }

// inRoff keeps the marks of s from being read as roff.
func inRoff(s string) string { return roffMarks.Replace(s) }

var roffMarks = strings.NewReplacer(`\`, `\e`, "-", `\-`, "`", `\(ga`)
