package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
)

//go:embed mailauth.js
var mailauthScript []byte

// runner is a tool on a number of messages. It is made ready once; then it runs in rounds.
type runner struct {
	name     string
	messages int      // SpamAssassin gets fewer, or it would take an hour
	needs    []string // programs and files without which it is left out
	proof    string   // what it writes in the line of a message whose signature it found to be right; empty: it has not looked
	ready    func(*bench) (measure, error)
}

// measure is one round over the messages of a folder. What the tool says goes to out, which may be nil.
type measure func(dir string, out io.Writer) (seconds float64, err error)

// bench is what the tools have in common.
type bench struct {
	root, work  string
	zone        *compose.Zone // its text is dns.zone in work
	train, held []*sample     // as they are in the corpus
	stops       []func()
}

func (b *bench) in(name string) string { return filepath.Join(b.work, name) }

// benchRounds is how often each tool runs, in turn: the machine is as busy for one as for the other.
const benchRounds = 7

func runners(root string) []runner {
	self, _ := os.Executable()
	own, modules := filepath.Join(root, "bin", "fpcheck"), filepath.Join(root, "bin", "peers")
	return []runner{
		{"fpcheck analyze, all checks, JSON", 2000, []string{own}, `"dkim.pass"`, program(func(b *bench, dir string) ([]string, string) {
			return []string{own, "analyze", "--dns", b.in("dns.zone"), "--profile", b.in("profile.yaml"), "--format", "json", "--state", b.in("none"), dir}, ""
		})},
		{"fpcheck, reading and classifier alone", 2000, nil, "", program(func(_ *bench, dir string) ([]string, string) { return []string{self, "words-alone", dir}, "" })},
		{"bogofilter", 2000, []string{"bogofilter"}, "", bogofilterReady},
		{"mailauth, SPF, DKIM, DMARC and ARC alone", 2000, []string{"node", filepath.Join(modules, "node_modules", "mailauth")}, "dkim=pass", program(func(b *bench, dir string) ([]string, string) {
			return []string{"node", b.in("mailauth.js"), modules, b.in("dns.zone"), dir + ".list"}, ""
		})},
		{"Rspamd", 2000, []string{"rspamd"}, `"R_DKIM_ALLOW"`, func(b *bench) (measure, error) { return rspamdReady(b, "rspamd", nil) }},
		{"Rspamd with Bayes, and its Redis", 2000, []string{"rspamd", "redis-server"}, `"R_DKIM_ALLOW"`, func(b *bench) (measure, error) { return rspamdReady(b, "rspamd-bayes", b.train) }},
		{"SpamAssassin -L, in one process", 100, []string{"spamassassin"}, "", program(func(b *bench, dir string) ([]string, string) {
			return []string{"perl", b.in("score.pl"), b.work, "0", dir + ".list"}, ""
		})},
	}
}

// program is a tool that runs anew each round. command returns its words, and the file of its standard input.
func program(command func(b *bench, dir string) (words []string, input string)) func(*bench) (measure, error) {
	return func(b *bench) (measure, error) {
		return func(dir string, out io.Writer) (float64, error) {
			words, input := command(b, dir)
			return cpuOf(words, input, out)
		}, nil
	}
}

func bogofilterReady(b *bench) (measure, error) {
	words := b.in("bogofilter")
	if err := os.Mkdir(words, 0o755); err != nil {
		return nil, err
	}
	if err := bogofilter(words, b.in("scores"), b.train, b.held); err != nil {
		return nil, err
	}
	return program(func(_ *bench, dir string) ([]string, string) {
		return []string{"bogofilter", "-C", "-d", words, "-T", "-b"}, dir + ".list"
	})(b)
}

// rspamdReady starts the daemons, which then stay. A round is the CPU time of theirs that the messages cost, and not that of who asks.
func rspamdReady(b *bench, name string, train []*sample) (measure, error) {
	r, err := startRspamd(b.in(name), b.zone, train != nil)
	if err != nil {
		return nil, err
	}
	b.stops = append(b.stops, r.stop)
	return r.round, r.learn(train)
}

// writeSpeed measures CPU time of the tools that are installed, and writes the page.
func writeSpeed(root, dir string) error {
	all, err := readCorpus(dir)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "bench-peers")
	if err != nil {
		return err
	}
	remove := func() { _ = os.RemoveAll(work) }
	whenKilled(remove)
	defer remove()
	b := &bench{root: root, work: work, train: without(all, func(s *sample) bool { return !s.train }), held: without(all, func(s *sample) bool { return s.train })}
	defer b.stop()
	results, err := b.race()
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(root, "docs", "guide", "speed.md"), []byte(speedPage(results)))
}

func (b *bench) stop() {
	for _, stop := range b.stops {
		stop()
	}
}

// result is a tool with its CPU seconds for each message, a round each.
type result struct {
	runner
	measure  measure
	verified int // messages whose signature it found to be right
	each     []float64
}

func (b *bench) race() ([]*result, error) {
	signed, zone, err := resign(b.held)
	if err != nil {
		return nil, err
	}
	b.zone = zone
	files := map[string][]byte{
		"dns.zone": zone.Text("of the messages", time.Now()), "profile.yaml": []byte(benchProfile), "score.pl": spamassassinScript, "mailauth.js": mailauthScript,
	}
	for name, content := range files {
		if err := os.WriteFile(b.in(name), content, 0o644); err != nil {
			return nil, err
		}
	}
	list, err := b.line(signed)
	if err != nil {
		return nil, err
	}
	for range benchRounds {
		for _, r := range list {
			seconds, err := r.measure(b.in(strconv.Itoa(r.messages)), nil)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			r.each = append(r.each, seconds/float64(r.messages))
		}
	}
	return list, nil
}

// line makes the tools ready that are installed. A peer that fails is left out.
func (b *bench) line(signed []*sample) ([]*result, error) {
	var out []*result
	for _, r := range runners(b.root) {
		if what := missing(r.needs); what != "" {
			fmt.Fprintf(os.Stderr, "maintain: %s is not installed: %s is left out\n", what, r.name)
			continue
		}
		res, err := b.first(r, signed)
		switch {
		case err != nil && len(out) == 0:
			return nil, fmt.Errorf("%s: %w", r.name, err)
		case err != nil:
			fmt.Fprintf(os.Stderr, "maintain: %s: %v; left out\n", r.name, err)
		default:
			out = append(out, res)
		}
	}
	return out, nil
}

// first runs a tool before its time is taken: to see whether it does what it should, and so that all have what they keep in memory and on disk.
func (b *bench) first(r runner, signed []*sample) (*result, error) {
	dir := b.in(strconv.Itoa(r.messages))
	if err := lay(dir, signed, r.messages); err != nil {
		return nil, err
	}
	run, err := r.ready(b)
	if err != nil {
		return nil, err
	}
	var said bytes.Buffer
	if _, err := run(dir, &said); err != nil {
		return nil, err
	}
	verified := 0
	for line := range bytes.Lines(said.Bytes()) {
		if r.proof != "" && bytes.Contains(line, []byte(r.proof)) {
			verified++
		}
	}
	if r.proof != "" && verified < r.messages*9/10 {
		return nil, fmt.Errorf("it found %d of %d signatures to be right", verified, r.messages)
	}
	return &result{runner: r, measure: run, verified: verified}, nil
}

// cpuOf runs a program and returns its CPU seconds, of user and system.
func cpuOf(words []string, input string, out io.Writer) (float64, error) {
	cmd := exec.Command(words[0], words[1:]...)
	cmd.Stdout = out
	if input != "" {
		in, err := os.Open(input)
		if err != nil {
			return 0, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	err := cmd.Run()
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() > 2 { // bogofilter ends with its verdict
		return 0, err
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), nil
}

// wordsAloneOf is what `maintain words-alone DIR` does: read and judge each message once.
func wordsAloneOf(dir string) error {
	paths, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return err
	}
	debug.SetGCPercent(400) // as cmd/fpcheck does
	c := bayes.New(bayes.Default(), nil)
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		c.Judge(checks.TextDocument(eml.Parse(raw)))
	}
	return nil
}

func speedPage(results []*result) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# speed: what a run costs, beside other filters

Measured by `+"`make bench-peers`"+` on %s: CPU time of user and system together, the tools in turn, %d rounds after one that does not count, the median. The messages
are of the half of the public corpus that trains nothing (`+"`fpcheck docs accuracy`"+`), 6 KB in the middle. Each is signed anew by DKIM with a key of
rsa-2048, as the domain of its author, and handed over by a host that the domain's SPF record names. The DNS is a file of these records for
fpcheck and mailauth, and a name server on the same machine for Rspamd; block lists and whatever else is asked on the internet are off. All do their usual
work: SpamAssassin -L and bogofilter look at no signature. bogofilter and the Bayes of Rspamd know the training half.

Of fpcheck, bogofilter, mailauth and SpamAssassin the whole process counts, from its start on. Rspamd runs all the time, and what counts is that which the messages add to the CPU time
of its processes and of its Redis: neither its start, nor the program that asks it, nor the name server.

| tool | messages | signatures verified | ms of CPU a message | messages a CPU second | fpcheck's whole run is so many times faster |
|---|---|---|---|---|---|
`, time.Now().UTC().Format(time.DateOnly), benchRounds)
	if len(results) == 0 {
		return b.String()
	}
	own := median(results[0].each)
	for _, r := range results {
		verified := "–"
		if r.proof != "" {
			verified = strconv.Itoa(r.verified)
		}
		m := median(r.each)
		fmt.Fprintf(&b, "| %s | %d | %s | %.3f | %.0f | %.2f |\n", r.name, r.messages, verified, 1000*m, 1/m, m/own)
	}
	return b.String()
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
