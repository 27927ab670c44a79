package main

import (
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/fpcheck/fpcheck/"

// floors says on which floor each package lives: imports go strictly downwards. A package that is not listed has no place yet.
var floors = map[string]int{
	"docs": 0, "fixtures": 0,
	"analyze/eml": 1, "analyze/pattern": 1, "analyze/yamlfile": 1,
	"analyze/providers": 2, "analyze/profile": 2, "analyze/resolve": 2, "analyze/authres": 2, "analyze/intake": 2,
	"analyze/rules": 3, "analyze/trace": 3,
	"analyze/policy": 4, "analyze/verdict": 4, "analyze/spf": 4, "analyze/dkim": 4, "analyze/dmarc": 4, "analyze/dnsbl": 4, "analyze/bayes": 4,
	"analyze/reputation": 4, "analyze/arc": 5, "analyze/learned": 5,
	"analyze": 6, "analyze/casetest": 7, "analyze/checks": 7,
	"explain": 8, "explain/causes": 9,
	"suggest": 10, "suggest/targets": 11, "suggest/impostor": 11, "suggest/lint": 11, "suggest/triage": 11, "suggest/trial": 11, "suggest/rulefile": 11, "suggest/imports": 11, "suggest/casetest": 11,
	"cmd/render": 12, "cmd/maintain/compose": 12, "cmd/maintain": 13, "cmd/fpcheck": 13,
}

// leaves may be imported by tests and cmd alone, and import nothing of ours.
var leaves = map[string]bool{"docs": true, "fixtures": true}

// TestImportsGoOneWay asks the go command for the imports of every package and compares with the house.
func TestImportsGoOneWay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 20 {
		t.Fatalf("go list names %d packages", len(lines))
	}
	for _, line := range lines {
		words := strings.Fields(line)
		from := strings.TrimPrefix(words[0], module)
		floor, ok := floors[from]
		if !ok {
			t.Errorf("%s has no floor: name it in house_test.go", from)
		}
		if strings.Count(from, "/") > 2 {
			t.Errorf("%s has more than three path elements", from)
		}
		for _, imported := range words[1:] {
			to, ours := strings.CutPrefix(imported, module)
			if ours && (floors[to] >= floor || leaves[to] && !strings.HasPrefix(from, "cmd/")) {
				t.Errorf("%s imports %s, which is not below it", from, to)
			}
		}
	}
}

// metIn says where a library may be met: so that it can be changed in one place.
var metIn = map[string][]string{
	"github.com/miekg/dns":              {"analyze/resolve", "cmd/maintain/compose"}, // compose writes snapshots as a person would, not by our own code
	"github.com/emersion/go-message":    {"analyze/eml"},
	"github.com/emersion/go-msgauth":    {"analyze/dkim", "analyze/dmarc", "analyze/authres", "cmd/maintain/compose"},
	"github.com/charmbracelet/lipgloss": {"cmd/render"},
	"github.com/spf13/cobra":            {"cmd/fpcheck", "cmd/maintain"},
	"blitiri.com.ar/go/spf":             {"analyze/spf"},
}

func TestLibrariesAreMetInOnePlace(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		from := strings.TrimPrefix(words[0], module)
		for _, imported := range words[1:] {
			for library, places := range metIn {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !contains(places, from) {
					t.Errorf("%s imports %s, which is met in %v alone", from, imported, places)
				}
			}
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
