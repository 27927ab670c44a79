// Package imports reads the allow and block lists of filters as rules, so that an existing pile can be linted on the first day.
package imports

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// Options say what the input itself does not.
type Options struct {
	Type   string       // what the entries are: one of the format's Types; empty: told from each entry
	Action rules.Action // of lists whose entries do not say it; empty: allow
}

// Format is one way in which a filter writes or shows its lists.
type Format struct {
	Name, Title string
	Types       []string // what Options.Type may be
	Filter      string   // the filter whose rules these are
	read        func(*reader)
}

// All lists every format. There is no other registration.
func All() []*Format {
	return []*Format{spamAssassin, rspamdMap, postfixAccess, exchangeRules, exchangeSpoof, essentialsList}
}

// Limits of an input: a filter's list has a few thousand entries.
const (
	MaxBytes = 16 << 20
	maxRules = 100_000
)

// Note is what could not be taken over as it is. Line counts from 1; 0 is the input as a whole.
type Note struct {
	Line int
	Text string
}

// Result is what was read.
type Result struct {
	Rules []rules.Rule
	Notes []Note
}

// Read reads data. What a rule cannot express is kept in its Unsupported; lines that are no entry at all are in the notes.
func (f *Format) Read(data []byte, o Options) Result {
	r := &reader{o: o, filter: f.Filter, taken: map[string]int{}}
	if len(data) > MaxBytes {
		r.note(0, "only the first %d MB are read", MaxBytes>>20)
		data = data[:MaxBytes]
	}
	r.text = decode(data)
	f.read(r)
	return r.Result
}

// decode reads UTF-16 with a byte order mark, which is how Windows PowerShell writes files, and UTF-8.
func decode(data []byte) string {
	if len(data) < 2 || !(data[0] == 0xff && data[1] == 0xfe || data[0] == 0xfe && data[1] == 0xff) {
		return strings.TrimPrefix(string(data), "\ufeff")
	}
	big := data[0] == 0xfe
	units := make([]uint16, 0, len(data)/2)
	for i := 2; i+1 < len(data); i += 2 {
		lo, hi := data[i], data[i+1]
		if big {
			lo, hi = hi, lo
		}
		units = append(units, uint16(hi)<<8|uint16(lo))
	}
	return string(utf16.Decode(units))
}

// reader collects rules.
type reader struct {
	Result
	o      Options
	filter string
	text   string
	taken  map[string]int
}

func (r *reader) note(line int, format string, args ...any) {
	r.Notes = append(r.Notes, Note{line, fmt.Sprintf(format, args...)})
}

// add keeps a rule under a name made from base. A rule that asks for nothing at all must not match everything: it stays unsupported.
func (r *reader) add(base string, line int, x rules.Rule) {
	if len(r.Rules) >= maxRules {
		return
	}
	x.Name = r.name(base)
	x.Filter = r.filter
	x.Line = line
	if x.Action == "" {
		x.Action = rules.Allow
	}
	if x.When.Empty() && len(x.Unsupported) == 0 {
		x.Unsupported = []string{"no condition that could be read"}
	}
	r.Rules = append(r.Rules, x)
}

// Names of at most 30 letters, digits and dashes are taken by every filter; some of them are kept for a number.
const (
	longestName = 30
	longestBase = 24
)

// name makes a name that is not taken.
func (r *reader) name(base string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(base) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == longestName {
			break
		}
	}
	name := strings.Trim(b.String(), "-")
	if name == "" {
		name = "rule"
	}
	if r.taken[name] == 0 {
		r.taken[name] = 1
		return name
	}
	stem := strings.TrimRight(name[:min(len(name), longestBase)], "-")
	for {
		r.taken[stem]++
		if numbered := fmt.Sprintf("%s-%d", stem, r.taken[stem]); r.taken[numbered] == 0 {
			r.taken[numbered] = 1
			return numbered
		}
	}
}

// action is what the user says that the list is for.
func (r *reader) action() rules.Action {
	if r.o.Action != "" {
		return r.o.Action
	}
	return rules.Allow
}

// lines calls f with every line that is neither empty nor a comment.
func (r *reader) lines(f func(n int, line string)) {
	n := 0
	for line := range strings.Lines(r.text) {
		n++
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			f(n, line)
		}
	}
}

// senderPatterns turns a filter's pattern into ours. sub says that a domain stands for its sub-domains too. nil: it cannot be said.
func senderPatterns(s string, sub bool) []string {
	s = strings.Trim(s, "<>")
	if !strings.Contains(s, "@") {
		s = "@" + strings.TrimPrefix(s, "*@")
	}
	if rest, ok := strings.CutPrefix(s, "@*."); ok {
		s = "*@*." + rest
	}
	p, err := pattern.Sender(s)
	if err != nil {
		return nil
	}
	if domain, ok := strings.CutPrefix(p, "@"); ok && sub {
		return []string{p, "*@*." + domain}
	}
	return []string{p}
}

// hostPatterns turns a host or domain into ours; with sub, names below it are meant as well.
func hostPatterns(s string, sub bool) []string {
	h, err := pattern.Host(strings.TrimSuffix(s, "."))
	if err != nil {
		return nil
	}
	if sub && !strings.HasPrefix(h, ".") {
		return []string{h, "." + h}
	}
	return []string{h}
}

// network reads an address, a network in CIDR notation, "203.0.113.*" or the octets "203.0.113.".
func network(s string) (c rules.Conditions, ok bool) {
	if octets := strings.Split(strings.TrimSuffix(strings.ReplaceAll(s, ".*", "."), "."), "."); strings.HasSuffix(s, "*") || len(octets) < 4 && isOctets(octets) {
		if len(octets) > 3 || !isOctets(octets) {
			return c, false
		}
		bits := 8 * len(octets)
		s = strings.Join(append(octets, "0", "0", "0")[:4], ".") + fmt.Sprintf("/%d", bits)
	}
	p, err := pattern.Prefix(s)
	if err != nil {
		return c, false
	}
	c.BorderIP = append(c.BorderIP, p)
	return c, true
}

func isOctets(list []string) bool {
	for _, o := range list {
		if o == "" || len(o) > 3 || strings.Trim(o, "0123456789") != "" {
			return false
		}
	}
	return len(list) > 0
}
