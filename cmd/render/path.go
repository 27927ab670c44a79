package render

import (
	"fmt"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/trace"
)

// path prints the hops, newest first, with the side that wrote each, and where the border is and why.
func (p *page) path(r *analyze.Report) {
	t := r.Input.Trace
	if t == nil {
		return
	}
	p.heading("Path, newest first")
	if len(t.Hops) == 0 {
		p.line("  the message has no Received line")
	}
	by := hostColumn(t.Hops)
	for i, h := range t.Hops {
		head := fmt.Sprintf("%3d  %s  %s  ", i+1, pad(side(t, i).String(), 7), pad(hopBy(h), by))
		p.hang(head, strings.Join(hopParts(t, i), ", "))
		p.hopNotes(t, i)
	}
	if t.Border < 0 {
		p.hang("  ", "delivery point (border) unknown: "+Clean(t.Why))
		if s := handover(t.Handover); s != "" {
			p.hang("  ", s)
		}
	}
	for _, m := range t.Remarks {
		if m.Hop < 0 || m.Hop >= len(t.Hops) {
			p.hang("  ", Clean(m.Note))
		}
	}
}

// maxHostColumn keeps room for the peer; a longer name (Exchange's have 40 characters) pushes it to the right or to the next line.
const maxHostColumn = 34

func hostColumn(hops []trace.Hop) int {
	w := 0
	for _, h := range hops {
		if n := width(hopBy(h)); n <= maxHostColumn {
			w = max(w, n)
		}
	}
	return w
}

func side(t *trace.Trace, i int) trace.Side {
	switch {
	case t.Border < 0:
		return trace.Unknown
	case i <= t.Border:
		return trace.Ours
	}
	return trace.Theirs
}

func hopBy(h trace.Hop) string {
	switch {
	case h.By != "":
		return Clean(h.By)
	case h.Dialect == "":
		return "(not understood)"
	}
	return "(host not named)"
}

func hopParts(t *trace.Trace, i int) []string {
	h := t.Hops[i]
	parts := []string{hopFrom(h)}
	if h.AuthUser != "" {
		parts = append(parts, "logged in as "+Clean(h.AuthUser))
	} else if h.Authenticated {
		parts = append(parts, "logged in")
	}
	if v := tlsVersion(h.TLS); v != "" {
		parts = append(parts, v)
	}
	if i+1 < len(t.Hops) && !h.At.IsZero() && !t.Hops[i+1].At.IsZero() {
		parts = append(parts, "after "+delay(h.At.Sub(t.Hops[i+1].At)))
	}
	return parts
}

func hopFrom(h trace.Hop) string {
	switch {
	case h.Local && h.Ident != "":
		return "made on the host itself by " + Clean(h.Ident)
	case h.Local:
		return "made or passed on inside the host"
	case h.RDNS == "" && h.Helo == "" && !h.IP.IsValid():
		return "from an unnamed peer"
	}
	s := "from"
	if h.RDNS != "" {
		s += " " + Clean(h.RDNS)
	}
	if h.IP.IsValid() {
		s += " [" + Clean(h.IP.String()) + "]"
	}
	if h.Helo != "" && !strings.EqualFold(h.Helo, h.RDNS) {
		s += " that says " + Clean(h.Helo)
	}
	return s
}

// tlsVersion is the first word of what the line says of TLS, in one spelling.
func tlsVersion(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return strings.NewReplacer("TLS1", "TLSv1", "_", ".").Replace(Clean(word))
}

func (p *page) hopNotes(t *trace.Trace, i int) {
	margin := strings.Repeat(" ", 14)
	if i == t.Border {
		p.hang(margin, "delivery point (border), "+howSure(t.Sure)+": "+Clean(t.Why))
		if s := handover(t.Handover); s != "" {
			p.hang(margin, s)
		}
	}
	for _, m := range t.Remarks {
		if m.Hop == i {
			p.hang(margin, Clean(m.Note))
		}
	}
}

// handover says what the border saw of its peer and of the envelope, whoever tells it: its own line, another field, or the user.
func handover(h trace.Handover) string {
	var parts []string
	if h.IP.IsValid() {
		parts = append(parts, "handed over by "+h.IP.String())
	}
	if h.MailFrom != "" {
		parts = append(parts, "envelope sender "+Clean(short(h.MailFrom)))
	}
	if len(h.Rcpt) > 0 {
		to := "for " + Clean(short(h.Rcpt[0]))
		if n := len(h.Rcpt) - 1; n > 0 {
			to += fmt.Sprintf(" and %d more", n)
		}
		parts = append(parts, to)
	}
	return strings.Join(parts, ", ")
}

// howSure says a probability in the words that every screen uses.
func howSure(p float64) string {
	switch {
	case p >= 0.9:
		return "sure"
	case p >= 0.6:
		return "likely"
	}
	return "possible"
}

func delay(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < 0:
		return "minus " + delay(-d)
	case d < 2*time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%dmin", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}
