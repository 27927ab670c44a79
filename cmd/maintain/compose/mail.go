// Package compose makes mail as it comes about in the world: somebody writes it, hosts hand it on, something happens to it on the
// way, and a filter receives it. What really happened is known, so the tools can be measured against it.
package compose

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
)

// Step is one thing that happens to a message. A case is a list of steps: origin, path, damage, receiver, in the order of time.
type Step func(*Mail)

// Field is one header field. Value is what stands behind "Name: ", with CRLF and white space where it is folded.
type Field struct{ Name, Value string }

// Mail is a message on its way, and what the world knows of it.
type Mail struct {
	Name     string // of the case: ids are made from it
	Fields   []Field
	Root     *Part
	After    string // bytes behind the MIME structure, as a footer tool leaves them
	At       time.Time
	Host     Host   // that has the message now
	MailFrom string // envelope sender; empty: the null sender
	Rcpt     string
	to       string // whom the next letter is for, instead of whom it names
	Zone     *Zone
	Truth    Truth
	Sigs     []*Signature  // newest first, as in the header
	Asked    time.Duration // how long after delivery the DNS was asked
	HeadOnly bool          // a paste of the header
	BareLF   bool          // the copy has lost its CRs
	Broken   bool          // the message is malformed, and that is what the case is about

	ids   int
	queue string // queue id that the next host will give the message
}

// Host is a machine that sends or receives mail.
type Host struct {
	Name string // what it says in HELO, unless Helo says otherwise, and the PTR record of its address, unless PTR does
	IP   string
	Helo string
	PTR  string // "-": none
	Auth string // user who logged in to hand the message over
}

// HeloName returns what the host says in EHLO.
func (h Host) HeloName() string { return or(h.Helo, h.Name) }

// RDNS returns the name that a receiver finds for the address, or "" where there is none.
func (h Host) RDNS() string {
	if h.PTR == "-" {
		return ""
	}
	return or(h.PTR, h.Name)
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// On returns a step that does several.
func On(steps ...Step) Step {
	return func(m *Mail) {
		for _, s := range steps {
			s(m)
		}
	}
}

// Wait lets time pass.
func Wait(d time.Duration) Step { return func(m *Mail) { m.At = m.At.Add(d) } }

// Stamp writes a field on top of the header.
func Stamp(name, value string) Step { return func(m *Mail) { m.Add(name, value) } }

// Trail writes a field at the end of the header.
func Trail(name, value string) Step {
	return func(m *Mail) { m.Trail(Field{name, value}) }
}

// Add writes a field on top of the header.
func (m *Mail) Add(name, value string) {
	m.Fields = append([]Field{{name, value}}, m.Fields...)
}

// Trail writes fields at the end of the header.
func (m *Mail) Trail(fields ...Field) { m.Fields = append(m.Fields, fields...) }

// Get returns the value of the topmost field of that name.
func (m *Mail) Get(name string) string {
	for _, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Set replaces the topmost field of that name, or adds it at the end.
func (m *Mail) Set(name, value string) {
	for i, f := range m.Fields {
		if strings.EqualFold(f.Name, name) {
			m.Fields[i].Value = value
			return
		}
	}
	m.Fields = append(m.Fields, Field{name, value})
}

// ID returns n characters out of alphabet that are the same in every run.
func (m *Mail) ID(n int, alphabet string) string {
	m.ids++
	var b strings.Builder
	for i := range n {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d/%d", m.Name, m.ids, i))
		b.WriteByte(alphabet[binary.BigEndian.Uint32(sum[:4])%uint32(len(alphabet))])
	}
	return b.String()
}

// QueueID returns the id under which the next host of Postfix keeps the message: milters write it before the host writes its line.
func (m *Mail) QueueID() string {
	if m.queue == "" {
		m.queue = m.ID(11, hexUpper)
	}
	return m.queue
}

// takeQueueID returns that id and forgets it.
func (m *Mail) takeQueueID() string {
	id := m.QueueID()
	m.queue = ""
	return id
}

// The alphabets of ids.
const (
	hexUpper = "0123456789ABCDEF"
	hexLower = "0123456789abcdef"
	digits   = "0123456789"
	mixed    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// Header returns the header section with CRLF line ends and no blank line.
func (m *Mail) Header() string {
	var b strings.Builder
	for _, f := range m.Fields {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	return b.String()
}

// Body returns the encoded body.
func (m *Mail) Body() string { return m.Root.encode() + m.After }

// Bytes returns the message as it stands in the file.
func (m *Mail) Bytes() []byte {
	s := m.Header()
	if !m.HeadOnly {
		s += "\r\n" + m.Body()
	}
	if m.BareLF {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return []byte(s)
}
