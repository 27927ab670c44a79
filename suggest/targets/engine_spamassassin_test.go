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
	server, addr := serve(t, "127.0.0.1:0")
	sa := startSpamAssassin(t, texts, addr.Port)
	compare(t, SpamAssassin, all, server, func(p prepared, d suggest.Delivery) map[string]bool {
		path := filepath.Join(sa.dir, "message.eml")
		if err := os.WriteFile(path, d.Raw, 0o644); err != nil {
			t.Fatal(err)
		}
		return sa.ask(t, path, p, texts)
	}, "same-service-signed") // with Ed25519, which Mail::DKIM of Debian 12 does not know
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
		for _, f := range text.Files {
			writeFile(t, filepath.Join(site, fmt.Sprintf("fpcheck%d.cf", i)), f.Content)
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

func (sa *runningSA) ask(t *testing.T, path string, p prepared, texts []suggest.Text) map[string]bool {
	t.Helper()
	fmt.Fprintln(sa.in, path)
	if err := sa.in.Flush(); err != nil || !sa.out.Scan() {
		t.Fatalf("SpamAssassin stopped: %v", err)
	}
	hit := map[string]bool{}
	for _, name := range strings.Split(sa.out.Text(), ",") {
		hit[name] = true
	}
	out := map[string]bool{}
	for _, text := range texts {
		for _, r := range p.rules {
			if id := nameIn(text, r.Name); id != "" && hit[id] {
				out[r.Name] = true
			}
		}
	}
	return out
}
