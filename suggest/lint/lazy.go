package lint

import (
	"regexp"
	"sync"
)

// pattern is a regular expression that is compiled when it is first needed.
type pattern func() *regexp.Regexp

func lazyregexp(source string) pattern {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source) })
}

// FindString returns the first match in s, or "".
func (p pattern) FindString(s string) string { return p().FindString(s) }
