// Package docs holds a page for each name that fpcheck prints, embedded in the binary.
package docs

import (
	"embed"
	"io/fs"
	"path"
	"sort"
	"strings"
)

//go:embed */*.md
var files embed.FS

//go:embed schema/*.json
var schemas embed.FS

// Schema returns the JSON Schema called name, such as "report": for editors, for CI, and for whoever reads our JSON.
func Schema(name string) ([]byte, bool) {
	b, err := schemas.ReadFile("schema/" + name + ".json")
	return b, err == nil
}

// Schemas lists the schemas, sorted.
func Schemas() []string {
	var out []string
	found, _ := schemas.ReadDir("schema")
	for _, f := range found {
		out = append(out, strings.TrimSuffix(f.Name(), ".json"))
	}
	return out
}

// Page returns the Markdown of the page called name, such as "spf" or "web-form-unlisted-server", or "checks/spf" where the
// same name stands in two folders.
func Page(name string) (string, bool) {
	for _, p := range Names() {
		if p == name || path.Base(p) == name {
			b, err := files.ReadFile(p + ".md")
			return string(b), err == nil
		}
	}
	return "", false
}

// Telling returns the page on which name has a heading, a row of a table or an item of a list of its own, such as the code "offline" or the
// forged copy "helo-is-host". Capitals do not count.
func Telling(name string) (page string, ok bool) {
	for _, p := range Names() {
		b, err := files.ReadFile(p + ".md")
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			for _, told := range toldOf(line) {
				if strings.EqualFold(told, name) {
					return p, true
				}
			}
		}
	}
	return "", false
}

// toldOf returns the names that a line of a page begins to tell of.
func toldOf(line string) []string {
	var names string
	switch {
	case strings.HasPrefix(line, "## "):
		names = line[len("## "):]
	case strings.HasPrefix(line, "- **"):
		names, _, _ = strings.Cut(line[len("- **"):], "**")
	case strings.HasPrefix(line, "- `"):
		names, _, _ = strings.Cut(line[len("- "):], ": ")
	case strings.HasPrefix(line, "| "):
		names, _, _ = strings.Cut(line[len("| "):], " |")
	}
	var out []string
	for n := range strings.SplitSeq(names, ", ") {
		if strings.HasPrefix(n, "`--") { // a flag, with its value
			n, _, _ = strings.Cut(n, " ")
		}
		if n = strings.Trim(strings.TrimSpace(n), "`"); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// Names lists every page as "folder/name", sorted.
func Names() []string {
	var out []string
	_ = fs.WalkDir(files, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, strings.TrimSuffix(p, ".md"))
		}
		return nil
	})
	sort.Strings(out)
	return out
}
