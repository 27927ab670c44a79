package targets

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/fixtures"
	"github.com/fpcheck/fpcheck/suggest"
)

// TestEngineExim plays every delivery as an SMTP session of the peer (exim -bh). Behind the emitted statements stands a deny.
func TestEngineExim(t *testing.T) {
	x := startExim(t)
	all := prepareAll(t)
	confs := map[string]string{}
	for _, p := range all {
		for _, r := range p.rules {
			if text, refused := Exim.Emit([]rules.Rule{r}, p.site); len(refused) == 0 {
				confs[r.Name] = x.conf(t, r.Name, text)
			}
		}
	}
	compare(t, Exim, all, x.dns, func(p prepared, d suggest.Delivery) map[string]bool {
		return together(p.rules, func(r rules.Rule) bool {
			conf, ok := confs[r.Name]
			return ok && x.accepts(t, conf, d, asSent(p, d)) == (r.Action == rules.Allow)
		})
	})
}

type runningExim struct {
	dir, program string
	namespace    string // the process that holds it
	dns          *nameServer
}

// resolverAddrs is where the DNS of the test may answer: Exim asks port 53 alone.
func resolverAddrs() []string {
	out := make([]string, 50)
	for i := range out {
		out[i] = fmt.Sprintf("127.0.153.%d:53", 1+(os.Getpid()+i)%250)
	}
	return out
}

// startExim puts a DNS of its own and a user Debian-exim into a mount namespace: the binary starts for no other, and the machine
// stays as it is.
func startExim(t *testing.T) *runningExim {
	x := &runningExim{program: engine(t, "exim4", fixtures.Path("..", "bin", "engines", "exim", "usr", "sbin", "exim4")), dir: openDir(t)}
	dns, addr := serve(t, resolverAddrs()...)
	x.dns = dns
	for name, line := range map[string]string{"passwd": "Debian-exim:x:65534:65534::/:/bin/false\n", "group": "Debian-exim:x:65534:\n"} {
		b, err := os.ReadFile("/etc/" + name)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(x.dir, name), string(b)+line)
	}
	writeFile(t, filepath.Join(x.dir, "resolv.conf"), "nameserver "+addr.IP.String()+"\noptions timeout:2 attempts:1\n")
	writeFile(t, filepath.Join(x.dir, "hosts"), "127.0.0.1 localhost\n")
	for _, sub := range []string{"spool", "log"} {
		if err := os.Mkdir(filepath.Join(x.dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(x.dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	x.enter(t)
	return x
}

// enter makes the namespace; it lasts until the test closes the standard input of the process that holds it.
func (x *runningExim) enter(t *testing.T) {
	script := "for f in passwd group resolv.conf hosts; do mount --bind \"$1/$f\" /etc/$f || exit 9; done; echo ready; exec cat"
	cmd := exec.Command("unshare", "--mount", "sh", "-c", script, "sh", x.dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		if os.Getenv("FPCHECK_ENGINES") == "required" {
			t.Fatal("Exim needs a mount namespace, and none can be made here")
		}
		t.Skip("Exim needs a mount namespace, which only root can make")
	}
	x.namespace = fmt.Sprint(cmd.Process.Pid)
}

func (x *runningExim) conf(t *testing.T, name string, text suggest.Text) string {
	t.Helper()
	acl := map[string]string{}
	for _, f := range text.Files {
		acl[f.Path] += f.Content
	}
	otherwise := "deny"
	if strings.Contains(acl["acl_smtp_data"], "  deny\n") {
		otherwise = "accept"
	}
	path := filepath.Join(x.dir, name+".conf")
	writeFile(t, path, fmt.Sprintf(`primary_hostname = mx.fpcheck.example
spool_directory = %[1]s/spool
log_file_path = %[1]s/log/%%slog
exim_user = 65534
exim_group = 65534
smtp_enforce_sync = false
keep_environment =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = check_rcpt
acl_smtp_dkim = check_dkim
acl_smtp_data = check_data
begin acl
check_rcpt:
%[2]s
  accept
check_dkim:
%[3]s
  accept
check_data:
%[4]s
  %[5]s
begin routers
drop:
  driver = redirect
  data = :blackhole:
`, x.dir, acl["acl_smtp_rcpt"], acl["acl_smtp_dkim"], acl["acl_smtp_data"], otherwise))
	return path
}

// accepts reports whether the message passes. A session that is refused earlier does not.
func (x *runningExim) accepts(t *testing.T, conf string, d suggest.Delivery, sent []byte) bool {
	t.Helper()
	var session bytes.Buffer
	fmt.Fprintf(&session, "EHLO %s\r\nMAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n", d.Envelope.Helo, d.Envelope.MailFrom, strings.Join(d.Envelope.Rcpt, ">\r\nRCPT TO:<"))
	session.Write(bytes.ReplaceAll(sent, []byte("\r\n."), []byte("\r\n..")))
	if !bytes.HasSuffix(sent, []byte("\r\n")) {
		session.WriteString("\r\n")
	}
	session.WriteString(".\r\nQUIT\r\n")
	args := []string{"--mount", "--target", x.namespace, x.program, "-C", conf, "-bh", d.Envelope.IP.String()}
	if loggedIn(d) {
		args = append(args, "-oMaa", "plain", "-oMai", "anna")
	}
	cmd := exec.Command("nsenter", args...)
	cmd.Stdin = &session
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	_ = cmd.Run()
	_, after, ok := strings.Cut(out.String(), "\r\n354 ")
	if strings.Contains(log.String(), "failed to expand") || strings.Contains(log.String(), "configuration error") || out.Len() == 0 {
		t.Errorf("%s: %s\n%s", d.Name, log.String(), out.String())
	}
	if !ok { // the session ended earlier: Exim does not take such a greeting, or such a sender
		return false
	}
	_, answer, _ := strings.Cut(after, "\r\n")
	if !strings.HasPrefix(answer, "250") && !strings.HasPrefix(answer, "550") {
		t.Errorf("%s: %q\n%.3000s", d.Name, answer, log.String())
	}
	return strings.HasPrefix(answer, "250")
}
