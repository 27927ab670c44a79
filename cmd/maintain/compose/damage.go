package compose

import (
	"strings"
	"time"
)

// breakBody notes that no signature made so far fits the body any more.
func (m *Mail) breakBody() { m.breakSigs("body") }

// breakHeader notes the same of a signed field, for the signatures that sign it.
func (m *Mail) breakHeader(name string) {
	for _, s := range m.Sigs {
		for _, h := range s.Headers {
			if strings.EqualFold(h, name) {
				s.spoil("header")
				break
			}
		}
	}
}

func (m *Mail) breakSigs(what string) {
	for _, s := range m.Sigs {
		s.spoil(what)
	}
}

func (s *Signature) spoil(what string) {
	if s.Broken != "" && s.Broken != what {
		what = "both"
	}
	s.Result, s.Broken = "fail", what
}

// FooterText appends a footer to the plain text parts, as a disclaimer tool does.
func FooterText(footer string) Step {
	return func(m *Mail) {
		for _, p := range m.Root.leaves() {
			if p.is("text/plain") {
				p.Text = strings.TrimRight(p.Text, "\n") + "\n\n" + footer + "\n"
			}
		}
		m.breakBody()
	}
}

// FooterHTML puts a footer before </body> of the HTML parts.
func FooterHTML(footer string) Step {
	return func(m *Mail) {
		for _, p := range m.Root.leaves() {
			if p.is("text/html") {
				p.Text = strings.Replace(p.Text, "</body>", "<div class=\"disclaimer\">"+footer+"</div>\n</body>", 1)
			}
		}
		m.breakBody()
	}
}

// BannerText puts a warning on top of the text, as a receiver's gateway does.
func BannerText(banner string) Step {
	return func(m *Mail) {
		for _, p := range m.Root.leaves() {
			switch {
			case p.is("text/plain"):
				p.Text = banner + "\n\n" + p.Text
			case p.is("text/html"):
				p.Text = strings.Replace(p.Text, "<body>", "<body>\n<div style=\"background:#ffeb9c\">"+banner+"</div>", 1)
			}
		}
		m.breakBody()
	}
}

// Reencode changes the transfer encoding of the text parts.
func Reencode(encoding string) Step {
	return func(m *Mail) {
		for _, p := range m.Root.leaves() {
			if strings.HasPrefix(p.Type, "text/") && p.Encoding != encoding {
				p.Encoding = encoding
				m.breakBody()
			}
		}
		if len(m.Root.Children) == 0 {
			m.Set("Content-Transfer-Encoding", m.Root.Encoding)
		}
	}
}

// SubjectTag puts a tag before the subject.
func SubjectTag(tag string) Step {
	return func(m *Mail) {
		m.Set("Subject", tag+" "+m.Get("Subject"))
		m.breakHeader("Subject")
	}
}

// ListFooter appends a footer behind everything, as Mailman does with a message of one plain part.
func ListFooter(footer string) Step {
	return func(m *Mail) {
		m.After += strings.ReplaceAll(footer, "\n", "\r\n")
		m.breakBody()
	}
}

// Queue lets the message wait at the host that has it now.
func Queue(d time.Duration) Step { return Wait(d) }

// RewriteLinks puts a gateway's address in front of every link.
func RewriteLinks(prefix string) Step {
	return func(m *Mail) {
		for _, p := range m.Root.leaves() {
			p.Text = strings.ReplaceAll(p.Text, "https://", prefix+"https://")
		}
		m.breakBody()
	}
}
