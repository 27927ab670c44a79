// Package rulefile changes rule files that people keep by hand: comments, order and spacing of everything else stay as they are.
package rulefile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
)

// ErrTaken is the error of Append where a rule of that name stands in the file already.
var ErrTaken = errors.New("a rule of that name is there already")

// Append adds a rule at the end of a rule file. data may be empty: then a file begins. The result is a rule file that reads back as the old
// rules and the new one; anything else is an error, and nothing is lost.
func Append(data []byte, r rules.Rule) ([]byte, error) {
	old, err := rules.Parse("rules", data)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read as it is: %w", err)
	}
	if slices.ContainsFunc(old, func(x rules.Rule) bool { return x.Name == r.Name }) {
		return nil, fmt.Errorf("%w: %s", ErrTaken, r.Name)
	}
	if len(old) == 0 {
		return begin(data, r)
	}
	lines := splitLines(data)
	last := old[len(old)-1]
	first := itemLine(lines, last)
	at := contentEnd(lines, first)
	text := indent(itemText(r), leading(lines[first-1]))
	out := join(slices.Concat(lines[:at], separator(lines, old), text, lines[at:]), data)
	return check(out, append(old, r))
}

// begin writes the first rule: what stands in the file are comments, or an empty list.
func begin(data []byte, r rules.Rule) ([]byte, error) {
	var kept []string
	for _, l := range splitLines(data) {
		if t := strings.TrimSpace(l); t == "" || strings.HasPrefix(t, "#") {
			kept = append(kept, l)
		}
	}
	text := splitLines(rules.Marshal([]rules.Rule{r}))
	return check(join(append(kept, text...), data), []rules.Rule{r})
}

// itemText is a rule as an item of a list, without indentation.
func itemText(r rules.Rule) []string {
	lines := splitLines(rules.Marshal([]rules.Rule{r}))[1:]
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}
	return lines
}

func indent(lines []string, by string) []string {
	for i := range lines {
		lines[i] = by + lines[i]
	}
	return lines
}

// separator is a blank line where the file has one between its rules, or has too few to tell.
func separator(lines []string, rs []rules.Rule) []string {
	if len(rs) > 1 {
		first := itemLine(lines, rs[1])
		if first < 2 || strings.TrimSpace(lines[first-2]) != "" && !strings.HasPrefix(strings.TrimSpace(lines[first-2]), "#") {
			return nil
		}
	}
	return []string{""}
}

// itemLine is the line (from 1) with the dash of r.
func itemLine(lines []string, r rules.Rule) int {
	for n := min(r.Line, len(lines)); n >= 1; n-- {
		if strings.HasPrefix(strings.TrimSpace(lines[n-1]), "-") {
			return n
		}
	}
	return r.Line
}

// contentEnd returns how many lines reach to the end of the rule whose dash stands in line first: those that are indented deeper. Comments
// and blank lines behind it do not belong to it.
func contentEnd(lines []string, first int) int {
	depth := len(leading(lines[first-1]))
	end := first
	for n := first + 1; n <= len(lines); n++ {
		t := strings.TrimSpace(lines[n-1])
		if t == "" || strings.HasPrefix(t, "#") {
			continue
		}
		if len(leading(lines[n-1])) <= depth {
			break
		}
		end = n
	}
	return end
}

func leading(s string) string { return s[:len(s)-len(strings.TrimLeft(s, " "))] }

func splitLines(data []byte) []string {
	text := strings.TrimSuffix(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// join puts lines together with the line ends of the old file.
func join(lines []string, old []byte) []byte {
	end := "\n"
	if bytes.Contains(old, []byte("\r\n")) {
		end = "\r\n"
	}
	return []byte(strings.Join(lines, end) + end)
}

// check reads a changed file back: it must hold exactly the rules that are wanted.
func check(out []byte, want []rules.Rule) ([]byte, error) {
	got, err := rules.Parse("rules", out)
	if err != nil {
		return nil, fmt.Errorf("the changed file could not be read back, so it was not written: %w", err)
	}
	if string(rules.Marshal(got)) != string(rules.Marshal(want)) {
		return nil, errors.New("the file is written in a way that cannot be changed in place; add the rule by hand")
	}
	return out, nil
}

// Remove takes the named rules out, with the comments that stand directly above them.
func Remove(data []byte, names ...string) ([]byte, error) {
	old, err := rules.Parse("rules", data)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read as it is: %w", err)
	}
	lines := splitLines(data)
	out := make([]bool, len(lines)) // lines to take out
	var kept []rules.Rule
	for _, r := range old {
		if !slices.Contains(names, r.Name) {
			kept = append(kept, r)
			continue
		}
		first := itemLine(lines, r)
		end := contentEnd(lines, first)
		for first > 1 && strings.HasPrefix(strings.TrimSpace(lines[first-2]), "#") && len(leading(lines[first-2])) > 0 {
			first--
		}
		if first > 1 && strings.TrimSpace(lines[first-2]) == "" { // the blank line that set it off
			first--
		}
		for n := first; n <= end; n++ {
			out[n-1] = true
		}
	}
	var left []string
	for i, l := range lines {
		if !out[i] {
			left = append(left, l)
		}
	}
	if len(kept) == 0 {
		left = emptied(left)
	}
	return check(join(left, data), kept)
}

// emptied writes a list without rules.
func emptied(lines []string) []string {
	for i, l := range lines {
		if strings.HasPrefix(l, "rules:") {
			lines[i] = "rules: []"
		}
	}
	return lines
}

// Mark puts a comment above each named rule, and leaves the rule: for files in which nothing is deleted without a review.
func Mark(data []byte, comment func(rules.Rule) string, names ...string) ([]byte, error) {
	old, err := rules.Parse("rules", data)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read as it is: %w", err)
	}
	lines := splitLines(data)
	for i := len(old) - 1; i >= 0; i-- {
		r := old[i]
		if !slices.Contains(names, r.Name) {
			continue
		}
		first := itemLine(lines, r)
		text := leading(lines[first-1]) + "# " + comment(r)
		if first < 2 || strings.TrimSpace(lines[first-2]) != strings.TrimSpace(text) {
			lines = slices.Insert(lines, first-1, text)
		}
	}
	return check(join(lines, data), old)
}

// Ended returns the rules whose end has come.
func Ended(rs []rules.Rule, today time.Time) []rules.Rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rules.Rule) bool { return r.Expires.IsZero() || today.Before(r.Expires) })
}
