package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

//go:embed spamassassin.pl
var spamassassinScript []byte

// peer is another tool. run writes "path<tab>score" lines into out; it works in a folder of its own.
type peer struct {
	name  string
	needs []string // programs
	line  float64
	run   func(work, out string, train, held []*sample) error
}

var peerList = []peer{
	{"SpamAssassin -L", []string{"spamassassin"}, 5, untrained(spamassassin)},
	{"SpamAssassin -L with Bayes", []string{"spamassassin"}, 5, spamassassin},
	{"bogofilter", []string{"bogofilter"}, 0.99, bogofilter},
	{"Rspamd", []string{"rspamd"}, 6, untrained(rspamdScores)}, // 6: "add header", the lowest line at which it marks a message
	{"Rspamd with Bayes", []string{"rspamd", "redis-server"}, 6, rspamdScores},
}

func untrained(run func(work, out string, train, held []*sample) error) func(work, out string, train, held []*sample) error {
	return func(work, out string, _, held []*sample) error { return run(work, out, nil, held) }
}

// missing names the first that is not here: of programs by their name, and of files by their path.
func missing(needs []string) string {
	for _, name := range needs {
		_, err := exec.LookPath(name)
		if filepath.IsAbs(name) {
			_, err = os.Stat(name)
		}
		if err != nil {
			return name
		}
	}
	return ""
}

// peers measures the tools that are installed. Their scores are kept in dir, since SpamAssassin takes minutes: remove it to measure again.
func peers(dir string, all, held []*sample) []contestant {
	train := without(all, func(s *sample) bool { return !s.train })
	var out []contestant
	for _, p := range peerList {
		work := filepath.Join(dir, strings.ReplaceAll(strings.ToLower(p.name), " ", "-"))
		scores := work + ".tsv"
		if _, err := os.Stat(scores); err != nil {
			if program := missing(p.needs); program != "" {
				fmt.Fprintf(os.Stderr, "maintain: %s is not installed: %s is left out\n", program, p.name)
				continue
			}
			if err := p.measure(work, scores, train, held); err != nil {
				fmt.Fprintf(os.Stderr, "maintain: %s: %v; left out\n", p.name, err)
				continue
			}
		}
		c := contestant{name: p.name, line: p.line, all: readScores(scores, held)}
		if len(c.all) < len(held) {
			c.name = fmt.Sprintf("%s (%d of %d messages)", p.name, len(c.all), len(held))
		}
		out = append(out, c)
	}
	return out
}

func (p peer) measure(work, scores string, train, held []*sample) error {
	_ = os.RemoveAll(work)
	if err := os.MkdirAll(work, 0o755); err != nil {
		return err
	}
	part := scores + ".part"
	if err := p.run(work, part, train, held); err != nil {
		return err
	}
	return os.Rename(part, scores)
}

func readScores(path string, held []*sample) []judged {
	b, _ := os.ReadFile(path)
	byName := map[string]float64{}
	for line := range strings.Lines(string(b)) {
		file, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			byName[filepath.Base(filepath.Dir(file))+"/"+filepath.Base(file)] = v
		}
	}
	var out []judged
	for _, s := range held {
		if v, ok := byName[s.name]; ok {
			out = append(out, judged{sample: s, score: v})
		}
	}
	return out
}

// list writes one path a line; with kind, "ham " or "spam " before it.
func list(path string, all []*sample, kind bool) error {
	var b bytes.Buffer
	for _, s := range all {
		switch {
		case kind && s.spam:
			b.WriteString("spam ")
		case kind:
			b.WriteString("ham ")
		}
		b.WriteString(s.path + "\n")
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// spamassassin scores in one process; where train is given, with Bayes.
func spamassassin(work, out string, train, held []*sample) error {
	script := filepath.Join(work, "score.pl")
	if err := os.WriteFile(script, spamassassinScript, 0o644); err != nil {
		return err
	}
	useBayes := "0"
	if train != nil {
		useBayes = "1"
		file := filepath.Join(work, "train")
		if err := list(file, train, true); err != nil {
			return err
		}
		if err := output(os.DevNull, "", "perl", script, work, useBayes, file, "learn"); err != nil {
			return err
		}
	}
	file := filepath.Join(work, "held")
	if err := list(file, held, false); err != nil {
		return err
	}
	return output(out, "", "perl", script, work, useBayes, file)
}

// bogofilter trains and scores from lists of files.
func bogofilter(work, out string, train, held []*sample) error {
	for flag, spam := range map[string]bool{"-s": true, "-n": false} {
		file := filepath.Join(work, "train"+flag)
		if err := list(file, without(train, func(s *sample) bool { return s.spam != spam }), false); err != nil {
			return err
		}
		if err := output(os.DevNull, file, "bogofilter", "-C", "-d", work, flag, "-b"); err != nil {
			return err
		}
	}
	file := filepath.Join(work, "held")
	if err := list(file, held, false); err != nil {
		return err
	}
	raw := out + ".raw"
	// Its exit status is the verdict on the last message, and no fault below 3.
	if err := output(raw, file, "bogofilter", "-C", "-d", work, "-T", "-b"); err != nil && !strings.Contains(err.Error(), "exit status") {
		return err
	}
	b, err := os.ReadFile(raw)
	if err != nil {
		return err
	}
	var scores bytes.Buffer
	for line := range strings.Lines(string(b)) {
		if words := strings.Fields(line); len(words) >= 3 { // path, verdict, score
			fmt.Fprintf(&scores, "%s\t%s\n", words[0], words[len(words)-1])
		}
	}
	return os.WriteFile(out, scores.Bytes(), 0o644)
}

// output runs a program with standard input from one file and standard output to another.
func output(to, from, program string, args ...string) error {
	cmd := exec.Command(program, args...)
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	var errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &errs
	if from != "" {
		in, err := os.Open(from)
		if err != nil {
			return err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %.200s", err, errs.String())
	}
	return nil
}
