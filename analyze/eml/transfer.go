package eml

import "bytes"

// base64Value maps a byte to its six bits; the other values say what to do with it.
var base64Value = base64Table()

const (
	b64Junk  = 0x80
	b64Space = 0x81
	b64Pad   = 0x82
)

func base64Table() (t [256]byte) {
	for i := range t {
		t[i] = b64Junk
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = byte(i)
	}
	for _, c := range []byte(" \t\r\n") {
		t[c] = b64Space
	}
	t['='] = b64Pad
	return t
}

// decodeBase64 decodes what can be decoded (RFC 2045 6.8), at most limit bytes: junk is passed over, and text may go on after
// padding, since some programs join two encodings. bad is the offset of the first byte out of order, or -1.
func decodeBase64(src []byte, limit int) (out []byte, bad int) {
	out, bad = make([]byte, 0, min(limit, len(src)/4*3)+3), -1
	acc, n := uint32(0), 0
	flush := func(at int) {
		switch n {
		case 1:
			bad = firstBad(bad, at)
		case 2:
			out = append(out, byte(acc>>4))
		case 3:
			out = append(out, byte(acc>>10), byte(acc>>2))
		}
		acc, n = 0, 0
	}
	i := 0
	for ; i < len(src) && len(out) < limit; i++ {
		for n == 0 && i+4 <= len(src) && cap(out)-len(out) >= 3 {
			a, b, c, d := base64Value[src[i]], base64Value[src[i+1]], base64Value[src[i+2]], base64Value[src[i+3]]
			if (a|b|c|d)&b64Junk != 0 {
				break
			}
			out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
			i += 4
		}
		if i == len(src) {
			break
		}
		switch v := base64Value[src[i]]; v {
		case b64Space:
		case b64Pad:
			flush(i)
		case b64Junk:
			bad = firstBad(bad, i)
		default:
			acc, n = acc<<6|uint32(v), n+1
			if n == 4 {
				out = append(out, byte(acc>>16), byte(acc>>8), byte(acc))
				acc, n = 0, 0
			}
		}
	}
	if n > 0 && i == len(src) {
		bad = firstBad(bad, len(src)-1)
		flush(len(src) - 1)
	}
	return out[:min(len(out), limit)], bad
}

func firstBad(bad, at int) int {
	if bad < 0 {
		return at
	}
	return bad
}

// decodeQP undoes quoted-printable (RFC 2045 6.7), at most limit bytes. An "=" without two hexadecimal digits stays as it is; bad
// is the offset of the first such, or -1.
func decodeQP(src []byte, limit int) (out []byte, bad int) {
	out, bad = make([]byte, 0, min(limit, len(src))), -1
	for pos := 0; pos < len(src) && len(out) < limit; {
		end := len(src)
		if i := bytes.IndexByte(src[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		text := bytes.TrimRight(src[pos:end], " \t\r\n") // rule 3: white space at the end was added in transport
		soft := len(text) > 0 && text[len(text)-1] == '='
		if soft {
			text = text[:len(text)-1]
		}
		var at int
		out, at = appendQP(out, text, limit)
		if at >= 0 {
			bad = firstBad(bad, pos+at)
		}
		if !soft {
			out = appendMax(out, src[pos+len(trimEOL(src[pos:end])):end], limit)
		}
		pos = end
	}
	return out[:min(len(out), limit)], bad
}

// appendQP decodes the =XX of one piece of text.
func appendQP(out, text []byte, limit int) (_ []byte, bad int) {
	bad = -1
	for pos := 0; pos < len(text) && len(out) < limit; {
		i := bytes.IndexByte(text[pos:], '=')
		if i < 0 {
			return appendMax(out, text[pos:], limit), bad
		}
		out = appendMax(out, text[pos:pos+i], limit-1)
		pos += i
		if c, ok := hexByte(text[pos+1:]); ok {
			out = append(out, c)
			pos += 3
			continue
		}
		bad = firstBad(bad, pos)
		out = append(out, '=')
		pos++
	}
	return out, bad
}

// appendMax appends as much of b as keeps out within limit.
func appendMax(out, b []byte, limit int) []byte {
	return append(out, b[:max(0, min(len(b), limit-len(out)))]...)
}

// hexByte reads two hexadecimal digits.
func hexByte(b []byte) (byte, bool) {
	if len(b) < 2 {
		return 0, false
	}
	hi, lo := hexDigit(b[0]), hexDigit(b[1])
	return byte(hi<<4 | lo), hi >= 0 && lo >= 0
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= lower(c) && lower(c) <= 'f':
		return int(lower(c)-'a') + 10
	}
	return -1
}
