package dkim

import (
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// offerContentType offers the type as it was before a list wrapped the message or wrote its text anew.
func (x *headerSearch) offerContentType(s *slot) {
	if x.f.part != nil {
		x.fromPart(s, "Content-Type")
		return
	}
	if s.field == nil {
		return
	}
	full := x.m.Unfold(*s.field)
	kind, _, _ := strings.Cut(full, ";")
	kind = strings.TrimSpace(kind)
	if !strings.HasPrefix(strings.ToLower(kind), "text/") {
		x.value(s, "content-type", strings.ReplaceAll(full, `"`, ""))
		return
	}
	var rest []string // parameters that stay
	for _, p := range strings.Split(full, ";")[1:] {
		if p = strings.TrimSpace(p); p != "" && !hasPrefixFold(p, "charset=") {
			rest = append(rest, p)
		}
	}
	for _, charset := range x.charsetNames() {
		for _, params := range append([][]string{rest}, plainParams(rest)...) {
			for _, form := range []string{"charset=" + charset, `charset="` + charset + `"`} {
				if charset == "" {
					form = ""
				}
				x.value(s, "content-type", joinType(kind, form, params, false))
				if len(params) > 0 {
					x.value(s, "content-type", joinType(kind, form, params, true))
				}
			}
		}
	}
}

// charsetNames are spellings of the charset, the present one first.
func (x *headerSearch) charsetNames() []string {
	out := []string{"utf-8", "UTF-8", "us-ascii", "US-ASCII", "iso-8859-1", "ISO-8859-1", "iso-8859-15", "windows-1252", "Windows-1252", "utf8", ""}
	if now := x.m.Root().Charset; now != "" {
		out = append([]string{now, strings.ToUpper(now)}, out...)
	}
	return out
}

// plainParams are the other parameters as they stood before Mailman, which writes Format="flowed" and DelSp="no".
func plainParams(params []string) [][]string {
	if len(params) == 0 {
		return [][]string{{"format=flowed"}}
	}
	var bare, lower []string
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		bare = append(bare, name+"="+strings.Trim(value, `"`))
		lower = append(lower, strings.ToLower(name)+"="+strings.Trim(value, `"`))
	}
	return [][]string{lower, bare, nil}
}

func joinType(kind, charset string, params []string, last bool) string {
	list := []string{kind}
	if charset != "" && !last {
		list = append(list, charset)
	}
	list = append(list, params...)
	if charset != "" && last {
		list = append(list, charset)
	}
	return strings.Join(list, "; ")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// fromPart offers the field as the wrapped part has it.
func (x *headerSearch) fromPart(s *slot, name string) {
	f, ok := x.f.part.First(name)
	if !ok {
		x.add(s, "mime-unwrap", nil)
		return
	}
	x.add(s, "mime-unwrap", x.m.Bytes(eml.Span{Start: f.Span.Start, End: f.Span.End}))
	x.value(s, "mime-unwrap", x.raw(f))
}

// offerEncoding offers the transfer encoding as it was.
func (x *headerSearch) offerEncoding(s *slot) {
	if x.f.part != nil {
		x.fromPart(s, "Content-Transfer-Encoding")
	}
	values := []string{"8bit", "7bit", "quoted-printable", "base64"}
	if x.f.cte != "" && x.f.cte != "7bit" {
		values = append([]string{x.f.cte}, values...)
	}
	for _, v := range values {
		x.value(s, "transfer-encoding", v)
	}
	for _, v := range values {
		x.value(s, "transfer-encoding", strings.ToUpper(v))
	}
}
