package rules

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/yamlfile"
)

// RuleKeys and ConditionKeys are the keys of a rule and of its `when:` and `unless:`, in the order in which Marshal writes them.
var (
	RuleKeys = []string{"name", "scope", "direction", "when", "unless", "action", "stop", "filter", "skips", "ticket", "reason",
		"owner", "installed", "expires", "tests", "unsupported"}
	ConditionKeys = []string{"sender", "mail-from", "recipient", "border-host", "border-ip", "dkim", "own-sender", "header",
		"subject", "phrase", "tenant-as-written"}
)

// MaxPattern bounds a regular expression: RE2 takes time in proportion to it for each byte of a field.
const MaxPattern = 4096

// Load reads several rule files in order, each with read, which opens files. A name that stands in two files is a problem:
// reports and suppressions go by name.
func Load(paths []string, read func(path string) ([]byte, error)) ([]Rule, error) {
	var out []Rule
	var errs []error
	for _, path := range paths {
		data, err := read(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("reading rules: %w", err))
			continue
		}
		rs, err := Parse(path, data)
		out, errs = append(out, rs...), append(errs, err)
	}
	errs = append(errs, twice(out))
	return out, errors.Join(errs...)
}

func twice(rs []Rule) error {
	first := map[string]Rule{}
	var ps yamlfile.Problems
	for _, r := range rs {
		if before, ok := first[r.Name]; ok && before.File != r.File {
			ps = append(ps, yamlfile.Problem{Path: r.File, Line: r.Line, Source: "name: " + r.Name,
				Message: fmt.Sprintf("the name `%s` is taken: %s:%d", r.Name, before.File, before.Line)})
			continue
		}
		first[r.Name] = r
	}
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// Parse reads a rule file. path names it in errors. The error is a yamlfile.Problems with all that is wrong; rules without a
// problem of their own are returned beside it.
func Parse(path string, data []byte) ([]Rule, error) {
	doc, root := yamlfile.Parse(path, data)
	r := &reader{doc: doc, names: map[string]int{}}
	for _, e := range root.Entries([]string{"rules"}) {
		for _, item := range e.Value.Items() {
			r.rule(item)
		}
	}
	r.closeLast(doc.LineCount())
	return r.rules, doc.Err()
}

type reader struct {
	doc   *yamlfile.Doc
	rules []Rule
	names map[string]int
}

func (r *reader) rule(v yamlfile.Value) {
	r.closeLast(v.Line() - 1)
	if !v.IsMap() {
		v.Problemf("expected a rule here, such as `- name: web-form`")
		return
	}
	before := r.doc.Count()
	rule := Rule{File: r.doc.Path, Line: v.Line()}
	for _, e := range v.Entries(RuleKeys) {
		rule.set(e)
	}
	if r.doc.Count() == before { // a mistyped key would otherwise be told twice, as unknown and as missing
		r.whole(v, &rule)
	}
	if r.doc.Count() == before {
		r.rules = append(r.rules, rule)
	}
}

func (r *reader) closeLast(line int) {
	if n := len(r.rules); n > 0 && r.rules[n-1].LastLine == 0 {
		r.rules[n-1].LastLine = line
	}
}

// whole asks for what no rule may lack.
func (r *reader) whole(v yamlfile.Value, rule *Rule) {
	switch before, taken := r.names[rule.Name]; {
	case rule.Name == "":
		v.Problemf("the rule has no `name:`")
	case taken:
		v.Problemf("the name `%s` is taken: line %d", rule.Name, before)
	default:
		r.names[rule.Name] = rule.Line
	}
	if rule.Action == "" {
		v.Problemf("the rule has no `action:`: allow, quarantine or block")
	}
	if rule.When.Empty() && len(rule.Unsupported) == 0 {
		v.Problemf("the rule has no condition under `when:`, so it would match every message")
	}
}

func (rule *Rule) set(e yamlfile.Entry) {
	v := e.Value
	switch e.Key {
	case "name":
		rule.Line = e.Line
		text(v, &rule.Name)
	case "scope":
		rule.Scope = scope(v)
	case "direction":
		rule.Direction = direction(v)
	case "when":
		rule.When = conditions(v)
	case "unless":
		rule.Unless = conditions(v)
	case "action":
		s, _ := v.Word(string(Allow), string(Quarantine), string(Block))
		rule.Action = Action(s)
	case "stop":
		rule.Stop, _ = v.Bool()
	case "filter":
		text(v, &rule.Filter)
	case "skips":
		rule.Skips = v.Texts()
	case "ticket":
		text(v, &rule.Ticket)
	case "reason":
		text(v, &rule.Reason)
	case "owner":
		text(v, &rule.Owner)
	case "installed":
		rule.Installed = date(v)
	case "expires":
		rule.Expires = date(v)
	case "tests":
		rule.Tests = tests(v)
	case "unsupported":
		rule.Unsupported = v.Texts()
	}
}

func text(v yamlfile.Value, into *string) {
	if s, ok := v.Text(); ok {
		*into = strings.TrimSpace(s)
	}
}

func scope(v yamlfile.Value) string {
	if v.IsMap() {
		return scopeOf(v)
	}
	s, ok := v.Text()
	if !ok || s == "company" {
		return s
	}
	kind, who, _ := strings.Cut(s, ":")
	return scopeNamed(v, kind, strings.TrimSpace(who))
}

// scopeOf reads `{user: ADDRESS}` and `{group: NAME}`, which is how the scope looks without quotes.
func scopeOf(v yamlfile.Value) string {
	for _, e := range v.Entries([]string{"user", "group"}) {
		who, _ := e.Value.Text()
		return scopeNamed(e.Value, e.Key, who)
	}
	return ""
}

func scopeNamed(v yamlfile.Value, kind, who string) string {
	switch {
	case kind == "group" && who != "":
		return "group: " + who
	case kind == "user":
		a, err := pattern.Sender(who)
		if err != nil {
			v.Problemf("scope: %v", err)
		}
		return "user: " + a
	}
	v.Problemf("unknown scope `%s`: company, \"group: NAME\" or \"user: ADDRESS\"", kind)
	return ""
}

func direction(v yamlfile.Value) Direction {
	s, _ := v.Word("inbound", "outbound", "internal", "any")
	for d := Inbound; d <= Internal; d++ {
		if d.String() == s {
			return d
		}
	}
	return DirectionUnknown
}

// date reads YYYY-MM-DD (or a time by RFC 3339) as UTC.
func date(v yamlfile.Value) time.Time {
	s, ok := v.Text()
	if !ok {
		return time.Time{}
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil && !t.IsZero() {
			return t.UTC()
		}
	}
	v.Problemf("`%s` is not a date: write it as 2027-05-25", s)
	return time.Time{}
}

func tests(v yamlfile.Value) Tests {
	var t Tests
	for _, e := range v.Entries([]string{"match", "miss"}) {
		if e.Key == "match" {
			t.Match = e.Value.Texts()
		} else {
			t.Miss = e.Value.Texts()
		}
	}
	return t
}

func conditions(v yamlfile.Value) Conditions {
	var c Conditions
	for _, e := range v.Entries(ConditionKeys) {
		if e.Value.IsNull() || len(e.Value.Items()) == 0 {
			e.Value.Problemf("`%s` has no value; take the line out, or write one", e.Key)
			continue
		}
		c.set(e)
	}
	return c
}

func (c *Conditions) set(e yamlfile.Entry) {
	v := e.Value
	switch e.Key {
	case "sender":
		c.Sender = list(v, e.Key, pattern.Sender)
	case "mail-from":
		c.MailFrom = list(v, e.Key, reversePath)
	case "recipient":
		c.Recipient = list(v, e.Key, pattern.Sender)
	case "border-host":
		c.BorderHost = list(v, e.Key, pattern.Host)
	case "border-ip":
		c.BorderIP = list[netip.Prefix](v, e.Key, pattern.Prefix)
	case "dkim":
		c.DKIM = list(v, e.Key, dkim)
	case "own-sender":
		if yes, ok := v.Bool(); ok {
			c.OwnSender = &yes
		}
	case "header":
		for _, item := range v.Items() {
			c.Headers = append(c.Headers, header(item))
		}
	case "subject":
		c.Subject = list(v, e.Key, words)
	case "phrase":
		c.Phrase = list(v, e.Key, words)
	case "tenant-as-written":
		c.TenantAsWritten = list(v, e.Key, words)
	}
}

func list[T any](v yamlfile.Value, key string, parse func(string) (T, error)) []T {
	var out []T
	for _, item := range v.Items() {
		s, ok := item.Text()
		if !ok {
			continue
		}
		t, err := parse(s)
		if err != nil {
			item.Problemf("%s: %v", key, err)
			continue
		}
		out = append(out, t)
	}
	return out
}

func reversePath(s string) (string, error) {
	if s == "<>" {
		return s, nil
	}
	return pattern.Sender(s)
}

func dkim(s string) (string, error) {
	if s == "aligned" || s == "none" {
		return s, nil
	}
	return pattern.Host(s)
}

func words(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", errors.New("an empty value is contained in every message")
	}
	return s, nil
}

func header(v yamlfile.Value) HeaderCondition {
	var h HeaderCondition
	if !v.IsMap() {
		v.Problemf("header: expected `{name: X-Form-Token, contains: ...}` or `{name: ..., matches: ...}`")
		return h
	}
	for _, e := range v.Entries([]string{"name", "contains", "matches"}) {
		switch e.Key {
		case "name":
			h.Name = fieldName(e.Value)
		case "contains":
			h.Contains = list(e.Value, "contains", words)
		case "matches":
			h.Matches = expression(e.Value)
		}
	}
	if len(h.Contains) == 0 && h.Matches == "" {
		v.Problemf("header: neither `contains:` nor `matches:`")
	}
	return h
}

// fieldName reads the name of a header field (RFC 5322 2.2: printable ASCII without a colon).
func fieldName(v yamlfile.Value) string {
	s, ok := v.Text()
	if !ok {
		return ""
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' || s[i] == ':' {
			v.Problemf("`%s` is not the name of a header field", s)
			return ""
		}
	}
	return s
}

func expression(v yamlfile.Value) string {
	s, ok := v.Text()
	if !ok {
		return ""
	}
	if len(s) > MaxPattern {
		v.Problemf("the expression is longer than %d bytes", MaxPattern)
		return ""
	}
	if _, err := regexp.Compile(s); err != nil {
		v.Problemf("matches: %v (the syntax is RE2: no look-around, no back-references)", err)
		return ""
	}
	return s
}

// Empty reports whether c has no condition at all.
func (c Conditions) Empty() bool {
	return len(c.Sender) == 0 && len(c.MailFrom) == 0 && len(c.Recipient) == 0 && len(c.BorderHost) == 0 && len(c.BorderIP) == 0 &&
		len(c.DKIM) == 0 && c.OwnSender == nil && len(c.Headers) == 0 && len(c.Subject) == 0 && len(c.Phrase) == 0 &&
		len(c.TenantAsWritten) == 0
}
