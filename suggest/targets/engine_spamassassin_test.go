package targets

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/suggest"
)

// TestEngineSpamAssassin loads the rules of all trials into one SpamAssassin and shows it every delivery.
func TestEngineSpamAssassin(t *testing.T) {
	engine(t, "spamassassin")
	all := prepareAll(t)
	texts := emitted(SpamAssassin, all)
	server, addr := serve(t)
	sa := startSpamAssassin(t, texts, addr.Port)
	compare(t, SpamAssassin, all, server, func(p prepared, d suggest.Delivery) map[string]bool {
		hit := sa.hits(t, d)
		out := map[string]bool{}
		for _, text := range texts {
			for _, r := range p.rules {
				if id := nameIn(text, r.Name); id != "" && hit[id] {
					out[r.Name] = true
				}
			}
		}
		return out
	}, "same-service-signed") // with Ed25519, which Mail::DKIM of Debian 12 does not know
}

// TestEngineControl asks what a careless rule lets in: were it nobody, the copies would prove nothing.
func TestEngineControl(t *testing.T) {
	engine(t, "spamassassin")
	server, addr := serve(t)
	p := prepare(t, trials[0])
	server.use(p.resolver)
	careless := map[string]string{
		"FPC_FROM":      `header FPC_FROM From:addr =~ /^forms\@widget\.com$/i`,
		"FPC_RECEIVED":  `header FPC_RECEIVED Received =~ /webhoster\.someformservice\.com/`,
		"FPC_ADDRESS":   `header FPC_ADDRESS Received =~ /203\.0\.113\.10/`,
		"FPC_BY_OUR_MX": `header FPC_BY_OUR_MX Received =~ /^from webhoster\.someformservice\.com \(.* by mx1-us1\.ppe-hosted\.com/m`,
	}
	var text suggest.Text
	for _, line := range careless {
		text.Files = append(text.Files, suggest.File{Content: line + "\n"})
	}
	sa := startSpamAssassin(t, []suggest.Text{text}, addr.Port)
	in := map[string][]string{}
	for _, d := range p.deliveries {
		if d.Attacker == suggest.Insider || d.Name == "genuine" {
			continue
		}
		for name := range sa.hits(t, d) {
			in[name] = append(in[name], d.Name)
		}
	}
	for name, least := range map[string]int{"FPC_FROM": 20, "FPC_RECEIVED": 5, "FPC_ADDRESS": 2, "FPC_BY_OUR_MX": 1} {
		if len(in[name]) < least {
			t.Errorf("%s lets in %v, want %d or more", name, in[name], least)
		}
		t.Logf("%s lets in %d: %v", name, len(in[name]), in[name])
	}
}

type runningSA struct {
	dir string
	in  *bufio.Writer
	out *bufio.Scanner
}

func startSpamAssassin(t *testing.T, texts []suggest.Text, dnsPort int) *runningSA {
	dir := t.TempDir()
	site := filepath.Join(dir, "site")
	pre := "loadplugin Mail::SpamAssassin::Plugin::Check\nloadplugin Mail::SpamAssassin::Plugin::DKIM\nloadplugin Mail::SpamAssassin::Plugin::WLBLEval\nloadplugin Mail::SpamAssassin::Plugin::HeaderEval\nloadplugin Mail::SpamAssassin::Plugin::RelayEval\n"
	writeFile(t, filepath.Join(site, "init.pre"), pre)
	writeFile(t, filepath.Join(site, "none", "none.cf"), "")
	writeFile(t, filepath.Join(site, "state", "user_prefs"), "")
	writeFile(t, filepath.Join(site, "site.cf"), fmt.Sprintf("trusted_networks 10/8 198.51.100.3\ninternal_networks 10/8 198.51.100.3\nenvelope_sender_header Return-Path\n"+
		"dns_available yes\ndns_server [127.0.0.1]:%d\nskip_rbl_checks 1\nuse_bayes 0\nrequired_score 5\n", dnsPort))
	for i, text := range texts {
		for k, f := range text.Files {
			writeFile(t, filepath.Join(site, fmt.Sprintf("fpcheck%d-%d.cf", i, k)), f.Content)
		}
	}
	cmd := exec.Command("perl", filepath.Join("testdata", "engines", "spamassassin.pl"), site)
	cmd.Stderr = os.Stderr
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
	sa := &runningSA{dir: dir, in: bufio.NewWriter(in), out: bufio.NewScanner(out)}
	if !sa.out.Scan() || sa.out.Text() != "ready" {
		t.Fatalf("SpamAssassin does not take the rules: %s", sa.out.Text())
	}
	return sa
}

// hits returns the names of what d hits.
func (sa *runningSA) hits(t *testing.T, d suggest.Delivery) map[string]bool {
	t.Helper()
	path := filepath.Join(sa.dir, "message.eml")
	writeFile(t, path, string(d.Raw))
	fmt.Fprintln(sa.in, path)
	if err := sa.in.Flush(); err != nil || !sa.out.Scan() {
		t.Fatalf("SpamAssassin stopped: %v", err)
	}
	hit := map[string]bool{}
	for _, name := range strings.Split(sa.out.Text(), ",") {
		hit[name] = true
	}
	return hit
}
