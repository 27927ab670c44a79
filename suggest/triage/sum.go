package triage

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
)

// Sum is a SHA-256. A hundred thousand of them are kept, so they are bytes here and hexadecimal in JSON.
type Sum [sha256.Size]byte

// MarshalText writes hexadecimal digits.
func (s Sum) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads them.
func (s *Sum) UnmarshalText(b []byte) error {
	if len(b) != 2*len(s) {
		return fmt.Errorf("reading a SHA-256: %d digits", len(b))
	}
	_, err := hex.Decode(s[:], b)
	return err
}

// Likeness is a hash of what near-identical messages have in common; 0: the text was not read.
type Likeness uint64

// MarshalText writes sixteen hexadecimal digits, or nothing.
func (l Likeness) MarshalText() ([]byte, error) {
	if l == 0 {
		return []byte{}, nil
	}
	return fmt.Appendf(nil, "%016x", uint64(l)), nil
}

// UnmarshalText reads them.
func (l *Likeness) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*l = 0
		return nil
	}
	n, err := strconv.ParseUint(string(b), 16, 64)
	*l = Likeness(n)
	return err
}
