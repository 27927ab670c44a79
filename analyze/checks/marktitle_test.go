package checks

import (
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/casetest"
	"github.com/fpcheck/fpcheck/analyze/eml"
)

func TestMarkTitle(t *testing.T) {
	for mark, want := range map[string]string{
		"length:a":                "512 to 1023 characters of text",
		"pictures:0":              "0 pictures",
		"links:1":                 "1 links",
		"message-id-host:own":     "the Message-ID is of the sender's own domain",
		"message-id-host:other":   "the Message-ID is of another domain than the sender's",
		"order:to>subject":        "to above subject in the header",
		"charset:iso-8859-1":      "charset iso-8859-1",
		"value:color=#ff0000":     "the HTML attribute “color=#ff0000”",
		"subject-ends:!":          "the subject ends in !",
		"subject-first:%d%s":      "the first word of the subject looks like %d%s",
		"of-a-later-version:what": "of-a-later-version:what",
	} {
		if got := markTitle(mark); got != want {
			t.Errorf("%s: %q, want %q", mark, got, want)
		}
	}
}

// TestMarksHaveTitles: no mark of any mail case is shown as the name that the model knows it by.
func TestMarksHaveTitles(t *testing.T) {
	seen := 0
	for _, name := range casetest.Names(t) {
		in, _ := casetest.Read(t, name)
		for _, mark := range TextDocument(in.Message).Shapes {
			seen++
			if title := markTitle(mark); title == mark && mark != "attachments" || strings.Contains(title, "%s") || strings.Contains(title, "%d") {
				t.Errorf("%s: %q is called %q", name, mark, title)
			}
		}
	}
	if seen < 1000 {
		t.Errorf("%d marks were looked at", seen)
	}
	if title := markTitle("tag:" + strings.Repeat("x", 100)); len(title) > 80 {
		t.Errorf("a title of %d bytes", len(title))
	}
	_ = TextDocument(eml.Parse(nil))
}
