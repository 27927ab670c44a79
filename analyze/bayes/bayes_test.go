package bayes

import (
	"errors"
	"math"
	"strings"
	"testing"
)

func doc(subject, text string) *Document {
	return &Document{Subject: subject, Texts: []string{text}, Shapes: []string{"type:text/plain"}}
}

var (
	spamDoc = doc("make money fast", "click here now to make money fast, it is guaranteed and free! you will be removed from our list if you reply. order now and save 50%")
	hamDoc  = doc("re: meeting", "i looked at the patch you sent. the build fails here because the header file is missing, so i will commit a fix and write a test for it")
)

func TestDefault(t *testing.T) {
	c := New(Default(), nil)
	bad, good := c.Judge(spamDoc), c.Judge(hamDoc)
	if bad.Logit < 2 || good.Logit > -2 {
		t.Errorf("logits %.2f of spam and %.2f of ham: want above 2 and below -2", bad.Logit, good.Logit)
	}
	if p := bad.Probability() + c.Judge(hamDoc).Probability(); p < 0.8 || p > 1.2 {
		t.Errorf("probabilities %.3f and %.3f", bad.Probability(), good.Probability())
	}
	if len(defaultModel) > 3e6 {
		t.Errorf("the model has %d bytes: want 3 MB or less", len(defaultModel))
	}
}

// TestTopIsTheCounterfactual takes each named word out of the document: the verdict must be what was said, as far as one token was one word.
func TestTopIsTheCounterfactual(t *testing.T) {
	c := New(Default(), nil)
	v := c.Judge(spamDoc)
	top := v.Top(5)
	if len(top) < 3 {
		t.Fatalf("%d tokens named", len(top))
	}
	for i, w := range top {
		if w.Weight <= 0 || w.Without > v.Logit || i > 0 && w.Weight > top[i-1].Weight {
			t.Errorf("without %q it is %.3f, with it %.3f: not the heaviest first", spamDoc.Words(w.Token), w.Without, v.Logit)
		}
		if w.Spam == 0 {
			t.Errorf("%q stands in no spam", spamDoc.Words(w.Token))
		}
	}
	shapeless := *spamDoc
	shapeless.Shapes = nil
	for _, e := range v.seen {
		if e.Place == InShapes {
			if got, want := c.Judge(&shapeless).Logit, bound(v.without(&e)); math.Abs(got-want) > 1e-9 {
				t.Errorf("without its form it is %.6f, and was said to be %.6f", got, want)
			}
		}
	}
}

// TestOwnMailTakesOver teaches the opposite of what the built-in model thinks, message by message.
func TestOwnMailTakesOver(t *testing.T) {
	own := &Counts{}
	last := New(Default(), nil).Judge(spamDoc).Logit
	for n := 1; n <= 60; n++ {
		own.Add(spamDoc, false)
		c := New(Default(), own)
		l := c.Judge(spamDoc).Logit
		if l > last+1e-9 {
			t.Errorf("after %d lessons the logit rose from %.3f to %.3f", n, last, l)
		}
		last = l
	}
	if last > 0 {
		t.Errorf("after 60 lessons it is spam still: %.3f", last)
	}
	if share := New(Default(), own).Share(); share > 0.95 || share < 0.5 {
		t.Errorf("the built-in model's share is %.2f after 60 messages", share)
	}
}

// TestOneLessonIsOne: one good message must not clear others, though all messages share marks and fields.
func TestOneLessonIsOne(t *testing.T) {
	withHeader := func(d *Document) *Document {
		c := *d
		c.Routes = []string{"field:from", "field:to", "field:subject", "field:date", "field:received", "from:example.com"}
		return &c
	}
	own := &Counts{}
	own.Add(withHeader(hamDoc), false)
	before, after := New(Default(), nil).Judge(withHeader(spamDoc)).Logit, New(Default(), own).Judge(withHeader(spamDoc)).Logit
	if math.Abs(before-after) > 1 {
		t.Errorf("one good message moved spam from %.2f to %.2f", before, after)
	}
}

func TestCountsRoundTrip(t *testing.T) {
	c := &Counts{}
	c.Add(spamDoc, true)
	before := string(c.Append(nil))
	c.Add(hamDoc, false)
	both := c.Append(nil)
	read, err := ParseCounts(both)
	if err != nil || read.Ham != 1 || read.Spam != 1 || read.Len() != c.Len() {
		t.Fatalf("%+v, %v", read, err)
	}
	for h, want := range c.change {
		if got, ok := read.find(h); !ok || got != want {
			t.Fatalf("%08x is %v, want %v", h, got, want)
		}
	}
	if _, ok := read.find(12345); ok {
		t.Error("a token that was never seen is found")
	}
	read.Remove(hamDoc, false)
	if got := string(read.Append(nil)); got != before {
		t.Error("a message that is taken out again leaves a trace")
	}
	if read.Remove(hamDoc, false); read.Ham != 0 {
		t.Error("counts fell below zero")
	}
}

func TestParseCountsRefuses(t *testing.T) {
	for _, b := range []string{"", "1234567", "123456789", strings.Repeat("z", 8+2*countSize)} {
		if _, err := ParseCounts([]byte(b)); !errors.Is(err, ErrCounts) {
			t.Errorf("%q: %v", b, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, s := range []string{"", "fpcheck model 1\n", defaultModel[:200], defaultModel[:len(defaultModel)-1], strings.Repeat("x", 500)} {
		if _, err := Open(s); !errors.Is(err, ErrModel) {
			t.Errorf("%.20q: %v", s, err)
		}
	}
}

// TestTrain learns a corpus of two words, twice, to the same bytes.
func TestTrain(t *testing.T) {
	train := func() string {
		var tr Trainer
		for range 20 {
			tr.Add(doc("", "pills pills cheap"), true)
			tr.Add(doc("", "minutes of the meeting"), false)
		}
		return string(tr.Train())
	}
	data := train()
	if train() != data {
		t.Error("the same corpus gives two models")
	}
	m, err := Open(data)
	if err != nil {
		t.Fatal(err)
	}
	c := New(m, nil)
	if bad, good := c.Judge(doc("", "cheap pills")), c.Judge(doc("", "the meeting")); bad.Logit < 1 || good.Logit > -1 {
		t.Errorf("logits %.2f, %.2f", bad.Logit, good.Logit)
	}
}

func TestTokens(t *testing.T) {
	tests := []struct{ text, want string }{
		{"buy now", "buy|now|buy now"},
		{"on monday 3 jan 2003", "on|3|on monday 3|2003|3 jan 2003"},
		{"mail bob@example.com or http://example.com/x", "mail|or|mail bob@example.com or|http|or http"},
		{strings.Repeat(". ", 50) + "a " + strings.Repeat("_", 30) + " list", "a"},
	}
	for _, test := range tests {
		d := &Document{Texts: []string{test.text}}
		var got []string
		d.Tokens(func(k Token) bool { got = append(got, d.Words(k)); return true })
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%q: %s, want %s", test.text, s, test.want)
		}
	}
	if form := func(s string) uint32 { h, _ := wordHash(s); return h }; form("$1,999") != form("$2,499") || form("$1,999") == form("50%") {
		t.Error("numbers count by their form")
	}
}

func TestTokensAreBounded(t *testing.T) {
	n := 0
	d := &Document{Texts: []string{strings.Repeat("word another ", 1<<18)}}
	if d.Tokens(func(Token) bool { n++; return true }); n != maxTokens {
		t.Errorf("%d tokens", n)
	}
}

func FuzzJudge(f *testing.F) {
	f.Add("make money", "click here", "tag:font")
	f.Add("\xff\xfe", strings.Repeat("_", 40), "")
	c := New(Default(), &Counts{})
	f.Fuzz(func(t *testing.T, subject, text, shape string) {
		d := &Document{Subject: subject, Texts: []string{text}, Shapes: []string{shape}, Hosts: []string{shape}}
		v := c.Judge(d)
		if math.IsNaN(v.Logit) || math.Abs(v.Logit) > maxLogit {
			t.Fatalf("logit %v", v.Logit)
		}
		for _, w := range v.Top(8) {
			_ = d.Words(w.Token)
		}
	})
}

func FuzzParseCounts(f *testing.F) {
	c := &Counts{}
	c.Add(spamDoc, true)
	f.Add(c.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := ParseCounts(b); err == nil {
			New(Default(), c).Judge(hamDoc)
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	text := strings.Repeat(spamDoc.Texts[0]+". "+hamDoc.Texts[0]+" ", 24)
	words := strings.Fields(text)
	for i := range words { // real text does not repeat itself
		if i%3 == 0 {
			words[i] += string(rune('a'+i%26)) + string(rune('a'+i/26%26))
		}
	}
	d := doc("make money fast", strings.Join(words, " ")[:6000])
	c := New(Default(), nil)
	b.SetBytes(int64(len(d.Texts[0])))
	b.ReportAllocs()
	for b.Loop() {
		c.Judge(d)
	}
}
