package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

// runner is a tool on a number of messages of the held-back half.
type runner struct {
	name, program string
	messages      int // SpamAssassin gets fewer, or it would take an hour
	command       func(messages string, work string) (program string, args []string, input string)
}

// benchRounds is how often each tool runs, in turn: the machine is as busy for one as for the other.
const benchRounds = 7

func runners(root, train string) []runner {
	self, _ := os.Executable()
	return []runner{
		{"fpcheck analyze, all checks, JSON", filepath.Join(root, "bin", "fpcheck"), 2000, func(dir, work string) (string, []string, string) {
			return filepath.Join(root, "bin", "fpcheck"), []string{"analyze", "--dns", "offline", "--format", "json", "--state", filepath.Join(work, "none"), dir}, ""
		}},
		{"fpcheck, reading and classifier alone", self, 2000, func(dir, work string) (string, []string, string) { return self, []string{"words-alone", dir}, "" }},
		{"bogofilter", "bogofilter", 2000, func(dir, work string) (string, []string, string) {
			return "bogofilter", []string{"-C", "-d", train, "-T", "-b"}, dir + ".list"
		}},
		{"SpamAssassin -L, in one process", "spamassassin", 100, func(dir, work string) (string, []string, string) {
			return "perl", []string{filepath.Join(work, "score.pl"), work, "0", dir + ".list"}, ""
		}},
	}
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
	defer os.RemoveAll(work)
	held := without(all, func(s *sample) bool { return s.train })
	training := filepath.Join(work, "bogofilter")
	if _, err := exec.LookPath("bogofilter"); err == nil {
		if err := os.Mkdir(training, 0o755); err != nil {
			return err
		}
		if err := bogofilter(training, filepath.Join(work, "scores"), without(all, func(s *sample) bool { return !s.train }), held); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(work, "score.pl"), spamassassinScript, 0o644); err != nil {
		return err
	}
	results, err := race(runners(root, training), work, held)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(root, "docs", "guide", "speed.md"), []byte(speedPage(results)))
}

// result is a tool with its CPU seconds for each message, a round each; empty where it is not installed.
type result struct {
	runner
	each []float64
}

func race(list []runner, work string, held []*sample) ([]result, error) {
	var out []result
	for _, r := range list {
		if _, err := exec.LookPath(r.program); err == nil {
			out = append(out, result{runner: r})
		}
		if err := lay(filepath.Join(work, fmt.Sprint(r.messages)), held, r.messages); err != nil {
			return nil, err
		}
	}
	for range benchRounds {
		for i := range out {
			r := &out[i]
			seconds, err := cpuOf(r.command(filepath.Join(work, fmt.Sprint(r.messages)), work))
			if err != nil {
				return nil, fmt.Errorf("%s: %w", r.name, err)
			}
			r.each = append(r.each, seconds/float64(r.messages))
		}
	}
	return out, nil
}

// lay puts n messages, spread over all, into a folder, with a list of their paths beside it.
func lay(dir string, all []*sample, n int) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	var paths strings.Builder
	for i := range n {
		s := all[i*len(all)/n]
		path := filepath.Join(dir, fmt.Sprintf("%04d.eml", i))
		if err := os.WriteFile(path, s.raw, 0o644); err != nil {
			return err
		}
		fmt.Fprintln(&paths, path)
	}
	return os.WriteFile(dir+".list", []byte(paths.String()), 0o644)
}

// cpuOf runs a program and returns its CPU seconds, of user and system.
func cpuOf(program string, args []string, input string) (float64, error) {
	cmd := exec.Command(program, args...)
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
	c := bayes.New(bayes.Default(), nil)
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		c.Judge(checks.Document(analyze.Prepare(eml.Parse(raw), nil, analyze.Stated{})))
	}
	return nil
}

func speedPage(results []result) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# speed: what a run costs, beside other filters

Measured by `+"`make bench-peers`"+` on %s: CPU time of user and system together, the tools in turn, %d rounds, the median. The messages are of the half of the public
corpus that trains nothing (`+"`fpcheck docs accuracy`"+`), 6 KB in the middle; most have no DKIM signature. No DNS is asked. bogofilter knows the training half.

| tool | messages | ms of CPU a message | messages a CPU second | fpcheck's whole run is so many times faster |
|---|---|---|---|---|
`, time.Now().UTC().Format(time.DateOnly), benchRounds)
	if len(results) == 0 {
		return b.String()
	}
	own := median(results[0].each)
	for _, r := range results {
		m := median(r.each)
		fmt.Fprintf(&b, "| %s | %d | %.3f | %.0f | %.2f |\n", r.name, r.messages, 1000*m, 1/m, m/own)
	}
	return b.String()
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
