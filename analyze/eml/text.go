package eml

import (
	"bytes"
	"unicode/utf8"
)

// Limits of RFC 2047 decoding.
const (
	maxWord      = 2048    // RFC 2047 2 allows 75; real programs write whole subjects and file names into one
	maxWordToken = 60      // longer than any charset name with its language
	maxTextBytes = 1 << 20 // of a field; what follows is returned as it stands
)

// Text returns the value of f unfolded, with RFC 2047 words decoded, as valid UTF-8. What cannot be decoded stays as it is written;
// AllProblems says so.
func (m *Message) Text(f Field) string {
	text, kind := decodeText(m.Bytes(f.Value))
	if kind != "" {
		m.note(kind, f.Value, textNotes[kind])
	}
	return text
}

var textNotes = map[string]string{
	KindBadWord:        "an encoded word is broken: shown as far as it could be decoded",
	KindUnknownCharset: "an encoded word in a charset that is not known",
	KindWrongCharset:   "an encoded word holds bytes that are not of its charset",
	KindNotUTF8:        "raw bytes that are not UTF-8, read as Windows-1252",
}

// decodeText unfolds and decodes b. kind is the last thing that went wrong, or "".
func decodeText(b []byte) (text, kind string) {
	b = bytes.Trim(b, " \t\r\n")
	if !bytes.Contains(b, []byte("=?")) {
		return validText([]byte(unfold(b)))
	}
	d := wordDecoder{out: make([]byte, 0, len(b))}
	head := b[:min(len(b), maxTextBytes)]
	d.run(head)
	d.literal(b[len(head):])
	text, kind = validText(d.out)
	if d.kind != "" {
		kind = d.kind
	}
	return text, kind
}

func validText(b []byte) (text, kind string) {
	if utf8.Valid(b) {
		return string(b), ""
	}
	return string(patch(b, 3*len(b))), KindNotUTF8
}

// wordDecoder decodes the encoded words of one value. The bytes of adjacent words of one charset are joined before they are
// converted: many programs cut in the middle of a character, which RFC 2047 5 forbids.
type wordDecoder struct {
	out     []byte
	kind    string
	charset string
	pending []byte
	open    bool // the last thing met was a word
}

// run decodes b. White space between two words is no text (RFC 2047 6.2).
func (d *wordDecoder) run(b []byte) {
	pos := 0
	for {
		w, start, end := nextWord(b, pos)
		if start < 0 {
			break
		}
		if !d.open || len(bytes.TrimSpace(b[pos:start])) > 0 {
			d.literal(b[pos:start])
		}
		d.word(w)
		pos = end
	}
	d.literal(b[pos:])
}

// literal appends text as it stands, without its folds.
func (d *wordDecoder) literal(b []byte) {
	d.flush()
	d.out = appendUnfolded(d.out, b)
}

func appendUnfolded(out, b []byte) []byte {
	for _, c := range b {
		if c != '\r' && c != '\n' {
			out = append(out, c)
		}
	}
	return out
}

func (d *wordDecoder) word(w word) {
	if d.open && !bytes.EqualFold([]byte(d.charset), w.charset) {
		d.flush()
	}
	d.open, d.charset = true, string(w.charset)
	content, ok := w.content()
	if !ok {
		d.kind = KindBadWord
	}
	d.pending = append(d.pending, content...)
}

// flush converts the words that wait.
func (d *wordDecoder) flush() {
	if d.open {
		text, kind := toUTF8(d.charset, d.pending, 4*len(d.pending)+16)
		if kind != "" {
			d.kind = kind
		}
		d.out = append(d.out, text...)
	}
	d.pending, d.open = d.pending[:0], false
}

// word is one encoded word (RFC 2047 2), still encoded.
type word struct {
	charset  []byte // without the language of RFC 2231 5
	encoding byte   // 'b' or 'q'
	text     []byte
}

// content undoes the transfer encoding; false: not all of it could be decoded. A fold inside the word is no part of it.
func (w word) content() (content []byte, ok bool) {
	if w.encoding == 'b' {
		content, bad := decodeBase64(w.text, len(w.text))
		return content, bad < 0
	}
	text := make([]byte, 0, len(w.text))
	folded := false
	for _, c := range w.text {
		switch {
		case c == '\r' || c == '\n':
			folded = true
			continue
		case folded && isWhite(c):
			continue
		case c == '_':
			c = ' '
		}
		folded = false
		text = append(text, c)
	}
	content, bad := appendQP(make([]byte, 0, len(text)), text, len(text))
	return content, bad < 0
}

// nextWord finds the next encoded word at or after pos; start is -1 where there is none.
func nextWord(b []byte, pos int) (w word, start, end int) {
	for {
		i := bytes.Index(b[pos:], []byte("=?"))
		if i < 0 {
			return word{}, -1, -1
		}
		if w, n := readWord(b[pos+i:]); n > 0 {
			return w, pos + i, pos + i + n
		}
		pos += i + 2
	}
}

// readWord reads the word that b starts with and returns its length; 0: it is none.
func readWord(b []byte) (w word, n int) {
	rest := b[2:]
	token := bytes.IndexByte(rest[:min(len(rest), maxWordToken)], '?')
	if token <= 0 || bytes.ContainsAny(rest[:token], " \t\r\n=") || len(rest) < token+3 || rest[token+2] != '?' {
		return word{}, 0
	}
	w.charset, _, _ = bytes.Cut(rest[:token], []byte("*"))
	w.encoding = lower(rest[token+1])
	if w.encoding != 'b' && w.encoding != 'q' {
		return word{}, 0
	}
	text := rest[token+3:]
	end := bytes.Index(text[:min(len(text), maxWord)], []byte("?="))
	if end < 0 || bytes.Contains(text[:end], []byte(" =?")) { // unfinished, and another word begins
		return word{}, 0
	}
	w.text = text[:end]
	return w, 2 + token + 3 + end + 2
}
