package render

import (
	"encoding/xml"
	"io"
	"strings"
)

// The elements of JUnit XML as GitLab, Jenkins and Azure read them.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
}

type junitFailure struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr"`
	Text    string `xml:",chardata"`
}

// JUnit prints a suite for each file and a test case for each thing that was looked at.
func JUnit(w io.Writer, r RuleReport, _ Options) error {
	all := junitSuites{Name: "fpcheck rules"}
	at := map[string]int{}
	for _, c := range r.Cases {
		i, ok := at[c.File]
		if !ok {
			i = len(all.Suites)
			at[c.File] = i
			all.Suites = append(all.Suites, junitSuite{Name: slashed(c.File)})
		}
		s := &all.Suites[i]
		x := junitCase{Class: slashed(c.File) + "." + Clean(c.Rule), Name: Clean(c.Name), File: slashed(c.File), Line: c.Line}
		if len(c.Failed) > 0 {
			x.Failure = &junitFailure{Message: Clean(c.Failed[0]), Type: "rule", Text: cleanLines(c.Failed)}
			s.Failures++
			all.Failures++
		}
		s.Tests++
		all.Tests++
		s.Cases = append(s.Cases, x)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func cleanLines(lines []string) string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = Clean(l)
	}
	return strings.Join(out, "\n")
}
