// Package learned is what the user taught fpcheck: words, senders, and which messages it was.
package learned

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"sync"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/reputation"
)

// State is everything that was learnt. The zero value is empty.
type State struct {
	Words   *bayes.Counts
	Senders *reputation.History
	seen    map[ID]bool // spam or not
}

// ID tells messages apart: the beginning of the SHA-256 of their bytes.
type ID [16]byte

// Identify returns the ID of a message.
func Identify(raw []byte) ID {
	sum := sha256.Sum256(raw)
	return ID(sum[:16])
}

// New returns an empty state.
func New() *State {
	return &State{Words: &bayes.Counts{}, Senders: &reputation.History{}, seen: map[ID]bool{}}
}

// Lesson is a message with what it is.
type Lesson struct {
	ID       ID
	Spam     bool
	Document *bayes.Document
	Keys     []reputation.Key
	Hit      reputation.Hit
}

// Change says what a lesson did.
type Change int

// The changes: the message was new, was known as that, was known as the opposite.
const (
	Learnt Change = iota
	Known
	Moved
)

// maxSeen bounds the messages that are remembered: 17 MB on disk.
const maxSeen = 1 << 20

// ErrFull is the error of a state that can remember no more messages.
var ErrFull = errors.New("a million messages were learnt: forget some, or begin anew")

// Learn takes a lesson. The same message counts once, however often it comes; one that changes sides is taken back first.
func (s *State) Learn(l Lesson) (Change, error) {
	was, known := s.seen[l.ID]
	switch {
	case known && was == l.Spam:
		return Known, nil
	case !known && len(s.seen) >= maxSeen:
		return Known, ErrFull
	case known:
		s.apply(l, was, s.Words.Remove, s.Senders.Remove)
	}
	s.seen[l.ID] = l.Spam
	s.apply(l, l.Spam, s.Words.Add, s.Senders.Add)
	if known {
		return Moved, nil
	}
	return Learnt, nil
}

// Unlearn takes a message back. It reports whether it was known.
func (s *State) Unlearn(l Lesson) bool {
	was, known := s.seen[l.ID]
	if known {
		delete(s.seen, l.ID)
		s.apply(l, was, s.Words.Remove, s.Senders.Remove)
	}
	return known
}

func (s *State) apply(l Lesson, spam bool, words func(*bayes.Document, bool), senders func([]reputation.Key, reputation.Hit)) {
	words(l.Document, spam)
	l.Hit.Spam = spam
	senders(l.Keys, l.Hit)
}

// Messages returns how many messages were learnt.
func (s *State) Messages() int { return len(s.seen) }

// The frame of a state file: a line that names the version, three sections with their lengths, and a checksum of all before it.
const (
	magic    = "fpcheck state 1\n"
	anyMagic = "fpcheck state "
	seenSize = 17
)

// Errors of files that are no state, or not one of ours.
var (
	ErrDamaged = errors.New("the file of what was learnt is damaged")
	ErrNewer   = errors.New("the file of what was learnt is of a newer fpcheck")
)

var castagnoli = sync.OnceValue(func() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }) // a table that few runs need

// Encode writes the state. Equal states give equal bytes.
func (s *State) Encode() []byte {
	out := []byte(magic)
	for _, write := range []func([]byte) []byte{s.Words.Append, s.Senders.Append, s.appendSeen} {
		at := len(out)
		out = write(append(out, make([]byte, 8)...))
		binary.LittleEndian.PutUint64(out[at:], uint64(len(out)-at-8))
	}
	return binary.LittleEndian.AppendUint32(out, crc32.Checksum(out, castagnoli()))
}

func (s *State) appendSeen(b []byte) []byte {
	ids := make([]ID, 0, len(s.seen))
	for id := range s.seen {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b ID) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range ids {
		b = append(b, id[:]...)
		if s.seen[id] {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

// IsState reports whether b begins as a state file does, of whatever version.
func IsState(b []byte) bool { return bytes.HasPrefix(b, []byte(anyMagic)) }

// Decode reads what Encode wrote. It keeps b.
func Decode(b []byte) (*State, error) {
	switch {
	case IsState(b) && !bytes.HasPrefix(b, []byte(magic)):
		version, _, _ := bytes.Cut(b[len(anyMagic):], []byte("\n"))
		return nil, fmt.Errorf("%w: version %q", ErrNewer, version[:min(len(version), 20)])
	case !IsState(b), len(b) < len(magic)+3*8+4:
		return nil, fmt.Errorf("%w: it does not begin as one", ErrDamaged)
	}
	body, sum := b[:len(b)-4], binary.LittleEndian.Uint32(b[len(b)-4:])
	if crc32.Checksum(body, castagnoli()) != sum {
		return nil, fmt.Errorf("%w: its checksum is wrong, so it was cut or changed", ErrDamaged)
	}
	rest := body[len(magic):]
	var sections [3][]byte
	for i := range sections {
		if len(rest) < 8 || binary.LittleEndian.Uint64(rest) > uint64(len(rest)-8) {
			return nil, fmt.Errorf("%w: section %d is cut", ErrDamaged, i+1)
		}
		n := binary.LittleEndian.Uint64(rest)
		sections[i], rest = rest[8:8+n], rest[8+n:]
	}
	return assemble(sections)
}

func assemble(sections [3][]byte) (*State, error) {
	words, err1 := bayes.ParseCounts(sections[0])
	senders, err2 := reputation.ParseHistory(sections[1])
	if err := cmp.Or(err1, err2); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	s := &State{Words: words, Senders: senders, seen: map[ID]bool{}}
	list := sections[2]
	if len(list)%seenSize != 0 || len(list) > maxSeen*seenSize {
		return nil, fmt.Errorf("%w: the list of messages is cut", ErrDamaged)
	}
	for ; len(list) > 0; list = list[seenSize:] {
		s.seen[ID(list[:16])] = list[16] != 0
	}
	return s, nil
}
