package render

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	key   string
	value any
}

// set adds a member: a string of our own, a number, a bool, nil, an object or a list.
func (o *object) set(key string, value any) { *o = append(*o, member{key, value}) }

// text adds text that comes from outside. What is not UTF-8 becomes base64 of its bytes under key_base64.
func (o *object) text(key, s string) {
	if utf8.ValidString(s) {
		o.set(key, s)
		return
	}
	o.set(key+"_base64", base64.StdEncoding.EncodeToString([]byte(s)))
}

// time adds a time in UTC, or null where it is not known.
func (o *object) time(key string, t time.Time) {
	if t.IsZero() {
		o.set(key, nil)
		return
	}
	o.set(key, t.UTC().Format(time.RFC3339))
}

// list adds a list with one element for each of in; it is never null.
func list[T any](o *object, key string, in []T, f func(T) any) {
	out := make([]any, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	o.set(key, out)
}

func (o object) write(b *strings.Builder) {
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteString(", ")
		}
		quote(b, m.key)
		b.WriteString(": ")
		writeValue(b, m.value)
	}
	b.WriteByte('}')
}

func writeValue(b *strings.Builder, v any) {
	switch v := v.(type) {
	case object:
		v.write(b)
	case string:
		quote(b, v)
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			writeValue(b, e)
		}
		b.WriteByte(']')
	case float64:
		b.WriteString(strconv.FormatFloat(math.Round(v*1000)/1000, 'f', -1, 64)) // sums of points carry dust
	case int:
		b.WriteString(strconv.Itoa(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case nil:
		b.WriteString("null")
	default:
		j, err := json.Marshal(v)
		if err != nil {
			panic(err) // a bug: only plain values are set
		}
		b.Write(j)
	}
}

// quote writes a JSON string. Whatever a terminal might act on is escaped, since people look at JSON on terminals, too.
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for len(s) > 0 {
		plain := plainRun(s)
		b.WriteString(s[:plain])
		if s = s[plain:]; s == "" {
			break
		}
		r, n := utf8.DecodeRuneInString(s)
		s = s[n:]
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || acts(r):
			escapeUTF16(b, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}

// acts reports what is no ASCII and would move the cursor, reorder text or hide in it.
func acts(r rune) bool { return r > '~' && (!unicode.IsPrint(r) || invisible(r)) }

// plainRun is how many bytes at the start of s need no thought.
func plainRun(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return i
		}
	}
	return len(s)
}

// escapeUTF16 writes \uXXXX, twice for what is beyond the first plane (RFC 8259 7).
func escapeUTF16(b *strings.Builder, r rune) {
	if r > 0xffff {
		r -= 0x10000
		fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		return
	}
	fmt.Fprintf(b, `\u%04x`, r)
}
