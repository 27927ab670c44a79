package eml

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// kinds returns the kinds of problems, in order.
func kinds(list []Problem) []string {
	var out []string
	for _, p := range list {
		out = append(out, p.Kind)
	}
	return out
}

// TestParseProblems puts each defect beside a near twin that is in order.
func TestParseProblems(t *testing.T) {
	long := "Subject: " + strings.Repeat("x", 990)
	for _, tt := range []struct{ name, speaks, silent, kind, at string }{
		{"mbox line", "From a@example.com Tue Mar  3 09:00:00 2026\nSubject: x\n\n", "From : a@example.com\nSubject: x\n\n", KindMboxLine, "From a@example.com Tue Mar  3 09:00:00 2026\n"},
		{"quoted mbox line", ">From a@example.com Tue Mar  3\nSubject: x\n\n", "Subject: x\n\n>From a\n", KindMboxLine, ">From a@example.com Tue Mar  3\n"},
		{"mbox line amid fields", "A: b\n>From a@example.com Tue Mar  3 09:00\nSubject: x\n\n", "A: b\n >From a\nSubject: x\n\n", KindMboxLine, ">From a@example.com Tue Mar  3 09:00\n"},
		{"byte order mark", "\xEF\xBB\xBFSubject: x\n\n", "Subject: \xEF\xBB\xBFx\n\n", KindBOM, "\xEF\xBB\xBF"},
		{"leading blank line", "\nSubject: x\n\n", "Subject: x\n\n\n", KindLeadingBlank, "\n"},
		{"no colon", "A: b\nhello there\nC: d\n\n", "A: b\n hello there\nC: d\n\n", KindNoColon, "hello there\n"},
		{"a sentence with a colon", "A: b\nhe said: no\nC: d\n\n", "A: b\nhe-said: no\nC: d\n\n", KindNoColon, "he said: no\n"},
		{"name without end", "A: b\n" + strings.Repeat("n", 300) + ": x\n\n", "A: b\n" + strings.Repeat("n", 200) + ": x\n\n", KindNoColon, strings.Repeat("n", 300) + ": x\n"},
		{"orphan fold", " lost\nA: b\n\n", "A: b\n lost\n\n", KindOrphanFold, " lost\n"},
		{"white line", "A: b\n \t\nC: d\n\n", "A: b\n \tx\nC: d\n\n", KindWhiteLine, " \t\n"},
		{"8-bit name", "Sübject: x\n\n", "Subject: ü\n\n", KindEightBitName, "Sübject"},
		{"control in name", "Fr\x01om: x\n\n", "From: \x01x\n\n", KindControlInName, "Fr\x01om"},
		{"empty name", ": x\n\n", "x:\n\n", KindEmptyName, ""},
		{"space before colon", "From : x\n\n", "From: x\n\n", KindSpaceColon, "From "},
		{"not UTF-8", "Subject: caf\xe9\n\n", "Subject: café\n\ncaf\xe9", KindNotUTF8, " caf\xe9"},
		{"long line", long + "\n\n", long[:998] + "\r\n\r\n", KindLongLine, long + "\n"},
		{"bare LF", "A: b\r\nC: d\n\r\n", "A: b\nC: d\n\n", KindBareLF, "\n"},
		{"bare CR", "A: b\rx\nC: d\n\n", "A: b\r\nC: d\r\n\r\n", KindBareCR, "\r"},
		{"NUL", "A: b\x00\n\n", "A: b\n\n\x00", KindNUL, "\x00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.speaks))
			var got []string
			for _, p := range m.Problems {
				if p.Kind == tt.kind {
					got = append(got, string(m.Bytes(p.Span)))
				}
			}
			if diff := cmp.Diff([]string{tt.at}, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s\nall: %v", tt.kind, diff, kinds(m.Problems))
			}
			if quiet := Parse([]byte(tt.silent)); strings.Contains(strings.Join(kinds(quiet.Problems), " "), tt.kind) {
				t.Errorf("twin %q: want no %s, got %v", tt.silent, tt.kind, quiet.Problems)
			}
		})
	}
}

// TestParseFields reads name and value of every field, with the body behind them.
func TestParseFields(t *testing.T) {
	for _, tt := range []struct{ name, raw, want string }{
		{"plain", "A: b\r\nC: d\r\n\r\nbody\r\n", "A=[ b] C=[ d] body=[body\r\n]"},
		{"folded", "A: b\n\tc\nD: e\n\nx", "A=[ b\n\tc] D=[ e] body=[x]"},
		{"no blank line", "A: b\nC: d", "A=[ b] C=[ d] body=[] header-only"},
		{"empty", "", "body=[] header-only"},
		{"only a blank line", "\r\n", "body=[]"},
		{"empty value", "A:\nB:\n\n", "A=[] B=[] body=[]"},
		{"colon at the very end", "A:", "A=[] body=[] header-only"},
		{"old Mac", "A: b\rC: d\r\rbody\r", "A=[ b] C=[ d] body=[body\r]"},
		{"old Mac header, LF body", "A: b\rC: d\r\rbody\n", "A=[ b] C=[ d] body=[body\n]"},
		{"doubled CR", "A: b\r\r\nC: d\r\r\n\r\r\nbody", "A=[ b] C=[ d] body=[body]"},
		{"space before colon", "From \t: x\n\n", "From=[ x] body=[]"},
		{"obsolete From amid", "From : x\nA: b\n\n", "From=[ x] A=[ b] body=[]"},
		{"mbox", "From x y\nA: b\n\n", "A=[ b] body=[]"},
		{"BOM and mbox", "\xEF\xBB\xBFFrom x y\nA: b\n\n", "A=[ b] body=[]"},
		{"skipped line", "A: b\nno field\nC: d\n\n", "A=[ b] C=[ d] body=[]"},
		{"multipart without body", "Content-Type: multipart/mixed; boundary=b\n\n", "Content-Type=[ multipart/mixed; boundary=b] body=[] header-only"},
		{"text without body", "Content-Type: text/plain\n\n", "Content-Type=[ text/plain] body=[]"},
		{"length without body", "Content-Length: 12\n\n", "Content-Length=[ 12] body=[] header-only"},
		{"no length, no body", "Content-Length: 0\n\n", "Content-Length=[ 0] body=[]"},
		{"signed body is missing", "DKIM-Signature: v=1; bh=AAAA\n BBB=; b=x\n\n", "DKIM-Signature=[ v=1; bh=AAAA\n BBB=; b=x] body=[] header-only"},
		{"signed empty body", "DKIM-Signature: v=1; bh=47DEQpj8HBSa+/TImW+5J\n CeuQeRkm5NMpJWZG3hSuFU=; b=x\n\n", "DKIM-Signature=[ v=1; bh=47DEQpj8HBSa+/TImW+5J\n CeuQeRkm5NMpJWZG3hSuFU=; b=x] body=[]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw))
			var b strings.Builder
			for _, f := range m.Fields {
				fmt.Fprintf(&b, "%s=[%s] ", f.Name, m.Bytes(f.Value))
			}
			fmt.Fprintf(&b, "body=[%s]", m.Bytes(m.Body))
			if m.HeaderOnly {
				b.WriteString(" header-only")
			}
			if diff := cmp.Diff(tt.want, b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTooManyFields(t *testing.T) {
	raw := append(bytes.Repeat([]byte("A: b\n"), maxFields+5), "\nbody"...)
	m := Parse(raw)
	if len(m.Fields) != maxFields || string(m.Bytes(m.Body)) != "body" {
		t.Errorf("got %d fields, body %q", len(m.Fields), m.Bytes(m.Body))
	}
	if diff := cmp.Diff([]string{KindTooManyFields}, kinds(m.Problems)); diff != "" {
		t.Error(diff)
	}
	if exact := Parse(append(bytes.Repeat([]byte("A: b\n"), maxFields), "\nbody"...)); len(exact.Problems) != 0 {
		t.Errorf("at the limit: %v", exact.Problems)
	}
}

func TestProblemsAreBounded(t *testing.T) {
	m := Parse(bytes.Repeat([]byte("A : b\n"), 3*maxProblems))
	if len(m.Problems) != maxProblems+1 || m.Problems[maxProblems].Kind != KindTooMany {
		t.Errorf("got %d problems, the last %v", len(m.Problems), m.Problems[len(m.Problems)-1])
	}
}

func TestAllAndFirst(t *testing.T) {
	m := Parse([]byte("Received: 1\nFROM: a\nreceived: 2\nSubject: s\nfrom: b\nRECEIVED: 3\n\n"))
	for name, want := range map[string]string{"Received": " 1 2 3", "from": " a b", "subject": " s", "To": "", "Receive": "", "": ""} {
		got := ""
		for _, f := range m.All(name) {
			got += string(m.Bytes(f.Value))
		}
		if got != want {
			t.Errorf("All(%q) = %q, want %q", name, got, want)
		}
		if f, ok := m.First(name); ok != (want != "") || ok && !strings.HasPrefix(want, string(m.Bytes(f.Value))) {
			t.Errorf("First(%q) = %q %v", name, m.Bytes(f.Value), ok)
		}
	}
}

func TestLines(t *testing.T) {
	raw := []byte(strings.Repeat("0123456789\n", 2000))
	m := Parse(raw)
	for _, off := range []int{0, 9, 10, 11, 4095, 4096, 4097, 8191, 8192, len(raw) - 1, len(raw)} {
		if got, want := m.Line(off), 1+off/11; got != want {
			t.Errorf("Line(%d) = %d, want %d", off, got, want)
		}
	}
	if m.Line(-5) != 1 || m.Line(len(raw)+9) != 2001 {
		t.Errorf("outside: %d %d", m.Line(-5), m.Line(len(raw)+9))
	}
	if got := Parse([]byte("A: b\rC: d\r\rx")).Line(11); got != 4 {
		t.Errorf("old Mac: %d", got)
	}
}

// TestRepaired gives back the indentation of line 2 and joins lines 3 and 4: every byte still knows where it stood.
func TestRepaired(t *testing.T) {
	given := "A: b\nlost\nLong: one\ntwo\n\nbody\n"
	r := Rewrite{Given: []byte(given)}
	r.Copy(0, 5)
	r.Put(" ", 5)
	r.Copy(5, 10)
	r.Copy(10, 19)
	r.Put(" ", 19)
	r.Copy(20, len(given))
	m := ParseRepaired([]byte(given), r.Bytes, r.Map, []Repair{{Kind: "lost-indent", Line: 2}})
	if want := "A: b\n lost\nLong: one two\n\nbody\n"; string(m.Raw) != want {
		t.Fatalf("repaired %q", m.Raw)
	}
	for text, want := range map[string][2]int{"A:": {1, 0}, "lost": {2, 5}, "Long": {3, 10}, "one": {3, 16}, "two": {4, 20}, "body": {6, 25}} {
		line, off := m.Origin(strings.Index(string(m.Raw), text))
		if line != want[0] || off != want[1] {
			t.Errorf("%s: line %d offset %d, want %v", text, line, off, want)
		}
	}
	if line, off := m.Origin(len(m.Raw)); line != 7 || off != len(given) {
		t.Errorf("end: %d %d", line, off)
	}
}

// TestMapThrough repairs twice and compares the chained map with asking both maps in turn, byte by byte.
func TestMapThrough(t *testing.T) {
	one := Rewrite{Given: []byte("> A: b\n> C: d\n> \n> body\n")}
	for at := 0; at < len(one.Given); {
		end := at + bytes.IndexByte(one.Given[at:], '\n') + 1
		one.Copy(at+2, end)
		at = end
	}
	two := Rewrite{Given: one.Bytes}
	two.Put("X: new\n", 0)
	two.Copy(0, 2)
	two.Put("__", 2)
	two.Copy(3, len(one.Bytes))
	both := two.Map.Through(one.Map)
	for off := range two.Bytes {
		if got, want := both.Original(off), one.Map.Original(two.Map.Original(off)); got != want {
			t.Errorf("offset %d: %d, want %d", off, got, want)
		}
	}
}
