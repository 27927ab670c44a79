package bayes

import (
	"math"
	"slices"
	"sync"
)

// Classifier judges by the embedded model and by what the user taught it. It may be used from several goroutines at once.
type Classifier struct {
	model *Model
	own   *Counts // nil: nothing was learnt
	share float64 // of the embedded model: 1 where nothing was learnt
}

// halfTaught is after how many messages of the user's own the embedded model counts half: it is from 2002 and 2003, and its share shrinks from the
// first message on.
const halfTaught = 200

// ownWeight is how many messages of the embedded model one of the user's own counts as: it is newer, and it is his.
const ownWeight = 10

// New returns a classifier. own may be nil.
func New(m *Model, own *Counts) *Classifier {
	c := &Classifier{model: m, own: own, share: 1}
	if own != nil {
		c.share = halfTaught / float64(halfTaught+own.Ham+own.Spam)
	}
	return c
}

// Share returns how much of the judgement is the embedded model's, 0 to 1.
func (c *Classifier) Share() float64 { return c.share }

// Verdict is what the words of a message amount to.
type Verdict struct {
	Logit float64 // ln(p/(1-p)), within ±maxLogit
	Known int     // different tokens of the message that were seen before
	Share float64 // of the embedded model
	judge *Classifier
	sums  sums
	seen  []entry
}

// Probability that a message with these words is spam, where half of all mail is.
func (v *Verdict) Probability() float64 { return Probability(v.Logit) }

// Probability turns a logit back into a probability.
func Probability(logit float64) float64 { return sigmoid(logit) }

// Words returns how many tokens of subject and text were seen before: a verdict on a few is worth little.
func (v *Verdict) Words() int {
	n := 0
	for _, e := range v.seen {
		if e.Place <= InText {
			n++
		}
	}
	return n
}

// maxLogit bounds the verdict: a few thousand messages cannot teach more than one in ten thousand.
const maxLogit = 9.2

// Weighed is a token and what it did.
type Weighed struct {
	Token
	Ham, Spam       int     // messages of the embedded model that have it
	OwnHam, OwnSpam int     // messages of the user's own
	Weight          float64 // what it adds to the logit, before that is bounded
	Without         float64 // what Logit would be without it
}

// entry is a known token of the message.
type entry struct {
	Token
	slot  slot
	own   pair
	known bool // to the embedded model
}

// sums are the raw scores: of the linear model, of the embedded counts, of the counts merged with the user's own.
type sums [3]part

// part is what tokens add to a raw score, and to the square of the message's length.
type part struct{ sum, square float64 }

const (
	linear = iota
	counted
	merged
)

// scratch is the memory of one judgement: a set of the tokens met so far.
type scratch struct {
	all  [4 * 8192]uint32 // over twice maxTokens, so that a search in it ends soon
	set  []uint32         // the part in use: a short message needs little, which stays in the cache
	used []uint32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// leastSet is the smallest set: enough for the marks of form of a message without text.
const leastSet = 1024

// newScratch returns an empty set with room for a message of so many bytes of text: a word with its blank has two bytes at the least, and makes two tokens.
func newScratch(text int) *scratch {
	s := scratches.Get().(*scratch)
	n := leastSet
	for n < len(s.all) && n < 2*text+leastSet {
		n *= 2
	}
	s.set = s.all[:n]
	return s
}

// place returns where hash stands or would stand, and whether it was met.
func (s *scratch) place(hash uint32) (i uint32, met bool) {
	last := uint32(len(s.set) - 1)
	for i = hash & last; s.set[i] != 0; i = (i + 1) & last {
		if s.set[i] == hash {
			return i, true
		}
	}
	return i, false
}

// put marks hash as met, at its place.
func (s *scratch) put(i, hash uint32) {
	s.set[i] = hash
	s.used = append(s.used, i)
}

func (s *scratch) release() {
	for _, i := range s.used {
		s.set[i] = 0
	}
	s.used = s.used[:0]
	scratches.Put(s)
}

// usualTokens is how many known tokens a message of 4 KB has.
const usualTokens = 512

// Judge weighs the words of d.
func (c *Classifier) Judge(d *Document) *Verdict {
	v := &Verdict{Share: c.share, judge: c, seen: make([]entry, 0, usualTokens)}
	s := newScratch(d.size())
	before, now := false, false // are the last two words known: only then can their pair be
	d.Tokens(func(t Token) bool {
		switch {
		case !t.Pair:
			before, now = now, c.weigh(v, s, &t)
		case before && now:
			c.weigh(v, s, &t)
		}
		return true
	})
	s.release()
	v.Known = len(v.seen)
	v.Logit = bound(c.logit(v.sums))
	return v
}

// weigh adds a token that is known and was not met. Most words of a text were: the set of those is small, and close at hand.
func (c *Classifier) weigh(v *Verdict, s *scratch, t *Token) (known bool) {
	place, met := s.place(t.Hash)
	if met {
		return true
	}
	e := entry{Token: *t}
	var learnt bool
	if t.Place.shipped() {
		e.slot, e.known = c.model.find(t.Hash)
	}
	if c.own != nil {
		e.own, learnt = c.own.find(t.Hash)
	}
	if !e.known && !learnt {
		return false
	}
	s.put(place, t.Hash)
	for k, part := range c.parts(&e) {
		v.sums[k].add(part)
	}
	v.seen = append(v.seen, e)
	return true
}

// parts is what a token adds to each of sums. What the counts say is compared with and without the user's own mail; of hosts and routes the embedded
// model knows nothing, so its messages do not count there.
func (c *Classifier) parts(e *entry) (s sums) {
	if e.known {
		s[linear] = part{float64(e.slot.weight), c.model.lean.square(int(e.slot.ham), int(e.slot.spam), e.Pair)}
	}
	if c.own == nil {
		return s
	}
	share, own := c.share, c.own
	if !e.Place.shipped() {
		share = 0
	}
	hams, spams := float64(c.model.Ham), float64(c.model.Spam)
	ham, spam := float64(e.slot.ham), float64(e.slot.spam)
	s[counted] = evidence(ham, spam, hams, spams)
	s[merged] = evidence(share*ham+ownWeight*float64(e.own.ham), share*spam+ownWeight*float64(e.own.spam),
		share*hams+ownWeight*float64(own.Ham), share*spams+ownWeight*float64(own.Spam))
	return s
}

// evidence is what counts add: their ratio, which is as long as it is large.
func evidence(ham, spam, hams, spams float64) part {
	r := ratio(ham, spam, hams, spams)
	return part{r, r * r}
}

// ratio is how much more often spam has a token than ham, as a logarithm. It starts from the token's rate in all mail: what all messages have
// says nothing however few were learnt, nor does anything where only one kind was.
func ratio(ham, spam, hams, spams float64) float64 {
	const doubt = 10 // messages that are assumed to have the token as often as all others do
	if ham+spam == 0 {
		return 0
	}
	usual := doubt * (ham + spam) / (hams + spams)
	return math.Log((spam + usual) / (spams + doubt) * (hams + doubt) / (ham + usual))
}

func (p *part) add(o part) { *p = part{p.sum + o.sum, p.square + o.square} }

// raw is the score of a sum. The square root keeps long messages, whose words are not independent, from being certain.
func (p part) raw() float64 { return p.sum / math.Sqrt(p.square+1) }

// logit is the embedded linear model's where nothing was learnt. As the user's own mail grows, the word counts, which then are mostly his, take over: they
// start from where the linear model stands, so that the first own message counts already.
func (c *Classifier) logit(s sums) float64 {
	m := c.model
	l := m.linear.logit(s[linear].raw()*m.scale + m.bias)
	if c.own != nil {
		l = c.share*(l-m.words.logit(s[counted].raw())) + m.words.logit(s[merged].raw())
	}
	return l
}

func bound(logit float64) float64 { return max(-maxLogit, min(maxLogit, logit)) }

// Top returns the n tokens that pushed hardest the way the verdict went, the heaviest first. A word is not named again as part of a pair.
func (v *Verdict) Top(n int) []Weighed {
	way := 1.0
	if v.Logit < 0 {
		way = -1
	}
	whole := v.judge.logit(v.sums)
	list := make([]push, 0, considered*n+1)
	for i := range v.seen {
		if w := (push{way * (whole - v.without(&v.seen[i])), i}); w.weight > 0 {
			list = w.into(list)
		}
	}
	var out []Weighed
	for _, w := range list {
		e := &v.seen[w.entry]
		if len(out) < n && !slices.ContainsFunc(out, func(o Weighed) bool { return overlap(o.Token, e.Token) }) {
			l := v.without(e)
			out = append(out, Weighed{e.Token, int(e.slot.ham), int(e.slot.spam), int(e.own.ham), int(e.own.spam), whole - l, bound(l)})
		}
	}
	return out
}

// considered is how many times more tokens are kept than named, since a heavy word brings its pairs along.
const considered = 6

// push is how hard an entry of the verdict pushes.
type push struct {
	weight float64
	entry  int
}

// into puts w into a list, the heaviest first, of one less than its capacity at most.
func (w push) into(list []push) []push {
	most := cap(list) - 1
	if len(list) == most && w.weight <= list[most-1].weight {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, w, func(a, b push) int {
		if a.weight >= b.weight {
			return -1
		}
		return 1
	})
	list = slices.Insert(list, i, w)
	return list[:min(len(list), most)]
}

func overlap(a, b Token) bool {
	return a.Place == b.Place && a.Index == b.Index && a.Start < b.End && b.Start < a.End
}

// without takes a token out and asks again.
func (v *Verdict) without(e *entry) float64 {
	s := v.sums
	for k, p := range v.judge.parts(e) {
		s[k].add(part{-p.sum, -p.square})
	}
	return v.judge.logit(s)
}
