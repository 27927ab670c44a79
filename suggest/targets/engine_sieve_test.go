package targets

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// TestEngineSieve runs the script of each rule in front of a script that files everything as junk.
func TestEngineSieve(t *testing.T) {
	s := startSieve(t)
	all := prepareAll(t)
	scripts := map[string]string{}
	for _, p := range all {
		for _, r := range p.rules {
			if text, refused := Sieve.Emit([]rules.Rule{r}, p.site); len(refused) == 0 {
				scripts[r.Name] = s.compile(t, r.Name, text.Files[0].Content)
			}
		}
	}
	compare(t, Sieve, all, nil, func(p prepared, d suggest.Delivery) map[string]bool {
		mail := filepath.Join(s.dir, "message.eml")
		writeFile(t, mail, string(d.Raw))
		return together(p.rules, func(r rules.Rule) bool {
			path, ok := scripts[r.Name]
			return ok && s.keeps(t, path, mail, d)
		})
	}, "null-sender") // sieve-test takes no empty sender
}

// TestEngineSieveInOrder runs several rules in one script.
func TestEngineSieveInOrder(t *testing.T) {
	s := startSieve(t)
	p := prepare(t, trials[0])
	text, _ := Sieve.Emit(p.rules, p.site)
	path := s.compile(t, "all", text.Files[0].Content)
	for _, d := range p.deliveries {
		want := false
		for _, r := range p.rules {
			ok, _ := Sieve.Matches(r, p.site, d)
			want = want || ok
		}
		mail := filepath.Join(s.dir, "message.eml")
		writeFile(t, mail, string(d.Raw))
		if got := s.keeps(t, path, mail, d); got != want {
			t.Errorf("%s: got %v, want %v", d.Name, got, want)
		}
	}
}

type runningSieve struct{ dir, conf, sievec, test, junk string }

func startSieve(t *testing.T) *runningSieve {
	s := &runningSieve{sievec: engine(t, "sievec"), test: engine(t, "sieve-test"), dir: openDir(t)}
	s.conf = filepath.Join(s.dir, "dovecot.conf")
	mail := filepath.Join(s.dir, "mail")
	if err := os.Mkdir(mail, 0o777); err != nil {
		t.Fatal(err)
	}
	user := "mail_uid = nobody\nmail_gid = nogroup\n" // Dovecot refuses root
	if os.Getuid() != 0 {
		user = fmt.Sprintf("mail_uid = %d\nmail_gid = %d\n", os.Getuid(), os.Getgid())
	}
	writeFile(t, s.conf, "mail_location = mbox:"+mail+"\nssl = no\n"+user)
	s.junk = s.compile(t, "junk", "require \"fileinto\";\nfileinto \"Junk\";\n")
	return s
}

func (s *runningSieve) compile(t *testing.T, name, script string) string {
	t.Helper()
	path := filepath.Join(s.dir, name+".sieve")
	writeFile(t, path, script)
	binary := filepath.Join(s.dir, name+".svbin")
	if out, err := exec.Command(s.sievec, "-c", s.conf, path, binary).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s\n%s", name, err, out, script)
	}
	if err := os.Chmod(binary, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// keeps reports whether the message ends in the inbox and not in Junk.
func (s *runningSieve) keeps(t *testing.T, script, mail string, d suggest.Delivery) bool {
	t.Helper()
	from := d.Envelope.MailFrom
	if from == "" {
		from = "null-sender@invalid.example"
	}
	out, err := exec.Command(s.test, "-c", s.conf, "-f", from, "-r", d.Envelope.Rcpt[0], "-s", script, s.junk, mail).CombinedOutput()
	inbox, junk := strings.Contains(string(out), "folder: INBOX") || strings.Contains(string(out), "reject message"), strings.Contains(string(out), "folder: Junk")
	if err != nil || inbox == junk {
		t.Errorf("%s: %v\n%s", d.Name, err, out)
	}
	return inbox
}
