package targets

import (
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/analyze/trace"
	"github.com/fpcheck/fpcheck/suggest"
)

// The tests of this file feed hostile values into the emitters and read the result back by a small reader of each syntax: it must be
// the same rule, with the same meaning, and nothing else; or a refusal.

var hostile = []string{
	`x"; discard; stop; #`, "x\nheader EVIL =~ /./\nscore EVIL -100", `a\`, `a\\"b`, `}{`, `${run{/bin/sh}}`, `$h_from:`, `@{[ system("id") ]}`, `(?{ die })`,
	"# comment", "a#b", "a/b", `a|b`, `.*`, `[a-z]+`, "a:b", "a;b", "<x>", "a,b", "`id`", "%s%n", "\x00", "\x1b[31m", "é@ü.example", "a\u2028b", "a\xff", `\N.*\N`,
	`\E.*\Q`, strings.Repeat("a", 4096), strings.Repeat(`\"`, 2048), "a\tb", " lead", "trail ", "*/", "/*", ".include /etc/passwd", "$LOCAL_CONFDIR", "!negated", "^a$", "''", `'; drop`,
}

// siteOfTests has a border that every target can bind to.
var siteOfTests = suggest.Site{
	Border:     &trace.Hop{Dialect: "postfix", By: "mx.example.org", RDNS: "mail.partner.example", IP: netip.MustParseAddr("203.0.113.10")},
	BorderLine: "from mail.partner.example (mail.partner.example [203.0.113.10]) by mx.example.org (Postfix) with ESMTPS id 4Xk; Tue, 3 Mar 2026 09:00:00 +0000",
	MailFrom:   "ines@partner.example",
}

// hostileRules puts a value into every place of a rule that takes text.
func hostileRules(v string) []rules.Rule {
	base := func() rules.Rule {
		return rules.Rule{Name: "r", Action: rules.Allow, When: rules.Conditions{Sender: []string{"ines@partner.example"}, BorderHost: []string{"mail.partner.example"}}}
	}
	var out []rules.Rule
	add := func(change func(*rules.Rule)) {
		r := base()
		change(&r)
		out = append(out, r)
	}
	add(func(r *rules.Rule) { r.Name = v })
	add(func(r *rules.Rule) { r.Ticket, r.Reason, r.Owner = v, v, v })
	add(func(r *rules.Rule) { r.When.Sender = []string{v} })
	add(func(r *rules.Rule) { r.When.Sender = []string{v + "@partner.example"} })
	add(func(r *rules.Rule) { r.When.Sender = []string{"ines@" + v} })
	add(func(r *rules.Rule) { r.When.Sender, r.When.MailFrom = nil, []string{v + "@partner.example"} })
	add(func(r *rules.Rule) { r.When.Recipient = []string{v + "@example.org", "b@example.org"} })
	add(func(r *rules.Rule) { r.Scope = "user: " + v })
	add(func(r *rules.Rule) { r.When.BorderHost = []string{v} })
	add(func(r *rules.Rule) { r.When.BorderHost = []string{"." + v + ".example"} })
	add(func(r *rules.Rule) { r.When.DKIM = []string{v} })
	add(func(r *rules.Rule) { r.When.Subject = []string{v} })
	add(func(r *rules.Rule) { r.When.Phrase = []string{v, "second"} })
	add(func(r *rules.Rule) {
		r.When.Headers = []rules.HeaderCondition{{Name: "X-Token", Contains: []string{v}}}
	})
	add(func(r *rules.Rule) { r.When.Headers = []rules.HeaderCondition{{Name: v, Contains: []string{"x"}}} })
	add(func(r *rules.Rule) { r.Unless.Subject = []string{v} })
	return out
}

// readBack is what a reader of the syntax finds: how many rules, and every value that is compared, decoded.
type readBack struct {
	rules  int
	values []string
}

var readers = map[string]func(suggest.Text) (readBack, error){
	"spamassassin": readSpamAssassin, "rspamd": readRspamd, "sieve": readSieve, "postfix": readPostfix, "exim": readExim,
}

func TestQuoting(t *testing.T) {
	for _, v := range hostile {
		checkQuoting(t, v)
	}
}

func FuzzQuoting(f *testing.F) {
	for _, v := range hostile {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v string) { checkQuoting(t, v) })
}

func checkQuoting(t *testing.T, v string) {
	t.Helper()
	for _, r := range hostileRules(v) {
		for _, target := range engineTargets {
			checkOne(t, target, r)
		}
	}
}

func checkOne(t *testing.T, target *suggest.Target, r rules.Rule) {
	t.Helper()
	text, refused := target.Emit([]rules.Rule{r}, siteOfTests)
	if len(refused) > 0 {
		if len(text.Files) > 0 || refused[0].Name == "" || refused[0].Reason == "" || refused[0].Instead == "" {
			t.Errorf("%s: refused and written, or without a reason: %+v", target.Name, refused)
		}
		return
	}
	got, err := readers[target.Name](text)
	if err != nil {
		t.Fatalf("%s: %v\nrule: %+v\n%s", target.Name, err, r, contents(text))
	}
	if got.rules != 1 {
		t.Fatalf("%s: %d rules, want 1\n%s", target.Name, got.rules, contents(text))
	}
	for _, want := range literals(target, r) {
		if !got.holds(want) {
			t.Fatalf("%s: the value %q is not in what is read back: %q\n%s", target.Name, want, got.values, contents(text))
		}
	}
}

// holds looks for a literal value: as it is, or by an expression that matches it and not the same with a letter more in front.
func (b readBack) holds(want string) bool {
	for _, v := range b.values {
		if strings.EqualFold(v, want) {
			return true
		}
		re, err := regexp.Compile("(?is)" + strings.ReplaceAll(v, `\@`, "@"))
		if err == nil && re.MatchString(want) && !re.MatchString("") && !re.MatchString(strings.Map(rot, want)) {
			return true
		}
	}
	return false
}

// rot changes every letter and digit: an expression for the value does not match it.
func rot(r rune) rune {
	switch {
	case r >= 'a' && r <= 'y', r >= 'A' && r <= 'Y', r >= '0' && r <= '8':
		return r + 1
	case r == 'z', r == 'Z', r == '9':
		return r - 9
	}
	return r + 1
}

// literals are the values of a rule that must be found again. Postfix asks for the sender as the envelope's.
func literals(target *suggest.Target, r rules.Rule) []string {
	var out []string
	lists := [][]string{r.When.Sender, r.When.MailFrom, r.When.Recipient, r.When.Subject, r.When.Phrase, r.Unless.Subject}
	for _, h := range r.When.Headers {
		lists = append(lists, h.Contains)
	}
	for _, l := range lists {
		for _, v := range l {
			if !strings.HasPrefix(v, "@") && !strings.Contains(v, "*") && v != "<>" {
				out = append(out, v)
			}
		}
	}
	return out
}

func contents(text suggest.Text) string {
	var b strings.Builder
	for _, f := range text.Files {
		fmt.Fprintf(&b, "--- %s\n%s", f.Path, f.Content)
	}
	return b.String()
}

// code returns the lines that are no comments, and fails on control characters.
func code(s string) ([]string, error) {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimSuffix(line, "\n")
		for i := range len(line) {
			if line[i] < ' ' {
				return nil, fmt.Errorf("a control character in %q", line)
			}
		}
		if trimmed := strings.TrimSpace(line); trimmed != "" && trimmed[0] != '#' {
			out = append(out, line)
		}
	}
	return out, nil
}

// readSpamAssassin reads lines "keyword NAME rest" (Mail::SpamAssassin::Conf): a # that is not escaped ends a line, / ends an expression.
func readSpamAssassin(text suggest.Text) (b readBack, err error) {
	lines, err := code(text.Files[0].Content)
	if err != nil || len(text.Files) != 1 {
		return b, fmt.Errorf("%d files: %v", len(text.Files), err)
	}
	form := regexp.MustCompile(`^(header|body|full|meta|describe|score|tflags) +(__)?FPC_[A-Z0-9_]+ (.*)$`)
	expression := regexp.MustCompile(`^(?:[A-Za-z0-9-]+(?::addr)? =~ )?/((?:[^/\\#]|\\.)*)/i?m?$`)
	for _, line := range lines {
		m := form.FindStringSubmatch(line)
		if m == nil {
			return b, fmt.Errorf("not a line of a rule: %q", line)
		}
		switch m[1] {
		case "meta":
			b.rules++
			if !regexp.MustCompile(`^\(!?__FPC_\w+(?: && !?__FPC_\w+)*\)$`).MatchString(m[3]) {
				return b, fmt.Errorf("meta: %q", m[3])
			}
		case "header", "body", "full":
			if strings.HasPrefix(m[3], "eval:") {
				if !regexp.MustCompile(`^eval:\w+\((?:'[a-zA-Z0-9._-]+'(?:, )?)*\)$`).MatchString(m[3]) {
					return b, fmt.Errorf("eval: %q", m[3])
				}
				continue
			}
			x := expression.FindStringSubmatch(m[3])
			if x == nil {
				return b, fmt.Errorf("not an expression: %q", m[3])
			}
			b.values = append(b.values, strings.NewReplacer(`\A`, "^", `\z`, "$").Replace(x[1]))
		case "describe":
			if len(m[3]) > 100 {
				return b, fmt.Errorf("description of %d bytes", len(m[3]))
			}
		}
	}
	return b, nil
}

// readRspamd reads UCL as far as it is written here, and the maps: one expression or network each.
func readRspamd(text suggest.Text) (b readBack, err error) {
	lines, err := code(text.Files[0].Content)
	if err != nil {
		return b, err
	}
	ucl := regexp.MustCompile(`^(?:[A-Z0-9_]+ \{|\}|  \}|  rules \{|    [a-z]+ \{(?: \w+ = "[^"\\]*";)+ \}|  (?:\w+ = (?:"[^"\\]*"|[a-z]+|-?[0-9.]+); ?)+)$`)
	for _, line := range lines {
		if !ucl.MatchString(line) {
			return b, fmt.Errorf("not UCL of ours: %q", line)
		}
		if strings.Contains(line, "score = -20.0;") {
			b.rules++
		}
	}
	for _, f := range text.Files[1:] {
		if !regexp.MustCompile(`^local\.d/maps\.d/[a-z0-9_]+\.map$`).MatchString(f.Path) {
			return b, fmt.Errorf("path %q", f.Path)
		}
		for line := range strings.Lines(f.Content) {
			line = strings.TrimSuffix(line, "\n")
			if _, err := netip.ParsePrefix(line); err == nil {
				continue
			}
			m := regexp.MustCompile(`^/((?:[^/\\# ]|\\.)*)/i$`).FindStringSubmatch(line)
			if m == nil {
				return b, fmt.Errorf("not a line of a map: %q", line)
			}
			b.values = append(b.values, m[1])
		}
	}
	return b, nil
}

// readSieve cuts the script into tokens (RFC 5228 8.1).
func readSieve(text suggest.Text) (b readBack, err error) {
	depth := 0
	for s := text.Files[0].Content; s != ""; {
		switch c := s[0]; {
		case c == '#':
			_, s, _ = strings.Cut(s, "\n")
		case c == '"':
			var v strings.Builder
			i := 1
			for ; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
				if i < len(s) {
					v.WriteByte(s[i])
				}
			}
			if i >= len(s) {
				return b, fmt.Errorf("a string without end")
			}
			b.values = append(b.values, v.String())
			s = s[i+1:]
		case strings.HasPrefix(s, "if "):
			b.rules++
			s = s[3:]
		case strings.IndexByte("({[", c) >= 0:
			depth++
			s = s[1:]
		case strings.IndexByte(")}]", c) >= 0:
			depth--
			s = s[1:]
		case c == '\n' || c == ' ' || c == ',' || c == ';' || c == ':' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			s = s[1:]
		default:
			return b, fmt.Errorf("%q has no place outside of strings", c)
		}
	}
	if depth != 0 {
		return b, fmt.Errorf("brackets do not close")
	}
	return b, nil
}

func readPostfix(text suggest.Text) (b readBack, err error) {
	if _, err := code(text.Files[0].Content); err != nil {
		return b, err
	}
	values := settings(text.Files[0].Content)
	for name, value := range values {
		if !regexp.MustCompile(`^[a-z0-9_]+$`).MatchString(name) || !regexp.MustCompile(`^[a-zA-Z0-9_,:/. ]+$`).MatchString(value) {
			return b, fmt.Errorf("setting %q = %q", name, value)
		}
	}
	b.rules = strings.Count(values["smtpd_recipient_restrictions"], "fpc_")
	for _, f := range text.Files[1:] {
		lines, err := code(f.Content)
		if err != nil || len(lines) != 1 {
			return b, fmt.Errorf("%d lines in %s: %v", len(lines), f.Path, err)
		}
		m := regexp.MustCompile(`^/((?:[^/\\$ ]|\\.)*\$)/ ([a-z0-9_]+|permit)$`).FindStringSubmatch(lines[0])
		if m == nil {
			return b, fmt.Errorf("not a line of a table: %q", lines[0])
		}
		b.values = append(b.values, m[1])
	}
	return b, nil
}

// readExim expands nothing: between \N and \N nothing is expanded, and elsewhere only our own variables may stand.
func readExim(text suggest.Text) (b readBack, err error) {
	plain := regexp.MustCompile(`^[a-zA-Z0-9_ =<>;:!.*$^{},-]*$`)
	for _, f := range text.Files {
		lines, err := code(f.Content)
		if err != nil {
			return b, err
		}
		for _, line := range lines {
			parts := strings.Split(line, `\N`)
			if len(parts)%2 == 0 {
				return b, fmt.Errorf("\\N does not close: %q", line)
			}
			for i, part := range parts {
				switch {
				case i%2 == 1 && strings.ContainsAny(part, "{}; #"):
					return b, fmt.Errorf("%q in an expression", part)
				case i%2 == 1:
					b.values = append(b.values, part)
				case !plain.MatchString(part):
					return b, fmt.Errorf("%q outside of expressions", part)
				}
			}
			if line == "  accept" {
				b.rules++
			}
		}
	}
	return b, nil
}

func TestQuote(t *testing.T) {
	for _, v := range []string{"forms@widget.com", `a"b\c/d#e$f{g}`, "a.b", "1|2", "(x)"} {
		re := regexp.MustCompile("^" + strings.ReplaceAll(quote(v), `\@`, "@") + "$")
		if !re.MatchString(v) || re.MatchString(v+"x") || re.MatchString(strings.Replace(v, ".", "x", 1)) && strings.Contains(v, ".") {
			t.Errorf("%q is written as %s", v, re)
		}
	}
}

func TestBefore(t *testing.T) {
	end := time.Date(2027, 5, 25, 0, 0, 0, 0, time.UTC)
	re := regexp.MustCompile(before(end))
	for day := end.AddDate(-3, 0, 0); day.Before(end.AddDate(3, 0, 0)); day = day.AddDate(0, 0, 1) {
		if got := re.MatchString(day.Format("20060102")); got != day.Before(end) {
			t.Fatalf("%s: %v", day.Format(time.DateOnly), got)
		}
	}
}

func TestNetworks(t *testing.T) {
	for _, p := range []string{"203.0.113.10/32", "203.0.113.8/29", "203.0.112.0/20", "10.0.0.0/7", "203.0.113.0/24", "0.0.0.0/0"} {
		prefix := netip.MustParsePrefix(p)
		s, ok := networks([]netip.Prefix{prefix})
		re := regexp.MustCompile("^" + s + "$")
		for i := range 1 << 16 {
			ip := netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)})
			if got := re.MatchString(ip.String()); !ok || got != prefix.Contains(ip) {
				t.Fatalf("%s in %s: %v by %s", ip, p, got, strconv.Quote(s))
			}
		}
	}
}
