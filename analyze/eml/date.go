package eml

import (
	"strconv"
	"strings"
	"time"
)

// maxDate bounds what is read of a date: real ones stay under 60 bytes.
const maxDate = 256

// unknownZone is UTC as "-0000" means it (RFC 5322 3.3): the instant is known, the sender's local time is not.
var unknownZone = time.FixedZone("-0000", 0)

// Date returns the time of the topmost Date field.
func (m *Message) Date() (time.Time, bool) {
	f, ok := m.First("Date")
	if !ok {
		return time.Time{}, false
	}
	return ParseDate(m.Unfold(f))
}

// ParseDate reads a date as mail has it (RFC 5322 3.3 and 4.3) and as it should not: without weekday, seconds or zone, with a two-digit
// year, with the zone in a comment alone, folded anywhere, as ctime, ISO 8601 or Go write it. Where the zone is missing, "-0000" or
// a name nobody knows, the time is taken as UTC and the name of its Location is "-0000". False: no date and time of day in s.
func ParseDate(s string) (time.Time, bool) {
	d := dateReader{day: -1, month: -1, year: -1, hour: -1}
	s = s[:min(len(s), maxDate)]
	comment := d.words(s)
	if !d.zoned {
		d.zone(comment)
	}
	return d.time()
}

// dateReader collects the pieces of a date in whatever order they come.
type dateReader struct {
	day, month, year     int
	hour, min, sec, nsec int
	pm, am               bool
	zoned                bool
	loc                  *time.Location
}

// words reads all words outside comments and returns the text of the first comment.
func (d *dateReader) words(s string) (comment string) {
	start, depth := -1, 0
	for i := 0; i <= len(s); i++ {
		c := byte(' ')
		if i < len(s) {
			c = s[i]
		}
		separates := c == '(' || c == ')' || c == ',' || isSpace(c)
		if !separates && start < 0 {
			start = i
		}
		if separates && start >= 0 {
			switch {
			case depth == 0:
				d.word(s[start:i])
			case comment == "":
				comment = s[start:i]
			}
			start = -1
		}
		switch c {
		case '(':
			depth++
		case ')':
			depth = max(0, depth-1)
		}
	}
	return comment
}

// word files one word under what it looks like. The first of a kind wins.
func (d *dateReader) word(w string) {
	w = strings.TrimRight(w, ".;")
	switch {
	case w == "":
	case isISO(w):
		d.iso(w)
	case d.hour < 0 && strings.IndexByte(w, ':') > 0 && isDigit(w[0]):
		d.clock(w)
	case strings.Count(w, "-") == 2 && isDigit(w[0]):
		for piece := range strings.SplitSeq(w, "-") { // 3-Mar-2026
			d.word(piece)
		}
	case w[0] == '+' || w[0] == '-':
		d.zone(w)
	case isDigit(w[0]):
		d.number(w)
	default:
		d.name(w)
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// clock reads 9:05, 09:05:07.25, 09:05:07Z and 09:05:07+0200.
func (d *dateReader) clock(w string) {
	if i := strings.IndexFunc(w, func(r rune) bool { return r != ':' && r != '.' && (r < '0' || r > '9') }); i > 0 {
		d.zone(w[i:])
		d.half(w[i:])
		w = w[:i]
	}
	w, fraction, _ := strings.Cut(w, ".")
	parts := strings.Split(w, ":")
	hour, ok := atoi(parts[0])
	if !ok || len(parts) < 2 || len(parts) > 3 {
		return
	}
	d.hour = hour
	d.min, ok = atoi(parts[1])
	if ok && len(parts) == 3 {
		d.sec, ok = atoi(parts[2])
	}
	if !ok {
		d.hour = -1
	}
	d.nsec, _ = atoi((fraction + "000000000")[:9])
}

// isISO tells a word that starts like 2026-03-03.
func isISO(w string) bool { return len(w) >= 10 && w[4] == '-' && w[7] == '-' && isDigit(w[0]) }

// iso reads 2026-03-03 and 2026-03-03T09:00:00Z.
func (d *dateReader) iso(w string) {
	d.year, d.month, d.day = number(w[:4]), number(w[5:7])-1, number(w[8:10])
	if clock, ok := strings.CutPrefix(w[10:], "T"); ok {
		d.word(clock)
	}
}

// number takes the first short number as the day and the next one as the year (RFC 5322 4.3 for years of two and three digits).
func (d *dateReader) number(w string) {
	n, ok := atoi(w)
	switch {
	case !ok:
	case len(w) <= 2 && d.day < 0:
		d.day = n
	case d.year >= 0:
	case len(w) == 4:
		d.year = n
	case len(w) == 3, len(w) == 2 && n >= 50:
		d.year = 1900 + n
	case len(w) == 2:
		d.year = 2000 + n
	}
}

// name takes a month or a zone; weekdays, "m=+5.1" and the rest say nothing.
func (d *dateReader) name(w string) {
	const months = "janfebmaraprmayjunjulaugsepoctnovdec"
	if len(w) >= 3 && d.month < 0 {
		if i := strings.Index(months, strings.ToLower(w[:3])); i >= 0 && i%3 == 0 {
			d.month = i / 3
			return
		}
	}
	d.half(w)
	d.zone(w)
}

func (d *dateReader) half(w string) {
	d.am = d.am || strings.EqualFold(w, "am")
	d.pm = d.pm || strings.EqualFold(w, "pm")
}

// zoneHours are the names that RFC 5322 4.3 fixes, and the European ones that stand in mail though no RFC allows them.
var zoneHours = map[string]int{
	"GMT": 0, "UT": 0, "UTC": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
	"WET": 0, "WEST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "BST": 1, "MSK": 3, "JST": 9,
}

// zone reads +0200, +02:00, +02, GMT+2 and the names.
func (d *dateReader) zone(w string) {
	if d.zoned || w == "" {
		return
	}
	if hours, ok := zoneHours[strings.ToUpper(w)]; ok {
		d.setZone(hours * 3600)
		return
	}
	if i := strings.IndexAny(w, "+-"); i > 0 && zoneHours[strings.ToUpper(w[:i])] == 0 && i <= 3 {
		w = w[i:]
	}
	if w[0] != '+' && w[0] != '-' {
		return
	}
	digits := strings.Replace(w[1:], ":", "", 1)
	n, ok := atoi(digits)
	switch {
	case !ok || len(digits) > 4:
		return
	case len(digits) <= 2:
		n *= 100
	}
	seconds := (n/100*60 + n%100) * 60
	if w[0] == '-' {
		seconds = -seconds
	}
	if w[0] == '-' && seconds == 0 {
		d.zoned = true // "-0000": UTC, and nothing said about the sender's clock
		return
	}
	d.setZone(seconds)
}

func (d *dateReader) setZone(seconds int) {
	d.zoned, d.loc = true, time.UTC
	if seconds != 0 {
		d.loc = time.FixedZone("", seconds)
	}
}

// time puts the pieces together; false where one is missing or out of range. RFC 5322 3.3 knows no year before 1900.
func (d *dateReader) time() (time.Time, bool) {
	if d.pm && d.hour >= 0 && d.hour < 12 {
		d.hour += 12
	} else if d.am && d.hour == 12 {
		d.hour = 0
	}
	if d.year < 1900 || d.month < 0 || d.month > 11 || d.day < 1 || d.hour < 0 || d.hour > 23 || d.min > 59 || d.sec > 60 {
		return time.Time{}, false
	}
	loc := d.loc
	if loc == nil {
		loc = unknownZone
	}
	t := time.Date(d.year, time.Month(d.month+1), d.day, d.hour, d.min, d.sec, d.nsec, loc)
	if t.Add(-time.Duration(d.sec)*time.Second).Day() != d.day { // the 31st of February
		return time.Time{}, false
	}
	return t, true
}

// atoi reads digits alone: no sign, and few enough not to overflow.
func atoi(s string) (int, bool) {
	if s == "" || len(s) > 9 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// number is atoi with -1 for what is no number.
func number(s string) int {
	if n, ok := atoi(s); ok {
		return n
	}
	return -1
}
