package render

import (
	"io"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/explain"
)

// Desk prints the one screen that a ticket needs: who, what and when, whether to release it, why, what to do, and who.
func Desk(w io.Writer, e *explain.Explanation, o Options) error {
	p := newPage(w, o)
	d := newDesk(e, o)
	p.envelope(d)
	p.line("")
	p.verdict(d)
	p.deskRows(d)
	p.next(d.Next)
	_, err := p.WriteTo(w)
	return err
}

const deskLabel = 10

func (p *page) deskRow(label, text string) {
	if text != "" {
		p.hang(pad(label, deskLabel), Clean(text))
	}
}

// envelope prints who, what and when: two columns where the window is wide enough.
func (p *page) envelope(d desk) {
	if d.Notice != "" {
		p.hang("", d.Notice)
	}
	p.two("From", d.From, "To", d.To)
	p.two("Subject", d.Subject, "Delivered", d.When)
	p.clippedRow("Message", d.ID)
}

// secondColumn is how wide the right column of the screen is, with its label.
const secondColumn = 40

// two prints two labelled values on one line where they fit.
func (p *page) two(label, text, label2, text2 string) {
	text, text2 = Clean(text), Clean(text2)
	if left := p.width - deskLabel - secondColumn; width(text) <= left-2 && width(text2) <= secondColumn-deskLabel-1 {
		p.line(pad(label, deskLabel) + pad(text, left) + pad(label2, deskLabel+1) + text2)
		return
	}
	p.clippedRow(label, text)
	p.clippedRow(label2, text2)
}

// clippedRow keeps one value to two lines, however long the message made it.
func (p *page) clippedRow(label, text string) {
	p.clipped(pad(label, deskLabel), Clean(text))
}

// verdict prints the first word, in the place and with the confidence that the eye looks for.
func (p *page) verdict(d desk) {
	paint := p.style.bad
	if d.Verdict == explain.Release {
		paint = p.style.good
	}
	word := string(d.Verdict)
	gap := strings.Repeat(" ", max(3, deskLabel+14-width(word)))
	if d.Who == "" || p.width < DefaultWidth {
		p.line(paint(word) + gap + d.Sure)
		p.deskRow("Who", d.Who)
		return
	}
	left := p.width - secondColumn - width(word) - len(gap)
	p.line(paint(word) + gap + pad(d.Sure, left) + pad("Who", deskLabel+1) + Clean(d.Who))
}

func (p *page) deskRows(d desk) {
	p.deskRow("Cause", d.Cause)
	for i, step := range d.Do {
		label := ""
		if i == 0 {
			label = "Do"
		}
		p.deskRow(label, step)
	}
	p.deskRow("Caught by", d.Caught)
	p.deskRow("Surer by", d.Surer)
}

// next prints what to run next: side by side where it fits. A command is never broken: people copy it.
func (p *page) next(list []string) {
	p.line("")
	line := "Next: "
	if slices.ContainsFunc(list, func(s string) bool { return width(s) > p.width-len(line) }) {
		p.line("Next:")
		line = ""
	}
	indent := strings.Repeat(" ", len(line))
	for i, s := range list {
		s = Clean(s)
		if i > 0 && width(line)+5+width(s) > p.width {
			p.line(line)
			line = indent + s
			continue
		}
		if i > 0 {
			line += "     "
		}
		line += s
	}
	p.line(line)
}
