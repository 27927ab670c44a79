package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// isMbox reports whether an input begins with the line that separates the messages of an mbox (RFC 4155): "From ", an address, a date.
func isMbox(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte{'\n'})
	return isSeparator(line)
}

// isSeparator tells such a line from a sentence that begins with "From": it ends with a time and a year.
func isSeparator(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok || len(rest) > 400 {
		return false
	}
	if i := bytes.IndexByte(rest, ' '); i >= 0 {
		rest = rest[i:]
	}
	_, ok = eml.ParseDate(string(bytes.TrimSpace(rest)))
	return ok
}

// mbox yields one message after the other. Lines that begin with ">From " have their mark taken off (mboxrd), since they were given it
// when they were put into the mailbox.
func (w *walk) mbox(name string, r *bufio.Reader) {
	s := splitter{r: r}
	for n := 1; ; n++ {
		b, err := s.next()
		if errors.Is(err, io.EOF) {
			if n == 1 {
				w.give(nil, name, ErrNoMail)
			}
			return
		}
		more := s.more()
		place := fmt.Sprintf("%s#%d", name, n)
		if n == 1 && !more { // a message with one line of an mbox above it, as some programs save it
			place = name
		}
		if err != nil {
			if !w.give(nil, place, err) || !errors.Is(err, ErrTooLarge) {
				return
			}
			continue
		}
		if w.message(place, b); w.stopped {
			return
		}
	}
}

// splitter cuts an mbox into messages. It holds one at a time.
type splitter struct {
	r       *bufio.Reader
	started bool
	ended   bool
}

// more reports whether another message follows.
func (s *splitter) more() bool { return !s.ended }

// next returns the next message without its separator line and the blank line before the next one; io.EOF behind the last. A message that is
// too large is skipped with ErrTooLarge.
func (s *splitter) next() ([]byte, error) {
	if !s.started {
		s.started = true
		if _, err := s.r.ReadSlice('\n'); err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, io.EOF
		}
	}
	if s.ended {
		return nil, io.EOF
	}
	var out []byte
	blank, start, tooLarge := true, true, false
	for {
		line, err := s.r.ReadSlice('\n')
		full := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !full {
			s.ended = true
			if !errors.Is(err, io.EOF) {
				return nil, err
			}
		}
		if start && blank && isSeparator(bytes.TrimRight(line, "\r\n")) {
			break
		}
		if start {
			line = unquoteFrom(line)
		}
		if tooLarge = tooLarge || len(out)+len(line) > MaxMessage; !tooLarge {
			out = append(out, line...)
		}
		if s.ended {
			break
		}
		blank = start && len(bytes.TrimRight(line, "\r\n")) == 0
		start = !full
	}
	if tooLarge {
		return nil, ErrTooLarge
	}
	return trimLast(out), nil
}

// unquoteFrom takes one mark off ">From ", ">>From " and so on.
func unquoteFrom(line []byte) []byte {
	if len(line) > 5 && line[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(line[:min(len(line), 64)], ">"), []byte("From ")) {
		return line[1:]
	}
	return line
}

// trimLast takes off the blank line that the mailbox put behind a message.
func trimLast(b []byte) []byte {
	switch {
	case bytes.HasSuffix(b, []byte("\r\n\r\n")):
		return b[:len(b)-2]
	case bytes.HasSuffix(b, []byte("\n\n")):
		return b[:len(b)-1]
	}
	return b
}
