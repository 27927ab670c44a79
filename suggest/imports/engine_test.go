package imports_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/fixtures"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/imports"
	"github.com/fpcheck/fpcheck/suggest/targets"
)

// lists are what people have in local.cf: by host, by address, by network, whole domains, and a block.
const lists = `welcomelist_from_rcvd forms@widget.com someformservice.com
welcomelist_from_rcvd *@widget.com [198.51.100.0/24]
welcomelist_from_rcvd *@partner.example partner.example
welcomelist_from_rcvd *@*.example.net [203.0.113.0/24]
welcomelist_from_rcvd ines@partner.example [203.0.113.9]
blocklist_from *@cheap-meds.example
blocklist_from orders@shop.example
`

// An imported list, exported again, decides every mail of the fixtures as the list itself did, both in SpamAssassin.
func TestEngineSpamAssassinRoundTrip(t *testing.T) {
	if _, err := exec.LookPath("spamassassin"); err != nil {
		if os.Getenv("FPCHECK_ENGINES") == "required" {
			t.Fatal("spamassassin is not installed: make engines installs it on Debian, as root")
		}
		t.Skip("spamassassin is not installed: make engines installs it on Debian, as root")
	}
	format := imports.All()[0]
	res := format.Read([]byte(lists), imports.Options{})
	if format.Name != "spamassassin" || len(res.Rules) != 7 || len(res.Notes) > 0 {
		t.Fatalf("%s: %d rules, notes %v", format.Name, len(res.Rules), res.Notes)
	}
	for i := range res.Rules {
		res.Rules[i].Ticket = "4711"
	}
	// Where the list allows a whole own domain from a network, the export asks the same of the relay that connected.
	text, refused := targets.SpamAssassin.Emit(res.Rules, suggest.Site{})
	if len(refused) > 0 || len(text.Files) == 0 {
		t.Fatalf("refused: %v", refused)
	}
	exported := ""
	for _, f := range text.Files {
		exported += f.Content
	}
	names := ruleNames(exported)
	ask := start(t, "header USER_IN_WELCOMELIST eval:check_from_in_welcomelist()\nheader USER_IN_BLOCKLIST eval:check_from_in_blocklist()\n"+lists+exported)
	messages, err := filepath.Glob(fixtures.Path("mail", "*", "message.eml"))
	if err != nil {
		t.Fatal(err)
	}
	let, kept := 0, 0
	for _, m := range messages {
		hits := ask(m)
		allowed, blocked := false, false
		for name, allow := range names {
			allowed = allowed || allow && hits[name]
			blocked = blocked || !allow && hits[name]
		}
		if allowed != hits["USER_IN_WELCOMELIST"] || blocked != hits["USER_IN_BLOCKLIST"] {
			t.Errorf("%s: the list says allow %t, block %t; the export allow %t, block %t", filepath.Base(filepath.Dir(m)),
				hits["USER_IN_WELCOMELIST"], hits["USER_IN_BLOCKLIST"], allowed, blocked)
		}
		if allowed {
			let++
		}
		if blocked {
			kept++
		}
	}
	if let < 3 || kept < 1 {
		t.Errorf("%d allowed, %d blocked of %d: too few to mean anything", let, kept, len(messages))
	}
	t.Logf("%d messages, %d allowed, %d blocked, by list and export alike", len(messages), let, kept)
}

// ruleNames are the scored rules of a file, and whether each allows.
func ruleNames(cf string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(cf) {
		if w := strings.Fields(line); len(w) == 3 && w[0] == "score" {
			out[w[1]] = strings.HasPrefix(w[2], "-")
		}
	}
	return out
}

// start runs SpamAssassin over rules, without network, and returns what asks it which rules a message hits.
func start(t *testing.T, cf string) func(path string) map[string]bool {
	t.Helper()
	dir := t.TempDir()
	write := func(name, content string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	plugins := ""
	for _, p := range []string{"Check", "DKIM", "WLBLEval", "HeaderEval", "RelayEval"} {
		plugins += "loadplugin Mail::SpamAssassin::Plugin::" + p + "\n"
	}
	write("site/init.pre", plugins)
	write("site/none/none.cf", "")
	write("site/state/user_prefs", "")
	write("site/site.cf", "envelope_sender_header Return-Path\ndns_available no\nuse_bayes 0\n"+cf)
	write("ask.pl", `use strict; use warnings; use Mail::SpamAssassin; $| = 1; my $site = $ARGV[0];
my $sa = Mail::SpamAssassin->new({ rules_filename => "$site/none", site_rules_filename => $site, userprefs_filename => "/dev/null",
  dont_copy_prefs => 1, local_tests_only => 1, userstate_dir => "$site/state", home_dir_for_helpers => "$site/state" });
die "the rules do not lint" if $sa->lint_rules();
$sa->compile_now(0, 0);
while (my $path = <STDIN>) { chomp $path; open my $fh, "<", $path or die $!; my @lines = <$fh>; my $mail = $sa->parse(\@lines, 0);
  my $s = $sa->check($mail); print $s->get_names_of_tests_hit(), "\n"; $s->finish(); $mail->finish(); }
`)
	cmd := exec.Command("perl", filepath.Join(dir, "ask.pl"), filepath.Join(dir, "site"))
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
	lines := bufio.NewScanner(out)
	return func(path string) map[string]bool {
		if _, err := fmt.Fprintln(in, path); err != nil || !lines.Scan() {
			t.Fatalf("SpamAssassin stopped: %v", err)
		}
		hits := map[string]bool{}
		for name := range strings.SplitSeq(lines.Text(), ",") {
			hits[name] = true
		}
		return hits
	}
}
