package eml

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes a tree as type[body](children), bodies of leaves only.
func outline(m *Message, p *Part) string {
	if len(p.Children) == 0 {
		return fmt.Sprintf("%s[%s]", p.Type, m.Bytes(p.Body))
	}
	var kids []string
	for _, c := range p.Children {
		kids = append(kids, outline(m, c))
	}
	return p.Type + "(" + strings.Join(kids, " ") + ")"
}

const mixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

func TestTree(t *testing.T) {
	for _, tt := range []struct{ name, raw, want, kinds string }{
		{"no MIME", "A: b\r\n\r\ntext\r\n", "text/plain[text\r\n]", ""},
		{"two parts", mixed + "--b\r\n\r\none\r\n--b\r\nContent-Type: TEXT/HTML\r\n\r\ntwo\r\n\r\n--b--\r\n", "multipart/mixed(text/plain[one] text/html[two\r\n])", ""},
		{"LF", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n", "multipart/mixed(text/plain[one])", ""},
		{"CR", "Content-Type: multipart/mixed; boundary=b\r\r--b\r\rone\r--b--\r", "multipart/mixed(text/plain[one])", "bare-cr bare-cr"},
		{"empty part", mixed + "--b\r\n\r\n--b\r\n\r\n\r\n--b--", "multipart/mixed(text/plain[] text/plain[])", ""},
		{"never closed", mixed + "--b\r\n\r\none\r\n", "multipart/mixed(text/plain[one\r\n])", "unclosed-multipart"},
		{"nested", mixed + "--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--bb--\r\n\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "multipart/mixed(multipart/alternative(text/plain[one]) text/plain[two])", ""},
		{"inner never closed", mixed + "--b\r\nContent-Type: multipart/alternative; boundary=bb\r\n\r\n--bb\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n", "multipart/mixed(multipart/alternative(text/plain[one]) text/plain[two])", "unclosed-multipart"},
		{"no boundary parameter", "Content-Type: multipart/mixed\r\n\r\n--b\r\n\r\none\r\n", "multipart/mixed[--b\r\n\r\none\r\n]", "no-boundary"},
		{"boundary never occurs", mixed + "text\r\n", "multipart/mixed[text\r\n]", "no-parts"},
		{"a line like the boundary", mixed + "--b\r\n\r\n--bc\r\none\r\n--b--\r\n", "multipart/mixed(text/plain[--bc\r\none])", "boundary-like"},
		{"white space after the boundary", mixed + "--b \t\r\n\r\none\r\n--b-- \r\n", "multipart/mixed(text/plain[one])", ""},
		{"boundary ends the header", mixed + "--b\r\nContent-Type: text/html\r\n--b--\r\n", "multipart/mixed(text/html[])", "no-blank-line"},
		{"body without blank line", mixed + "--b\r\nhello\r\n--b--\r\n", "multipart/mixed(text/plain[hello])", "no-blank-line"},
		{"same boundary twice", mixed + "--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n--b--\r\n", "multipart/mixed(multipart/mixed(text/plain[one]))", "same-boundary"},
		{"attached message", mixed + "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner\r\n--b--\r\n", "multipart/mixed(message/rfc822(text/plain[inner]))", ""},
		{"attached message with mbox line", mixed + "--b\r\nContent-Type: message/rfc822\r\n\r\nFrom a@example.com x\r\nSubject: x\r\n\r\ninner\r\n--b--\r\n", "multipart/mixed(message/rfc822(text/plain[inner]))", ""},
		{"attached message with parts", mixed + "--b\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\ninner\r\n--i--\r\n--b--\r\n", "multipart/mixed(message/rfc822(multipart/mixed(text/plain[inner])))", ""},
		{"encoded message", mixed + "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQTogYg==\r\n--b--\r\n", "multipart/mixed(message/rfc822[QTogYg==])", "encoded-container"},
		{"digest", "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: x\r\n\r\none\r\n--b--\r\n", "multipart/digest(message/rfc822(text/plain[one]))", ""},
		{"type twice", "Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx", "text/html[x]", "repeated-mime-field"},
		{"type unreadable", "Content-Type: text\r\n\r\nx", "text/plain[x]", "bad-content-type"},
		{"boundary twice", "Content-Type: multipart/mixed; boundary=b; boundary=c\r\n\r\n--b\r\n\r\none\r\n--b--", "multipart/mixed(text/plain[one])", "repeated-parameter"},
		{"bare LF in the body", "A: b\r\n\r\none\r\ntwo\n", "text/plain[one\r\ntwo\n]", "bare-lf"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := Parse([]byte(tt.raw))
			if diff := cmp.Diff(tt.want, outline(m, m.Root())); diff != "" {
				t.Error(diff)
			}
			if got := strings.Join(kinds(m.AllProblems()), " "); got != tt.kinds {
				t.Errorf("problems %q, want %q", got, tt.kinds)
			}
		})
	}
}

func TestPreambleAndEpilogue(t *testing.T) {
	m := Parse([]byte(mixed + "before\r\n--b\r\n\r\none\r\n--b--\r\nafter\r\n"))
	if p := m.Root(); string(m.Bytes(p.Preamble)) != "before" || string(m.Bytes(p.Epilogue)) != "after\r\n" {
		t.Errorf("%q %q", m.Bytes(p.Preamble), m.Bytes(p.Epilogue))
	}
}

// TestTreeIsBounded nests and repeats far beyond the limits. Quadratic work would not end.
func TestTreeIsBounded(t *testing.T) {
	var deep, chain strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&deep, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		chain.WriteString("Content-Type: message/rfc822\n\n")
	}
	for name, tt := range map[string]struct{ raw, kind string }{
		"multipart": {deep.String() + strings.Repeat("\n--nothing", 100_000), KindTooDeep},
		"message":   {chain.String(), KindTooDeep},
		"parts":     {mixed + strings.Repeat("--b\n\nx\n", maxParts+5) + "--b--\n", KindTooManyParts},
		"like":      {mixed + "--b\n\n" + strings.Repeat("--bx\n", 500_000), KindBoundaryLike},
	} {
		m := Parse([]byte(tt.raw))
		if !slices.Contains(kinds(m.AllProblems()), tt.kind) {
			t.Errorf("%s: no %s", name, tt.kind)
		}
		for p := range m.Root().All() {
			if p.depth > maxDepth+1 {
				t.Fatalf("%s: depth %d", name, p.depth)
			}
		}
	}
}

func TestParameters(t *testing.T) {
	for _, tt := range []struct{ in, want, filename string }{
		{`text/plain; charset=utf-8; name="a b.txt"`, "text/plain charset=utf-8 name=a b.txt", "a b.txt"},
		{`text/plain; charset="us-ascii" (Plain) ; format=flowed`, "text/plain charset=us-ascii format=flowed", ""},
		{`text/plain; charset=us-ascii (Plain text)`, "text/plain charset=us-ascii", ""},
		{`Text / HTML;;charset=x`, "text/html charset=x", ""},
		{`text/plain charset=utf-8`, "text/plain charset=utf-8", ""},
		{`text/plain; charset="utf-8" name="x"`, "text/plain charset=utf-8 name=x", "x"},
		{`text/plain; charset=utf-8 name=x`, "text/plain charset=utf-8 name=x", "x"},
		{`text/plain; name=my file (1).pdf; x=y`, "text/plain name=my file (1).pdf x=y", "my file (1).pdf"},
		{`text/plain; name="never closed; x=y`, "text/plain name=never closed x=y", "never closed"},
		{`text/plain; name="a\"b\\c"`, `text/plain name=a"b\c`, `a"b\c`},
		{`text/plain; name*=utf-8'de'J%C3%B6rg`, "text/plain name=Jörg", "Jörg"},
		{`text/plain; name*0*=iso-8859-1''J%F6; name*1=rg; name*2*=%21`, "text/plain name=Jörg!", "Jörg!"},
		{`text/plain; name*1=b; name*0=a; name=old`, "text/plain name=ab", "ab"},
		{`text/plain; name="=?utf-8?Q?J=C3=B6rg?="`, "text/plain name==?utf-8?Q?J=C3=B6rg?=", "Jörg"},
		{"text/plain; name=\"J\xf6rg\"", "text/plain name=Jörg", "Jörg"},
		{`text/plain; =x; ; y`, "text/plain =x", ""},
	} {
		m := Parse([]byte("Content-Type: " + tt.in + "\r\n\r\nx"))
		p := m.Root()
		got := p.Type
		names := make([]string, 0)
		for name := range p.Params {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			got += " " + name + "=" + p.Params[name]
		}
		if got != tt.want || p.Filename != tt.filename {
			t.Errorf("%q: %q %q, want %q %q", tt.in, got, p.Filename, tt.want, tt.filename)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range []struct{ fields, body, want, kind string }{
		{"", "text", "text", ""},
		{"Content-Transfer-Encoding: BASE64 (x)", "SsO2\r\ncmc=\r\n", "Jörg", KindWrongCharset}, // us-ascii by default
		{"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", "SsO2\r\ncmc=\r\n", "Jörg", ""},
		{"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", "Ss O2\n\tcm!c=", "Jörg", KindBadBase64},
		{"Content-Transfer-Encoding: base64", "YQ==Yg==", "ab", ""},
		{"Content-Transfer-Encoding: base64", "YWI", "ab", KindBadBase64},
		{"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable", "J=F6=\r\nrg =3d  \r\n.", "Jörg =\r\n.", ""},
		{"Content-Transfer-Encoding: quoted-printable", "a=zz =", "a=zz ", KindBadQP},
		{"Content-Type: text/html; charset=windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет", ""},
		{"Content-Type: text/html; charset=x-nobody", "J\xf6rg", "Jörg", KindUnknownCharset},
		{"Content-Type: text/html; charset=utf-8", "J\xf6rg", "Jörg", KindWrongCharset},
		{"Content-Type: text/plain; charset=iso-8859-1", "\x93x\x94", "“x”", ""},
		{"Content-Type: image/png\nContent-Transfer-Encoding: base64", "iVBO", "\x89PN", ""},
		{"Content-Transfer-Encoding: x-own", "as it is", "as it is", KindUnknownCTE},
	} {
		m := Parse([]byte(tt.fields + "\n\n" + tt.body))
		if tt.fields == "" {
			m = Parse([]byte("A: b\n\n" + tt.body))
		}
		if got := string(m.Decode(m.Root(), 1<<20)); got != tt.want {
			t.Errorf("%q %q: %q, want %q", tt.fields, tt.body, got, tt.want)
		}
		m.Decode(m.Root(), 1<<20)
		var want []string
		if tt.kind != "" {
			want = []string{tt.kind}
		}
		if diff := cmp.Diff(want, kinds(m.lazy.problems)); diff != "" {
			t.Errorf("%q %q:\n%s", tt.fields, tt.body, diff)
		}
	}
}

// TestDecodeLimit cuts at every length: never more than asked, never half a character, and the start of the whole.
func TestDecodeLimit(t *testing.T) {
	for _, raw := range []string{
		"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nSsO2cmcgSsO2cmc=",
		"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nJ=C3=B6rg J=C3=B6=\nrg",
		"Content-Type: text/plain; charset=utf-8\n\nJörg Jörg",
		"Content-Type: text/plain; charset=iso-8859-1\n\nJ\xf6rg J\xf6rg",
	} {
		for limit := range 20 {
			m := Parse([]byte(raw))
			got := string(m.Decode(m.Root(), limit))
			if len(got) > limit || len(got) < min(limit, len("Jörg Jörg"))-1 || !strings.HasPrefix("Jörg Jörg", got) || len(m.lazy.problems) > 0 {
				t.Errorf("limit %d of %q: %q %v", limit, raw, got, m.lazy.problems)
			}
		}
	}
}

func TestTextsAndAttachments(t *testing.T) {
	m := Parse([]byte(mixed +
		"--b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\n\r\nplain\r\n--a\r\nContent-Type: text/html\r\n\r\n<b>html</b>\r\n--a--\r\n" +
		"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nattached\r\n" +
		"--b\r\nContent-Type: text/html; name=x.html\r\n\r\nnamed\r\n" +
		"--b\r\nContent-Type: text/plain; name=y.txt\r\nContent-Disposition: inline\r\n\r\nshown\r\n" +
		"--b\r\nContent-Type: image/png\r\n\r\nx\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ninner\r\n--b--\r\n"))
	var texts, files []string
	for _, p := range m.Texts(1000) {
		texts = append(texts, fmt.Sprint(string(p.Text), p.HTML))
	}
	for _, p := range m.Attachments() {
		files = append(files, p.Type+" "+p.Filename)
	}
	if diff := cmp.Diff([]string{"plainfalse", "<b>html</b>true", "shownfalse"}, texts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"text/plain a.txt", "text/html x.html", "image/png ", "message/rfc822 "}, files); diff != "" {
		t.Error(diff)
	}
	if short := m.Texts(7); len(short) != 2 || string(short[1].Text) != "<b" {
		t.Errorf("limit: %v", short)
	}
}
