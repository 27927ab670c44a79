package render

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"plain text ~", "plain text ~"},
		{"Grüße aus Köln 日本", "Grüße aus Köln 日本"},
		{"\x1b[2Jgone", `\x1b[2Jgone`},
		{"\u009b31m", `\u009b31m`},
		{"a\r\nb\tc\x00\x7f", `a\r\nb\tc\x00\x7f`},
		{"\u202egpj.exe", `\u202egpj.exe`},
		{"\u2066x\u2069", `\u2066x\u2069`},
		{"pay\u200bpal", `pay\u200bpal`},
		{"soft\u00adhyphen", `soft\u00adhyphen`},
		{"line\u2028sep\u2029", `line\u2028sep\u2029`},
		{"bad \xff\xc3", `bad \xff\xc3`},
		{"replaced \uFFFD stays", "replaced \uFFFD stays"},
		{"no\u00a0break", "no break"},
		{"tag\U000e0041", `tag\U000e0041`},
		{"hangul\u3164filler", `hangul\u3164filler`},
		{"e\u0301", "e\u0301"},
		{"z\u0301\u0302\u0303\u0304\u0305", "z\u0301\u0302\u0303\u0304\\u0305"},
		{"\ufeffbom", `\ufeffbom`},
	} {
		if got := Clean(tc.in); got != tc.want {
			t.Errorf("Clean(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestWrap(t *testing.T) {
	got := strings.Join(wrap("one two three four "+strings.Repeat("x", 25), 10), "|")
	if want := "one two|three four|xxxxxxxxxx|xxxxxxxxxx|xxxxx"; got != want {
		t.Errorf("wrap: %q, want %q", got, want)
	}
	if got := strings.Join(wrap("sure by 68.75 %, or % of it", 13), "|"); got != "sure by|68.75 %, or %|of it" {
		t.Errorf("wrap of a number and its sign: %q", got)
	}
	if got := wrap("", 10); got != nil {
		t.Errorf("wrap of nothing: %q", got)
	}
}

// What is folded behind a head stays behind it; where there is no room beside an empty head, no line is left blank.
func TestFold(t *testing.T) {
	for _, test := range []struct{ head, text, want string }{
		{"", "One sentence\nand another.\n\nA paragraph.", "One sentence and\nanother.\n\nA paragraph."},
		{"  name ", "what it is called", "  name what it is\n       called"},
		{"", "List:\n  id  what it is for", "List:\n  id  what it is\n      for"},
		{strings.Repeat(" ", 16), "some words too long", strings.Repeat(" ", narrowIndent) + "some words\n" + strings.Repeat(" ", narrowIndent) + "too long"},
		{"a head so wide  ", "some words too long", "a head so wide\n" + strings.Repeat(" ", narrowIndent) + "some words\n" + strings.Repeat(" ", narrowIndent) + "too long"},
	} {
		if got := Fold(test.head, test.text, 18); got != test.want {
			t.Errorf("%q:\n%q, want\n%q", test.text, got, test.want)
		}
	}
}

func TestCutCountsColumns(t *testing.T) {
	if got := cut("日本語日本語", 7); got != "日本語…" {
		t.Errorf("cut: %q", got)
	}
	if got := cut("short", 5); got != "short" {
		t.Errorf("cut: %q", got)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("\x1b]0;title\x07 \u202e \xff\u2028")
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
				t.Fatalf("%q lets %U through", s, r)
			}
		}
		if Clean(got) != got {
			t.Fatalf("not stable: %q", got)
		}
		for _, line := range wrap(got, 20) {
			if width(line) > 20 {
				t.Fatalf("line too wide: %q", line)
			}
		}
	})
}
