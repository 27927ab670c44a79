package targets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/suggest"
)

// TestEngineRspamd loads the rules of all trials into one Rspamd and hands it every delivery as a milter would: the message as it was
// sent, and who connected beside it.
func TestEngineRspamd(t *testing.T) {
	program := engine(t, "rspamd")
	all := prepareAll(t)
	texts := emitted(Rspamd, all)
	server, addr := serve(t)
	rs := startRspamd(t, program, texts, addr.Port)
	compare(t, Rspamd, all, server, func(p prepared, d suggest.Delivery) map[string]bool {
		return rs.ask(t, p, d, texts)
	})
}

type runningRspamd struct{ url string }

// off are modules that need a network, a database or a model.
var off = []string{"asn", "antivirus", "arc", "bayes_expiry", "chartable", "dcc", "dmarc", "elastic", "fann_redis", "fuzzy_check", "greylist", "hfilter",
	"history_redis", "maillist", "metadata_exporter", "mx_check", "neural", "once_received", "phishing", "ratelimit", "rbl", "replies", "reputation",
	"spamassassin", "spf", "surbl", "url_redirector", "whitelist", "p0f", "dkim_signing", "milter_headers", "mid", "trie", "clickhouse"}

func startRspamd(t *testing.T, program string, texts []suggest.Text, dnsPort int) *runningRspamd {
	dir := openDir(t)
	port := freePort(t)
	conf := func(name, content string) { writeFile(t, filepath.Join(dir, name), content) }
	for _, m := range off {
		conf("local.d/"+m+".conf", "enabled = false;\n")
	}
	conf("override.d/worker-normal.inc", fmt.Sprintf("bind_socket = \"127.0.0.1:%d\";\ncount = 1;\n", port))
	conf("override.d/worker-controller.inc", "enabled = false;\n")
	conf("override.d/worker-proxy.inc", "enabled = false;\n")
	conf("override.d/worker-fuzzy.inc", "enabled = false;\n")
	conf("override.d/logging.inc", "type = \"console\";\nlevel = \"warning\";\n")
	conf("tlds.dat", "com\nnet\norg\nexample\n") // the whole list costs 15 s at start
	conf("override.d/options.inc", fmt.Sprintf("url_tld = \"%s/tlds.dat\";\nlocal_addrs = \"127.0.0.0/8\";\ndns { nameserver = [\"127.0.0.1:%d\"]; timeout = 1s; retransmits = 1; enable_dnssec = false; }\n", dir, dnsPort))
	conf("local.d/statistic.conf", "")
	conf("override.d/statistic.conf", "")
	var multimap strings.Builder
	for _, text := range texts {
		for _, f := range text.Files {
			if f.Path == "local.d/multimap.conf" {
				multimap.WriteString(f.Content)
				continue
			}
			conf(f.Path, f.Content)
		}
	}
	conf("local.d/multimap.conf", multimap.String())
	for _, sub := range []string{"db", "run", "log"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(dir, sub), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-c", "/etc/rspamd/rspamd.conf", "-f", "--var=LOCAL_CONFDIR=" + dir, "--var=DBDIR=" + dir + "/db", "--var=RUNDIR=" + dir + "/run", "--var=LOGDIR=" + dir + "/log"}
	if os.Getuid() == 0 {
		args = append(args, "-u", "_rspamd", "-g", "_rspamd")
	}
	cmd := exec.Command(program, args...)
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%.6000s", log.String())
		}
	})
	rs := &runningRspamd{url: fmt.Sprintf("http://127.0.0.1:%d", port)}
	waitFor(t, rs.url+"/ping")
	return rs
}

// freePort is one that nothing listens on now, each time another. It is not among those that the system gives to outgoing connections (from 32768 on,
// or higher): it gives the same one again once it is closed, so that two of some hundred rules would share one, and an engine cannot bind to one
// that a connection of the test before has just left.
func freePort(t *testing.T) int {
	t.Helper()
	for range portCount {
		port := firstPort + (os.Getpid()*apart+int(portsGiven.Add(1)))%portCount
		if ln, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port)); err == nil {
			ln.Close()
			return port
		}
	}
	t.Fatalf("no port from %d on is free", firstPort)
	return 0
}

const (
	firstPort = 20000
	portCount = 12000
	apart     = 577 // where two test programs run at once, and their numbers follow each other, one does not take what the other will open next
)

var portsGiven atomic.Int64

func waitFor(t *testing.T, url string) {
	t.Helper()
	for range 300 {
		if r, err := http.Get(url); err == nil {
			r.Body.Close()
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("nothing answers at %s", url)
}

func (rs *runningRspamd) ask(t *testing.T, p prepared, d suggest.Delivery, texts []suggest.Text) map[string]bool {
	t.Helper()
	req, err := http.NewRequest("POST", rs.url+"/checkv2", bytes.NewReader(asSent(p, d)))
	if err != nil {
		t.Fatal(err)
	}
	set := func(name, value string) {
		if value != "" {
			req.Header[name] = []string{value}
		}
	}
	set("IP", d.Envelope.IP.String())
	set("Helo", d.Envelope.Helo)
	set("Hostname", d.Envelope.RDNS)
	set("From", d.Envelope.MailFrom)
	if loggedIn(d) {
		set("User", "anna")
	}
	req.Header["Rcpt"] = d.Envelope.Rcpt
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	defer resp.Body.Close()
	var answer struct {
		Symbols map[string]struct{ Score float64 }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatalf("%s: %v", d.Name, err)
	}
	out := map[string]bool{}
	for _, text := range texts {
		for _, r := range p.rules {
			if s, ok := answer.Symbols[nameIn(text, r.Name)]; ok {
				out[r.Name] = true
				if want := map[rules.Action]float64{rules.Allow: -20, rules.Block: 30}[r.Action]; s.Score != want {
					t.Errorf("%s counts %v points for %s, want %v once", r.Name, s.Score, d.Name, want)
				}
			}
		}
	}
	return out
}
