package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
)

// rspamd is a daemon that works for us alone, with the rules that it comes with. It is asked over sockets in a folder that nobody else may open,
// and the only name server that it knows is ours.
type rspamd struct {
	run     string // folder of the sockets
	daemons []*daemon
	stops   []func() // in the order in which things were started
}

// rspamdOff are modules that ask the internet for more than the records of the sender.
var rspamdOff = []string{"asn", "fuzzy_check", "mx_check", "neural", "rbl", "rspamd_update", "url_redirector"}

// startRspamd starts it, configured in the folder work. With bayes a Redis of our own holds what it learns. What zone does not know of the DNS fails.
func startRspamd(work string, zone *compose.Zone, bayes bool) (*rspamd, error) {
	r := &rspamd{}
	if err := r.start(work, zone, bayes); err != nil {
		r.stop()
		return nil, err
	}
	return r, nil
}

func (r *rspamd) start(work string, zone *compose.Zone, bayes bool) error {
	run, err := os.MkdirTemp("", "rspamd") // not below work, since the path of a socket may have no more than a hundred letters
	if err != nil {
		return err
	}
	remove := func() { _ = os.RemoveAll(run) }
	whenKilled(remove)
	r.run, r.stops = run, append(r.stops, remove)
	names, stop, err := zone.Serve()
	if err != nil {
		return err
	}
	r.stops = append(r.stops, stop)
	if err := writeRspamdConfig(work, run, names, bayes); err != nil {
		return err
	}
	if bayes {
		socket := filepath.Join(run, "redis")
		if err := r.serve(socket, "redis-server", "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", run); err != nil {
			return err
		}
	}
	args := []string{"-f", "-i", "-c", "/etc/rspamd/rspamd.conf", "--var=LOCAL_CONFDIR=" + work} // -i: root may start it, too
	for _, dir := range []string{"DBDIR", "RUNDIR", "LOGDIR"} {
		args = append(args, "--var="+dir+"="+run)
	}
	return r.serve(filepath.Join(run, "normal"), "rspamd", args...)
}

func (r *rspamd) serve(socket, program string, args ...string) error {
	d, err := startDaemon(socket, program, args...)
	if err != nil {
		return err
	}
	r.daemons, r.stops = append(r.daemons, d), append(r.stops, d.stop)
	return nil
}

func (r *rspamd) stop() {
	for _, stop := range slices.Backward(r.stops) {
		stop()
	}
}

// writeRspamdConfig writes what differs from the package's own configuration.
func writeRspamdConfig(work, run, names string, bayes bool) error {
	files := map[string]string{
		"worker-normal.inc":     fmt.Sprintf("bind_socket = \"%s/normal mode=0600\";\ncount = 1;\n", run),
		"worker-controller.inc": fmt.Sprintf("bind_socket = \"%s/controller mode=0600\";\n", run),
		"worker-proxy.inc":      "enabled = false;\n",
		"worker-fuzzy.inc":      "enabled = false;\n",
		"logging.inc":           "type = \"console\";\nlevel = \"error\";\n",
		"options.inc":           fmt.Sprintf("dns { nameserver = [\"%s\"]; }\n", names),
		"hfilter.conf":          "from_enabled = false;\nhostname_enabled = false;\n", // these give points for a host that the DNS does not know
		"classifier-bayes.conf": fmt.Sprintf("servers = \"%s/redis\";\n", run),
	}
	if !bayes {
		files["classifier-bayes.conf"] = "enabled = false;\n"
	}
	for _, module := range rspamdOff {
		files[module+".conf"] = "enabled = false;\n"
	}
	for name, content := range files {
		if err := writeFile(filepath.Join(work, "override.d", name), []byte(content)); err != nil {
			return err
		}
	}
	return nil
}

// ask hands messages to a worker, one after the other, and returns what rspamc says.
func (r *rspamd) ask(worker string, paths []string, args ...string) ([]byte, error) {
	args = append([]string{"-h", filepath.Join(r.run, worker), "-n", "1", "--compact", "--json"}, args...)
	var out, errs bytes.Buffer
	cmd := exec.Command("rspamc", append(args, paths...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("rspamc: %w: %.200s", err, errs.String())
	}
	return out.Bytes(), nil
}

// check returns the verdicts, one line of JSON each.
func (r *rspamd) check(paths []string) ([]byte, error) {
	out, err := r.ask("normal", paths)
	if n := bytes.Count(out, []byte("\n")); err == nil && n != len(paths) {
		return nil, fmt.Errorf("rspamc: %d answers for %d messages", n, len(paths))
	}
	return out, err
}

// round checks the messages of a folder and returns the CPU seconds that the daemons took.
func (r *rspamd) round(dir string, out io.Writer) (float64, error) {
	before, err := r.cpu()
	if err != nil {
		return 0, err
	}
	paths, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil {
		return 0, err
	}
	answers, err := r.check(paths)
	if err != nil {
		return 0, err
	}
	if out != nil {
		_, _ = out.Write(answers)
	}
	after, err := r.cpu()
	return after - before, err
}

func (r *rspamd) cpu() (seconds float64, err error) {
	for _, d := range r.daemons {
		s, err := d.cpu()
		if err != nil {
			return 0, err
		}
		seconds += s
	}
	return seconds, nil
}

// learn teaches Bayes, also what it would have judged right. It refuses messages of hardly a word; where it refuses more than a few, learn fails.
func (r *rspamd) learn(train []*sample) error {
	for _, spam := range []bool{false, true} {
		command := "learn_ham"
		if spam {
			command = "learn_spam"
		}
		paths := pathsOf(without(train, func(s *sample) bool { return s.spam != spam }))
		if len(paths) == 0 {
			continue
		}
		out, err := r.ask("controller", paths, "--header", "Learn-Type=bulk", command)
		if err != nil {
			return err
		}
		if n := bytes.Count(out, []byte(`"success":true`)); n < len(paths)*19/20 {
			return fmt.Errorf("%s took %d of %d messages: %.200s", command, n, len(paths), out)
		}
	}
	return nil
}

func pathsOf(all []*sample) []string {
	var out []string
	for _, s := range all {
		out = append(out, s.path)
	}
	return out
}

// rspamdScores scores the held-back half; where train is given, with Bayes. Nothing of the DNS is known.
func rspamdScores(work, out string, train, held []*sample) error {
	r, err := startRspamd(work, &compose.Zone{}, train != nil)
	if err != nil {
		return err
	}
	defer r.stop()
	if err := r.learn(train); err != nil {
		return err
	}
	answers, err := r.check(pathsOf(held))
	if err != nil {
		return err
	}
	var scores bytes.Buffer
	for i, line := range slices.Collect(bytes.Lines(answers)) {
		var verdict struct{ Score *float64 }
		if err := json.Unmarshal(line, &verdict); err != nil || verdict.Score == nil {
			return fmt.Errorf("%s: no score in %.200s", held[i].name, line)
		}
		fmt.Fprintf(&scores, "%s\t%.3f\n", held[i].path, *verdict.Score)
	}
	// Untrained it has no symbol of Bayes, and trained one for nearly all.
	if n := bytes.Count(answers, []byte(`"name":"BAYES_`)); (train != nil) != (n > len(held)/2) {
		return fmt.Errorf("%d of %d messages were judged by Bayes", n, len(held))
	}
	return os.WriteFile(out, scores.Bytes(), 0o644)
}
