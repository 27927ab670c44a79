package eml

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/docs"
	"github.com/fpcheck/fpcheck/fixtures"
)

// fieldsOf writes a message as its fields, unfolded, one a line.
func fieldsOf(m *Message) string {
	var b strings.Builder
	for _, f := range m.Fields {
		b.WriteString(f.Name + ": " + strings.Join(strings.Fields(m.Unfold(f)), " ") + "\n")
	}
	return b.String()
}

func kindsOf(m *Message) string {
	var out []string
	for _, r := range m.Repairs {
		if len(out) == 0 || out[len(out)-1] != r.Kind {
			out = append(out, r.Kind)
		}
	}
	return strings.Join(out, " ")
}

const received = "Received: from a.example (a.example [192.0.2.7]) by mx.example.org (Postfix) with ESMTP id 1; Tue, 3 Mar 2026 12:12:48 +0200\n"

// TestDoctor shows each kind where it speaks, and beside it what is nearly the same and is left alone (kinds: "").
func TestDoctor(t *testing.T) {
	for _, c := range []struct{ name, in, fields, kinds string }{
		{"continuation lines that look like names",
			"X-Forefront-Antispam-Report:\nCIP:192.0.2.7;CTRY:US;\nSCL:1;SRV:;\nDIR:INB;\nX-Microsoft-Antispam:\nBCL:0;\nFrom: a@example.org\n",
			"X-Forefront-Antispam-Report: CIP:192.0.2.7;CTRY:US; SCL:1;SRV:; DIR:INB;\nX-Microsoft-Antispam: BCL:0;\nFrom: a@example.org\n", RepairUnindent},
		{"signed fields, a time and an IPv6 address",
			"Received: from a.example (\n2603:10b6:805:3a::13) by b.example; Tue, 3 Mar 2026\n12:12:48 +0200\nDKIM-Signature: v=1; d=example.org;\nh=From:Date:\nSubject:To;\nbh=x=; b=y\nFrom: a@example.org\n",
			"Received: from a.example ( 2603:10b6:805:3a::13) by b.example; Tue, 3 Mar 2026 12:12:48 +0200\nDKIM-Signature: v=1; d=example.org; h=From:Date: Subject:To; bh=x=; b=y\nFrom: a@example.org\n", RepairUnindent},
		{"a link", "List-Unsubscribe:\n<https://example.org/u>,\nhttps://example.org/v\nFrom: a@example.org\n",
			"List-Unsubscribe: <https://example.org/u>, https://example.org/v\nFrom: a@example.org\n", RepairUnindent},
		{"folded as it should be", "List-Unsubscribe:\n <https://example.org/u>,\n\thttps://example.org/v\nFrom: a@example.org\n",
			"List-Unsubscribe: <https://example.org/u>, https://example.org/v\nFrom: a@example.org\n", ""},
		{"a reply's subject", "From: a@example.org\nSubject: a long subject\nRe: and what it answers\nTo: b@example.org\n",
			"From: a@example.org\nSubject: a long subject Re: and what it answers\nTo: b@example.org\n", RepairUnindent},
		{"an unknown field", "From: a@example.org\nSubject: x\nX-Y: z\nSensitive-Thing: 1\nTo: b@example.org\n\nHi\n",
			"From: a@example.org\nSubject: x\nX-Y: z\nSensitive-Thing: 1\nTo: b@example.org\n", ""},
		{"one broken line of a whole message", "From: a@example.org\nTo: b@example.org,\n c@example.org,\n d@example.org\nSubject: x\nbroken line\nDate: x\n\nHi\n",
			"From: a@example.org\nTo: b@example.org, c@example.org, d@example.org\nSubject: x\nDate: x\n", ""},
		{"indented field", received + "  From: a@example.org\nTo: b@example.org\n", received + "From: a@example.org\nTo: b@example.org\n", RepairField},
		{"names in a report", "X-Spam-Report: Content preview:  on the third of March you wrote\n From: a@example.org\n To: x\nFrom: c@example.org\n\nHi\n",
			"X-Spam-Report: Content preview: on the third of March you wrote From: a@example.org To: x\nFrom: c@example.org\n", ""},
		{"signed fields in a fold", "DKIM-Signature: v=1; h=From:\n Date: Subject;\n bh=x=; b=y\nFrom: a@example.org\n\nHi\n",
			"DKIM-Signature: v=1; h=From: Date: Subject; bh=x=; b=y\nFrom: a@example.org\n", ""},
		{"indented", "    From: a@example.org\n    To: b@example.org\n", "From: a@example.org\nTo: b@example.org\n", RepairIndent},
		{"blank lines", "From: a@example.org\n\nTo: b@example.org\n\nDate: x\n\n\nHi\n", "From: a@example.org\nTo: b@example.org\nDate: x\n", RepairBlank},
		{"another header in the body", received + "From: a@example.org\nDate: x\n\nFrom: c@example.org\nDate: y\n\nHi\n", received + "From: a@example.org\nDate: x\n", ""},
		{"prose that looks like a field", received + "From: a@example.org\nDate: x\n\nTo: do today\nmilk\n", received + "From: a@example.org\nDate: x\n", ""},
		{"quoted", "> From: a@example.org\n> To: b@example.org\n> \n> Hi\n", "From: a@example.org\nTo: b@example.org\n", RepairQuoted},
		{"quotes in the body", "From: a@example.org\nTo: b@example.org\n\n> From: c@example.org\n", "From: a@example.org\nTo: b@example.org\n", ""},
		{"greeting", "Hello,\nhere they are:\n\n" + received + "From: a@example.org\n", received + "From: a@example.org\n", RepairPreface},
		{"mbox line", "From a@example.org Tue Mar  3 09:00:00 2026\nFrom: a@example.org\n\nHi\n", "From: a@example.org\n", ""},
		{"no-break spaces", "Received:\u00a0from a.example\u00a0by b.example; Tue, 3 Mar 2026 12:12:48 +0200\nFrom: a@example.org\n",
			"Received: from a.example by b.example; Tue, 3 Mar 2026 12:12:48 +0200\nFrom: a@example.org\n", RepairSpaces},
		{"UTF-8 in a subject", "From: a@example.org\nSubject: 10\u00a0\u20ac \u201cnow\u201d\n\nHi\n", "From: a@example.org\nSubject: 10 \u20ac \u201cnow\u201d\n", ""},
		{"typographic quotes", "From: \u201cA\u201d <a@example.org>\nContent-Type: text/plain; name=\u201cx\u201d\n", "From: \"A\" <a@example.org>\nContent-Type: text/plain; name=\"x\"\n", RepairQuotes},
		{"entities", "From: A &lt;a@example.org&gt;\nMessage-ID: &lt;1@example.org&gt;\n", "From: A <a@example.org>\nMessage-ID: <1@example.org>\n", RepairEntities},
		{"entity in a subject", "From: A <a@example.org>\nSubject: 1 &lt; 2\n\nHi\n", "From: A <a@example.org>\nSubject: 1 &lt; 2\n", ""},
		{"links", "From: A <a@example.org<mailto:a@example.org>>\nTo: [b@example.org](mailto:b@example.org)\nCc: <mailto:c@example.org>\n",
			"From: A <a@example.org>\nTo: b@example.org\nCc: <c@example.org>\n", RepairLinks},
		{"links that belong there", "From: a@example.org\nList-Unsubscribe: <mailto:u@example.org>,\n <mailto:v@example.org>\nList-Archive: <https://example.org/>\n",
			"From: a@example.org\nList-Unsubscribe: <mailto:u@example.org>, <mailto:v@example.org>\nList-Archive: <https://example.org/>\n", ""},
		{"escapes", `From: a@example.org\r\nTo: b@example.org,\r\n\tc@example.org\r\n`, "From: a@example.org\nTo: b@example.org, c@example.org\n", RepairEscapes},
		{"escape in a subject", "From: a@example.org\nSubject: C:\\temp\\new\n\nHi\n", "From: a@example.org\nSubject: C:\\temp\\new\n", ""},
		{"one line", "From: a@example.org To: b@example.org Subject: x y Date: Tue, 3 Mar 2026 09:00:00 +0000 MIME-Version: 1.0",
			"From: a@example.org\nTo: b@example.org\nSubject: x y\nDate: Tue, 3 Mar 2026 09:00:00 +0000\nMIME-Version: 1.0\n", RepairOneLine},
		{"names in a subject", "From: a@example.org\nSubject: what do To: and Date: and From: mean\nTo: b@example.org\n\nHi\n",
			"From: a@example.org\nSubject: what do To: and Date: and From: mean\nTo: b@example.org\n", ""},
		{"upside down", "Subject: x\nFrom: a@example.org\nReceived: from a by b; Tue, 3 Mar 2026 09:00:00 +0000\nReceived: from b by c; Tue, 3 Mar 2026 09:00:05 +0000\n",
			"Received: from b by c; Tue, 3 Mar 2026 09:00:05 +0000\nReceived: from a by b; Tue, 3 Mar 2026 09:00:00 +0000\nFrom: a@example.org\nSubject: x\n", RepairReversed},
		{"a clock that runs ahead", "Received: from b by c; Tue, 3 Mar 2026 09:00:00 +0000\nReceived: from a by b; Tue, 3 Mar 2026 09:00:05 +0000\nSubject: x\nFrom: a@example.org\n",
			"Received: from b by c; Tue, 3 Mar 2026 09:00:00 +0000\nReceived: from a by b; Tue, 3 Mar 2026 09:00:05 +0000\nSubject: x\nFrom: a@example.org\n", ""},
		{"hidden address", "From: A <[email protected]>\nTo: b@example.org\n", "From: A <[email protected]>\nTo: b@example.org\n", RepairConcealed},
		{"byte order mark", "\xEF\xBB\xBFFrom: a@example.org\nTo: b@example.org\n", "From: a@example.org\nTo: b@example.org\n", RepairBOM},
		{"UTF-16", "\xFF\xFEF\x00r\x00o\x00m\x00:\x00 \x00a\x00@\x00e\x00x\x00.\x00o\x00r\x00g\x00\n\x00", "From: a@ex.org\n", RepairEncoding},
		{"quoted, then numbered", "1: > From: a@example.org\n2: > To: b@example.org\n3: > Subject: x\n4: > X-A: y\n", "From: a@example.org\nTo: b@example.org\nSubject: x\nX-A: y\n", RepairNumbers + " " + RepairQuoted},
		{"numbered lines", "   1\tFrom: a@example.org\n   2\tTo: b@example.org,\n   3\t  c@example.org\n   4\t\n   5\tHi\n", "From: a@example.org\nTo: b@example.org, c@example.org\n", RepairNumbers},
		{"numbers below a greeting, quoted", "Hello\n\n> 7: From: a@example.org\n> 8: To: b@example.org\n> 9: Subject: x\n> 10: Date: y\n",
			"From: a@example.org\nTo: b@example.org\nSubject: x\nDate: y\n", RepairPreface + " " + RepairQuoted + " " + RepairNumbers},
		{"a list in the text", "From: a@example.org\nTo: b@example.org\n\n1. From: x\n2. To: y\n3. z\n4. Date: w\n", "From: a@example.org\nTo: b@example.org\n", ""},
		{"defanged", "Received: from a[.]example (a[.]example [192.0[.]2.7]) by mx.example.org; Tue, 3 Mar 2026 12:12:48 +0200\nFrom: a[at]example[.]org\nX-Link: hxxps://example[.]org\n",
			"Received: from a.example (a.example [192.0.2.7]) by mx.example.org; Tue, 3 Mar 2026 12:12:48 +0200\nFrom: a@example.org\nX-Link: https://example.org\n", RepairDefanged},
		{"an [at] in a subject", "From: a@example.org\nSubject: write to me [at] home, hxxp[.]\n\nHi\n", "From: a@example.org\nSubject: write to me [at] home, hxxp[.]\n", ""},
		{"fields of a ticket above", "Ticket #4711\nRequester: Bob\nSubject: caught\nPriority: high\n\n" + received + "From: a@example.org\nSubject: x\n", received + "From: a@example.org\nSubject: x\n", RepairPreface},
		{"the mail that carried it", "From: Bob <bob@example.org>\nTo: help@example.org\nSubject: caught\n\nHi, see\n\n" + received + "From: a@example.org\nSubject: x\n", received + "From: a@example.org\nSubject: x\n", RepairPreface},
		{"one header with blank lines, upside down", "From: a@example.org\n\nSubject: x\n\n" + received, received + "Subject: x\nFrom: a@example.org\n", RepairReversed + " " + RepairBlank},
		{"a message that carries one", "From: Bob <bob@example.org>\nTo: help@example.org\nMessage-ID: <1@example.org>\n\nHi, see\n\n" + received + "From: a@example.org\n",
			"From: Bob <bob@example.org>\nTo: help@example.org\nMessage-ID: <1@example.org>\n", ""},
		{"a saved page", "<!DOCTYPE html>\n<html><head><title>From: x</title><style>To: y</style></head><body><p>Source</p>\n<pre class=raw>" +
			strings.ReplaceAll(received, "\n", "") + "\n\tx\nFrom: A &lt;a@example.org&gt;\nTo: b@example.org\n\nHi &amp; bye\n</pre></body></html>\n",
			strings.TrimSpace(received) + " x\nFrom: A <a@example.org>\nTo: b@example.org\n", RepairPage + " " + RepairPreface},
		{"a page with a break behind each line", "<div>From: a@example.org<br>\nTo: b@example.org,<br>\n&nbsp;&nbsp;c@example.org<br>\n</div>",
			"From: a@example.org\nTo: b@example.org, c@example.org\n", RepairPage},
		{"a page in a message", "From: a@example.org\nTo: b@example.org\n\n<html><pre>From: c@example.org &lt;\n</pre></html>\n", "From: a@example.org\nTo: b@example.org\n", ""},
		{"a page without a message", "<html><body><p>Dear reader,</p><p>buy &amp; save</p></body></html>\n", "", ""},
		{"the table alone", "Original Message\nMessage ID\t<1@example.org>\nCreated at:\tTue, Mar 3, 2026 at 9:00 AM (Delivered after 2 seconds)\nFrom:\tA <a@example.org>\n" +
			"To:\tb@example.org\nSubject:\tFigures\nSPF:\tPASS with IP 192.0.2.7 Learn more\nDKIM:\t'PASS' with domain example.org Learn more\n",
			"Message-ID: <1@example.org>\nDate: Tue, 03 Mar 2026 09:00:00 -0000\nFrom: A <a@example.org>\nTo: b@example.org\nSubject: Figures\n", RepairSummary},
		{"the table in German", "Originalnachricht\nNachrichten-ID\t<1@example.org>\nErstellt am:\t3. März 2026 um 10:00 MEZ (Nach 1 Sekunde zugestellt)\nVon:\tA <a@example.org>\n" +
			"An:\tb@example.org\nBetreff:\tZahlen\nSPF:\tPASS mit IP-Adresse 192.0.2.7 Weitere Informationen\nDMARC:\t'PASS' Weitere Informationen\n",
			"Message-ID: <1@example.org>\nDate: Tue, 03 Mar 2026 09:00:00 -0000\nFrom: A <a@example.org>\nTo: b@example.org\nSubject: Zahlen\n", RepairSummary},
		{"the table in Spanish", "ID de mensaje\t<1@example.org>\nCreado a las:\t3 de abril de 2026, 18:11 (entregado en 0 segundos)\nDe:\tA <a@example.org>\n" +
			"Para:\tb@example.org\nAsunto:\tRe: cifras\nSPF:\tPASS con la IP 192.0.2.7\n",
			"Message-ID: <1@example.org>\nDate: Fri, 03 Apr 2026 18:11:00 -0000\nFrom: A <a@example.org>\nTo: b@example.org\nSubject: Re: cifras\n", RepairSummary},
		{"labels of a letter", "Von: Anna\nAn: Ben\nBetreff: Zahlen\n\nHallo Ben\n", "", ""},
		{"values below their labels", "Message ID\n<1@example.org>\nCreated on:\nyesterday\nFrom:\nA <a@example.org>\nTo:\nb@example.org\nSubject:\nFigures\nSPF:\nNEUTRAL\n",
			"Message-ID: <1@example.org>\nFrom: A <a@example.org>\nTo: b@example.org\nSubject: Figures\n", RepairSummary},
		{"a table in the text", "From: a@example.org\nTo: b@example.org\nSubject: x\n\nSPF:\tPASS\nDKIM:\tPASS\n", "From: a@example.org\nTo: b@example.org\nSubject: x\n", ""},
		{"fields called SPF", received + "From: a@example.org\nTo: b@example.org\nSubject: x\nSPF: PASS\nDKIM: x\n", received + "From: a@example.org\nTo: b@example.org\nSubject: x\nSPF: PASS\nDKIM: x\n", ""},
		{"no header at all", "Dear all,\n\nplease find the minutes here: x\nand there.\n", "", ""},
	} {
		m := Doctor([]byte(c.in))
		if diff := cmp.Diff(strings.ReplaceAll(c.fields, "\u00a0", " "), strings.ReplaceAll(fieldsOf(m), "\u00a0", " ")); diff != "" && c.fields != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got := kindsOf(m); got != c.kinds {
			t.Errorf("%s: repairs %q, want %q: %v", c.name, got, c.kinds, m.Repairs)
		}
		if c.kinds == "" && !bytes.Equal(m.Raw, []byte(c.in)) {
			t.Errorf("%s: changed without a repair", c.name)
		}
	}
}

// The address that the table names is known for a message that was made from it, and for no other.
func TestDoctorTableIP(t *testing.T) {
	table := "Message ID\t<1@example.org>\nFrom:\ta@example.org\nTo:\tb@example.org\nSPF:\tPASS with IP 192.0.2.7 Learn more\n"
	for in, want := range map[string]string{
		table: "192.0.2.7",
		"> " + strings.ReplaceAll(table, "\n", "\n> ") + "\n":   "192.0.2.7",
		strings.Replace(table, "192.0.2.7", "x", 1):             "invalid IP",
		table + "\n" + received + "From: a@example.org\n\nHi\n": "invalid IP",
	} {
		if got := Doctor([]byte(in)).TableIP().String(); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// What is repaired still names lines and bytes of the input.
func TestDoctorOrigin(t *testing.T) {
	in := "Hello,\n\n> Received: from a.example\n> by b.example; Tue, 3 Mar 2026 09:00:00 +0000\n> \n> From: A\u00a0<[email\u00a0protected]>\n"
	m := Doctor([]byte(in))
	f, _ := m.First("From")
	line, at := m.Origin(f.Span.Start)
	if line != 6 || in[at:at+5] != "From:" {
		t.Errorf("From is at line %d, %q", line, in[at:])
	}
	by := bytes.Index(m.Raw, []byte("by b"))
	if line, at := m.Origin(by); line != 4 || in[at:at+4] != "by b" {
		t.Errorf("by is at line %d, %q", line, in[at:])
	}
	if m.RepairSure() >= 1 || m.LayoutRepairsOnly() {
		t.Errorf("sure %v, layout only %v", m.RepairSure(), m.LayoutRepairsOnly())
	}
	if string(m.Given()) != in {
		t.Error("the input was not kept")
	}
}

// Every kind has a section in the page on pastes.
func TestDocsRepairKinds(t *testing.T) {
	page, _ := docs.Page("guide/paste")
	for _, k := range RepairKinds {
		if !strings.Contains(page, "## "+k.Name+"\n") {
			t.Errorf("docs/guide/paste.md has no section %s", k.Name)
		}
		if k.Sure <= 0 || k.Sure > 1 || k.Title == "" {
			t.Errorf("%+v", k)
		}
	}
}

// Our own cases are clean messages: they come out as they are.
func TestDoctorLeavesCleanMail(t *testing.T) {
	files, _ := filepath.Glob(fixtures.Path("mail", "*", "message.eml"))
	fast := 0
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if m := Doctor(b); len(m.Repairs) > 0 || !bytes.Equal(m.Raw, b) {
			t.Errorf("%s: %v", f, m.Repairs)
		}
		if looksClean(b) {
			fast++
		} else {
			t.Logf("%s is looked at twice", filepath.Base(filepath.Dir(f)))
		}
	}
	if fast*10 < len(files)*9 {
		t.Errorf("only %d of %d are seen to be clean at first sight", fast, len(files))
	}
}

// TestConformanceDoctor: real posts of two lists, and the odd messages of other parsers' tests, are no pastes.
func TestConformanceDoctor(t *testing.T) {
	broken := 0
	for suite, allowed := range map[string]int{"list-dev": 0, "eml-sublime": 0, "dkim-perl-corpus": 0, "mime": 12} {
		dir := fixtures.Suite(t, suite)
		_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, ".eml") && !strings.HasSuffix(p, ".msg") && !strings.HasSuffix(p, ".txt") {
				return nil
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			m := Doctor(b)
			if len(m.Repairs) > 0 {
				broken++
				t.Logf("%s: %s", p, kindsOf(m))
			} else if !bytes.Equal(m.Raw, b) {
				t.Errorf("%s was changed without a repair", p)
			}
			return nil
		})
		if broken > allowed {
			t.Errorf("%s: %d messages were repaired", suite, broken)
		}
		broken = 0
	}
}

func FuzzDoctor(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Add([]byte("Hi,\n\n> Received:\u00a0from a\n> by b; Tue, 3 Mar 2026 09:00:00 +0000\n>\n> From: &lt;[email\u00a0protected]<mailto:[email protected]>&gt;\n"))
	f.Add([]byte(`From: a@example.org\r\nTo: [b@example.org](mailto:b@example.org)\r\n\tc\r\n`))
	f.Add([]byte("From: a To: b Subject: c Date: Tue, 3 Mar 2026 09:00:00 +0000 DKIM-Signature: v=1; h=From: To: Date; b=x MIME-Version: 1.0"))
	f.Add([]byte("\xFF\xFEF\x00:\x00"))
	f.Add([]byte("<html><title>x</title><pre>\nFrom: a &lt;a@b&gt;\n\tx</pre><td>To: b</td><br>&nbsp;c &bad; &"))
	f.Add([]byte("Message ID\t<a@b>\nFrom:\n\u00a0a\nTo: b\nCreated at: 3 Mar 2026 9:00\nSubject: c\nSPF: PASS with IP ::ffff:192.0.2.7\n"))
	f.Add([]byte("SPF:\tPASS\n\nReceived: from a by b\n\n by c;\n\n Tue, 3 Mar 2026 09:00:00 +0000\n\nFrom: a\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		given := bytes.Clone(in)
		m := Doctor(in)
		if !bytes.Equal(in, given) {
			t.Fatal("the input was changed")
		}
		if len(m.Repairs) == 0 && !bytes.Equal(m.Raw, given) {
			t.Fatal("changed without a repair")
		}
		lines := 1 + bytes.Count(given, []byte{'\n'}) + bytes.Count(given, []byte{'\r'})
		for i := range m.Raw {
			if line, at := m.Origin(i); line < 1 || line > lines || at < 0 || at > len(given) {
				t.Fatalf("byte %d comes from line %d, byte %d", i, line, at)
			}
		}
		for _, r := range m.Repairs {
			if r.Line < 1 || r.Line > lines || KindOf(r).Title == "" {
				t.Fatalf("%+v", r)
			}
		}
		checkMessage(t, m.Raw)
	})
}

// BenchmarkDoctorClean is what every clean message pays over Parse.
func BenchmarkDoctorClean(b *testing.B) {
	raw, err := os.ReadFile(fixtures.Path("mail", "plain-good-microsoft", "message.eml"))
	if err != nil {
		b.Fatal(err)
	}
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			Parse(raw)
		}
	})
	b.Run("doctor", func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		b.ReportAllocs()
		for b.Loop() {
			Doctor(raw)
		}
	})
}

func BenchmarkDoctorPaste(b *testing.B) {
	raw, err := os.ReadFile(fixtures.Path("mail", "plain-good-microsoft", "message.eml"))
	if err != nil {
		b.Fatal(err)
	}
	m := Parse(raw)
	paste := bytes.ReplaceAll(bytes.ReplaceAll(m.Bytes(m.Header), []byte("\r\n "), []byte("\r\n")), []byte("\r\n\t"), []byte("\r\n"))
	b.SetBytes(int64(len(paste)))
	b.ReportAllocs()
	for b.Loop() {
		if len(Doctor(paste).Repairs) == 0 {
			b.Fatal("nothing was repaired")
		}
	}
}

// Lines above the first field belong to no field, and what is said of them names none.
func TestRepairAboveTheHeader(t *testing.T) {
	m := Doctor([]byte("Original Message\nMessage ID\t<1@example.net>\nCreated at:\tTue, Mar 3, 2026 at 9:59 AM\nFrom:\tAda <ada@example.net>\nTo:\tb@example.org\nSubject:\tHello\n"))
	for _, r := range m.Repairs {
		if strings.Contains(r.Note, "of  ") {
			t.Errorf("a field without a name: %q", r.Note)
		}
	}
	if len(m.Repairs) == 0 || !strings.Contains(m.Repairs[0].Note, "above the header") {
		t.Errorf("%v", m.Repairs)
	}
}
