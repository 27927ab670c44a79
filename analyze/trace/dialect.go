package trace

import (
	"strings"
)

// Dialect is the way in which one kind of MTA writes its Received field.
type Dialect struct {
	Name  string // stable: it stands in the JSON, and names the page and the fixture
	Title string

	// Parse reads one unfolded value. ok is false where the line is not of this dialect, or not wholly understood. IPSpan and
	// HostSpan of the hop point into the line.
	Parse func(line string) (Hop, bool)

	// Write is the line that this MTA would write for the hop. What a peer chose is neutralised as the MTA does it, so the line
	// reads back as the same peer whatever the peer said.
	Write func(Hop) string

	spec spec
}

// Dialects lists every dialect in the order of trying: hosts and software that name themselves first, the grammar of RFC 5321 last.
var Dialects = []*Dialect{
	amavis, ppe, trendmicro, sophos, postfix, exclaimer, exchange, smtpsvc, gmail, pps, sendgrid,
	ses, vger, cyrus, zimbra, dovecot, yahoo, aliyun, oracle, domino, groupwise,
	communigate, mdaemon, mailenable, icewarp, haraka, opensmtpd, halon, mailgun, fetchmail, navgw,
	ecelerity, powermta, axigen, kerio, james, mimecast, barracuda, ironport, messagelabs, fortimail,
	gmx, icloud, cloudflare, rzmta, criticalpath, webmail, listserv, xmail, intermail, scalix, mercury, clearswift, obtuse,
	webshield, simta, sendmail, exim, courier, qmail, generic,
}

// ParseReceived reads the unfolded value of a Received field with the first dialect that understands it. IPSpan and HostSpan
// point into value. A line that no dialect understands wholly gives ok=false: nothing in it is guessed.
func ParseReceived(value string) (Hop, bool) {
	l := lines.Get().(*line)
	defer lines.Put(l)
	if !l.cut(value) {
		return Hop{}, false
	}
	layout := l.layout
	for _, d := range Dialects {
		l.layout = layout
		if h, ok := d.spec.read(d.Name, l); ok {
			return h, true
		}
	}
	return Hop{}, false
}

// spec is what tells one dialect from the others; everything else is shared.
type spec struct {
	need  string                 // occurs in every line of the dialect: a cheap first look
	is    func(*line) bool       // the mark, in a slot that the MTA writes itself; nil: any
	peer  func(*line, *Hop) bool // reads the from clause
	after func(*line, *Hop) bool // reads or corrects what only this dialect has; nil: nothing
	write func(*strings.Builder, Hop)
}

// dialect makes a Dialect of a spec.
func (s spec) dialect(name, title string) *Dialect {
	return &Dialect{
		Name: name, Title: title, spec: s,
		Parse: func(v string) (Hop, bool) {
			l := lines.Get().(*line)
			defer lines.Put(l)
			if !l.cut(v) {
				return Hop{}, false
			}
			return s.read(name, l)
		},
		Write: func(h Hop) string {
			var b strings.Builder
			s.write(&b, h)
			return b.String()
		},
	}
}

// read reads a line that was cut. false: not this dialect, or a part of the line is not understood.
func (s *spec) read(name string, l *line) (Hop, bool) {
	if !strings.Contains(l.s, s.need) || s.is != nil && !s.is(l) {
		return Hop{}, false
	}
	h := Hop{Dialect: name}
	if !s.peer(l, &h) || !l.rest(&h) || s.after != nil && !s.after(l, &h) {
		return Hop{}, false
	}
	return h, true
}
