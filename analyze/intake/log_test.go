package intake

import (
	"strings"
	"testing"
)

// A message of one endless line is no export, however many separators stand in it; the same line with an end is one.
func TestLogHeadIsBounded(t *testing.T) {
	head := "Sender;Recipient;Subject;Received" + strings.Repeat(";x", maxColumns/2)
	if findLog([]byte(head+"\n")) == nil {
		t.Error("a first line of many columns is not recognised")
	}
	for name, b := range map[string]string{
		"endless line":           "Sender;Recipient;Subject;Received" + strings.Repeat(";x", maxLogHead),
		"too many columns":       "Sender;Recipient;Subject;Received" + strings.Repeat(";", maxColumns) + "\n",
		"many after a quoted \n": "Sender;Recipient;Subject;\"Received\n\"" + strings.Repeat(";x", maxLogHead),
	} {
		if findLog([]byte(b)) != nil {
			t.Errorf("%s: taken for an export", name)
		}
	}
}
