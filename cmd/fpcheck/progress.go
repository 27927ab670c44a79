package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/fpcheck/fpcheck/cmd/render"
)

// progress is a line on standard error that counts the messages of a long run, or the groups for which changes are looked for. It is there only where
// a terminal is.
type progress struct {
	out    *os.File
	read   *meter // nil: how much is left is not known
	groups int    // 0: messages are counted
	since  time.Time
	last   time.Time
	shown  bool
}

// The line comes after a second, since a short run needs none, and five times a second, since nobody reads faster.
const progressAfter, progressEvery = time.Second, 200 * time.Millisecond

func startProgress(s streams) *progress {
	f := s.terminal()
	if f == nil {
		return &progress{}
	}
	return &progress{out: f, since: time.Now()}
}

// terminal is where the user sits and reads what we say; nil: nobody does.
func (s streams) terminal() *os.File {
	if f, ok := s.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// show prints how many are done, and the name of the last one.
func (p *progress) show(done int, name string) {
	now := time.Now()
	if p.out == nil || now.Sub(p.since) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	width, _, err := term.GetSize(int(p.out.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	line := []rune(p.line(done, now) + "   " + render.Clean(name))
	fmt.Fprint(p.out, "\r\x1b[K"+string(line[:min(len(line), width-1)]))
	p.last, p.shown = now, true
}

// line says how many are done, how fast, and how long the rest will take where that can be known.
func (p *progress) line(done int, now time.Time) string {
	spent := now.Sub(p.since)
	s := fmt.Sprintf("%d messages, %.0f a second", done, float64(done)/spent.Seconds())
	share, ok := p.read.share()
	if p.groups > 0 {
		s = fmt.Sprintf("looking for changes, %d of %d groups", done, p.groups)
		share, ok = float64(done)/float64(p.groups), done > 0
	}
	if ok {
		s += ", about " + roughly(time.Duration(float64(spent)*(1-share)/share)) + " left"
	}
	return s
}

// roughly writes a duration with one unit, since it is an estimate.
func roughly(d time.Duration) string {
	switch {
	case d < 90*time.Second:
		return fmt.Sprintf("%.0f s", max(1, d.Seconds()))
	case d < 90*time.Minute:
		return fmt.Sprintf("%.0f min", d.Minutes())
	}
	return fmt.Sprintf("%.0f h", d.Hours())
}

// clear takes the line away, so that other output has the line to itself.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
