package eml

import (
	"bytes"
	"html"
	"strings"
)

// edit replaces runs of text: find returns the next run from pos and what to put there; start < 0: no more.
func (d *doctor) edit(kind, note string, find func(pos int) (start, end int, text string)) bool {
	r := &Rewrite{Given: d.text}
	from, n := 0, 0
	flush := func(at int) {
		if n > 0 {
			d.say(kind, at, strings.Replace(note, "%d", plural(n, "time"), 1))
		}
		n = 0
	}
	last := 0
	for {
		start, end, text := find(from)
		if start < 0 {
			break
		}
		if n > 0 && bytes.IndexByte(d.text[last:start], '\n') >= 0 {
			flush(last)
		}
		n, last = n+1, start
		r.Copy(from, start)
		r.Put(text, start)
		from = end
	}
	flush(last)
	if from == 0 {
		return false
	}
	r.Copy(from, len(d.text))
	d.apply(r)
	return true
}

// structural reports whether the line around pos belongs to a field that software writes and reads: nobody types into it.
func (d *doctor) structural(pos int) bool {
	for {
		start := bytes.LastIndexByte(d.text[:pos], '\n') + 1
		name, s := fieldStart(trimLoose(d.text[start:]))
		if s == strong || s == unspaced {
			return !freeText(name) && !equalFold(name, "From") && !equalFold(name, "To") && !equalFold(name, "Cc") && !equalFold(name, "Reply-To")
		}
		if start == 0 {
			return false
		}
		pos = start - 1
		if len(d.text)-pos > maxPasteHead {
			return false
		}
	}
}

// entities decodes &lt; and the like, where a field that software writes has them.
func (d *doctor) entities() {
	if !d.anyStructural("&lt;", "&gt;", "&quot;", "&nbsp;", "&#") {
		return
	}
	d.edit(RepairEntities, "HTML entities decoded, %d", func(pos int) (int, int, string) {
		for {
			i := bytes.IndexByte(d.text[pos:], '&')
			if i < 0 {
				return -1, 0, ""
			}
			pos += i
			n, is := entity(d.text[pos:])
			if n > 1 {
				return pos, pos + n, is
			}
			pos++
		}
	})
}

// maxEntity is the longest name of a character that is looked at.
const maxEntity = 12

// entity reads the character reference at the start of b. What is none stays the sign that it is.
func entity(b []byte) (size int, text string) {
	if end := bytes.IndexByte(b[:min(len(b), maxEntity)], ';'); end > 0 {
		was := string(b[:end+1])
		if is := html.UnescapeString(was); is != was {
			return end + 1, is
		}
	}
	return 1, "&"
}

// anyStructural reports whether one of the strings stands in a field that software writes, or anywhere in a bare header.
func (d *doctor) anyStructural(list ...string) bool {
	for _, s := range list {
		tries := 0
		for pos := 0; tries < 20; tries++ {
			i := bytes.Index(d.text[pos:], []byte(s))
			if i < 0 {
				break
			}
			pos += i + len(s)
			if d.alone || d.structural(pos) || lineStart(d.text, pos-len(s)) {
				return true
			}
		}
	}
	return false
}

// lineStart reports whether only white space of any kind stands between the start of the line and pos.
func lineStart(b []byte, pos int) bool {
	start := bytes.LastIndexByte(b[:pos], '\n') + 1
	return len(trimLoose(b[start:pos])) == 0
}

// spaces turns white space of rich text into plain spaces, and takes marks without width away.
func (d *doctor) spaces() {
	if !d.anyStructural(oddSpaces...) && !bytes.Contains(d.text, []byte("[email\u00a0protected]")) {
		return
	}
	d.edit(RepairSpaces, "spaces of rich text made plain, %d", func(pos int) (int, int, string) {
		for ; pos < len(d.text); pos++ {
			if n := oddSpace(d.text[pos:]); n > 0 {
				switch string(d.text[pos : pos+n]) {
				case "\u200b", "\u200e", "\u200f", "\ufeff":
					return pos, pos + n, ""
				}
				return pos, pos + n, " "
			}
		}
		return -1, 0, ""
	})
}

// defanged are the signs that keep software from making links: security people write them, and so do our own tickets of bad mail.
var defanged = map[string]string{"[.]": ".", "[dot]": ".", "[at]": "@", "[@]": "@", "[:]": ":", "hxxp": "http"}

// refang writes names and addresses as they were.
func (d *doctor) refang() {
	if !d.anyStructural("[.]", "[dot]", "[at]", "[@]") {
		return
	}
	d.edit(RepairDefanged, "defanged names and addresses written as they were, %d", func(pos int) (int, int, string) {
		for ; pos < len(d.text); pos++ {
			if c := d.text[pos]; c != '[' && c != 'h' {
				continue
			}
			for s, plain := range defanged {
				if bytes.HasPrefix(d.text[pos:], []byte(s)) {
					return pos, pos + len(s), plain
				}
			}
		}
		return -1, 0, ""
	})
}

// smart are the typographic signs that word processors and chats put in place of plain ones.
var smart = map[string]string{
	"\u201c": `"`, "\u201d": `"`, "\u201e": `"`, "\u00ab": `"`, "\u00bb": `"`, "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u2013": "-", "\u2014": "--", "\u2026": "...",
}

// quotes makes typographic quotes and dashes plain.
func (d *doctor) quotes() {
	if validASCII(d.text) || !d.anyStructural("\u201c", "\u201d", "\u201e", "\u2018", "\u2019", "\u2013", "\u2014", "\u2026") {
		return
	}
	d.edit(RepairQuotes, "typographic quotes made plain, %d", func(pos int) (int, int, string) {
		for ; pos < len(d.text); pos++ {
			if d.text[pos] < 0x80 {
				continue
			}
			for s, plain := range smart {
				if bytes.HasPrefix(d.text[pos:], []byte(s)) {
					return pos, pos + len(s), plain
				}
			}
		}
		return -1, 0, ""
	})
}

// maxLink bounds the length of a link that is recognised.
const maxLink = 2048

// links takes out what was added to make addresses and names clickable: a@b<mailto:a@b>, host<http://host>, [a@b](mailto:a@b).
func (d *doctor) links() {
	if !bytes.Contains(d.text, []byte("mailto:")) && !bytes.Contains(d.text, []byte("http")) {
		return
	}
	for range maxLinkPasses {
		if !d.unlink() {
			return
		}
	}
}

// maxLinkPasses: a chat links what a mail client has linked before.
const maxLinkPasses = 3

// unlink takes one layer of links out.
func (d *doctor) unlink() bool {
	return d.edit(RepairLinks, "links taken out, %d", func(pos int) (int, int, string) {
		for ; pos < len(d.text); pos++ {
			switch d.text[pos] {
			case '<':
				if start, end, text, ok := d.angleLink(pos); ok {
					return start, end, text
				}
			case '[':
				if start, end, text, ok := d.markdownLink(pos); ok {
					return start, end, text
				}
			}
		}
		return -1, 0, ""
	})
}

// angleLink reads <mailto:X> or <http://X> at pos. Behind X it is left out; a mailto in an address field is the address.
func (d *doctor) angleLink(pos int) (start, end int, text string, ok bool) {
	rest := d.text[pos+1 : min(len(d.text), pos+maxLink)]
	if hidden := "mailto:" + Placeholder + ">"; len(rest) >= len(hidden) && strings.EqualFold(string(rest[:len(hidden)]), hidden) {
		return pos, pos + 1 + len(hidden), "", true
	}
	stop := bytes.IndexAny(rest, "<> \t\r\n")
	if stop < 0 || rest[stop] != '>' {
		return 0, 0, "", false
	}
	target, isMail, ok := linkTarget(string(rest[:stop]))
	if !ok {
		return 0, 0, "", false
	}
	end = pos + 1 + stop + 1
	before := bytes.TrimSuffix(d.text[max(0, pos-maxLink):pos], []byte(" "))
	start = pos
	if len(before) > 0 && d.text[pos-1] == ' ' {
		start--
	}
	if endsWithText(before, target) {
		return start, end, "", true
	}
	if isMail && d.addressField(pos) {
		return pos, end, "<" + target + ">", true
	}
	return 0, 0, "", false
}

// linkTarget returns what a link points at without its scheme, query and final slash.
func linkTarget(s string) (target string, isMail, ok bool) {
	l := strings.ToLower(s)
	switch {
	case strings.HasPrefix(l, "mailto:"):
		target, _, _ = strings.Cut(s[len("mailto:"):], "?")
		return target, true, strings.Contains(target, "@")
	case strings.HasPrefix(l, "http://"):
		target = s[len("http://"):]
	case strings.HasPrefix(l, "https://"):
		target = s[len("https://"):]
	}
	target = strings.TrimSuffix(target, "/")
	return target, false, target != ""
}

// endsWithText reports whether b ends with s, in any case, as a word of its own; a final slash does not count.
func endsWithText(b []byte, s string) bool {
	b = bytes.TrimSuffix(b, []byte("/"))
	if len(b) < len(s) || !strings.EqualFold(string(b[len(b)-len(s):]), s) {
		return false
	}
	rest := b[:len(b)-len(s)]
	return len(rest) == 0 || bytes.IndexByte([]byte("abcdefghijklmnopqrstuvwxyz0123456789-_.+"), lower(rest[len(rest)-1])) < 0
}

// addressField reports whether the field around pos holds addresses or is Received: a mailto link belongs into none of them.
func (d *doctor) addressField(pos int) bool {
	near := max(0, pos-maxLink)
	start := near + bytes.LastIndexByte(d.text[near:pos], '\n') + 1
	name, s := fieldStart(trimLoose(d.text[start:]))
	if s == noStart { // a continuation line: only Received and address lists have addresses in brackets there
		return !bytes.Contains(d.text[start:pos], []byte("http")) && !d.listField(start)
	}
	return !strings.HasPrefix(lowerName(name), "list-") && !strings.HasPrefix(lowerName(name), "x-")
}

// listField reports whether the line at start carries on a List- field, in which mailto is at home.
func (d *doctor) listField(start int) bool {
	for tries := 0; start > 0 && tries < 50; tries++ {
		near := max(0, start-1-maxLink)
		start = near + bytes.LastIndexByte(d.text[near:start-1], '\n') + 1
		if name, s := fieldStart(d.text[start:]); s >= unspaced {
			return strings.HasPrefix(lowerName(name), "list-")
		}
	}
	return false
}

// markdownLink reads [X](mailto:X) or [X](http://X) at pos.
func (d *doctor) markdownLink(pos int) (start, end int, text string, ok bool) {
	rest := d.text[pos+1 : min(len(d.text), pos+maxLink)]
	if hidden := Placeholder + "](mailto:" + Placeholder + ")"; len(rest) >= len(hidden) && strings.EqualFold(string(rest[:len(hidden)]), hidden) {
		return pos, pos + 1 + len(hidden), Placeholder, true
	}
	mid := bytes.Index(rest, []byte("]("))
	if mid <= 0 || bytes.ContainsAny(rest[:mid], "[\n") {
		return 0, 0, "", false
	}
	stop := bytes.IndexAny(rest[mid:], ") \n")
	if stop < 0 || rest[mid+stop] != ')' {
		return 0, 0, "", false
	}
	target, _, ok := linkTarget(string(rest[mid+2 : mid+stop]))
	if !ok || !endsWithText(rest[:mid], target) {
		return 0, 0, "", false
	}
	return pos, pos + 1 + mid + stop + 1, string(rest[:mid]), true
}

// conceal finds placeholders of addresses. They stay as they are, with a plain space: nobody can know what stood there.
func (d *doctor) conceal() {
	for pos := 0; ; {
		i := indexFold(d.text[pos:], Placeholder)
		if i < 0 {
			return
		}
		d.say(RepairConcealed, pos+i, "an address was replaced by "+Placeholder+": who is meant cannot be known")
		pos += i + len(Placeholder)
	}
}

func indexFold(b []byte, s string) int {
	for i := 0; i+len(s) <= len(b); i++ {
		if lower(b[i]) == s[0] && strings.EqualFold(string(b[i:i+len(s)]), s) {
			return i
		}
	}
	return -1
}
