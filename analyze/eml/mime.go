package eml

import (
	"bytes"
	"strings"
)

// Limits of the MIME tree.
const (
	maxDepth    = 100    // real mail stays under 20; consumers may walk the tree by recursion
	maxParts    = 10_000 // a part costs a few hundred bytes; a digest of a busy list has some hundred parts
	maxBoundary = 1_000  // RFC 2046 5.1.1 allows 70
)

// Root returns the MIME tree. It is built once, is never nil, and has no text decoded yet. It must not be changed.
func (m *Message) Root() *Part {
	m.lazy.tree.Do(func() {
		w := walker{m: m, open: map[string]int{}}
		m.lazy.root = w.tree()
		m.checkLineEnds(m.Body, w.say)
		m.lazy.mu.Lock()
		defer m.lazy.mu.Unlock()
		m.lazy.problems = append(w.problems, m.lazy.problems...)
	})
	return m.lazy.root
}

// walker finds the parts in one pass over the body: every line that starts with "--" is looked up once among the boundaries of
// all multiparts that are open, so the work does not grow with their number.
type walker struct {
	m        *Message
	problems []Problem
	stack    []frame        // multiparts, outermost first; closed ones until their parent goes on
	open     map[string]int // boundary -> index of the innermost open multipart that uses it
	parts    int
}

// frame is a multipart that is being read.
type frame struct {
	part     *Part
	boundary string
	outer    int   // index of the frame that used the same boundary before, or -1
	child    *Part // the part that is being read
	found    bool  // the boundary has occurred
	closed   bool
	child0   string // type of a child that states none: message/rfc822 in a digest (RFC 2046 5.1.5)
}

func (w *walker) say(kind string, s Span, note string) {
	w.problems = appendProblem(w.problems, Problem{kind, s, note})
}

// tree reads the whole body.
func (w *walker) tree() *Part {
	m := w.m
	root := &Part{Fields: m.Fields, Header: m.Header, Body: m.Body}
	pos := w.enter(root, "text/plain")
	for len(w.stack) > 0 {
		start, end := w.nextDashes(pos)
		if start < 0 {
			break
		}
		pos = end
		line := m.Raw[start:end]
		if i, closing := w.match(line); i >= 0 {
			if w.parts >= maxParts && !closing {
				w.say(KindTooManyParts, Span{start, m.Body.End}, "parts from here on were not read")
				break
			}
			pos = w.boundary(i, closing, start, end)
		} else {
			w.checkLike(line, start)
		}
	}
	w.leave(0, m.Body.End)
	finish(root, m.Body.End)
	return root
}

// nextDashes returns the next line at or after pos, itself the start of a line, that begins with "--"; -1 where there is none.
func (w *walker) nextDashes(pos int) (start, end int) {
	raw, limit := w.m.Raw, w.m.Body.End
	if !bytes.HasPrefix(raw[pos:limit], []byte("--")) {
		i := bytes.Index(raw[pos:limit], []byte{w.m.eol(), '-', '-'})
		if i < 0 {
			return -1, -1
		}
		pos += i + 1
	}
	return pos, w.m.lineEnd(pos, limit)
}

// match returns the multipart whose boundary the line is, or -1, and whether it closes it. White space after it is none of it.
func (w *walker) match(line []byte) (index int, closing bool) {
	if len(line) < 3 || line[0] != '-' || line[1] != '-' || len(line) > maxBoundary+100 {
		return -1, false
	}
	text := bytes.TrimRight(line[2:], " \t\r\n")
	if i, ok := w.open[string(text)]; ok {
		return i, false
	}
	if text, ok := bytes.CutSuffix(text, []byte("--")); ok {
		if i, ok := w.open[string(text)]; ok {
			return i, true
		}
	}
	return -1, false
}

// checkLike speaks where RFC 2046 5.1.1 would see the innermost boundary and most parsers do not: something follows it in its line.
func (w *walker) checkLike(line []byte, start int) {
	f := &w.stack[len(w.stack)-1]
	if !f.closed && bytes.HasPrefix(line[2:], []byte(f.boundary)) {
		w.say(KindBoundaryLike, Span{start, start + len(line)}, "begins like the boundary and goes on: text here, a boundary to others")
	}
}

// boundary handles the boundary line start..end of frame i and returns where to read on.
func (w *walker) boundary(i int, closing bool, start, end int) int {
	bodyEnd := w.beforeEOL(start)
	w.leave(i+1, bodyEnd)
	f := &w.stack[i]
	if f.child != nil {
		finish(f.child, bodyEnd)
	} else if !f.found {
		f.part.Preamble = until(f.part.Body, bodyEnd)
	}
	f.found, f.child = true, nil
	if closing {
		w.close(i)
		f.part.Epilogue = Span{end, end}
		return end
	}
	child := &Part{depth: f.part.depth + 1}
	f.child = child
	f.part.Children = append(f.part.Children, child)
	w.header(child, end)
	return w.enter(child, f.child0)
}

// header reads the fields of a part that starts at pos.
func (w *walker) header(p *Part, pos int) {
	w.parts++
	s := scanner{m: w.m, say: w.say, limit: w.m.Body.End, part: true, fields: make([]Field, 0, 4), stop: func(line []byte) bool {
		i, _ := w.match(line)
		return i >= 0
	}}
	header, body, _ := s.block(pos)
	p.Fields, p.Header, p.Body = s.fields, header, Span{body, body}
}

// enter reads what the header of p says. It opens multiparts and attached messages, and returns where to look for boundaries.
func (w *walker) enter(p *Part, fallback string) int {
	w.describe(p, fallback)
	for p.holdsMessage() {
		switch {
		case p.isEncoded():
			w.say(KindEncodedParent, p.Header, p.Encoding+" on an attached message: not opened here")
			return p.Body.Start
		case p.depth >= maxDepth:
			w.say(KindTooDeep, p.Header, "not opened: nested too deep")
			return p.Body.Start
		}
		child := &Part{depth: p.depth + 1}
		p.Children = []*Part{child}
		w.header(child, w.afterMboxLine(p.Body.Start))
		w.describe(child, "text/plain")
		p = child
	}
	if p.isMultipart() {
		w.push(p)
	}
	return p.Body.Start
}

// afterMboxLine skips the "From " line that some programs leave on an attached message.
func (w *walker) afterMboxLine(pos int) int {
	if end := w.m.lineEnd(pos, w.m.Body.End); isMboxLine(w.m.Raw[pos:end]) {
		return end
	}
	return pos
}

// push opens a multipart, where its boundary is known.
func (w *walker) push(p *Part) {
	if p.isEncoded() {
		w.say(KindEncodedParent, p.Header, p.Encoding+" on a multipart: read as if it were not there")
	}
	boundary := strings.TrimRight(p.Params["boundary"], " \t")
	switch {
	case boundary == "" || len(boundary) > maxBoundary:
		w.say(KindNoBoundary, p.Header, "a multipart without a usable boundary")
		return
	case p.depth >= maxDepth:
		w.say(KindTooDeep, p.Header, "not opened: nested too deep")
		return
	}
	f := frame{part: p, boundary: boundary, outer: -1, child0: "text/plain"}
	if p.Type == "multipart/digest" {
		f.child0 = "message/rfc822"
	}
	if outer, ok := w.open[boundary]; ok {
		f.outer = outer
		w.say(KindSameBoundary, p.Header, "the boundary of an outer multipart once more: the inner one gets the parts here")
	}
	w.open[boundary] = len(w.stack)
	w.stack = append(w.stack, f)
}

// close takes a multipart's boundary out of use. What follows is its epilogue.
func (w *walker) close(i int) {
	f := &w.stack[i]
	f.closed = true
	if f.outer >= 0 {
		w.open[f.boundary] = f.outer
	} else {
		delete(w.open, f.boundary)
	}
}

// leave ends all multiparts from frame i inwards: their content ends at end.
func (w *walker) leave(i, end int) {
	for top := len(w.stack) - 1; top >= i; top-- {
		f := &w.stack[top]
		switch {
		case f.closed:
			f.part.Epilogue = until(f.part.Epilogue, end)
		case f.found:
			finish(f.child, end)
			w.say(KindUnclosed, f.part.Header, "the closing boundary is missing")
			w.close(top)
		default:
			if !w.m.HeaderOnly {
				w.say(KindNoParts, f.part.Header, "the boundary never occurs")
			}
			w.close(top)
		}
		finish(f.part, end)
		w.stack = w.stack[:top]
	}
}

// finish sets the end of a part, and of the message that it holds. The line end before a boundary belongs to the boundary, even
// where it is at the same time the blank line after the fields, or the end of the last field.
func finish(p *Part, end int) {
	for ; ; p = p.Children[0] {
		p.Body = until(p.Body, end)
		if p.Header.End > end {
			p.Header = until(p.Header, end)
			if n := len(p.Fields); n > 0 {
				p.Fields[n-1].Span.End = end
			}
		}
		if !p.holdsMessage() || len(p.Children) == 0 {
			return
		}
	}
}

// beforeEOL returns the offset of the line end before the line at pos: it belongs to the boundary there.
func (w *walker) beforeEOL(pos int) int {
	raw := w.m.Raw
	if pos > 0 && raw[pos-1] == w.m.eol() {
		pos--
		if raw[pos] == '\n' && pos > 0 && raw[pos-1] == '\r' {
			pos--
		}
	}
	return pos
}

// until is s with another end, and empty rather than negative.
func until(s Span, end int) Span { return Span{min(s.Start, end), end} }
