package profile

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/pattern"
	"github.com/fpcheck/fpcheck/analyze/yamlfile"
)

// Keys are the keys of a profile, in the order of the documentation.
var Keys = []string{
	"domains", "sending-servers", "dedicated-servers", "border", "authserv-ids", "filter", "microsoft-365", "allowed-senders",
	"blocked-senders", "exceptions", "rules", "groups", "thresholds", "outbound-filtering", "colleagues", "lists", "tickets",
	"providers",
}

// MaxThreshold is the largest threshold that makes sense in points: more can never be reached.
const MaxThreshold = 1000

// Load reads the profile at path with read, which opens files.
func Load(path string, read func(path string) ([]byte, error)) (*Profile, error) {
	data, err := read(path)
	if err != nil {
		return nil, fmt.Errorf("reading profile: %w", err)
	}
	return Parse(path, data)
}

// Parse reads a profile. path names it in errors and in evidence. The error is a yamlfile.Problems with all that is wrong; the
// profile is then nil.
func Parse(path string, data []byte) (*Profile, error) {
	doc, root := yamlfile.Parse(path, data)
	r := &reader{doc: doc, p: &Profile{Path: path, lines: map[string]Line{}, values: map[string]map[string]Line{}}}
	for _, e := range root.Entries(Keys) {
		r.mark(e.Key, e.Line)
		r.entry(e)
	}
	if err := doc.Err(); err != nil {
		return nil, err
	}
	return r.p, nil
}

// RulePaths returns the rule files as paths: relative ones lie beside the profile.
func (p *Profile) RulePaths() []string {
	if p == nil {
		return nil
	}
	out := make([]string, len(p.RuleFiles))
	for i, f := range p.RuleFiles {
		if out[i] = f; !filepath.IsAbs(f) {
			out[i] = filepath.Join(filepath.Dir(p.Path), f)
		}
	}
	return out
}

type reader struct {
	doc *yamlfile.Doc
	p   *Profile
}

func (r *reader) mark(key string, line int) {
	r.p.lines[key] = Line{line, strings.TrimSpace(r.doc.Line(line))}
}

func (r *reader) entry(e yamlfile.Entry) {
	p, v := r.p, e.Value
	switch e.Key {
	case "domains":
		p.Domains = list(r, e, ownDomain)
	case "sending-servers":
		p.SendingServers = list(r, e, pattern.Prefix)
	case "dedicated-servers":
		p.DedicatedServers = list(r, e, pattern.Prefix)
	case "border":
		p.Border = list(r, e, borderPattern)
	case "authserv-ids":
		p.AuthservIDs = list(r, e, pattern.Domain)
	case "filter":
		p.Filters = list(r, e, filterName)
	case "microsoft-365":
		r.microsoft(v)
	case "allowed-senders":
		p.AllowedSenders = list(r, e, listEntry)
	case "blocked-senders":
		p.BlockedSenders = list(r, e, listEntry)
	case "exceptions":
		p.Exceptions = list(r, e, ownDomain)
	case "rules":
		p.RuleFiles = list(r, e, nonEmpty)
	case "groups":
		r.groups(v)
	case "thresholds":
		r.thresholds(v)
	case "outbound-filtering":
		r.outboundFiltering(v)
	case "colleagues":
		p.Colleagues = list(r, e, nonEmpty)
	case "lists":
		p.Lists = list(r, e, filterName)
	case "tickets":
		r.tickets(v)
	case "providers":
		p.ProvidersYAML = []byte(v.Source())
	}
}

// list reads one value or a list of them, each through parse, and remembers the line of each.
func list[T any](r *reader, e yamlfile.Entry, parse func(string) (T, error)) []T {
	var out []T
	for _, item := range e.Value.Items() {
		s, ok := item.Text()
		if !ok {
			continue
		}
		v, err := parse(s)
		if err != nil {
			item.Problemf("%s: %v", e.Key, err)
			continue
		}
		out = append(out, v)
		if r.p.values[e.Key] == nil {
			r.p.values[e.Key] = map[string]Line{}
		}
		r.p.values[e.Key][fmt.Sprint(v)] = Line{item.Line(), strings.TrimSpace(r.doc.Line(item.Line()))}
	}
	return out
}

// ownDomain reads "widget.com", or "*.widget.com" for its sub-domains.
func ownDomain(s string) (string, error) {
	h, err := pattern.Host(s)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(h, ".") {
		return "*" + h, nil
	}
	return h, nil
}

// borderPattern reads a host as in ownDomain, or an address literal, which some MTAs write for themselves.
func borderPattern(s string) (string, error) {
	if ip, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return ip.String(), nil
	}
	return ownDomain(s)
}

// listEntry reads what sender lists hold: an address, "@domain", a bare domain, "*.domain", an IP address or a network.
func listEntry(s string) (string, error) {
	s = strings.TrimSpace(s)
	if strings.Contains(s, "@") {
		return pattern.Sender(s)
	}
	if p, err := pattern.Prefix(s); err == nil {
		if p.IsSingleIP() {
			return p.Addr().String(), nil
		}
		return p.String(), nil
	} else if strings.Contains(s, "/") {
		return "", err
	}
	d, err := ownDomain(s)
	if err != nil {
		return "", err
	}
	return pattern.Sender("*@" + d)
}

// filterName reads the name of a filter or a blocklist, as the pages of docs write them.
func filterName(s string) (string, error) {
	for i := range len(s) {
		if c := s[i]; c != '-' && c != '.' && c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return "", fmt.Errorf("`%s` is not a name: names are lower case with dashes, such as proofpoint-essentials", s)
		}
	}
	return nonEmpty(s)
}

func nonEmpty(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", fmt.Errorf("a value is missing")
	}
	return s, nil
}

func (r *reader) microsoft(v yamlfile.Value) {
	for _, e := range v.Entries([]string{"tenant"}) {
		r.mark("microsoft-365."+e.Key, e.Line)
		s, ok := e.Value.Text()
		if ok && !isGUID(s) {
			e.Value.Problemf("`%s` is not a tenant id: 8-4-4-4-12 hexadecimal digits, see the Overview page of Microsoft Entra", s)
		}
		r.p.Tenant = strings.ToLower(s)
	}
}

func isGUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}

func (r *reader) groups(v yamlfile.Value) {
	for _, e := range v.Entries(nil) {
		r.mark("groups."+e.Key, e.Line)
		if r.p.Groups == nil {
			r.p.Groups = map[string][]string{}
		}
		r.p.Groups[e.Key] = list(r, yamlfile.Entry{Key: "groups." + e.Key, Line: e.Line, Value: e.Value}, pattern.Sender)
	}
}

func (r *reader) thresholds(v yamlfile.Value) {
	for _, e := range v.Entries([]string{"quarantine", "reject"}) {
		r.mark("thresholds."+e.Key, e.Line)
		f, ok := e.Value.Float()
		if !ok {
			continue
		}
		if !(f > 0 && f <= MaxThreshold) {
			e.Value.Problemf("a threshold lies above 0 and is at most %d points", MaxThreshold)
			continue
		}
		if e.Key == "quarantine" {
			r.p.Quarantine = f
		} else {
			r.p.Reject = f
		}
	}
	if r.p.Reject > 0 && r.p.Quarantine > r.p.Reject {
		v.Problemf("quarantine (%g) is above reject (%g)", r.p.Quarantine, r.p.Reject)
	}
}

func (r *reader) outboundFiltering(v yamlfile.Value) {
	if yes, ok := v.Bool(); ok {
		r.p.OutboundFiltering = map[bool]string{true: "yes", false: "no"}[yes]
	}
}

func (r *reader) tickets(v yamlfile.Value) {
	s, ok := v.Text()
	if ok && strings.Count(s, "%s") != 1 {
		v.Problemf("a link to tickets holds %%s once, where the number goes: https://desk.example.com/%%s")
	}
	r.p.Tickets = s
}
