package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/checks"
)

// groupIntro is what a page says of its group before the table.
var groupIntro = map[string]string{
	"words":       "Words and phrases that ask for what spam asks for. Each stands in good mail, too, which is why none of them decides alone and all of them together are capped.",
	"obfuscation": "Text that is written so that a filter reads something else than a person does. It is hardly ever an accident.",
	"links":       "Where links lead, compared with what they show. Newsletters count clicks through hosts of their service, so a single hit says little.",
	"headers":     "Fields that mail programs write and scripts forget. A web form often lacks them: the cure is at the form, not at the filter.",
	"mime":        "The parts of the message and the names of what is attached. Attachments are not opened.",
	"sender":      "Who the message says that it is from, compared with the address behind it.",
}

// genPages writes the docs page of every group of heuristics from the list, the weights and the first pair of examples.
func genPages(root string) error {
	for _, g := range checks.Heuristics() {
		twins, err := firstTwins(filepath.Join(root, "fixtures", "heuristics", g.Name+".txt"))
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(root, "docs", "checks", g.Name+".md"), groupPage(g, twins)); err != nil {
			return err
		}
	}
	return nil
}

func groupPage(g checks.GroupInfo, twins map[string][2]string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s: %s\n\n%s\n\n", g.Name, g.Title, groupIntro[g.Name])
	fmt.Fprintf(&b, "The group adds at most %.1f points. Where the classifier has judged the text and has learned from the finding, too, it adds less: the second figure\n(`fpcheck docs bayes`). In the examples `{Field: value}` stands for a header field.\n\n", g.Cap)
	fmt.Fprintln(&b, "| finding | points | it says that the message | example | near it, and silent |\n|---|---|---|---|---|")
	for _, h := range g.List {
		t := twins[h.ID]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", h.ID, points(h), h.Title, cell(t[0]), cell(t[1]))
	}
	fmt.Fprintln(&b, "\n**How sure:** these are habits of spam, not proofs. Where one of them tips good mail over the line, `fpcheck explain` says so, and the words that")
	fmt.Fprintln(&b, "did it.\n\n**Who can do what:** the author can write it otherwise; the filter's vendor wants the message as a false positive; you can allow a sender who is proven.")
	return b.Bytes()
}

// points are those of a heuristic, and what is left of them beside the classifier.
func points(h checks.HeuristicInfo) string {
	w := checks.Weights()[h.ID]
	if h.Beside == 1 {
		return fmt.Sprintf("%.1f", w)
	}
	return fmt.Sprintf("%.1f / %.1f", w, w*h.Beside)
}

// maxCell keeps the table readable.
const maxCell = 90

func cell(s string) string {
	if r := []rune(s); len(r) > maxCell {
		s = string(r[:maxCell]) + "…"
	}
	s = strings.NewReplacer("|", "\\|", "`", "'", "&", "&amp;", "<", "&lt;", "\u200b", "(zero width)", "\u00ad", "(soft hyphen)").Replace(s)
	return strings.TrimSpace(s)
}

// firstTwins reads the first line where each heuristic speaks and the first where it is silent.
func firstTwins(path string) (map[string][2]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string][2]string{}
	id := ""
	s := bufio.NewScanner(f)
	for s.Scan() {
		line := s.Text()
		t := out[id]
		switch {
		case strings.HasPrefix(line, "+ ") && t[0] == "":
			t[0] = line[2:]
		case strings.HasPrefix(line, "- ") && t[1] == "":
			t[1] = line[2:]
		case line != "" && !strings.ContainsAny(line[:1], "+-#"):
			id = line
			continue
		default:
			continue
		}
		out[id] = t
	}
	return out, s.Err()
}
