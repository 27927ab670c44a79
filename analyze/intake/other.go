package intake

import (
	"bytes"
	"errors"
	"fmt"
)

// officeList is the file by which a .docx, .xlsx or .pptx is told from other archives (ECMA-376 part 2).
const officeList = "[Content_Types].xml"

// others are the first bytes of files that people hand over instead of the message.
var others = []struct{ begins, kind string }{
	{"%PDF-", "a PDF"},
	{"\x89PNG\r\n", "a picture"},
	{"\xff\xd8\xff", "a picture"},
	{"GIF8", "a picture"},
	{"{\\rtf", "an RTF text"},
	{"\x78\x9f\x3e\x22", "a winmail.dat of Outlook"}, // [MS-OXTNEF] 2.1.3.1
}

// unopened are those that may hold messages, and what to do with them.
var unopened = []struct {
	begins string
	err    error
}{
	{"!BDN", errors.New("it is a data file of Outlook (.pst, .ost), which is not opened: drag the message out of Outlook into a folder, and take that file")}, // [MS-PST] 2.2.2.6
	{"7z\xbc\xaf\x27\x1c", errUnpack},
	{"Rar!\x1a\x07", errUnpack},
	{"BZh", errUnpack},
	{"\xfd7zXZ\x00", errUnpack},
}

var errUnpack = errors.New("it is an archive of a kind that is not opened: unpack it first")

// noHeader says why b, in which no header was found, cannot be looked at: what it is instead, where that can be told.
func noHeader(b []byte) error {
	for _, o := range unopened {
		if bytes.HasPrefix(b, []byte(o.begins)) {
			return o.err
		}
	}
	for _, o := range others {
		if bytes.HasPrefix(b, []byte(o.begins)) {
			return notAMessage(o.kind)
		}
	}
	return ErrNoHeader
}

func notAMessage(kind string) error {
	return fmt.Errorf("it is %s, and not the message: save the message itself (.eml or .msg), or paste its header", kind)
}
