package dkim

import (
	"bytes"
	"encoding/base64"
	"html"
	"net/url"
	"strings"
)

// Filters send links through their own servers. Those that carry the original inside can be turned back; Mimecast's tokens can not.

// rewriter knows one of them. mark is what its URLs contain; open returns the original.
type rewriter struct {
	name string
	mark string
	open func(u string) (string, bool)
}

var rewriters = []rewriter{
	{"Microsoft Safe Links", ".safelinks.protection.outlook.com/", queryParam("url")},
	{"Proofpoint URL Defense", "://urldefense.proofpoint.com/v1/", queryParam("u")},
	{"Proofpoint URL Defense", "://urldefense.proofpoint.com/v2/", openDefense2},
	{"Proofpoint URL Defense", "://urldefense.com/v3/", openDefense3},
	{"Proofpoint URL Defense", "://urldefense.us/v3/", openDefense3},
	{"Barracuda", "://linkprotect.cudasvc.com/url", queryParam("a")},
	{"Cisco Secure Email", "://secure-web.cisco.com/", openCisco},
	{"Sophos", ".protection.sophos.com/", openSophos},
}

// queryParam returns the value of one parameter of the query, decoded once.
func queryParam(name string) func(string) (string, bool) {
	return func(u string) (string, bool) {
		_, query, _ := strings.Cut(u, "?")
		for query != "" {
			var pair string
			pair, query, _ = strings.Cut(query, "&")
			if v, ok := strings.CutPrefix(strings.TrimPrefix(pair, "amp;"), name+"="); ok {
				s, err := url.QueryUnescape(v)
				return s, err == nil
			}
		}
		return "", false
	}
}

// openDefense2: "-" stands for "%" and "_" for "/".
func openDefense2(u string) (string, bool) {
	_, query, _ := strings.Cut(u, "?u=")
	v, _, _ := strings.Cut(query, "&")
	s, err := url.QueryUnescape(strings.NewReplacer("-", "%", "_", "/").Replace(v))
	return s, err == nil && s != ""
}

// defenseRuns counts the characters that "**" and a letter stand for: A is 2.
const defenseRuns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// openDefense3: __URL__;BASE64!!...$ with "*" for each character that was taken out, kept in the base64.
func openDefense3(u string) (string, bool) {
	_, rest, ok := strings.Cut(u, "/v3/__")
	end := strings.LastIndex(rest, "__;")
	if !ok || end < 0 {
		return "", false
	}
	masked := rest[:end]
	packed, _, _ := strings.Cut(rest[end+3:], "!")
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(packed, "="))
	if err != nil {
		return "", false
	}
	taken, out := []rune(string(raw)), strings.Builder{}
	for i := 0; i < len(masked); i++ {
		if masked[i] != '*' {
			out.WriteByte(masked[i])
			continue
		}
		n := 1
		if i+2 < len(masked) && masked[i+1] == '*' {
			n = strings.IndexByte(defenseRuns, masked[i+2]) + 2
			i += 2
		}
		if n > len(taken) {
			return "", false
		}
		out.WriteString(string(taken[:n]))
		taken = taken[n:]
	}
	return strings.Replace(out.String(), ":/", "://", boolToInt(!strings.Contains(out.String(), "://"))), true
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// openCisco: the original stands behind the token, percent-encoded.
func openCisco(u string) (string, bool) {
	_, rest, _ := strings.Cut(u, "secure-web.cisco.com/")
	_, enc, ok := strings.Cut(rest, "/")
	s, err := url.PathUnescape(enc)
	return s, ok && err == nil && strings.Contains(s, "://")
}

func openSophos(u string) (string, bool) {
	v, ok := queryParam("u")(u)
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(v, " ", "+"))
	return string(raw), ok && err == nil
}

// unrewrite returns the text with every rewritten URL turned back; for HTML also with the entities that stand in an attribute. Nil when there is none.
func unrewrite(content []byte, isHTML bool) [][]byte {
	plain, n := replaceURLs(content, func(s string) string { return s })
	if n == 0 {
		return nil
	}
	out := [][]byte{plain}
	if isHTML {
		escaped, _ := replaceURLs(content, func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "&#39;", "'") })
		bare := dropAttributes(escaped)
		for _, v := range [][]byte{escaped, bare, dropAttributes(plain)} {
			if !bytes.Equal(v, out[len(out)-1]) {
				out = append(out, v)
			}
		}
	}
	return out
}

// maxURL: longer ones are no links that anybody clicks.
const maxURL = 8 << 10

func replaceURLs(content []byte, write func(string) string) (out []byte, n int) {
	rest := content
	for {
		i := bytes.Index(rest, []byte("https://"))
		if i < 0 {
			return append(out, rest...), n
		}
		end := i + urlEnd(rest[i:])
		link := string(rest[i:end])
		out = append(out, rest[:i]...)
		if orig, ok := openURL(link); ok {
			out = append(out, write(orig)...)
			n++
		} else {
			out = append(out, link...)
		}
		rest = rest[end:]
	}
}

func urlEnd(b []byte) int {
	for i, c := range b[:min(len(b), maxURL)] {
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c == '\'' {
			return i
		}
	}
	return min(len(b), maxURL)
}

func openURL(link string) (string, bool) {
	for _, r := range rewriters {
		if strings.Contains(link, r.mark) {
			return r.open(link)
		}
	}
	return "", false
}

// dropAttributes takes out what Safe Links adds to an <a>: originalsrc="..." shash="...".
func dropAttributes(b []byte) []byte {
	for _, name := range []string{" originalsrc=\"", " shash=\""} {
		var out []byte
		for {
			i := bytes.Index(b, []byte(name))
			if i < 0 {
				break
			}
			j := bytes.IndexByte(b[i+len(name):], '"')
			if j < 0 {
				break
			}
			out = append(out, b[:i]...)
			b = b[i+len(name)+j+1:]
		}
		b = append(out, b...)
	}
	return b
}
