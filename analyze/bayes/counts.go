package bayes

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// Counts are the words of the user's own mail: how many ham and spam messages have each. Read from a file they are a sorted table that is
// searched where it lies; the first change makes a map of it.
type Counts struct {
	Ham, Spam int // messages
	table     []byte
	change    map[uint32]pair
}

type pair struct{ ham, spam uint32 }

// plus counts one message more.
func (p pair) plus(spam bool) pair {
	if spam {
		p.spam++
	} else {
		p.ham++
	}
	return p
}

func (p pair) empty() bool { return p.ham == 0 && p.spam == 0 }

// maxOwnTokens bounds what is kept: 12 MB on disk, as of some 20,000 messages. Beyond it, words seen once are forgotten first.
const maxOwnTokens = 1 << 20

const countSize = 12 // hash, ham, spam

// ErrCounts is the error of bytes that are no table of counts.
var ErrCounts = errors.New("the table of words is damaged")

// Len returns the number of different tokens.
func (c *Counts) Len() int {
	if c.change != nil {
		return len(c.change)
	}
	return len(c.table) / countSize
}

func (c *Counts) find(hash uint32) (pair, bool) {
	if c.change != nil {
		p, ok := c.change[hash]
		return p, ok
	}
	n := len(c.table) / countSize
	// The hashes are spread evenly, so the place can be guessed, and the rest of the way is short.
	i := int(uint64(hash) * uint64(n) >> 32)
	for i > 0 && c.hashAt(i-1) >= hash {
		i--
	}
	for i < n && c.hashAt(i) < hash {
		i++
	}
	if i == n || c.hashAt(i) != hash {
		return pair{}, false
	}
	at := c.table[i*countSize:]
	return pair{binary.LittleEndian.Uint32(at[4:]), binary.LittleEndian.Uint32(at[8:])}, true
}

func (c *Counts) hashAt(i int) uint32 { return binary.LittleEndian.Uint32(c.table[i*countSize:]) }

// Add counts the words of a message.
func (c *Counts) Add(d *Document, spam bool) { c.update(d, spam, 1) }

// Remove takes a message out again that was added before. Counts never fall below zero.
func (c *Counts) Remove(d *Document, spam bool) { c.update(d, spam, -1) }

func (c *Counts) update(d *Document, spam bool, by int) {
	c.thaw()
	total := &c.Ham
	if spam {
		total = &c.Spam
	}
	*total = max(0, *total+by)
	s := newScratch(d.size())
	defer s.release()
	d.Tokens(func(t Token) bool {
		if i, met := s.place(t.Hash); !met {
			s.put(i, t.Hash)
			c.bump(t.Hash, spam, by)
		}
		return true
	})
	if len(c.change) > maxOwnTokens {
		c.forgetRare()
	}
}

func (c *Counts) bump(hash uint32, spam bool, by int) {
	p := c.change[hash]
	n := &p.ham
	if spam {
		n = &p.spam
	}
	switch {
	case by > 0:
		*n++
	case *n > 0:
		*n--
	}
	if p.empty() {
		delete(c.change, hash)
		return
	}
	c.change[hash] = p
}

func (c *Counts) thaw() {
	if c.change != nil {
		return
	}
	c.change = make(map[uint32]pair, len(c.table)/countSize+4096)
	for i := range len(c.table) / countSize {
		at := c.table[i*countSize:]
		c.change[c.hashAt(i)] = pair{binary.LittleEndian.Uint32(at[4:]), binary.LittleEndian.Uint32(at[8:])}
	}
	c.table = nil
}

// forgetRare makes room: words seen in few messages go, those seen once first.
func (c *Counts) forgetRare() {
	for least := uint32(1); len(c.change) > maxOwnTokens*3/4; least++ {
		for h, p := range c.change {
			if p.ham+p.spam <= least {
				delete(c.change, h)
			}
		}
	}
}

// Append writes the counts behind b: equal counts give equal bytes.
func (c *Counts) Append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(c.Ham))
	b = binary.LittleEndian.AppendUint32(b, uint32(c.Spam))
	if c.change == nil {
		return append(b, c.table...)
	}
	hashes := make([]uint32, 0, len(c.change))
	for h := range c.change {
		hashes = append(hashes, h)
	}
	slices.SortFunc(hashes, cmp.Compare[uint32])
	for _, h := range hashes {
		p := c.change[h]
		for _, v := range [...]uint32{h, p.ham, p.spam} {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
	}
	return b
}

// ParseCounts reads what Append wrote. It keeps b.
func ParseCounts(b []byte) (*Counts, error) {
	if len(b) < 8 || (len(b)-8)%countSize != 0 {
		return nil, fmt.Errorf("%w: %d bytes", ErrCounts, len(b))
	}
	c := &Counts{Ham: int(binary.LittleEndian.Uint32(b)), Spam: int(binary.LittleEndian.Uint32(b[4:])), table: b[8:]}
	for i := 1; i < c.Len(); i++ {
		if c.hashAt(i-1) >= c.hashAt(i) {
			return nil, fmt.Errorf("%w: word %d is out of order", ErrCounts, i)
		}
	}
	return c, nil
}
