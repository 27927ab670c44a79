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
	merit [3]float64 // what it adds to each of sums
	size  [3]float64
}

// sums are the raw scores: of the linear model, of the embedded counts, of the counts merged with the user's own.
type sums [3]struct {
	sum  float64
	size float64 // square of the length
}

const (
	linear = iota
	counted
	merged
)

// scratch is the memory of one judgement: a set of the tokens met so far.
type scratch struct {
	set  [4 * 8192]uint32 // over twice maxTokens, so that a search in it ends soon
	used []uint32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// add reports whether hash is new.
func (s *scratch) add(hash uint32) bool {
	for i := hash % uint32(len(s.set)); ; i = (i + 1) % uint32(len(s.set)) {
		switch s.set[i] {
		case 0:
			s.set[i] = hash
			s.used = append(s.used, i)
			return true
		case hash:
			return false
		}
	}
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
	s := scratches.Get().(*scratch)
	d.Tokens(func(t Token) bool {
		c.weigh(v, s, &t)
		return true
	})
	s.release()
	v.Known = len(v.seen)
	v.Logit = bound(c.logit(v.sums))
	return v
}

// weigh looks a token up, before it asks whether the token was met already: most pairs of words are new to everybody.
func (c *Classifier) weigh(v *Verdict, met *scratch, t *Token) {
	var found slot
	var own pair
	var known, learnt bool
	if t.Place.shipped() {
		found, known = c.model.find(t.Hash)
	}
	if c.own != nil {
		own, learnt = c.own.find(t.Hash)
	}
	if (known || learnt) && met.add(t.Hash) {
		c.keep(v, entry{Token: *t, slot: found, own: own}, known)
	}
}

func (c *Classifier) keep(v *Verdict, e entry, known bool) {
	if known {
		e.merit[linear], e.size[linear] = float64(e.slot.weight), c.model.lean.square(int(e.slot.ham), int(e.slot.spam), e.Pair)
		v.sums.add(linear, e.merit[linear], e.size[linear])
	}
	if c.own != nil {
		c.weighOwn(v, &e)
	}
	v.seen = append(v.seen, e)
}

// weighOwn compares what the counts say with and without the user's own mail. Of hosts and routes the embedded model knows nothing, so its messages do
// not count there.
func (c *Classifier) weighOwn(v *Verdict, e *entry) {
	share, own := c.share, c.own
	if !e.Place.shipped() {
		share = 0
	}
	hams, spams := float64(c.model.Ham), float64(c.model.Spam)
	ham, spam := float64(e.slot.ham), float64(e.slot.spam)
	e.merit[counted] = ratio(ham, spam, hams, spams)
	e.merit[merged] = ratio(share*ham+ownWeight*float64(e.own.ham), share*spam+ownWeight*float64(e.own.spam),
		share*hams+ownWeight*float64(own.Ham), share*spams+ownWeight*float64(own.Spam))
	for _, k := range []int{counted, merged} {
		if e.merit[k] != 0 {
			e.size[k] = e.merit[k] * e.merit[k]
			v.sums.add(k, e.merit[k], e.size[k])
		}
	}
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

func (s *sums) add(k int, merit, size float64) {
	s[k].sum += merit
	s[k].size += size
}

// raw is the score of a sum. The square root keeps long messages, whose words are not independent, from being certain.
func (s *sums) raw(k int) float64 { return s[k].sum / math.Sqrt(s[k].size+1) }

// logit is the embedded linear model's where nothing was learnt. As the user's own mail grows, the word counts, which then are mostly his, take over: they
// start from where the linear model stands, so that the first own message counts already.
func (c *Classifier) logit(s sums) float64 {
	m := c.model
	l := m.linear.logit(s.raw(linear)*m.scale + m.bias)
	if c.own != nil {
		l = c.share*(l-m.words.logit(s.raw(counted))) + m.words.logit(s.raw(merged))
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
	var list []Weighed
	for _, e := range v.seen {
		if w := v.without(e, whole); w.Weight*way > 0 {
			list = heaviest(list, w, way, considered*n)
		}
	}
	var out []Weighed
	for _, w := range list {
		if len(out) < n && !slices.ContainsFunc(out, func(o Weighed) bool { return overlap(o.Token, w.Token) }) {
			out = append(out, w)
		}
	}
	return out
}

// considered is how many times more tokens are kept than named, since a heavy word brings its pairs along.
const considered = 6

// heaviest puts w into a sorted list of at most n.
func heaviest(list []Weighed, w Weighed, way float64, n int) []Weighed {
	if len(list) == n && w.Weight*way <= list[n-1].Weight*way {
		return list
	}
	i, _ := slices.BinarySearchFunc(list, w, func(a, b Weighed) int {
		if a.Weight*way >= b.Weight*way {
			return -1
		}
		return 1
	})
	list = slices.Insert(list, i, w)
	return list[:min(len(list), n)]
}

func overlap(a, b Token) bool {
	return a.Place == b.Place && a.Index == b.Index && a.Start < b.End && b.Start < a.End
}

// without takes a token out and asks again.
func (v *Verdict) without(e entry, whole float64) Weighed {
	s := v.sums
	for k := range s {
		s.add(k, -e.merit[k], -e.size[k])
	}
	l := v.judge.logit(s)
	return Weighed{e.Token, int(e.slot.ham), int(e.slot.spam), int(e.own.ham), int(e.own.spam), whole - l, bound(l)}
}
