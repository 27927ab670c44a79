package eml

import (
	"bytes"
	"slices"
	"sync"
	"testing"
	"unicode/utf8"
)

// checkMessage asks everything of a message, and checks what must hold for any bytes.
func checkMessage(t *testing.T, raw []byte) {
	t.Helper()
	given := bytes.Clone(raw)
	m := Parse(raw)
	checkFields(t, m, m.Fields)
	for _, s := range []Span{m.Header, m.Body} {
		checkInside(t, m, s, "header or body")
	}
	for _, f := range m.Fields {
		if text := m.Text(f); !utf8.ValidString(text) {
			t.Errorf("%s: text is not UTF-8: %q", f.Name, text)
		}
		for _, a := range m.Addresses(f) {
			checkInside(t, m, a.Span, "address")
			if a.Span.Start < f.Value.Start || a.Span.End > f.Value.End {
				t.Errorf("address %v outside its field %v", a.Span, f.Value)
			}
		}
		if all := m.All(f.Name); !slices.Contains(all, f) {
			t.Errorf("All(%q) lacks a field", f.Name)
		}
	}
	checkParts(t, m)
	m.Texts(1 << 20)
	m.Attachments()
	for _, p := range m.AllProblems() {
		checkInside(t, m, p.Span, p.Kind)
	}
	if !bytes.Equal(raw, given) {
		t.Error("the bytes were changed")
	}
}

func checkParts(t *testing.T, m *Message) {
	t.Helper()
	for p := range m.Root().All() {
		checkFields(t, m, p.Fields)
		for _, s := range []Span{p.Header, p.Body, p.Preamble, p.Epilogue} {
			checkInside(t, m, s, "part "+p.Type)
		}
		end := p.Body.Start
		for _, c := range p.Children {
			if c.Header.Start < end || c.Body.End > p.Body.End || c.Body.Start < c.Header.End {
				t.Errorf("%s: child %v %v does not lie in %v after %d", p.Type, c.Header, c.Body, p.Body, end)
			}
			end = c.Body.End
		}
		const limit = 1000
		text := m.Decode(p, limit)
		if len(text) > limit {
			t.Errorf("%s: %d bytes decoded, %d allowed", p.Type, len(text), limit)
		}
		if len(p.Type) > 5 && p.Type[:5] == "text/" && !utf8.Valid(text) {
			t.Errorf("%s %s: not UTF-8: %q", p.Type, p.Charset, text)
		}
	}
}

// checkFields asserts that fields lie in ascending order and do not overlap.
func checkFields(t *testing.T, m *Message, fields []Field) {
	t.Helper()
	end := 0
	for _, f := range fields {
		if f.Span.Start < end || f.Value.Start < f.Span.Start || f.Value.End < f.Value.Start || f.Value.End > f.Span.End {
			t.Errorf("field %q: %v %v after %d", f.Name, f.Span, f.Value, end)
		}
		end = f.Span.End
	}
	checkInside(t, m, Span{0, end}, "last field")
}

func checkInside(t *testing.T, m *Message, s Span, what string) {
	t.Helper()
	if s.Start < 0 || s.End < s.Start || s.End > len(m.Raw) {
		t.Errorf("%s: %v outside the %d bytes of the message", what, s, len(m.Raw))
	}
}

// TestManyReaders asks everything of one message from several goroutines; the race detector judges.
func TestManyReaders(t *testing.T) {
	raw := []byte(seeds[3] + "\r\nSubject: =?x-nobody?Q?a?=")
	m := Parse(raw)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, f := range m.Fields {
				m.First(f.Name)
				m.Text(f)
				m.Addresses(f)
				m.Line(f.Span.Start)
			}
			m.Texts(1000)
			m.AllProblems()
			m.Repeated()
		})
	}
	wg.Wait()
	if len(m.AllProblems()) == 0 {
		t.Error("the message has problems, and none was said")
	}
}
