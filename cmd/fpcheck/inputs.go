package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/atotto/clipboard"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/cmd/render"
)

// handing are the flags that say what is handed over, and how far to open it.
type handing struct {
	part      string
	clipboard bool
	from      string
}

// bind adds the flags to cmd.
func (h *handing) bind(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&h.part, "part", "", "`NUMBER` of the attached message to look at; 0 is the mail around it")
	f.BoolVar(&h.clipboard, "clipboard", false, "take what is on the clipboard")
	f.StringVar(&h.from, "from", "", "`ADDRESS` of the author, where the header only has a placeholder for it")
}

// options turns --part into what intake asks for.
func (h *handing) options() (intake.Options, error) {
	if h.part == "" {
		return intake.Options{}, nil
	}
	n, err := strconv.Atoi(h.part)
	if err != nil || n < 0 {
		return intake.Options{}, usage("", "--part %s: it is a number; 0 is the mail around the attached messages", h.part)
	}
	return intake.Options{Part: n, Outer: n == 0}, nil
}

// items reads what a name stands for: a message, a file that holds several, a folder, standard input, the clipboard.
func (l *loading) items(name string) iter.Seq2[*intake.Item, error] {
	o, err := l.handing.options()
	if err != nil {
		return only(name, err)
	}
	if name == "-" {
		b, err := l.paste()
		if err != nil {
			return only(name, err)
		}
		return intake.Bytes(name, b, o)
	}
	info, err := os.Stat(name)
	if err != nil {
		return only(name, notThere(name, err))
	}
	if info.IsDir() {
		return intake.Folder(l.read.folder(os.DirFS(name)), name, o)
	}
	return func(yield func(*intake.Item, error) bool) {
		f, err := os.Open(name)
		if err != nil {
			yield(&intake.Item{Name: name}, reason(err))
			return
		}
		defer f.Close()
		intake.Reader(name, l.read.reader(f), o)(yield)
	}
}

// notThere says why there is no file called name. A pattern arrives here where nothing fits it, and on Windows always.
func notThere(name string, err error) error {
	if strings.ContainsAny(name, "*?") {
		return errors.New("no file is called that, and it is the shell that expands a pattern: name the folder")
	}
	return reason(err)
}

// maxFile bounds the files of one's own that are read as a whole: rules, profiles, lists. Ten thousand rules take 4 MB.
const maxFile = 64 << 20

// readFile is os.ReadFile with that bound: a name may be that of a device.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(b) > maxFile {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is larger than %d MB", maxFile>>20)}
	}
	return b, err
}

// reason takes the path out of an error of the file system: it is said before it.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// only yields one error.
func only(name string, err error) iter.Seq2[*intake.Item, error] {
	return func(yield func(*intake.Item, error) bool) { yield(&intake.Item{Name: name}, err) }
}

// awaitPaste tells somebody who sits at a terminal what is waited for, and how to end it. Until something is there Ctrl-C ends the program:
// there is no run yet that could be ended with what is done.
func (s streams) awaitPaste(what string) {
	if f, ok := s.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		signal.Reset(os.Interrupt)
		s.say("paste %s, then press %s", what, endOfInput)
	}
}

// paste reads the clipboard where that is asked for, or else standard input.
func (l *loading) paste() ([]byte, error) {
	if l.handing.clipboard {
		s, err := clipboard.ReadAll()
		if err != nil {
			return nil, fmt.Errorf("reading the clipboard: %w; paste into fpcheck instead", err)
		}
		return []byte(s), nil
	}
	l.streams.awaitPaste("the message or its headers")
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(l.streams.in, intake.MaxMessage+1))
	if err == nil && n > intake.MaxMessage {
		err = intake.ErrTooLarge
	}
	return b.Bytes(), err
}

// inputName is how an input is called in what we say.
func (l *loading) inputName(name string) string {
	switch {
	case name != "-":
		return name
	case l.handing.clipboard:
		return "the clipboard"
	}
	return "standard input"
}

// itemReport runs the checks over one item.
func (l *loading) itemReport(ctx context.Context, it *intake.Item) *analyze.Report {
	return analyze.Run(ctx, l.itemInput(it), l.checks)
}

// itemInput is one item with what is known of it. What the item itself says of the delivery counts where no flag says otherwise.
func (l *loading) itemInput(it *intake.Item) *analyze.Input {
	if len(it.Message.Raw) > largeMessage {
		lessGarbage(garbageLarge)
	}
	in := l.input(it.Name, it.Message, l.statedBy(it))
	in.Handed = it
	if in.Category == "" {
		in.Category = it.Stated.Category
	}
	return in
}

// statedBy puts what the item says beside what the flags say.
func (l *loading) statedBy(it *intake.Item) analyze.Stated {
	s := l.stated
	if s.MailFrom == "" {
		s.MailFrom = it.Stated.MailFrom
	}
	if len(s.Rcpt) == 0 {
		s.Rcpt = it.Stated.Rcpt
	}
	if !s.IP.IsValid() {
		s.IP = it.Stated.IP
	}
	if s.Helo == "" {
		s.Helo = it.Stated.Helo
	}
	if s.Delivered.IsZero() {
		s.Delivered = it.Stated.Delivered
	}
	return s
}

// errSeveral is what a command for one message says of an input that holds more.
var errSeveral = errors.New("it holds several messages: fpcheck analyze reports on each of them, fpcheck triage groups them")

// oneItem reads an input that must hold one message.
func (l *loading) oneItem(name string) (*intake.Item, error) {
	var found *intake.Item
	for it, err := range l.items(name) {
		switch {
		case found != nil:
			return nil, fmt.Errorf("%s: %w", l.inputName(name), errSeveral)
		case err != nil && it.Name != name:
			return nil, fmt.Errorf("%s: %w", it.Name, err)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", l.inputName(name), err)
		}
		found = it
	}
	if found == nil {
		return nil, fmt.Errorf("%s: %w", l.inputName(name), intake.ErrNoMail)
	}
	if found.Message != nil {
		l.sayHanded(found)
	}
	return found, nil
}

// sayHanded tells what was opened, since the answer is about what was inside.
func (l *loading) sayHanded(it *intake.Item) {
	for _, n := range it.Notes {
		l.streams.say("%s: %s", l.inputName(it.Name), n)
	}
}

// refusalOnly prints what a rejection says where nothing of the message is here, and ends the command.
func (l *loading) refusalOnly(it *intake.Item) error {
	if err := l.printRefusal(it, l.renderOptions("auto", false)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return &exitError{code: 0}
}

// printRefusal prints it in the format that the command was asked for.
func (l *loading) printRefusal(it *intake.Item, opts render.Options) error {
	format := ""
	if l.cmd != nil {
		if f := l.cmd.Flags().Lookup("format"); f != nil {
			format = f.Value.String()
		}
	}
	print, ok := map[string]func(io.Writer, *intake.Item, render.Options) error{
		"json": render.RefusalJSON, "markdown": render.RefusalMarkdown, "html": render.RefusalHTML,
	}[format]
	if !ok {
		print = render.Refusal
	}
	return print(l.streams.out, it, opts)
}
