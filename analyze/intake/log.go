package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// columns are the names that exports give to what we read, in lower case without spaces, dashes and underscores: Proofpoint Essentials, message
// trace and quarantine of Exchange Online, and what other filters call the same.
var columns = map[string]string{
	"origintimestamputc": "date", "origintimestamp": "date", "received": "date", "receivedtime": "date", "date": "date", "datetime": "date", "timestamp": "date", "time": "date", "datereceived": "date",
	"datetimeutc": "date", "sentdate": "date", "receivedate": "date", "messagedate": "date",
	"senderaddress": "sender", "sender": "sender", "envelopesender": "sender", "mailfrom": "sender", "senderemail": "sender", "fromenvelope": "sender", "returnpath": "sender", "p1sender": "sender",
	"from": "from", "fromheader": "from", "headerfrom": "from", "fromaddress": "from", "p2sender": "from", "senderheader": "from",
	"recipientaddress": "rcpt", "recipientstatus": "rcpt", "recipient": "rcpt", "recipients": "rcpt", "to": "rcpt", "toaddress": "rcpt", "recipientemail": "rcpt", "envelopeto": "rcpt",
	"subject": "subject", "messagesubject": "subject", "messageid": "id", "internetmessageid": "id", "originalclientip": "ip", "fromip": "ip", "senderip": "ip", "sourceip": "ip", "clientip": "ip", "ip": "ip",
	"ipaddress": "ip", "sendingip": "ip", "remoteip": "ip", "status": "status", "deliverystatus": "status", "action": "status", "releasestatus": "status",
	"type": "why", "reason": "why", "quarantinetypes": "why", "quarantinereason": "why", "classification": "why", "category": "why", "policytype": "why", "verdict": "why", "messagetype": "why", "detail": "why", "triggeringfilter": "filter", "policyname": "filter", "filter": "filter", "rule": "filter",
	"directionality": "direction", "direction": "direction", "helo": "helo", "senderhost": "helo",
}

// table is an export: what its columns hold, and its rows to come.
type table struct {
	r    *csv.Reader
	cols map[string][]int
}

// maxLogHead and maxColumns bound the first line of an export, which has some dozens of columns: a message of one endless line is none.
const (
	maxLogHead = 8 << 10
	maxColumns = 1000
)

// findLog recognises an export by its first line: the sender, and two more columns that we know. nil: it is none.
func findLog(b []byte) *table {
	b = bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
	for bytes.HasPrefix(b, []byte("#")) { // PowerShell: #TYPE ..., Excel: sep=;
		_, b, _ = bytes.Cut(b, []byte{'\n'})
	}
	if bytes.HasPrefix(b, []byte("sep=")) {
		_, b, _ = bytes.Cut(b, []byte{'\n'})
	}
	head, _, ends := bytes.Cut(b[:min(len(b), maxLogHead)], []byte{'\n'})
	comma := separator(head)
	if comma == 0 || !ends && len(b) > maxLogHead {
		return nil
	}
	r := csv.NewReader(bytes.NewReader(b))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord, r.TrimLeadingSpace = comma, true, -1, true, comma != '\t'
	names, err := r.Read()
	if err != nil || len(names) > maxColumns {
		return nil
	}
	plain := strings.NewReplacer(" ", "", "_", "", "-", "", "/", "", "\"", "", "(", "", ")", "")
	t := &table{r, map[string][]int{}}
	for i, name := range names {
		key := plain.Replace(strings.ToLower(name))
		if what, ok := columns[key]; ok {
			t.cols[what] = append(t.cols[what], i)
		}
	}
	if t.cols["sender"] == nil && t.cols["from"] == nil || len(t.cols) < 3 {
		return nil
	}
	return t
}

// separator is the character that stands between the columns: the most frequent of the three in use.
func separator(head []byte) rune {
	best, most := rune(0), 1
	for _, c := range []byte{',', ';', '\t'} {
		if n := bytes.Count(head, []byte{c}); n > most {
			best, most = rune(c), n
		}
	}
	return best
}

// log yields a message for each row.
func (w *walk) log(name string, t *table) {
	for n := 0; ; n++ {
		row, err := t.r.Read()
		if errors.Is(err, io.EOF) {
			if n == 0 {
				w.give(nil, name, ErrNoMail)
			}
			return
		}
		line, _ := t.r.FieldPos(0)
		place := fmt.Sprintf("%s:%d", name, line)
		if err != nil {
			if !w.give(nil, place, err) {
				return
			}
			continue
		}
		if !w.give(t.item(place, line, row), place, nil) {
			return
		}
	}
}

// get returns the first value of a column that is there, in one line.
func (t *table) get(row []string, what string) string {
	for _, i := range t.cols[what] {
		if i < len(row) {
			if v := strings.Join(strings.Fields(strings.ToValidUTF8(row[i], "?")), " "); v != "" {
				return v
			}
		}
	}
	return ""
}

// item makes what can be made of a row.
func (t *table) item(name string, line int, row []string) *Item {
	it := &Item{Name: name, Format: FormatLog, Notes: []string{"a line of a log, and not the message: what is not in that line was not looked at"}}
	sender, from := t.get(row, "sender"), t.get(row, "from")
	it.Stated.MailFrom = sender
	if strings.Contains(strings.ToLower(sender), "<>") {
		it.Stated.MailFrom = "<>"
	}
	rcpts := recipients(t.get(row, "rcpt"))
	it.Stated.Rcpt = rcpts
	if ip, err := netip.ParseAddr(t.get(row, "ip")); err == nil {
		it.Stated.IP = ip.Unmap()
	}
	it.Stated.Helo = t.get(row, "helo")
	it.Stated.Delivered = when(t.get(row, "date"))
	why := t.get(row, "why")
	it.Stated.Category = category(why)
	if s := t.get(row, "status"); s != "" || why != "" {
		it.Notes = append(it.Notes, "the log says: "+clip(strings.TrimSpace(s+" "+why+" "+t.get(row, "filter")), 200))
	}
	if r := readRefusal(t.get(row, "status") + " " + why); r != nil {
		it.Refusal = r
	}
	it.Message = t.message(row, line, first(from, sender), rcpts, it.Stated.Delivered)
	return it
}

// message is a header of the fields that the row knows.
func (t *table) message(row []string, line int, from string, rcpts []string, at time.Time) *eml.Message {
	var b strings.Builder
	put := func(name, v string) {
		if v != "" {
			b.WriteString(name + ": " + v + "\r\n")
		}
	}
	put("From", from)
	put("To", strings.Join(rcpts, ", "))
	put("Subject", t.get(row, "subject"))
	if !at.IsZero() {
		put("Date", at.Format("Mon, 02 Jan 2006 15:04:05 -0700"))
	}
	put("Message-ID", t.get(row, "id"))
	raw := []byte(b.String())
	return eml.ParseRepaired(raw, raw, nil, []eml.Repair{{Kind: eml.RepairLog, Line: line, Note: "the fields were made from a line of a log"}})
}

// recipients reads the addresses of a column: several with ; or , between, and with ##Status behind in a message trace.
func recipients(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ',' || r == ' ' }) {
		w, _, _ = strings.Cut(w, "##")
		if strings.Contains(w, "@") {
			out = append(out, strings.Trim(w, "<>\"'"))
		}
	}
	return out
}

// when reads a time as exports write it: ISO 8601 first, then as mail does, then with slashes, of which nobody can know whether day or month comes
// first unless one is above twelve.
func when(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.9999999", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04:05.9999999Z"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	us, okUS := parseAny(s, "1/2/2006 3:04:05 PM", "1/2/2006 15:04:05", "1/2/2006 3:04 PM", "1/2/2006 15:04")
	eu, okEU := parseAny(s, "2/1/2006 3:04:05 PM", "2/1/2006 15:04:05", "2/1/2006 15:04", "2.1.2006 15:04:05", "2.1.2006 15:04")
	switch {
	case okUS && okEU && !us.Equal(eu):
		return time.Time{} // 3/4/2026: the third of April, or the fourth of March
	case okUS:
		return us
	case okEU:
		return eu
	}
	if t, ok := eml.ParseDate(s); ok {
		return t.UTC()
	}
	return time.Time{}
}

func parseAny(s string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// category turns a filter's word into one of ours.
func category(s string) string {
	low := strings.ToLower(s)
	for _, c := range []struct{ mark, is string }{
		{"spoof", "domain-spoofing"}, {"phish", "fraud"}, {"fraud", "fraud"}, {"impostor", "fraud"}, {"malware", "virus"}, {"virus", "virus"}, {"bulk", "bulk"}, {"spam", "spam"}, {"transport", "policy"}, {"policy", "policy"}, {"filter", "policy"},
	} {
		if strings.Contains(low, c.mark) {
			return c.is
		}
	}
	return ""
}
