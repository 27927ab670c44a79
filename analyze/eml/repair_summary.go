package eml

import (
	"bytes"
	"net/netip"
	"strings"
)

// tableRow is one row of the table that Gmail shows above the source of a message: a label, and the value beside or below it.
type tableRow struct {
	label string
	line  int // where the label stands
	value Span
}

// tableFields are the labels that Gmail gives to what a field says, in English, German and Spanish as they were seen. The others name the outcome of
// authentication, in every language.
var tableFields = []struct{ label, field string }{
	{"message id", "Message-ID"}, {"created at", "Date"}, {"created on", "Date"}, {"from", "From"}, {"to", "To"}, {"subject", "Subject"},
	{"nachrichten-id", "Message-ID"}, {"erstellt am", "Date"}, {"von", "From"}, {"an", "To"}, {"betreff", "Subject"},
	{"id de mensaje", "Message-ID"}, {"creado a las", "Date"}, {"de", "From"}, {"para", "To"}, {"asunto", "Subject"},
	{"spf", ""}, {"dkim", ""}, {"dmarc", ""},
}

// maxTable is how many lines the table has at most, with a heading, and values below their labels.
const maxTable = 40

// table makes fields of the summary table where the source below it was not pasted. What the table says of SPF, DKIM and DMARC is not
// made a field, since no server wrote it there.
func (d *doctor) table() {
	rows := tableRows(d.text)
	if len(rows) == 0 {
		return
	}
	r := &Rewrite{Given: d.text}
	var said []string
	at := -1
	for _, row := range rows {
		value := d.text[row.value.Start:row.value.End]
		switch name := tableField(row.label); {
		case name == "":
			said = append(said, strings.ToUpper(row.label)+" "+tableResult(value))
			if at < 0 {
				at = row.line
			}
			if row.label == "spf" {
				d.tableIP = tableIP(value)
			}
		case name == "Date":
			if t, ok := ParseDate(tableDate(value)); ok {
				r.Put("Date: "+t.UTC().Format("Mon, 02 Jan 2006 15:04:05")+" -0000\n", row.value.Start) // where the table names no zone it is taken for UTC
			}
		case len(value) > 0:
			r.Put(name+": ", row.line)
			r.Copy(row.value.Start, row.value.End)
			r.Put("\n", row.value.End)
		}
	}
	d.say(RepairSummary, rows[0].line, "the fields were made from the table above the source, and the source is not here")
	d.say(RepairSummary, at, "what the table says was not made a field: "+strings.Join(said, ", "))
	d.apply(r)
}

// tableRows reads the table: three labels that fields have, one that none has, and no field that only a source has.
func tableRows(b []byte) []tableRow {
	var rows []tableRow
	fields := 0
	for pos, n := 0, 0; pos < len(b) && n < maxTable; n++ {
		l := lineAt(b, pos)
		pos = l.next
		text := trimLoose(b[l.start:l.end])
		if name, ok := looseField(text); ok && tableField(strings.ToLower(name)) != name {
			return nil
		}
		start := l.end - len(text)
		switch label, size := tableLabel(text); {
		case size > 0:
			rows = append(rows, tableRow{label, l.start, trimSpan(b, start+size, l.end)})
			if tableField(label) != "" {
				fields++
			}
		case len(rows) > 0 && rows[len(rows)-1].value.Len() == 0 && len(text) > 0:
			rows[len(rows)-1].value = trimSpan(b, start, l.end)
		}
	}
	if fields < 3 || len(rows) == fields {
		return nil
	}
	return rows
}

// tableLabel reads the label at the start of a line: it ends with a colon, a tab or the line.
func tableLabel(text []byte) (label string, size int) {
	for _, f := range tableFields {
		n := len(f.label)
		if len(text) < n || !equalFold(string(text[:n]), f.label) {
			continue
		}
		switch rest := text[n:]; {
		case len(rest) == 0 || rest[0] == '\t':
			return f.label, n
		case rest[0] == ':' && (len(rest) == 1 || isWhite(rest[1]) || oddSpace(rest[1:]) > 0):
			return f.label, n + 1
		case f.field == "Message-ID" && isWhite(rest[0]):
			return f.label, n
		}
	}
	return "", 0
}

func tableField(label string) string {
	for _, f := range tableFields {
		if f.label == label {
			return f.field
		}
	}
	return ""
}

// trimSpan is b[start:end] without white space of any kind around it.
func trimSpan(b []byte, start, end int) Span {
	start = end - len(trimLoose(b[start:end]))
	for end > start && isWhite(b[end-1]) {
		end--
	}
	return Span{start, end}
}

// tableMonths are the months of German and Spanish that do not begin as in English.
var tableMonths = map[string]string{"märz": "Mar", "mai": "May", "oktober": "Oct", "dezember": "Dec", "enero": "Jan", "abril": "Apr", "agosto": "Aug", "diciembre": "Dec"}

// tableDate is the time without what Gmail writes behind it: (Delivered after 2 seconds).
func tableDate(value []byte) string {
	value, _, _ = bytes.Cut(value, []byte("("))
	words := strings.Fields(strings.Replace(string(value), " at ", " ", 1))
	for i, w := range words {
		if month, ok := tableMonths[strings.ToLower(w)]; ok {
			words[i] = month
		}
	}
	return strings.Join(words, " ")
}

// tableResult is the outcome in a few words, without the link to a help page.
func tableResult(value []byte) string {
	const words = 5 // PASS with domain example.net
	w := strings.Fields(strings.TrimSuffix(strings.TrimSuffix(string(value), "Learn more"), "Weitere Informationen"))
	return strings.Join(w[:min(len(w), words)], " ")
}

// tableIP finds the address in what the table says of SPF: PASS with IP 192.0.2.7.
func tableIP(value []byte) netip.Addr {
	for w := range strings.FieldsSeq(string(value)) {
		if ip, err := netip.ParseAddr(w); err == nil {
			return ip.Unmap()
		}
	}
	return netip.Addr{}
}

// TableIP is the address that handed the message over, as the summary table says of which the message was made. It is not valid for every
// other message.
func (m *Message) TableIP() netip.Addr { return m.tableIP }
