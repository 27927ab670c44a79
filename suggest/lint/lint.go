// Package lint judges rule files: rules that are too wide, that anybody can pass, that never act, and that have outlived their ticket.
package lint

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Severity is how bad a problem is. Errors and warnings make `rules lint` fail; notes do not.
type Severity string

// The severities, from the worst.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Rank returns 3 for an error, 2 for a warning, 1 for a note.
func (s Severity) Rank() int { return map[Severity]int{Error: 3, Warning: 2, Note: 1}[s] }

// Lint is one question that is asked of rules. Its name is stable: it stands in people's files, and names the docs page.
type Lint struct {
	Name, Title string
	Severity    Severity
	Each        func(*Pass, *rules.Rule) // asked of each rule
	All         func(*Pass)              // asked once, of all rules together
}

// Input is everything that lints look at. The zero value of each field but Rules and Today is "not known": lints that need it stay silent.
type Input struct {
	Rules    []rules.Rule      // in the order in which a filter asks them
	Sources  map[string][]byte // the files by name: for lines, and for `# fpcheck: ignore`
	Profile  *profile.Profile
	Today    time.Time
	Soon     time.Duration    // how long before its end a rule expires soon; 0: 30 days
	Resolve  resolve.Resolver // nil: no DNS
	Exists   func(rule *rules.Rule, path string) bool
	Hits     map[string]int // messages that each rule matched, by name, of Messages
	Messages int
}

// Place is where a rule stands.
type Place struct {
	Rule, File string
	Line       int
}

// Problem is one thing that a lint says.
type Problem struct {
	Lint     string
	Severity Severity
	Place
	Text    string  // what is wrong, in words
	Instead string  // what to do; may be empty
	Related []Place // other rules that it is about
}

// All lists every lint, in the order of the documentation. There is no other registration.
func All() []*Lint {
	return []*Lint{
		// too wide
		ownDomainUnbound, fromOnly, recipientOnly, freemailDomain, publicSuffix, wideNetwork, privateNetwork, sharedHost, noSender,
		dkimOfService, dkimAlignedAlone,
		// anybody can write it
		headerUnbound, headerReceived, headerResults, headerAnyField, ipAsText, hostAsText, tokenOfEveryTenant, tenantUnbound,
		subjectUnbound, phraseInbound, shortText,
		// what filters make of it
		textDelimiter, textLength, nameTarget, skipsAuthentication, unsupported,
		// regular expressions
		regexUnanchored, regexDot, regexAlways, regexNever, regexSlow,
		// rules among each other
		duplicate, shadowed, contradicting, blockAfterAllow, overlappingScopes, neverMatches, dead,
		// life of a rule
		expired, expiresSoon, noExpiry, noTicket, noReason, noOwner, noTest, testMissing, installedLater,
		// names
		groupUnknown, unknownDomain, lookAlike,
		// comments that silence lints
		ignoreWithoutReason, ignoreUnknown, ignoreUnused,
	}
}

// ByName returns the lint called name.
func ByName(name string) (*Lint, bool) {
	for _, l := range All() {
		if l.Name == name {
			return l, true
		}
	}
	return nil, false
}

// Pass is a lint's view of a run.
type Pass struct {
	Context context.Context
	*Input
	lint     *Lint
	at       int      // of the rule that is asked, in Rules
	names    []string // of all lints
	problems []Problem
	lines    map[string][]string
	families *families
	comments []directive
}

// Run asks lints (nil: all) of the rules and returns what they say, by file and line. What a comment in the file silences is left out.
func Run(ctx context.Context, in Input, lints []*Lint) []Problem {
	if lints == nil {
		lints = All()
	}
	p := &Pass{Context: ctx, Input: &in, lines: map[string][]string{}}
	for _, l := range All() {
		p.names = append(p.names, l.Name)
	}
	p.readComments()
	for _, p.lint = range lints {
		if p.lint.Each != nil {
			for p.at = range in.Rules {
				p.lint.Each(p, &in.Rules[p.at])
			}
		}
		if p.lint.All != nil {
			p.lint.All(p)
		}
	}
	out := p.silence(lints)
	slices.SortStableFunc(out, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(p.order(a.File), p.order(b.File)), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// order keeps files in the order in which they were given.
func (p *Pass) order(file string) int {
	return slices.IndexFunc(p.Rules, func(r rules.Rule) bool { return r.File == file })
}

// Report says something about a rule. key names the condition or key that it is about; "" the rule as a whole.
func (p *Pass) Report(r *rules.Rule, key, text, instead string, related ...*rules.Rule) {
	problem := Problem{Lint: p.lint.Name, Severity: p.lint.Severity, Place: Place{r.Name, r.File, p.line(r, key)}, Text: text, Instead: instead}
	for _, other := range related {
		problem.Related = append(problem.Related, Place{other.Name, other.File, other.Line})
	}
	p.problems = append(p.problems, problem)
}

// line finds the line of r on which key stands.
func (p *Pass) line(r *rules.Rule, key string) int {
	lines := p.source(r.File)
	if key == "" || r.LastLine > len(lines) || r.Line < 1 {
		return r.Line
	}
	for n := r.Line; n <= r.LastLine; n++ {
		text := strings.TrimLeft(lines[n-1], " -{")
		if strings.HasPrefix(text, key+":") || strings.Contains(text, "{"+key+":") || strings.Contains(text, ", "+key+":") {
			return n
		}
	}
	return r.Line
}

// source returns the lines of a file, split once.
func (p *Pass) source(file string) []string {
	lines, ok := p.lines[file]
	if !ok {
		lines = strings.Split(string(p.Sources[file]), "\n")
		p.lines[file] = lines
	}
	return lines
}
