package intake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
)

// node is a storage or a stream of a compound file.
type node struct {
	name string
	data []byte
	kids []node
}

// text makes a stream of a text property.
func text(prop, s string) node {
	var b bytes.Buffer
	for _, u := range utf16.Encode([]rune(s)) {
		_ = binary.Write(&b, binary.LittleEndian, u)
	}
	return node{name: "__substg1.0_" + prop + "001F", data: b.Bytes()}
}

// compoundFile writes a file of version 3 ([MS-CFB]): sectors of 512 bytes, every stream padded to the size from which streams have sectors of
// their own, and the entries of a storage in a list.
func compoundFile(root []node) []byte {
	const sector, cutoff, free, end, none = 512, 4096, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF
	type entry struct {
		name               string
		kind               byte
		right, child, from uint32
		size               uint64
	}
	var body bytes.Buffer
	var fat []uint32
	chain := func(data []byte) uint32 {
		first := uint32(len(fat))
		n := (len(data) + sector - 1) / sector
		for i := range n {
			next := first + uint32(i) + 1
			if i == n-1 {
				next = end
			}
			fat = append(fat, next)
		}
		body.Write(data)
		body.Write(make([]byte, n*sector-len(data)))
		return first
	}
	entries := []entry{{name: "Root Entry", kind: 5, right: none, child: none, from: end}}
	var add func(list []node) uint32
	add = func(list []node) uint32 {
		first, last := uint32(none), -1
		for _, n := range list {
			e := entry{name: n.name, kind: 2, right: none, child: none, from: end}
			at := len(entries)
			entries = append(entries, e)
			if n.kids != nil {
				entries[at].kind = 1
				child := add(n.kids)
				entries[at].child = child
			} else {
				data := append(bytes.Clone(n.data), make([]byte, max(0, cutoff-len(n.data)))...)
				entries[at].from, entries[at].size = chain(data), uint64(len(data))
			}
			if last >= 0 {
				entries[last].right = uint32(at)
			} else {
				first = uint32(at)
			}
			last = at
		}
		return first
	}
	entries[0].child = add(root)
	var dir bytes.Buffer
	for _, e := range entries {
		b := make([]byte, 128)
		u := utf16.Encode([]rune(e.name))
		for i, c := range u {
			binary.LittleEndian.PutUint16(b[2*i:], c)
		}
		binary.LittleEndian.PutUint16(b[64:], uint16(2*len(u)+2))
		b[66], b[67] = e.kind, 1
		for i, v := range []uint32{none, e.right, e.child} {
			binary.LittleEndian.PutUint32(b[68+4*i:], v)
		}
		binary.LittleEndian.PutUint32(b[116:], e.from)
		binary.LittleEndian.PutUint64(b[120:], e.size)
		dir.Write(b)
	}
	dirAt := chain(dir.Bytes())
	fatAt := uint32(len(fat))
	fatSectors := 1
	for (len(fat)+fatSectors)*4 > fatSectors*sector {
		fatSectors++
	}
	for range fatSectors {
		fat = append(fat, 0xFFFFFFFD)
	}
	for len(fat)%(sector/4) != 0 {
		fat = append(fat, free)
	}
	head := make([]byte, sector)
	copy(head, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1})
	for at, v := range map[int]uint16{24: 0x3E, 26: 3, 28: 0xFFFE, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: uint32(fatSectors), 48: dirAt, 56: cutoff, 60: end, 68: end} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		v := uint32(free)
		if i < fatSectors {
			v = fatAt + uint32(i)
		}
		binary.LittleEndian.PutUint32(head[76+4*i:], v)
	}
	out := append(head, body.Bytes()...)
	for _, v := range fat {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

// properties makes the stream of fixed values: pairs of tag and value behind a head.
func properties(head int, pairs ...uint64) node {
	b := make([]byte, head)
	for i := 0; i < len(pairs); i += 2 {
		b = binary.LittleEndian.AppendUint32(b, uint32(pairs[i]))
		b = binary.LittleEndian.AppendUint32(b, 6)
		b = binary.LittleEndian.AppendUint64(b, pairs[i+1])
	}
	return node{name: "__properties_version1.0", data: b}
}

func testMessage() []node {
	head := "Received: from a.example (192.0.2.7) by EX01.example.org\r\n with Microsoft SMTP Server; Tue, 3 Mar 2026 09:00:00 +0000\r\nFrom: A <a@example.net>\r\nTo: b@example.org\r\n" +
		"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Tue, 3 Mar 2026 09:00:00 +0000\r\nMessage-ID: <1@example.net>\r\nContent-Type: multipart/related; boundary=\"gone\"\r\nMIME-Version: 1.0\r\n\r\n"
	return []node{
		text(propHeaders, head), text(propSubject, "Gr\u00fc\u00dfe"), text(propBody, "Guten Tag"),
		{name: "__substg1.0_10130102", data: []byte("<p>Guten Tag</p>")},
		{name: "__attach_version1.0_#00000000", kids: []node{text(propLongName, "invoice.pdf"), text(propMIMEType, "application/pdf"), {name: "__substg1.0_37010102", data: []byte("%PDF-1.7")}}},
		properties(32),
	}
}

func TestOutlook(t *testing.T) {
	for it, err := range Bytes("a.msg", compoundFile(testMessage()), Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		m := it.Message
		f, _ := m.First("Subject")
		if it.Format != FormatOutlook || m.Text(f) != "Gr\u00fc\u00dfe" || len(m.All("Received")) != 1 || len(m.Repairs) != 1 {
			t.Errorf("%s %v\n%s", it.Format, m.Repairs, m.Raw)
		}
		texts := m.Texts(1 << 20)
		if len(texts) != 2 || !strings.HasPrefix(string(texts[0].Text), "Guten Tag") || !strings.Contains(string(texts[1].Text), "<p>") {
			t.Errorf("texts %v\n%s", texts, m.Raw)
		}
		if a := m.Attachments(); len(a) != 1 || a[0].Filename != "invoice.pdf" || a[0].Type != "application/pdf" {
			t.Errorf("attachments %v", a)
		}
		if !strings.Contains(strings.Join(it.Notes, " "), "DKIM") {
			t.Errorf("notes %v", it.Notes)
		}
	}
}

// A message that never came from outside has no header of transport: it is made from the properties, and that is said.
func TestOutlookWithoutHeader(t *testing.T) {
	file := compoundFile([]node{
		text(propSubject, "Plan"), text(propSenderName, "Anna Roy"), text(propSenderSMTP, "anna@example.org"), text(propBody, "Hi"), text(propMessageID, "<9@example.org>"),
		{name: "__recip_version1.0_#00000000", kids: []node{text(propDisplayName, "Jo Doe"), text(propSMTP, "jo@example.org"), properties(8, tagRcptType, 1)}},
		{name: "__recip_version1.0_#00000001", kids: []node{text(propDisplayName, "Ed"), text(propSMTP, "ed@example.org"), properties(8, tagRcptType, 2)}},
		properties(32, tagSubmitted, 134170056000000000),
	})
	for it, err := range Bytes("a.msg", file, Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		want := "From: \"Anna Roy\" <anna@example.org>\r\nTo: \"Jo Doe\" <jo@example.org>\r\nCc: \"Ed\" <ed@example.org>\r\nSubject: Plan\r\n"
		if got := string(it.Message.Raw); !strings.HasPrefix(got, want) || !strings.Contains(got, "Message-ID: <9@example.org>") || !strings.Contains(got, "\r\nDate: ") {
			t.Errorf("%s", got)
		}
		if !strings.Contains(strings.Join(it.Notes, " "), "no header of transport") {
			t.Errorf("notes %v", it.Notes)
		}
	}
}

func TestOutlookOther(t *testing.T) {
	check(t, "a spreadsheet", summary(Bytes("a.xls", compoundFile([]node{{name: "Workbook", data: []byte("x")}}), Options{})),
		"a.xls ! reading the Outlook file: it holds no mail: another kind of Office file\n")
	whole := compoundFile(testMessage())
	for n := 8; n < len(whole); n += 509 {
		for it, err := range Bytes("a.msg", whole[:n], Options{}) {
			if err == nil && it.Message == nil {
				t.Errorf("%d bytes: nothing", n)
			}
		}
	}
	forwarded := compoundFile([]node{text(propSubject, "FW: caught"), text(propBody, "look"),
		{name: "__attach_version1.0_#00000000", kids: []node{{name: "__substg1.0_3701000D", kids: testMessage()}}}})
	if got := summary(Bytes("a.msg", forwarded, Options{})); got != fmt.Sprintf("a.msg outlook %s\n", "Gr\u00fc\u00dfe") {
		t.Error(got)
	}
}
