package lint

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/rules"
)

// families finds for each rule the earlier ones that may cover it, without comparing every two of ten thousand.
type families struct {
	p      *Pass
	index  map[string][]int // key of a condition -> rules that ask for it
	rest   []int            // rules whose conditions have no key
	texts  []string         // texts that rules look for, sorted
	owners map[string][]int // folded text -> rules
	first  map[string]int   // what a rule says -> the first that says it
	twins  []int            // of each rule: the first with the same conditions, or -1
	covers []int            // of each rule: the first earlier one that covers it, or -1
	wide   []int            // of each rule: one of a wider scope, wherever it stands, that covers it and does the same, or -1
}

// family is built when the first lint asks.
func (p *Pass) family() *families {
	if p.families == nil {
		f := &families{p: p, index: map[string][]int{}, owners: map[string][]int{}, first: map[string]int{}}
		f.build()
		p.families = f
	}
	return p.families
}

func (f *families) build() {
	seen := map[string]int{}
	for i := range f.p.Rules {
		for _, c := range keysOf(&f.p.Rules[i]) {
			for _, k := range c {
				seen[k]++
			}
		}
	}
	for i := range f.p.Rules {
		f.add(i, &f.p.Rules[i], seen)
	}
	f.texts = slices.Sorted(maps.Keys(f.owners))
	for i := range f.p.Rules {
		f.judge(i, &f.p.Rules[i])
	}
}

// keysOf are the keys of each condition of r by which it can be found.
func keysOf(r *rules.Rule) [][]string {
	var out [][]string
	add := func(key string, values []string) {
		if len(values) == 0 {
			return
		}
		keys := make([]string, len(values))
		for i, v := range values {
			keys[i] = key + " " + strings.ToLower(v)
		}
		out = append(out, keys)
	}
	w := &r.When
	add("sender", w.Sender)
	add("mail-from", w.MailFrom)
	add("recipient", w.Recipient)
	add("border-host", w.BorderHost)
	add("dkim", w.DKIM)
	if len(w.BorderIP) == 1 {
		add("border-ip", []string{w.BorderIP[0].String()})
	}
	return out
}

// add files rule i under the condition that it shares with the fewest: whatever it covers has that condition, too.
func (f *families) add(i int, r *rules.Rule, seen map[string]int) {
	if len(r.Unsupported) > 0 {
		return
	}
	if keys := keysOf(r); len(keys) > 0 {
		shared := func(keys []string) (n int) {
			for _, k := range keys {
				n = max(n, seen[k])
			}
			return n
		}
		for _, k := range slices.MinFunc(keys, func(a, b []string) int { return shared(a) - shared(b) }) {
			f.index[k] = append(f.index[k], i)
		}
		return
	}
	texts := textsOf(&r.When)
	for _, t := range texts {
		f.owners[t] = append(f.owners[t], i)
	}
	if len(texts) == 0 {
		f.rest = append(f.rest, i)
	}
}

// textsOf are the texts of the first condition that looks for text, folded.
func textsOf(w *rules.Conditions) []string {
	var out []string
	first := w.Subject
	if len(first) == 0 {
		first = w.Phrase
	}
	for _, h := range w.Headers {
		if len(first) == 0 {
			first = h.Contains
		}
	}
	for _, t := range first {
		out = append(out, fold(t))
	}
	return out
}

// candidates calls try with every rule that may cover r, until it returns true.
func (f *families) candidates(r *rules.Rule, try func(i int) bool) {
	w := &r.When
	lists := [][]int{f.rest}
	look := func(key string, values []string, wider func(string) []string) {
		if len(values) > 0 {
			for _, v := range wider(strings.ToLower(values[0])) {
				lists = append(lists, f.index[key+" "+v])
			}
		}
	}
	look("sender", w.Sender, widerSenders)
	look("mail-from", w.MailFrom, widerSenders)
	look("recipient", w.Recipient, widerSenders)
	look("border-host", w.BorderHost, widerHosts)
	look("dkim", w.DKIM, widerHosts)
	if len(w.BorderIP) > 0 {
		look("border-ip", []string{w.BorderIP[0].String()}, widerNetworks)
	}
	lists = append(lists, f.byText(w)...)
	for _, list := range lists {
		if slices.ContainsFunc(list, try) {
			return
		}
	}
}

// byText returns the rules whose text stands inside a text of w.
func (f *families) byText(w *rules.Conditions) [][]int {
	var out [][]int
	all := slices.Concat(w.Subject, w.Phrase)
	for _, h := range w.Headers {
		all = append(all, h.Contains...)
	}
	for _, t := range all {
		t = fold(t)
		for i := range t {
			f.begin(t[i:], func(text string) { out = append(out, f.owners[text]) })
		}
	}
	return out
}

// begin calls found for each text with which s begins. The texts that share its first bytes lie together, and are fewer with each byte.
func (f *families) begin(s string, found func(text string)) {
	texts := f.texts
	for n := range len(s) {
		texts = texts[sort.Search(len(texts), func(i int) bool { return len(texts[i]) > n && texts[i][n] >= s[n] }):]
		texts = texts[:sort.Search(len(texts), func(i int) bool { return texts[i][n] > s[n] })]
		if len(texts) == 0 {
			return
		}
		if len(texts[0]) == n+1 {
			found(texts[0])
		}
	}
}

// widerSenders are the patterns that cover v: itself, everybody there, and everybody under each parent domain.
func widerSenders(v string) []string {
	at := strings.LastIndexByte(v, '@')
	if at < 0 {
		return []string{v}
	}
	local, domain := v[:at], v[at+1:]
	out := []string{v}
	if local != "" && local != "*" && !strings.HasPrefix(domain, "*.") {
		out = append(out, "@"+domain)
	}
	for i := strings.IndexByte(domain, '.'); i >= 0; i = strings.IndexByte(domain, '.') {
		domain = domain[i+1:]
		for _, p := range []string{"*@*." + domain, local + "@*." + domain} {
			if p != v && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	return out
}

// widerHosts are the patterns that cover v: itself, and the suffixes at a dot.
func widerHosts(v string) []string {
	out := []string{v}
	for i := strings.IndexByte(v, '.'); i >= 0; {
		if i > 0 {
			out = append(out, v[i:])
		}
		n := strings.IndexByte(v[i+1:], '.')
		if n < 0 {
			break
		}
		i += n + 1
	}
	return out
}

// widerNetworks are the networks that hold v.
func widerNetworks(v string) []string {
	n, err := netip.ParsePrefix(v)
	if err != nil {
		return nil
	}
	var out []string
	for bits := n.Bits(); bits >= 0; bits-- {
		p, _ := n.Addr().Prefix(bits)
		out = append(out, p.String())
	}
	return out
}

// judge finds the relatives of rule i among all rules.
func (f *families) judge(i int, r *rules.Rule) {
	twin, cover, wide := -1, -1, -1
	says := signature(r)
	if j, ok := f.first[says]; ok {
		twin = j
	} else {
		f.first[says] = i
	}
	if len(r.Unsupported) == 0 {
		f.candidates(r, func(j int) bool {
			other := &f.p.Rules[j]
			if j == i || cover >= 0 && wide >= 0 || !Covers(other, r) {
				return j != i && cover >= 0 && wide >= 0
			}
			same := sameScope(other, r)
			if cover < 0 && f.earlier(j, i) {
				cover = j
			}
			if wide < 0 && !same && other.Action == r.Action {
				wide = j
			}
			return cover >= 0 && wide >= 0
		})
	}
	f.twins, f.covers, f.wide = append(f.twins, twin), append(f.covers, cover), append(f.wide, wide)
}

// signature is the same for rules that are asked of the same messages.
func signature(r *rules.Rule) string {
	c := rules.Rule{Name: "x", Scope: strings.TrimPrefix(r.Scope, "company"), Direction: r.Direction, When: normal(r.When), Unless: normal(r.Unless), Filter: r.Filter, Unsupported: r.Unsupported}
	return fmt.Sprintf("%v", c)
}

// normal sorts the values of conditions, whose order does not count.
func normal(c rules.Conditions) rules.Conditions {
	for _, list := range []*[]string{&c.Sender, &c.MailFrom, &c.Recipient, &c.BorderHost, &c.DKIM, &c.Subject, &c.Phrase, &c.TenantAsWritten} {
		*list = lower(*list)
	}
	c.BorderIP = slices.SortedFunc(slices.Values(c.BorderIP), func(a, b netip.Prefix) int { return strings.Compare(a.String(), b.String()) })
	if c.OwnSender != nil { // by value: fmt would print where it lies
		c.TenantAsWritten = append(c.TenantAsWritten, fmt.Sprintf("own-sender %t", *c.OwnSender))
		c.OwnSender = nil
	}
	return c
}

func lower(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.ToLower(s)
	}
	slices.Sort(out)
	return out
}

// at returns the rule that list names for the one that is asked.
func (f *families) at(list []int) *rules.Rule {
	if list[f.p.at] < 0 {
		return nil
	}
	return &f.p.Rules[list[f.p.at]]
}

func (f *families) twin() *rules.Rule      { return f.at(f.twins) }
func (f *families) coveredBy() *rules.Rule { return f.at(f.covers) }
func (f *families) wider() *rules.Rule     { return f.at(f.wide) }

// earlier reports whether rule j is asked before rule i: by their place in the file, and in a filter that asks users' rules first by their
// scope.
func (f *families) earlier(j, i int) bool {
	a, b := &f.p.Rules[j], &f.p.Rules[i]
	if la, lb := level(a), level(b); la != lb && f.p.orderOf(b).UserFirst {
		return la < lb
	}
	return j < i
}

func level(r *rules.Rule) int {
	switch {
	case strings.HasPrefix(r.Scope, "user: "):
		return 0
	case strings.HasPrefix(r.Scope, "group: "):
		return 1
	}
	return 2
}

// orderOf returns how the filter of r decides: its own, or else the first of the profile.
func (p *Pass) orderOf(r *rules.Rule) policy.Order {
	name := r.Filter
	if name == "" && p.Profile != nil && len(p.Profile.Filters) > 0 {
		name = p.Profile.Filters[0]
	}
	order, _ := policy.OrderOf(name)
	return order
}
