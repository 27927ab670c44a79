package bayes

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Trainer makes a model of a corpus. The same samples in the same order give the same bytes.
type Trainer struct {
	samples []sample
	spread  map[uint32]pair // token -> messages that have it
	pairs   map[uint32]bool // tokens of two words
}

type sample struct {
	tokens []uint32 // different ones, as hashes
	known  []int32  // the same as numbers of the model's tokens
	spam   bool
}

// Add takes a message with what it is.
func (t *Trainer) Add(d *Document, spam bool) {
	if t.spread == nil {
		t.spread, t.pairs = map[uint32]pair{}, map[uint32]bool{}
	}
	s := sample{spam: spam}
	seen := map[uint32]bool{}
	d.Tokens(func(k Token) bool {
		if !k.Place.shipped() || seen[k.Hash] {
			return true
		}
		seen[k.Hash] = true
		s.tokens = append(s.tokens, k.Hash)
		t.spread[k.Hash] = t.spread[k.Hash].plus(spam)
		if k.Pair {
			t.pairs[k.Hash] = true
		}
		return true
	})
	t.samples = append(t.samples, s)
}

const (
	minSpread  = 2       // a token of one message teaches that message
	maxTrained = 318_000 // tokens: 3 MB at the load of the table
)

// Train returns the bytes of a model, for Open.
func (t *Trainer) Train() []byte {
	tokens := t.choose()
	number := make(map[uint32]int32, len(tokens))
	two := make([]bool, len(tokens))
	for i, h := range tokens {
		number[h], two[i] = int32(i), t.pairs[h]
	}
	m := &Model{Tokens: len(tokens)}
	for i := range t.samples {
		s := &t.samples[i]
		if s.spam {
			m.Spam++
		} else {
			m.Ham++
		}
		for _, h := range s.tokens {
			if n, ok := number[h]; ok {
				s.known = append(s.known, n)
			}
		}
	}
	m.linear = calibrateLinear(t.samples, two)
	m.words = t.calibrateWords(tokens, m)
	return encode(m, tokens, t.quantise(m, tokens, fit(t.samples, two)))
}

// choose returns the tokens of the model, sorted: those that stand in most messages, where there are too many.
func (t *Trainer) choose() []uint32 {
	var out []uint32
	for least := uint32(minSpread); ; least++ {
		out = out[:0]
		for h, p := range t.spread {
			if p.ham+p.spam >= least {
				out = append(out, h)
			}
		}
		if len(out) <= maxTrained {
			slices.SortFunc(out, cmp.Compare[uint32])
			return out
		}
	}
}

// quantise stores each weight in a byte.
func (t *Trainer) quantise(m *Model, tokens []uint32, l *separator) []slot {
	most := 0.0
	for _, w := range l.weights {
		most = max(most, math.Abs(w))
	}
	m.scale, m.bias = max(most, 1e-9)/127, l.bias
	out := make([]slot, len(tokens))
	for i, h := range tokens {
		p := t.spread[h]
		out[i] = slot{uint16(min(p.ham, maxCount)), uint16(min(p.spam, maxCount)), int8(math.RoundToEven(l.weights[i] / m.scale))}
	}
	return out
}

// separator is the linear model. A token counts as much as its counts alone lean to one side (after Wang, Manning 2012, who take the ratio where we
// take its root): what both kinds of mail have about as often can neither add to the score nor lengthen the message.
type separator struct {
	weights []float64 // by token
	squares []float64 // what the token adds to the square of a message's length; see lean.square
	bias    float64
}

const (
	rounds  = 40
	rate    = 1.0
	decay   = 5e-5
	settled = 0.01 // an error this small teaches nothing more
)

// fit is logistic regression by AdaGrad (Duchi, Hazan, Singer 2011) over the presence of tokens, each message scaled to equal length. two
// tells which tokens are pairs of words.
func fit(samples []sample, two []bool) *separator {
	l := &separator{weights: make([]float64, len(two)), squares: squares(samples, two)}
	scale, steps := make([]float64, len(two)), make([]float64, len(two))
	for k, square := range l.squares {
		scale[k] = math.Sqrt(square)
	}
	random := rand.New(rand.NewPCG(1, 2))
	order := random.Perm(len(samples))
	for range rounds {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			s := &samples[i]
			miss := sigmoid(l.score(s))
			if s.spam {
				miss--
			}
			if math.Abs(miss) < settled {
				continue
			}
			miss /= l.length(s)
			for _, k := range s.known {
				if scale[k] > 0 { // weights holds the product of weight and scale
					gradient := miss * scale[k]
					steps[k] += gradient * gradient
					l.weights[k] -= scale[k] * rate * (gradient + decay*l.weights[k]/scale[k]) / math.Sqrt(steps[k]+0.1)
				}
			}
			l.bias -= 0.05 * miss * l.length(s)
		}
	}
	return l
}

// squares counts the tokens in samples.
func squares(samples []sample, two []bool) []float64 {
	spread := make([]pair, len(two))
	var all pair
	for i := range samples {
		all = all.plus(samples[i].spam)
		for _, k := range samples[i].known {
			spread[k] = spread[k].plus(samples[i].spam)
		}
	}
	m := newLean(int(all.ham), int(all.spam))
	out := make([]float64, len(two))
	for k, p := range spread {
		out[k] = m.square(int(p.ham), int(p.spam), two[k])
	}
	return out
}

func (l *separator) length(s *sample) float64 {
	sum := 1.0
	for _, k := range s.known {
		sum += l.squares[k]
	}
	return math.Sqrt(sum)
}

func (l *separator) score(s *sample) float64 {
	sum := 0.0
	for _, k := range s.known {
		sum += l.weights[k]
	}
	return sum/l.length(s) + l.bias
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// folds of the cross-validation that calibrates: what a model says of its own training is no measure.
const folds = 3

// calibrateLinear fits on scores of messages that the model in question was not trained on.
func calibrateLinear(samples []sample, two []bool) calibration {
	var scores []float64
	var spam []bool
	for f := range folds {
		var rest []sample
		for i, s := range samples {
			if i%folds != f {
				rest = append(rest, s)
			}
		}
		l := fit(rest, two)
		for i := f; i < len(samples); i += folds {
			scores, spam = append(scores, l.score(&samples[i])), append(spam, samples[i].spam)
		}
	}
	return calibrate(scores, spam)
}

// calibrateWords does the same for the counts: each message is judged by the counts without its own.
func (t *Trainer) calibrateWords(tokens []uint32, m *Model) calibration {
	var scores []float64
	var spam []bool
	for _, s := range t.samples {
		var total part
		ham, bad := 1.0, 0.0
		if s.spam {
			ham, bad = 0, 1
		}
		for _, k := range s.known {
			p := t.spread[tokens[k]]
			total.add(evidence(float64(p.ham)-ham, float64(p.spam)-bad, float64(m.Ham)-ham, float64(m.Spam)-bad))
		}
		scores, spam = append(scores, total.raw()), append(spam, s.spam)
	}
	return calibrate(scores, spam)
}

// calibrate finds slope and offset by Newton's method so that the logit of a score is that of its probability, with ham and spam
// weighing the same, and with Platt's targets, which keep it from being certain (Lin, Lin, Weng 2007).
func calibrate(scores []float64, spam []bool) calibration {
	f := fitting{scores: scores, spam: spam}
	for _, s := range spam {
		if s {
			f.spams++
		} else {
			f.hams++
		}
	}
	c := calibration{}
	for loss := f.loss(c); ; {
		next := f.step(c, loss)
		better := f.loss(next)
		if better >= loss-1e-12 {
			return c
		}
		c, loss = next, better
	}
}

type fitting struct {
	scores      []float64
	spam        []bool
	hams, spams float64
}

// target is the probability that sample i should have, and its weight.
func (f *fitting) target(i int) (target, weight float64) {
	if f.spam[i] {
		return (f.spams + 1) / (f.spams + 2), 1 / f.spams
	}
	return 1 / (f.hams + 2), 1 / f.hams
}

func (f *fitting) loss(c calibration) float64 {
	sum := 0.0
	for i, x := range f.scores {
		target, weight := f.target(i)
		l := c.logit(x)
		sum += weight * (max(l, 0) - l*target + math.Log1p(math.Exp(-math.Abs(l))))
	}
	return sum
}

// step takes a Newton step, and half of it as long as that is no gain: from afar the full step leads astray.
func (f *fitting) step(c calibration, loss float64) calibration {
	var ga, gb float64
	aa, ab, bb := 1e-9, 0.0, 1e-9
	for i, x := range f.scores {
		target, weight := f.target(i)
		p := sigmoid(c.logit(x))
		d, w := weight*(p-target), weight*p*(1-p)
		ga, gb = ga+d*x, gb+d
		aa, ab, bb = aa+w*x*x, ab+w*x, bb+w
	}
	det := aa*bb - ab*ab
	da, db := (bb*ga-ab*gb)/det, (aa*gb-ab*ga)/det
	for size := 1.0; size > 1e-6; size /= 2 {
		if next := (calibration{c.slope - size*da, c.offset - size*db}); f.loss(next) < loss {
			return next
		}
	}
	return c
}
