package eml

import (
	"slices"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ in, want, kind string }{
		{"plain", "plain", ""},
		{" folded\r\n  twice\r\n", "folded  twice", ""},
		{"=?utf-8?Q?J=C3=B6rg?=", "Jörg", ""},
		{"=?ISO-8859-1?Q?J=F6rg?= Doe", "Jörg Doe", ""},
		{"=?utf-8?B?SsO2cmc=?=", "Jörg", ""},
		{"=?utf-8?B?SsO2?= \r\n =?utf-8?B?cmc=?=", "Jörg", ""},
		{"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c", ""},
		{"=?utf-8?Q?a_b?=", "a b", ""},
		{"=?utf-8?Q?J=C3?= =?utf-8?Q?=B6rg?=", "Jörg", ""}, // a character cut in two
		{"=?utf-8?Q?J=C3=B6r\r\n g?=", "Jörg", ""},         // a fold inside the word
		{"=?utf-8*de?Q?J=C3=B6rg?=", "Jörg", ""},
		{"=?iso-2022-jp?B?GyRCJUYlOSVIGyhC?=", "テスト", ""},
		{"=?windows-1251?B?z/Do4uXy?=", "Привет", ""},
		{"x=?utf-8?Q?a?=y", "xay", ""},
		{"=?utf-8?X?a?=", "=?utf-8?X?a?=", ""},
		{"=?utf-8?Q?open", "=?utf-8?Q?open", ""},
		{"=?utf-8?Q?open =?utf-8?Q?a?=", "=?utf-8?Q?open a", ""},
		{"=?x-nobody?Q?J=C3=B6rg?=", "Jörg", KindUnknownCharset},
		{"=?utf-8?Q?J=F6rg?=", "Jörg", KindWrongCharset},
		{"=?us-ascii?Q?J=F6rg?=", "Jörg", KindWrongCharset},
		{"=?utf-8?B?SsO2!cmc=?=", "Jörg", KindBadWord},
		{"=?utf-8?Q?50=_off?=", "50= off", KindBadWord},
		{"J\xf6rg", "Jörg", KindNotUTF8},
		{"Jörg", "Jörg", ""},
		{"", "", ""},
	} {
		m := Parse([]byte("Subject: " + tt.in + "\r\n\r\n"))
		if got := m.Text(m.Fields[0]); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
		got := kinds(m.lazy.problems)
		if tt.kind == "" && len(got) > 0 || tt.kind != "" && !slices.Equal(got, []string{tt.kind}) {
			t.Errorf("%q: %v, want %q", tt.in, got, tt.kind)
		}
	}
}

// TestTextIsLinear would not end if a word without an end were looked for again and again.
func TestTextIsLinear(t *testing.T) {
	for _, piece := range []string{"=?", "=?u?q?", "=?u?q? =?u?q?", "=?utf-8?q?a?= ", "=?=?"} {
		m := Parse([]byte("Subject: " + strings.Repeat(piece, (4<<20)/len(piece)) + "?=\n\n"))
		if m.Text(m.Fields[0]) == "" {
			t.Error(piece)
		}
	}
}
