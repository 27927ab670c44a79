package intake

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"mime"
	"sort"
	"strings"
	"time"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/charmap"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// isOutlook reports whether b is a compound file, as Outlook's .msg files are ([MS-CFB] 2.2).
func isOutlook(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1})
}

// Limits of what is read of a compound file.
const (
	maxStreams     = 20_000 // real messages have some hundred; every attachment and recipient adds twenty
	maxOutlookDeep = 5      // messages attached to messages
)

// The properties that are read ([MS-OXPROPS]), by the number in the name of their stream.
const (
	propSubject     = "0037"
	propHeaders     = "007D"
	propSenderName  = "0C1A"
	propSenderAddr  = "0C1F"
	propSenderSMTP  = "5D01"
	propBody        = "1000"
	propRTF         = "1009"
	propHTML        = "1013"
	propMessageID   = "1035"
	propDisplayName = "3001"
	propAddress     = "3003"
	propSMTP        = "39FE"
	propData        = "3701"
	propFileName    = "3704"
	propLongName    = "3707"
	propMIMEType    = "370E"
	propContentID   = "3712"

	tagSubmitted = 0x00390040
	tagDelivered = 0x0E060040
	tagRcptType  = 0x0C150003
)

// object is one storage of the file: the message, a recipient, an attachment, and what lies in it.
type object struct {
	text   map[string]string // by property
	binary map[string][]byte
	fixed  []byte // __properties_version1.0
	rcpts  []*object
	files  []*object
	embeds *object // the message that an attachment is
}

func newObject() *object { return &object{text: map[string]string{}, binary: map[string][]byte{}} }

// outlook reads a .msg file. Where it holds one attached message and stands for a report, that is not opened here: a .msg is what people drag
// out of Outlook.
func outlook(name string, b []byte, depth int) (*Item, error) {
	o, err := readCompound(b)
	if err != nil {
		return nil, fmt.Errorf("reading the Outlook file: %w", err)
	}
	it := &Item{Name: name, Format: FormatOutlook}
	if e := o.onlyEmbedded(); e != nil && depth < maxOutlookDeep {
		o = e
		it.Notes = append(it.Notes, "the mail carries the original as an attachment, and that was looked at")
	}
	it.Notes = append(it.Notes, "an Outlook file: the message was put together again from it, so DKIM cannot be judged unless it still verifies")
	if o.text[propHeaders] == "" {
		it.Notes = append(it.Notes, "Outlook kept no header of transport: the mail was never received from outside, or is a draft or a copy of what was sent")
	}
	it.Message = o.message(b)
	return it, nil
}

// onlyEmbedded returns the message that is the one attachment of a report.
func (o *object) onlyEmbedded() *object {
	var found *object
	for _, f := range o.files {
		if f.embeds != nil {
			if found != nil {
				return nil
			}
			found = f.embeds
		}
	}
	return found
}

// errDamaged is also what a file gives that is only in part here. What the library says of it helps nobody.
var errDamaged = errors.New("it is damaged, or a part of it is missing: save it once more")

// readCompound reads all streams. The library is not made for hostile files, so a panic of it is an error here.
func readCompound(b []byte) (o *object, err error) {
	defer func() {
		if p := recover(); p != nil {
			o, err = nil, errDamaged
		}
	}()
	r, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return nil, errDamaged
	}
	root, places, total, n := newObject(), map[string]*object{}, 0, 0
	places[""] = root
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if n++; err != nil || n > maxStreams {
			return nil, errDamaged
		}
		at := place(places, f.Path)
		if at == nil || f.FileInfo().IsDir() || !strings.HasPrefix(f.Name, "__substg1.0_") && f.Name != "__properties_version1.0" {
			continue
		}
		if f.Size < 0 || f.Size > int64(len(b)) {
			return nil, errDamaged
		}
		data, err := io.ReadAll(io.LimitReader(f, f.Size))
		if err != nil {
			return nil, err
		}
		if total += len(data); total > 2*len(b)+maxText {
			return nil, ErrBomb
		}
		at.keep(f.Name, data)
	}
	if len(root.text) == 0 {
		return nil, errors.New("it holds no mail: another kind of Office file")
	}
	return root, nil
}

// place returns the object that a path leads to, making those on the way: nil where it is none that we read, such as the table of names.
func place(places map[string]*object, path []string) *object {
	key, at := "", places[""]
	for i, dir := range path {
		if dir == "Root Entry" && i == 0 {
			continue
		}
		key += "/" + dir
		if next, ok := places[key]; ok {
			at = next
			continue
		}
		if len(places) > maxStreams || i > 2*maxOutlookDeep {
			return nil
		}
		next := newObject()
		switch {
		case strings.HasPrefix(dir, "__recip_version1.0_"):
			at.rcpts = append(at.rcpts, next)
		case strings.HasPrefix(dir, "__attach_version1.0_"):
			at.files = append(at.files, next)
		case strings.HasPrefix(dir, "__substg1.0_3701000D"):
			at.embeds = next
		default:
			return nil
		}
		places[key], at = next, next
	}
	return at
}

// keep files a stream under its property: "__substg1.0_" with four digits for the property and four for the type.
func (o *object) keep(name string, data []byte) {
	if name == "__properties_version1.0" {
		o.fixed = data
		return
	}
	id := strings.TrimPrefix(name, "__substg1.0_")
	if len(id) != 8 {
		return
	}
	switch prop, kind := strings.ToUpper(id[:4]), strings.ToUpper(id[4:]); kind {
	case "001F":
		u, _ := eml.DecodeUTF16(append([]byte{0xFF, 0xFE}, data...))
		o.text[prop] = strings.TrimRight(string(u), "\x00")
	case "001E":
		if s, err := charmap.Windows1252.NewDecoder().Bytes(data); err == nil {
			o.text[prop] = strings.TrimRight(string(s), "\x00")
		}
	case "0102":
		o.binary[prop] = data
	}
}

// property reads a value of fixed size: entries of 16 bytes behind a head of 32 for the message, 24 for one within, 8 for the rest ([MS-OXMSG] 2.4).
func (o *object) property(tag uint32) (uint64, bool) {
	for _, head := range []int{32, 24, 8} {
		for at := head; at+16 <= len(o.fixed); at += 16 {
			if binary.LittleEndian.Uint32(o.fixed[at:]) == tag {
				return binary.LittleEndian.Uint64(o.fixed[at+8:]), true
			}
		}
	}
	return 0, false
}

// at reads a time: 100 ns since 1601 ([MS-DTYP] 2.3.3).
func (o *object) at(tag uint32) (time.Time, bool) {
	v, ok := o.property(tag)
	const epoch = 116444736000000000
	if !ok || v < epoch || v-epoch > 1<<58 {
		return time.Time{}, false
	}
	return time.Unix(0, 0).UTC().Add(time.Duration(v-epoch) / 10 * time.Microsecond), true
}

// message writes the message again: its header as transport wrote it, the body and the attachments as parts of our making.
func (o *object) message(given []byte) *eml.Message {
	var b bytes.Buffer
	o.header(&b)
	o.body(&b)
	raw := b.Bytes()
	// There are no lines in the file: every place of the message stands for the file's start.
	return eml.ParseRepaired(given, raw, eml.Map{{Repaired: 0, Original: 0, Fixed: true}},
		[]eml.Repair{{Kind: eml.RepairRebuilt, Line: 1, Note: "the message was put together from an Outlook file"}})
}

// ownFields describe the structure of the body: ours replace them.
var ownFields = map[string]bool{"content-type": true, "content-transfer-encoding": true, "mime-version": true, "content-disposition": true}

func (o *object) header(b *bytes.Buffer) {
	head := o.text[propHeaders]
	if i := strings.Index(head, "\r\n\r\n"); i >= 0 {
		head = head[:i+2]
	}
	m := eml.Doctor([]byte(strings.TrimSpace(head) + "\r\n"))
	have := map[string]bool{}
	for _, f := range m.Fields {
		have[strings.ToLower(f.Name)] = true
		if !ownFields[strings.ToLower(f.Name)] {
			b.Write(bytes.TrimRight(m.Bytes(f.Span), "\r\n"))
			b.WriteString("\r\n")
		}
	}
	put := func(name, v string) {
		if v != "" && !have[strings.ToLower(name)] {
			b.WriteString(name + ": " + oneLine(v) + "\r\n")
		}
	}
	put("From", mailbox(o.text[propSenderName], first(o.text[propSenderSMTP], smtpOnly(o.text[propSenderAddr]))))
	put("To", o.recipients(1))
	put("Cc", o.recipients(2))
	put("Subject", mime.QEncoding.Encode("utf-8", oneLine(o.text[propSubject])))
	for _, tag := range []uint32{tagSubmitted, tagDelivered} {
		if t, ok := o.at(tag); ok && !have["date"] {
			put("Date", t.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
			break
		}
	}
	put("Message-ID", o.text[propMessageID])
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// smtpOnly drops what is no mail address: inside an organisation, Exchange writes X.500 names.
func smtpOnly(s string) string {
	if !strings.Contains(s, "@") {
		return ""
	}
	return s
}

func mailbox(name, addr string) string {
	name = oneLine(name)
	switch {
	case addr == "":
		return mime.QEncoding.Encode("utf-8", name)
	case name == "" || name == addr:
		return addr
	}
	if strings.IndexFunc(name, func(r rune) bool { return r > 126 }) < 0 {
		return `"` + strings.NewReplacer(`"`, "", `\`, "").Replace(name) + `" <` + addr + ">"
	}
	return mime.QEncoding.Encode("utf-8", name) + " <" + addr + ">"
}

// recipients writes those of a kind: 1 To, 2 Cc.
func (o *object) recipients(kind uint64) string {
	var out []string
	for _, r := range o.rcpts {
		k, ok := r.property(tagRcptType)
		if k&0xff == kind || !ok && kind == 1 {
			out = append(out, mailbox(r.text[propDisplayName], first(r.text[propSMTP], smtpOnly(r.text[propAddress]))))
		}
	}
	return strings.Join(out, ", ")
}

const bound, altBound = "=_fpcheck_mixed", "=_fpcheck_alt"

// body writes text, HTML and attachments. Without any of them the message is a header alone.
func (o *object) body(b *bytes.Buffer) {
	text, page := []byte(o.text[propBody]), o.binary[propHTML]
	if len(page) == 0 && o.text[propHTML] != "" {
		page = []byte(o.text[propHTML])
	}
	if len(text) == 0 && len(page) == 0 && len(o.files) == 0 {
		if len(o.binary[propRTF]) > 0 {
			b.WriteString("X-Outlook-Body: rich text, which is not read\r\n")
		}
		return
	}
	fmt.Fprintf(b, "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=%q\r\n\r\n", bound)
	fmt.Fprintf(b, "--%s\r\nContent-Type: multipart/alternative; boundary=%q\r\n\r\n", bound, altBound)
	for _, p := range []struct {
		kind string
		data []byte
	}{{"text/plain; charset=utf-8", text}, {"text/html", page}} {
		if len(p.data) > 0 {
			fmt.Fprintf(b, "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n", altBound, p.kind)
			base64Lines(b, p.data)
		}
	}
	fmt.Fprintf(b, "--%s--\r\n", altBound)
	sort.SliceStable(o.files, func(i, j int) bool { return o.files[i].fileName() < o.files[j].fileName() })
	for _, f := range o.files {
		o.attachment(b, f)
	}
	fmt.Fprintf(b, "--%s--\r\n", bound)
}

func (o *object) fileName() string {
	return oneLine(first(first(o.text[propLongName], o.text[propFileName]), o.text[propDisplayName]))
}

func (o *object) attachment(b *bytes.Buffer, f *object) {
	kind := oneLine(f.text[propMIMEType])
	if f.embeds != nil {
		kind = "message/rfc822"
	}
	if kind == "" || strings.ContainsAny(kind, " ;\"") {
		kind = "application/octet-stream"
	}
	disposition := mime.FormatMediaType("attachment", map[string]string{"filename": f.fileName()})
	if disposition == "" {
		disposition = "attachment"
	}
	fmt.Fprintf(b, "--%s\r\nContent-Type: %s\r\nContent-Disposition: %s\r\n", bound, kind, disposition)
	if id := oneLine(f.text[propContentID]); id != "" {
		fmt.Fprintf(b, "Content-ID: <%s>\r\n", strings.Trim(id, "<>"))
	}
	if f.embeds != nil {
		b.WriteString("\r\n")
		f.embeds.header(b)
		b.WriteString("\r\n")
		b.WriteString(strings.ReplaceAll(f.embeds.text[propBody], "--"+bound, "- -"+bound) + "\r\n")
		return
	}
	b.WriteString("Content-Transfer-Encoding: base64\r\n\r\n")
	base64Lines(b, f.binary[propData])
}

// base64Lines writes data in lines of 76 (RFC 2045 6.8).
func base64Lines(b *bytes.Buffer, data []byte) {
	const perLine = 57
	buf := make([]byte, 76)
	for len(data) > 0 {
		n := min(perLine, len(data))
		base64.StdEncoding.Encode(buf, data[:n])
		b.Write(buf[:base64.StdEncoding.EncodedLen(n)])
		b.WriteString("\r\n")
		data = data[n:]
	}
}
