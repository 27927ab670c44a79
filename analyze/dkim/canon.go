package dkim

import (
	"bytes"
	"hash"
	"math"
)

// Canonicalisation follows RFC 6376 3.4. Lines that end in a bare LF are hashed as if they ended in CRLF: files lose their CRs on the
// way to us, the message on the wire had them. A bare CR is white space under relaxed and a byte like any other under simple, as go-msgauth has it.

const crlf = "\r\n"

// crlfBytes is crlf where a []byte would be made anew for each line.
var crlfBytes = []byte(crlf)

// appendHeader appends the canonical form of one whole field, final CRLF included.
func appendHeader(dst, field []byte, relaxed bool) []byte {
	if relaxed {
		return appendRelaxedHeader(dst, field)
	}
	for len(field) > 0 {
		line, rest := cutLine(field)
		dst = append(append(dst, line...), crlf...)
		field = rest
	}
	return dst
}

func appendRelaxedHeader(dst, field []byte) []byte {
	name, value, _ := bytes.Cut(field, []byte{':'})
	for _, c := range bytes.TrimSpace(name) {
		dst = append(dst, lower(c))
	}
	dst = append(dst, ':')
	start := len(dst)
	for len(value) > 0 {
		n := 0
		for n < len(value) && !headerSpace(value[n]) {
			n++
		}
		if n > 0 {
			if len(dst) > start {
				dst = append(dst, ' ')
			}
			dst = append(dst, value[:n]...)
		}
		for n < len(value) && headerSpace(value[n]) {
			n++
		}
		value = value[n:]
	}
	return append(dst, crlf...)
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c |= 0x20
	}
	return c
}

func headerSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// cutLine returns the first line of b without its line end (CRLF or LF), and what follows.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return b, nil
	}
	line, rest = b[:i], b[i+1:]
	if i > 0 && line[i-1] == '\r' {
		line = line[:i-1]
	}
	return line, rest
}

// trimBody cuts off the empty lines at the end (RFC 6376 3.4.3, 3.4.4). What is left does not end in a line end.
func trimBody(b []byte, relaxed bool) []byte {
	if relaxed {
		return bytes.TrimRight(b, " \t\r\n")
	}
	for {
		switch {
		case bytes.HasSuffix(b, []byte(crlf)):
			b = b[:len(b)-2]
		case bytes.HasSuffix(b, []byte{'\n'}):
			b = b[:len(b)-1]
		default:
			return b
		}
	}
}

// cleanLine: nothing in the line that relaxed would change. Four quick scans cost a fifth of walking over the bytes.
func cleanLine(line []byte) bool {
	n := len(line)
	return n == 0 || line[n-1] != ' ' && bytes.IndexByte(line, '\t') < 0 && bytes.IndexByte(line, '\r') < 0 && !bytes.Contains(line, []byte("  "))
}

// relaxLine calls put for each byte of the canonical form of line: runs of white space become one space, none is left at the end.
func relaxLine(line []byte, put func(i int, c byte) bool) {
	space := false
	for i, c := range line {
		if c == ' ' || c == '\t' {
			space = true
			continue
		}
		if space && c != '\r' && !put(i, ' ') {
			return
		}
		space = false
		if !put(i, c) {
			return
		}
	}
}

// appendBodyLine appends the canonical form of a line of the body, without its line end.
func appendBodyLine(dst, line []byte, relaxed bool) []byte {
	if !relaxed || cleanLine(line) {
		return append(dst, line...)
	}
	space := false
	for _, c := range line {
		if c == ' ' || c == '\t' {
			space = true
			continue
		}
		if space && c != '\r' {
			dst = append(dst, ' ')
		}
		space = false
		dst = append(dst, c)
	}
	return dst
}

// bodyWriter hashes in chunks and stops at the limit of l=.
type bodyWriter struct {
	h    hash.Hash
	buf  []byte
	left int64
}

// bodyChunk: large enough that the hash runs at full speed, small enough for the cache.
const bodyChunk = 16 << 10

func (w *bodyWriter) put(b []byte) {
	if int64(len(b)) > w.left {
		b = b[:w.left]
	}
	w.left -= int64(len(b))
	if len(w.buf)+len(b) > bodyChunk {
		w.flush()
	}
	if len(b) > bodyChunk {
		w.h.Write(b)
		return
	}
	w.buf = append(w.buf, b...)
}

func (w *bodyWriter) line(line []byte, relaxed bool) {
	switch n := len(line); {
	case !relaxed || n > bodyChunk && cleanLine(line):
		w.put(line)
		return
	case n <= bodyChunk && int64(n) <= w.left:
		if len(w.buf)+n > bodyChunk {
			w.flush()
		}
		start := len(w.buf)
		w.buf = appendBodyLine(w.buf, line, true)
		w.left -= int64(len(w.buf) - start)
		return
	}
	w.slowLine(line)
}

// slowLine is for lines that are longer than the buffer or that l= ends in.
func (w *bodyWriter) slowLine(line []byte) {
	relaxLine(line, func(_ int, c byte) bool {
		if len(w.buf) >= bodyChunk {
			w.flush()
		}
		if w.left == 0 {
			return false
		}
		w.left--
		w.buf = append(w.buf, c)
		return true
	})
}

func (w *bodyWriter) flush() {
	w.h.Write(w.buf)
	w.buf = w.buf[:0]
}

// hashBody hashes the canonical form of body, of which at most length bytes (negative: all). It returns how many raw bytes went in,
// and false when the canonical body is shorter than length.
func hashBody(h hash.Hash, body []byte, relaxed bool, length int64) (used int, enough bool) {
	w := &bodyWriter{h: h, left: length, buf: make([]byte, 0, min(bodyChunk, len(body)+64))}
	if length < 0 {
		w.left = math.MaxInt64
	}
	rest := trimBody(body, relaxed)
	end := len(rest)
	if end == 0 && !relaxed {
		w.put(crlfBytes) // RFC 6376 3.4.3: simple turns no body into one CRLF
	}
	for len(rest) > 0 && w.left > 0 {
		line, after := cutLine(rest)
		before := w.left
		w.line(line, relaxed)
		spare := w.left
		w.put(crlfBytes)
		switch {
		case spare >= int64(len(crlf)):
			used = end - len(after)
		case w.left == 0:
			used = end - len(rest) + rawCut(line, before, relaxed)
		}
		rest = after
	}
	w.flush()
	if w.left > 0 {
		used = len(body)
	}
	return used, length < 0 || w.left == 0
}

// rawCut returns how many bytes of line make the first n bytes of its canonical form; its line end counts with the next line.
func rawCut(line []byte, n int64, relaxed bool) int {
	if !relaxed {
		return int(min(n, int64(len(line))))
	}
	cut := len(line)
	relaxLine(line, func(i int, _ byte) bool {
		if n == 0 {
			cut = i
			return false
		}
		n--
		return true
	})
	return cut
}
