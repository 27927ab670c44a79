package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/fixtures"
)

// eachCase calls f with the folder of every mail case.
func eachCase(t *testing.T, f func(t *testing.T, name, dir string)) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	cases, err := os.ReadDir(fixtures.Path("mail"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		f(t, c.Name(), fixtures.Path("mail", c.Name()))
	}
}

// ran returns what a command prints. Its status must be one of those given.
func ran(t *testing.T, args []string, statuses ...int) string {
	t.Helper()
	var out, errs bytes.Buffer
	status := run(append(args, "--today", "2026-06-01"), strings.NewReader(""), &out, &errs)
	if !slices.Contains(statuses, status) || status != 3 && errs.Len() > 0 {
		t.Errorf("%s: status %d\n%s", strings.Join(args, " "), status, errs.String())
	}
	return out.String()
}

// deskLines is how long the desk screen may be at 100 columns: what a ticket needs, on one screen.
const deskLines = 15

func TestEveryDesk(t *testing.T) {
	t.Chdir(fixtures.Path("mail")) // short names, as people have them
	eachCase(t, func(t *testing.T, name, _ string) {
		text := ran(t, []string{"--case", name}, 0, 1)
		before, _, ok := strings.Cut(text, "\nNext: ") // one line with the names that files have; the cases' are longer
		if n := strings.Count(before, "\n") + 2; n > deskLines || !ok {
			t.Errorf("%s: %d lines\n%s", name, n, text)
		}
		bad := strings.Contains(text, "DO NOT RELEASE")
		if lower := strings.ToLower(text); bad && (strings.Contains(lower, "suggest") || strings.Contains(lower, "allow") || strings.Contains(lower, "make a rule")) {
			t.Errorf("%s: bad mail leads to a rule:\n%s", name, text)
		}
		word, _, _ := strings.Cut(text[strings.Index(text, "\n\n")+2:], "  ")
		_, do, _ := strings.Cut(text, "\nDo        ")
		if word == "RELEASE" && strings.HasPrefix(do, "Ask the sender") || word == "ASK THE SENDER" && strings.HasPrefix(do, "Release it") {
			t.Errorf("%s: the step contradicts the first word:\n%s", name, text)
		}
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Errorf("%s: the screen holds %U", name, r)
			}
		}
	})
}

func TestEveryExplanation(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(filepath.Dir(fixtures.Path()), "docs", "schema", "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	eachCase(t, func(t *testing.T, name, dir string) {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(ran(t, []string{"explain", "--case", dir, "--format", "json"}, 0)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
}

// Nothing that names a person stands in a redacted ticket: neither the addresses of the message nor the names beside them.
func TestEveryRedaction(t *testing.T) {
	eachCase(t, func(t *testing.T, name, dir string) {
		raw, err := os.ReadFile(filepath.Join(dir, "message.eml"))
		if err != nil {
			t.Fatal(err)
		}
		secrets := peopleOf(eml.Parse(raw))
		for _, to := range []string{"user", "admin", "sender"} {
			for _, format := range []string{"markdown", "text"} {
				text := ran(t, []string{"ticket", "--case", dir, "--to", to, "--redact", "--ticket", "4711", "--format", format}, 0, 3)
				flat := strings.Join(strings.Fields(withoutContact(text)), " ")
				for _, s := range secrets {
					if strings.Contains(strings.ToLower(flat), strings.ToLower(s)) {
						t.Errorf("%s to %s in %s: %q stands in it:\n%s", name, to, format, s, text)
					}
				}
			}
		}
	})
}

// withoutContact leaves out the line that says where to write.
func withoutContact(text string) string {
	if _, rest, ok := strings.Cut(text, "\n\n"); ok && strings.HasPrefix(text, "To: ") {
		return rest
	}
	return text
}

// roles are mailboxes that no person owns (RFC 2142, RFC 3834).
var roles = []string{"support", "mailer-daemon"}

func peopleOf(m *eml.Message) []string {
	var out []string
	for _, field := range []string{"From", "To", "Reply-To", "Sender", "Cc"} {
		for _, f := range m.All(field) {
			for _, a := range m.Addresses(f) {
				if slices.Contains(roles, strings.ToLower(a.Local)) {
					continue
				}
				out = append(out, a.Local+"@"+a.Domain)
				if len(a.Name) > 4 {
					out = append(out, a.Name)
				}
			}
		}
	}
	if f, ok := m.First("Subject"); ok && len(m.Text(f)) > 12 {
		out = append(out, m.Text(f))
	}
	return out
}

// shopTalk are words that a user should not have to read. The message's own words do not count.
var shopTalk = []string{"SPF", "DKIM", "DMARC", "PTR", "HELO", "DNS", "MTA", "hash", "header", "envelope", "blocklist", "anti-spoofing"}

func TestEveryUserCanReadIt(t *testing.T) {
	eachCase(t, func(t *testing.T, name, dir string) {
		text := ran(t, []string{"ticket", "--case", dir, "--to", "user", "--redact", "--format", "text"}, 0)
		for _, w := range shopTalk {
			if strings.Contains(text, w) {
				t.Errorf("%s: %q\n%s", name, w, text)
			}
		}
	})
}
