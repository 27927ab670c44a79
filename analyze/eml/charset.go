package eml

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"
)

// errCharset says that no decoder is known.
var errCharset = errors.New("unknown charset")

// toUTF8 converts b from a charset to valid UTF-8 of at most limit bytes. kind is what was wrong, or "". No byte is lost: what does
// not fit the charset is read as UTF-8 where it is that, and else as Windows-1252, as most clients show it.
func toUTF8(name string, b []byte, limit int) (text []byte, kind string) {
	name = strings.ToLower(strings.Trim(name, " \t\"'"))
	switch name {
	case "", "us-ascii", "ascii", "ansi_x3.4-1968":
		if i := firstHigh(b); i < len(b) {
			return patch(b, limit), KindWrongCharset
		}
		return cut(b, limit), ""
	case "utf-8", "utf8":
		if utf8.Valid(b) {
			return cut(b, limit), ""
		}
		return patch(b, limit), KindWrongCharset
	case "iso-8859-1", "latin1":
		name = "windows-1252" // QUIRK: what says Latin-1 and uses 0x80..0x9f means this (WHATWG Encoding 4.2)
	}
	if name == "windows-1252" && firstHigh(b) == len(b) {
		return cut(b, limit), ""
	}
	out, err := convert(name, b, limit)
	switch {
	case err != nil, len(b) > 1 && string(out) == "\uFFFD": // x/text decodes charsets that are switched off to one U+FFFD
		return patch(b, limit), KindUnknownCharset
	case bytes.Contains(out, []byte("\uFFFD")) && !bytes.Contains(b, []byte("\uFFFD")):
		return out, KindWrongCharset
	}
	return out, ""
}

// convert reads at most limit bytes of b in UTF-8.
func convert(name string, b []byte, limit int) ([]byte, error) {
	r, err := charset.Reader(name, bytes.NewReader(b))
	if err != nil {
		return nil, errCharset
	}
	out := make([]byte, 0, min(limit, len(b)+len(b)/2+16))
	for len(out) < limit {
		if len(out) == cap(out) {
			grown := make([]byte, len(out), min(limit, 2*cap(out)))
			copy(grown, out)
			out = grown
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return cut(out, limit), nil
}

// patch makes valid UTF-8 of b: bytes that are not become what they are in Windows-1252.
func patch(b []byte, limit int) []byte {
	if utf8.Valid(b) {
		return cut(b, limit)
	}
	out := make([]byte, 0, min(limit, len(b)+len(b)/4))
	for len(b) > 0 && len(out) < limit {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
		if len(out)+utf8.RuneLen(r) > limit {
			break
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return out
}

// cut shortens valid UTF-8 to limit bytes, and never inside a rune.
func cut(b []byte, limit int) []byte {
	if len(b) <= limit {
		return b
	}
	limit = max(limit, 0)
	for limit > 0 && !utf8.RuneStart(b[limit]) {
		limit--
	}
	return b[:limit]
}

// firstHigh returns the offset of the first byte above 127, or len(b).
func firstHigh(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}
