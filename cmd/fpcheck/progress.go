package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/fpcheck/fpcheck/cmd/render"
)

// progress is a line on standard error that counts the messages of a long run. It is there only where a terminal is.
type progress struct {
	out   *os.File
	since time.Time
	last  time.Time
	shown bool
}

// The line comes after a second, since a short run needs none, and five times a second, since nobody reads faster.
const progressAfter, progressEvery = time.Second, 200 * time.Millisecond

func startProgress(s streams) *progress {
	f, ok := s.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{out: f, since: time.Now()}
}

// show prints how many messages are done, and the name of the last one.
func (p *progress) show(done int, name string) {
	now := time.Now()
	if p.out == nil || now.Sub(p.since) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	width, _, err := term.GetSize(int(p.out.Fd()))
	if err != nil || width < 20 {
		width = 80
	}
	rate := float64(done) / now.Sub(p.since).Seconds()
	line := []rune(fmt.Sprintf("%d messages, %.0f a second   %s", done, rate, render.Clean(name)))
	fmt.Fprint(p.out, "\r\x1b[K"+string(line[:min(len(line), width-1)]))
	p.last, p.shown = now, true
}

// clear takes the line away, so that other output has the line to itself.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
