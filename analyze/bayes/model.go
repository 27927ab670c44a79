package bayes

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// Model is what was learnt from a corpus, as a flat open-addressing table in a string: it is looked up where it lies, and nothing is decoded.
//
//	"fpcheck model 2\n"  16 bytes
//	uint32  slots, tokens, ham messages, spam messages
//	float64 scale, bias of the linear model; slope, offset of its calibration; slope, offset of that of the word counts
//	slots of 8 bytes: uint32 hash (0: empty), 12 bits ham count, 12 bits spam count, int8 weight
type Model struct {
	table         string
	slots         uint64
	Tokens        int
	Ham, Spam     int // messages it was trained on
	scale, bias   float64
	linear, words calibration
	lean          *lean
}

// calibration turns a raw score into the logit of a probability (Platt 1999).
type calibration struct{ slope, offset float64 }

func (c calibration) logit(raw float64) float64 { return c.slope*raw + c.offset }

const (
	modelMagic  = "fpcheck model 2\n"
	modelHeader = len(modelMagic) + 4*4 + 6*8
	slotSize    = 8
	maxCount    = 1<<12 - 1 // in 12 bits
)

// ErrModel is the error of bytes that are no model.
var ErrModel = errors.New("this is no model of the content classifier")

// Open checks the frame of a model and returns a view of it. It takes no time that grows with the model.
func Open(data string) (*Model, error) {
	if len(data) < modelHeader || data[:len(modelMagic)] != modelMagic {
		return nil, ErrModel
	}
	head := []byte(data[len(modelMagic):modelHeader])
	n := func(i int) int { return int(binary.LittleEndian.Uint32(head[4*i:])) }
	f := func(i int) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(head[16+8*i:])) }
	m := &Model{table: data[modelHeader:], slots: uint64(n(0)), Tokens: n(1), Ham: n(2), Spam: n(3), scale: f(0), bias: f(1),
		linear: calibration{f(2), f(3)}, words: calibration{f(4), f(5)}, lean: newLean(n(2), n(3))}
	if len(m.table) != n(0)*slotSize || n(1) >= n(0) {
		return nil, fmt.Errorf("%w: %d bytes do not hold %d slots", ErrModel, len(data), n(0))
	}
	return m, nil
}

// lean tells how far the counts of a token speak for one kind of mail, among so many messages of each.
type lean struct {
	logs    [maxCount + 1]float32 // ln(n + unseen)
	balance float32
}

const (
	unseen     = 0.5  // of a message that a token is taken to have been in besides: nothing is impossible because it was not seen
	pairSquare = 0.25 // a pair says again, in part, what its words say
)

func newLean(hams, spams int) *lean {
	l := &lean{balance: float32(math.Log(float64(hams)+2*unseen) - math.Log(float64(spams)+2*unseen))}
	for n := range l.logs {
		l.logs[n] = float32(math.Log(float64(n) + unseen))
	}
	return l
}

// square is what a token adds to the square of a message's length.
func (l *lean) square(ham, spam int, two bool) float64 {
	r := l.logs[min(spam, maxCount)] - l.logs[min(ham, maxCount)] + l.balance
	if two {
		r *= pairSquare
	}
	return math.Abs(float64(r))
}

// slot is one token of a model.
type slot struct {
	ham, spam uint16
	weight    int8
}

// find looks a token up. The table has free slots, so the search ends.
func (m *Model) find(hash uint32) (slot, bool) {
	if m.slots == 0 {
		return slot{}, false
	}
	for i := uint64(hash) * m.slots >> 32; ; {
		at := m.table[i*slotSize:][:slotSize]
		switch h := uint32(at[0]) | uint32(at[1])<<8 | uint32(at[2])<<16 | uint32(at[3])<<24; h {
		case hash:
			return slot{uint16(at[4]) | uint16(at[5]&15)<<8, uint16(at[5]>>4) | uint16(at[6])<<4, int8(at[7])}, true
		case 0:
			return slot{}, false
		}
		if i++; i == m.slots {
			i = 0
		}
	}
}

// encode writes a model. The order of the tokens makes no difference to what is found, but to the bytes: callers sort.
func encode(m *Model, tokens []uint32, slots []slot) []byte {
	n := len(tokens)*20/17 + 8 // a load of 0.85: a look-up of an unknown token then meets its end after a few slots of the same line
	out := make([]byte, modelHeader+n*slotSize)
	copy(out, modelMagic)
	for i, v := range []int{n, len(tokens), m.Ham, m.Spam} {
		binary.LittleEndian.PutUint32(out[len(modelMagic)+4*i:], uint32(v))
	}
	for i, v := range []float64{m.scale, m.bias, m.linear.slope, m.linear.offset, m.words.slope, m.words.offset} {
		binary.LittleEndian.PutUint64(out[len(modelMagic)+16+8*i:], math.Float64bits(v))
	}
	table := out[modelHeader:]
	for k, hash := range tokens {
		i := uint64(hash) * uint64(n) >> 32
		for binary.LittleEndian.Uint32(table[i*slotSize:]) != 0 {
			i = (i + 1) % uint64(n)
		}
		at, s := table[i*slotSize:], slots[k]
		ham, spam := min(s.ham, maxCount), min(s.spam, maxCount)
		binary.LittleEndian.PutUint32(at, hash)
		at[4], at[5], at[6], at[7] = byte(ham), byte(ham>>8)|byte(spam)<<4, byte(spam>>4), byte(s.weight)
	}
	return out
}
