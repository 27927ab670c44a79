package targets

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// TestEnginePostfix starts one Postfix with a port for each rule, and plays every delivery up to RCPT TO with XCLIENT, by which a
// trusted proxy states who connected. Behind the emitted checks stands a reject: what they do not permit is refused.
func TestEnginePostfix(t *testing.T) {
	program := engine(t, "postfix", "/usr/sbin/postfix")
	if os.Getuid() != 0 {
		t.Skip("Postfix starts as root only")
	}
	all := prepareAll(t)
	ports := startPostfix(t, program, all)
	compare(t, Postfix, all, nil, func(p prepared, d suggest.Delivery) map[string]bool {
		out := map[string]bool{}
		for _, r := range p.rules {
			if port, ok := ports[r.Name]; ok {
				s := dialPostfix(t, port)
				out[r.Name] = s.permits(t, d)
				s.conn.Close()
			}
		}
		return out
	})
}

// setting reads main.cf as Postfix does: a line that begins with space continues the one before; comments do not.
func settings(main string) map[string]string {
	out := map[string]string{}
	name := ""
	for line := range strings.Lines(main) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(strings.TrimSpace(line), "#"):
		case line[0] == ' ' || line[0] == '\t':
			out[name] = strings.TrimSpace(out[name] + " " + strings.TrimSpace(line))
		default:
			key, value, _ := strings.Cut(line, "=")
			name = strings.TrimSpace(key)
			out[name] = strings.TrimSpace(value)
		}
	}
	return out
}

// startPostfix returns the port of each rule.
func startPostfix(t *testing.T, program string, all []prepared) map[string]int {
	dir := openDir(t)
	var main, master strings.Builder
	fmt.Fprintf(&main, `compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
sendmail_path = /usr/sbin/sendmail
newaliases_path = /usr/bin/newaliases
mailq_path = /usr/bin/mailq
maillog_file = %[1]s/mail.log
maillog_file_prefixes = %[1]s
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = all
myhostname = mx.fpcheck.example
mydestination =
mynetworks =
relay_domains = widget.com, tripoli-quebec.org, example.org, quarry.example
smtpd_relay_restrictions = reject_unauth_destination
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 100000
smtpd_hard_error_limit = 100000
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
`, dir)
	master.WriteString("rewrite unix - - n - - trivial-rewrite\nproxymap unix - - n - - proxymap\nanvil unix - - n - 1 anvil\ncleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ndiscard unix - - n - - discard\npostlog unix-dgram n - n - 1 postlogd\n")
	ports := map[string]int{}
	var classes []string
	for _, p := range all {
		for _, r := range p.rules {
			text, refused := Postfix.Emit([]rules.Rule{r}, p.site)
			if len(refused) > 0 {
				continue
			}
			for _, f := range text.Files {
				f.Content = strings.ReplaceAll(f.Content, "/etc/postfix", dir)
				if filepath.Base(f.Path) != "main.cf" {
					writeFile(t, filepath.Join(dir, filepath.Base(f.Path)), f.Content)
					continue
				}
				for name, value := range settings(f.Content) {
					switch name {
					case "smtpd_restriction_classes":
						classes = append(classes, value)
					case "smtpd_recipient_restrictions":
						ports[r.Name] = freePort(t)
						fmt.Fprintf(&master, "127.0.0.1:%d inet n - n - - smtpd\n  -o { smtpd_recipient_restrictions = %s, reject }\n", ports[r.Name], value)
					default:
						fmt.Fprintf(&main, "%s = %s\n", name, value)
					}
				}
			}
		}
	}
	fmt.Fprintf(&main, "smtpd_restriction_classes = %s\n", strings.Join(classes, ", "))
	writeFile(t, filepath.Join(dir, "main.cf"), main.String())
	writeFile(t, filepath.Join(dir, "master.cf"), master.String())
	for _, sub := range []string{"queue", "data"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("chown", "postfix", filepath.Join(dir, "data")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run(t, program, dir)
	return ports
}

func run(t *testing.T, program, dir string) {
	cmd := exec.Command(program, "-c", dir, "start-fg")
	var log strings.Builder
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = exec.Command(program, "-c", dir, "stop").Run()
		_ = cmd.Wait()
		if t.Failed() {
			b, _ := os.ReadFile(filepath.Join(dir, "mail.log"))
			t.Logf("%s\n%.4000s", log.String(), b)
		}
	})
}

// sessionPostfix is one connection: whoever has stated another client may not do so again.
type sessionPostfix struct {
	conn net.Conn
	in   *bufio.Reader
}

func dialPostfix(t *testing.T, port int) *sessionPostfix {
	t.Helper()
	for range 100 {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			s := &sessionPostfix{conn, bufio.NewReader(conn)}
			s.want(t, "220", s.answer(t))
			return s
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("Postfix does not listen on port %d", port)
	return nil
}

func (s *sessionPostfix) answer(t *testing.T) string {
	t.Helper()
	_ = s.conn.SetDeadline(time.Now().Add(20 * time.Second))
	for {
		line, err := s.in.ReadString('\n')
		if err != nil {
			t.Fatalf("Postfix: %v", err)
		}
		if len(line) > 3 && line[3] == ' ' {
			return line
		}
	}
}

func (s *sessionPostfix) want(t *testing.T, code, line string) {
	t.Helper()
	if !strings.HasPrefix(line, code) {
		t.Fatalf("Postfix says %s, want %s", line, code)
	}
}

func (s *sessionPostfix) say(t *testing.T, line string) string {
	t.Helper()
	fmt.Fprintf(s.conn, "%s\r\n", line)
	return s.answer(t)
}

func (s *sessionPostfix) permits(t *testing.T, d suggest.Delivery) bool {
	t.Helper()
	name, helo := d.Envelope.RDNS, d.Envelope.Helo
	if name == "" {
		name = "[UNAVAILABLE]"
	}
	addr := d.Envelope.IP.String()
	if d.Envelope.IP.Is6() {
		addr = "IPV6:" + addr
	}
	s.want(t, "220", s.say(t, "XCLIENT NAME="+xtext(name)+" ADDR="+addr))
	s.want(t, "250", s.say(t, "EHLO "+helo))
	if answer := s.say(t, "MAIL FROM:<"+d.Envelope.MailFrom+">"); !strings.HasPrefix(answer, "250") {
		return false
	}
	return strings.HasPrefix(s.say(t, "RCPT TO:<"+d.Envelope.Rcpt[0]+">"), "250")
}

// xtext writes an attribute of XCLIENT (RFC 1891 5).
func xtext(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c > '~' || c == '+' || c == '=' {
			fmt.Fprintf(&b, "+%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
