package compose

import (
	"strings"
	"time"
)

// Letter is what an author writes.
type Letter struct {
	From, To, Subject string // From and To as in the field, with display name
	Text              string // plain text; empty: none
	HTML              string // "auto": made from Text
	CSS               string
	Encoding          string // of the text parts; 7bit where none is stated
	Attach            []Part
	Zone              string // time zone of the Date field: "+0100"
	Date              time.Duration
	MessageID         string  // without angle brackets; "" makes one at the host
	Above             []Field // above From
	Below             []Field // under the MIME fields
}

// Write returns the step in which an author (or a script) composes a message on the host that has it now.
func Write(l Letter) Step {
	return func(m *Mail) {
		if m.to != "" {
			l.To, m.to = m.to, ""
		}
		m.Root = l.root(m)
		m.Fields = append(m.Fields, l.Above...)
		zone, err := time.Parse("-0700", or(l.Zone, "+0000"))
		if err != nil {
			panic("compose: " + m.Name + ": " + err.Error())
		}
		id := or(l.MessageID, m.ID(8, hexLower)+"."+m.ID(10, digits)+"@"+m.Host.Name)
		m.Fields = append(m.Fields, []Field{
			{"From", l.From},
			{"To", l.To},
			{"Subject", word(l.Subject)},
			{"Date", m.At.Add(l.Date).In(zone.Location()).Format(time.RFC1123Z)},
			{"Message-ID", "<" + id + ">"},
			{"MIME-Version", "1.0"},
		}...)
		m.Fields = append(append(m.Fields, m.Root.header()...), l.Below...)
		if m.MailFrom == "" {
			m.MailFrom = addrOf(l.From)
		}
		if m.Rcpt == "" {
			m.Rcpt = addrOf(l.To)
		}
	}
}

// Addressed says for whom the next letter is, so that one origin can be sent to every receiver.
func Addressed(to string) Step { return func(m *Mail) { m.to = to } }

// addrOf cuts the address out of a field with one mailbox.
func addrOf(s string) string {
	if i := strings.LastIndexByte(s, '<'); i >= 0 {
		s = s[i+1:]
	}
	return strings.TrimSuffix(strings.TrimSpace(s), ">")
}

func domainOf(addr string) string { return addr[strings.LastIndexByte(addr, '@')+1:] }

// root builds the MIME structure: text, text and HTML as alternatives, attachments around them.
func (l Letter) root(m *Mail) *Part {
	enc := or(l.Encoding, "7bit")
	var alt []*Part
	if l.Text != "" && l.HTML != "only" {
		alt = append(alt, &Part{Type: "text/plain; charset=utf-8", Encoding: enc, Text: wrapText(strings.TrimLeft(l.Text, "\n"), 72)})
	}
	switch l.HTML {
	case "":
	case "auto", "only":
		alt = append(alt, &Part{Type: "text/html; charset=utf-8", Encoding: enc, Text: htmlOf(l.Text, l.CSS)})
	default:
		alt = append(alt, &Part{Type: "text/html; charset=utf-8", Encoding: enc, Text: strings.TrimLeft(l.HTML, "\n")})
	}
	root := alt[0]
	if len(alt) > 1 {
		root = &Part{Type: "multipart/alternative", Boundary: "alt_" + m.ID(20, mixed), Children: alt}
	}
	if len(l.Attach) > 0 {
		root = &Part{Type: "multipart/mixed", Boundary: "mix_" + m.ID(20, mixed), Children: []*Part{root}}
		for _, a := range l.Attach {
			root.Children = append(root.Children, &a)
		}
	}
	return root
}

// File is an attachment.
func File(name, typ, content string) Part {
	return Part{Type: typ + "; name=\"" + name + "\"", Encoding: "base64", Text: content,
		Fields: []Field{{"Content-Disposition", "attachment; filename=\"" + name + "\""}}}
}
