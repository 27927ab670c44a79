package learned

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/reputation"
)

func lesson(text string, spam bool) Lesson {
	return Lesson{ID: Identify([]byte(text)), Spam: spam, Document: &bayes.Document{Texts: []string{text}},
		Keys: []reputation.Key{{Kind: reputation.IP, Name: "192.0.2.7"}}, Hit: reputation.Hit{At: time.Date(2026, 5, 1, 9, 0, 0, 0, time.UTC)}}
}

func learn(t *testing.T, s *State, l Lesson, want Change) {
	t.Helper()
	if got, err := s.Learn(l); err != nil || got != want {
		t.Fatalf("%v (%v), want %v", got, err, want)
	}
}

func TestAMessageCountsOnce(t *testing.T) {
	s := New()
	learn(t, s, lesson("buy now", true), Learnt)
	once := s.Encode()
	learn(t, s, lesson("buy now", true), Known)
	if !bytes.Equal(once, s.Encode()) {
		t.Error("the second time changed something")
	}
	learn(t, s, lesson("buy now", false), Moved)
	if s.Words.Ham != 1 || s.Words.Spam != 0 {
		t.Errorf("%d ham and %d spam after it changed sides", s.Words.Ham, s.Words.Spam)
	}
	if !s.Unlearn(lesson("buy now", true)) || s.Unlearn(lesson("buy now", true)) {
		t.Error("it can be taken back once")
	}
	if !bytes.Equal(s.Encode(), New().Encode()) {
		t.Error("what was taken back leaves a trace")
	}
}

func TestDecode(t *testing.T) {
	s := New()
	learn(t, s, lesson("buy now", true), Learnt)
	learn(t, s, lesson("the minutes", false), Learnt)
	data := s.Encode()
	read, err := Decode(data)
	if err != nil || read.Messages() != 2 || !bytes.Equal(read.Encode(), data) {
		t.Fatalf("%v, %v", read, err)
	}
	for n := range data { // cut anywhere
		if _, err := Decode(data[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes pass for a state", n, len(data))
		}
	}
	for i := range data { // one byte changed anywhere
		bad := bytes.Clone(data)
		bad[i] ^= 0x20
		if _, err := Decode(bad); err == nil {
			t.Fatalf("a change of byte %d is not noticed", i)
		}
	}
	if _, err := Decode([]byte("fpcheck state 2\nwhatever")); !errors.Is(err, ErrNewer) {
		t.Errorf("of the future: %v", err)
	}
	if _, err := Decode([]byte("random bytes of no kind, long enough for a frame")); !errors.Is(err, ErrDamaged) {
		t.Errorf("random: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	s := New()
	if _, err := s.Learn(lesson("buy now", true)); err != nil {
		f.Fatal(err)
	}
	f.Add(s.Encode())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if s, err := Decode(b); err == nil && !bytes.Equal(s.Encode(), b) {
			if again, err := Decode(s.Encode()); err != nil || again.Messages() != s.Messages() {
				t.Error("what was read cannot be written")
			}
		}
	})
}
