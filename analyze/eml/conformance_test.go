package eml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/fixtures"
	"github.com/google/go-cmp/cmp"
)

// deviations names the mime4j messages that we read otherwise than the file beside them says, and why.
var deviations = map[string]string{
	"bad-newlines-multiple-parts-base64.msg":   encodedMessage,
	"base64encoded-rfc822message.msg":          encodedMessage,
	"base64encoded-rfc822message-nested.msg":   encodedMessage,
	"multi-2gifs-base64.msg":                   encodedMessage,
	"ending-boundaries.msg":                    "text follows the boundary in its line: RFC 2046 5.1.1 takes it, most parsers do not; said as boundary-like",
	"malformedHeaderStartsBody-nocrlfcrlf.msg": skippedLine,
	"malformedHeaderStartsBody-noheader.msg":   skippedLine,
	"very-long-boundary.msg":                   trailingSpace,
	"very-very-long-boundary.msg":              "the boundary has 7,000 bytes: RFC 2046 5.1.1 allows 70, we 1,000; said as no-boundary",
	"weird-boundary.msg":                       trailingSpace,
}

const (
	encodedMessage = "RFC 2045 6.4 forbids base64 on message/rfc822, and what is inside has no place in Raw: Decode it and Parse that; said as encoded-container"
	skippedLine    = "a line that is no field is skipped in the message's own header, where the suite ends the header: pasted headers need that; said as no-colon"
	trailingSpace  = "RFC 2046 5.1.1: a boundary does not end with a space, since transport may take it off or add it"
)

// TestConformanceMIME parses every message of the suites and holds those of mime4j against the structure stated beside them: kinds of
// parts, and every leaf's body to the byte (up to line ends).
func TestConformanceMIME(t *testing.T) {
	for _, suite := range []string{"mime", "eml-sublime"} {
		dir := fixtures.Suite(t, suite)
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, _ := filepath.Rel(dir, path)
			switch filepath.Ext(path) {
			case ".msg", ".eml", ".raw":
				t.Run(name, func(t *testing.T) { conform(t, path) })
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func conform(t *testing.T, path string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	checkMessage(t, raw)
	expected, err := os.ReadFile(strings.TrimSuffix(path, filepath.Ext(path)) + ".xml")
	if err != nil {
		return // nothing stated
	}
	m := Parse(raw)
	var got []string
	describeTree(m, m.Root(), "", &got)
	diff := cmp.Diff(wantTree(t, expected), got)
	why, known := deviations[filepath.Base(path)]
	switch {
	case diff != "" && !known:
		t.Errorf("(-suite +ours):\n%s", diff)
	case diff == "" && known:
		t.Errorf("reads as the suite says, so the deviation is out of date: %s", why)
	}
}

// describeTree writes a line for each part: its path, what it is, and the body of a leaf.
func describeTree(m *Message, p *Part, at string, out *[]string) {
	switch {
	case p.holdsMessage() && len(p.Children) > 0:
		*out = append(*out, at+" message")
		describeTree(m, p.Children[0], at+".0", out)
	case p.isMultipart():
		*out = append(*out, at+" multipart")
		for i, c := range p.Children {
			describeTree(m, c, fmt.Sprintf("%s.%d", at, i), out)
		}
	default:
		*out = append(*out, fmt.Sprintf("%s leaf %q", at, plainText(string(m.Bytes(p.Body)))))
	}
}

// plainText is text without what XML cannot hold, so that both sides can be compared.
func plainText(s string) string {
	s = strings.ToValidUTF8(strings.NewReplacer("\r", "", "\n", "").Replace(s), "")
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r > 126 {
			return -1
		}
		return r
	}, s)
}

// wantTree reads the suite's XML into the same lines.
func wantTree(t *testing.T, b []byte) []string {
	var root element
	d := xml.NewDecoder(bytes.NewReader(bytes.ToValidUTF8(b, nil)))
	d.Strict = false
	if err := d.Decode(&root); err != nil {
		t.Fatal(err)
	}
	var out []string
	root.describe("", &out)
	return out
}

type element struct {
	XMLName  xml.Name
	Text     string    `xml:",chardata"`
	Children []element `xml:",any"`
}

func (e element) describe(at string, out *[]string) {
	for _, c := range e.Children {
		switch c.XMLName.Local {
		case "multipart":
			*out = append(*out, at+" multipart")
			n := 0
			for _, part := range c.Children {
				if part.XMLName.Local == "body-part" {
					part.describe(fmt.Sprintf("%s.%d", at, n), out)
					n++
				}
			}
		case "message":
			*out = append(*out, at+" message")
			c.describe(at+".0", out)
		case "body":
			*out = append(*out, fmt.Sprintf("%s leaf %q", at, plainText(c.Text)))
		}
	}
}
