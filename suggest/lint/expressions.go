package lint

import (
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// eachExpression asks say about every regular expression of r; it stops at the first of which say returns true.
func eachExpression(r *rules.Rule, say func(field, source string) bool) {
	for _, c := range []*rules.Conditions{&r.When, &r.Unless} {
		for _, h := range c.Headers {
			if h.Matches != "" && say(h.Name, h.Matches) {
				return
			}
		}
	}
}

// parsed returns the tree of an expression; nil where it cannot be read.
func parsed(source string) *syntax.Regexp {
	re, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return nil
	}
	return re
}

// bare takes groups away: what they capture does not matter here.
func bare(re *syntax.Regexp) *syntax.Regexp {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	return re
}

// sequence returns the parts of an expression that follow one another, those of nested groups too.
func sequence(re *syntax.Regexp) []*syntax.Regexp {
	re = bare(re)
	if re.Op != syntax.OpConcat {
		return []*syntax.Regexp{re}
	}
	var out []*syntax.Regexp
	for _, sub := range re.Sub {
		out = append(out, sequence(sub)...)
	}
	return out
}

func isBegin(re *syntax.Regexp) bool {
	return re.Op == syntax.OpBeginText || re.Op == syntax.OpBeginLine
}

func isEnd(re *syntax.Regexp) bool { return re.Op == syntax.OpEndText || re.Op == syntax.OpEndLine }

// least returns how many characters re takes at least.
func least(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune)
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return 1
	case syntax.OpCapture, syntax.OpPlus:
		return least(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min * least(re.Sub[0])
	case syntax.OpConcat:
		sum := 0
		for _, sub := range re.Sub {
			sum += least(sub)
		}
		return sum
	case syntax.OpAlternate:
		n := least(re.Sub[0])
		for _, sub := range re.Sub[1:] {
			n = min(n, least(sub))
		}
		return n
	}
	return 0
}

// anchored reports whether every way through re begins at the start of the value (or ends at its end).
func anchored(re *syntax.Regexp, is func(*syntax.Regexp) bool, last bool) bool {
	re = bare(re)
	switch re.Op {
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !anchored(sub, is, last) {
				return false
			}
		}
		return true
	case syntax.OpConcat:
		if last {
			return anchored(re.Sub[len(re.Sub)-1], is, last)
		}
		return anchored(re.Sub[0], is, last)
	}
	return is(re)
}

// impossible reports whether no single line can match re: something must stand before its start or behind its end.
func impossible(re *syntax.Regexp) bool {
	re = bare(re)
	switch re.Op {
	case syntax.OpNoMatch:
		return true
	case syntax.OpCharClass:
		return len(re.Rune) == 0
	case syntax.OpLiteral:
		return strings.ContainsRune(string(re.Rune), '\n') // values of fields are unfolded
	case syntax.OpPlus:
		return impossible(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			if !impossible(sub) {
				return false
			}
		}
		return true
	case syntax.OpConcat:
		return impossibleInOrder(sequence(re))
	}
	return false
}

func impossibleInOrder(parts []*syntax.Regexp) bool {
	taken, ended := 0, false
	for _, part := range parts {
		switch {
		case isBegin(part) && taken > 0, ended && least(part) > 0, impossible(part):
			return true
		case isEnd(part):
			ended = true
		}
		taken += least(part)
	}
	return false
}

// probes have no character in common, so what matches all of them asks for nothing.
var probes = []string{"", "a", "Zq zz", "7", "-.@", "\u00e9\u00fc", "<(...)>;,", strings.Repeat("xyz ", 30)}

// matchesAll reports whether an expression matches whatever stands in a field.
func matchesAll(source string) bool {
	re, err := regexp.Compile(source)
	if err != nil {
		return false
	}
	for _, p := range probes[1:] {
		if !re.MatchString(p) {
			return false
		}
	}
	return true
}

// unbounded reports whether re repeats without an end.
func unbounded(re *syntax.Regexp) bool {
	return re.Op == syntax.OpStar || re.Op == syntax.OpPlus || re.Op == syntax.OpRepeat && re.Max < 0
}

// explodes reports whether an engine that tries one way after the other (PCRE, .NET) needs time out of proportion: a repetition inside a
// repetition with nothing between that tells the rounds apart, alternatives inside a repetition that begin alike, or several repetitions of
// anything in a row.
func explodes(re *syntax.Regexp) bool {
	if unbounded(re) && ambiguous(bare(re.Sub[0])) {
		return true
	}
	if re.Op == syntax.OpConcat && gaps(sequence(re)) >= 3 {
		return true
	}
	for _, sub := range re.Sub {
		if explodes(sub) {
			return true
		}
	}
	return false
}

// ambiguous reports whether a round of a repetition can be divided in more than one way.
func ambiguous(body *syntax.Regexp) bool {
	if unbounded(body) {
		return true
	}
	if body.Op == syntax.OpAlternate {
		for i, a := range body.Sub {
			for _, b := range body.Sub[i+1:] {
				if overlap(firstRunes(a), firstRunes(b)) {
					return true
				}
			}
			if ambiguous(bare(a)) {
				return true
			}
		}
		return false
	}
	repeated, fixed := 0, 0
	for _, part := range sequence(body) {
		if unbounded(part) {
			repeated++
		}
		if !unbounded(part) && least(part) > 0 {
			fixed++
		}
	}
	return repeated > 0 && fixed == 0
}

// gaps counts repetitions of any character.
func gaps(parts []*syntax.Regexp) int {
	n := 0
	for _, part := range parts {
		if unbounded(part) {
			if op := bare(part.Sub[0]).Op; op == syntax.OpAnyChar || op == syntax.OpAnyCharNotNL {
				n++
			}
		}
	}
	return n
}

// firstRunes are the ranges of characters with which re can begin; nil: any.
func firstRunes(re *syntax.Regexp) []rune {
	re = bare(re)
	switch re.Op {
	case syntax.OpLiteral:
		return []rune{re.Rune[0], re.Rune[0]}
	case syntax.OpCharClass:
		return re.Rune
	case syntax.OpConcat, syntax.OpPlus:
		return firstRunes(re.Sub[0])
	}
	return nil
}

func overlap(a, b []rune) bool {
	if a == nil || b == nil {
		return true
	}
	for i := 0; i+1 < len(a); i += 2 {
		for j := 0; j+1 < len(b); j += 2 {
			if a[i] <= b[j+1] && b[j] <= a[i+1] {
				return true
			}
		}
	}
	return false
}
