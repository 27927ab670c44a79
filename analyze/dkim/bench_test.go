package dkim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// textOf is a text of about size bytes with lines and paragraphs like mail.
func textOf(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "Line %d of a message with words in it, %x and some more of them.\n", i, i*2654435761)
		if i%9 == 8 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// plainOf and mixedOf are messages of that size.
func plainOf(size int) string {
	h, _, _ := strings.Cut(plainMail, "\n\n")
	return h + "\n\n" + textOf(size)
}

// mixedOf puts the size into an attachment behind a text and an HTML part of at most 20 KB.
func mixedOf(size int) string {
	h, _, _ := strings.Cut(htmlMail, "\n\n")
	h = strings.Replace(h, "multipart/alternative", "multipart/mixed", 1)
	text := textOf(min(size/3, 20_000))
	att := wrap76(strings.Repeat("QUJDREVGR0hJSktMTU5PUA", (size-min(size, 2*len(text)))/22))
	return h + "\n\n--b1\nContent-Type: text/plain; charset=utf-8\n\n" + text + "\nAnna\n--b1\nContent-Type: text/html; charset=utf-8\n\n<html><body lang=\"de\">\n<p>" +
		strings.ReplaceAll(text, "\n\n", "</p>\n<p>") + "</p>\n</body></html>\n\n--b1\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + att + "\n--b1--\n"
}

func wrap76(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	return b.String() + s
}

func BenchmarkVerify(b *testing.B) {
	for _, size := range []int{2_000, 20_000, 5_000_000} {
		raw := sign(b, plainOf(size), "relaxed/relaxed")
		b.Run(fmt.Sprintf("pass/%dKB", size/1000), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				if s := Verify(b.Context(), eml.Parse(raw), testKeys().zone, Options{}); s[0].Status != Pass {
					b.Fatal(s[0].Reason)
				}
			}
		})
		b.Run(fmt.Sprintf("go-msgauth/%dKB", size/1000), func(b *testing.B) {
			b.SetBytes(int64(len(raw)))
			b.ReportAllocs()
			for b.Loop() {
				library(raw, testKeys().zone)
			}
		})
	}
}

// BenchmarkAutopsy has the classes of damage at 20 KB and 1 MB; attachment: with a large one behind.
func BenchmarkAutopsy(b *testing.B) {
	classes := []struct {
		name, kind string
		mail       func(int) string
		damage     damage
	}{
		{"footer", "footer-appended", plainOf, appendText(listFooter)},
		{"banner", "banner-prepended", plainOf, body(func(s string) string { return "CAUTION: external.\r\n\r\n" + s })},
		{"wrapped", "mime-unwrap", plainOf, wrapByList},
		{"part added", "mime-part-added", mixedOf, swap("\n--b1--\n", "\n--b1\nContent-Type: text/plain\n\nfooter\n--b1--\n")},
		{"footer in first part, attachment", "block-at-part-end", mixedOf, swap("\nAnna\n--b1", "\nAnna\n\n-- \nExample Ltd.\n--b1")},
		{"banner in first part, attachment", "block-at-part-start", mixedOf, swap("charset=utf-8\n\nLine 0", "charset=utf-8\n\nCAUTION\n\nLine 0")},
		{"html end, attachment", "html-block-end", mixedOf, swap("</body>", "<div>Example Ltd.<br>Registered</div></body>")},
		{"two blocks, attachment", "html-block-end", mixedOf, both(swap("</body>", "<div>Example Ltd.</div></body>"), swap("\nAnna\n--b1", "\nAnna\n\n-- \nExample Ltd.\n--b1"))},
		{"base64 to 8bit and footer", "transfer-encoding", func(n int) string {
			return strings.ReplaceAll(both(swap("charset=utf-8", "charset=utf-8\nContent-Transfer-Encoding: base64"), body(base64Text))(wire(plainOf(n))), "\r\n", "\n")
		}, nil},
		{"subject tag", "subject-tag", plainOf, swap("\nSubject: ", "\nSubject: [list] ")},
		{"nothing found", "", plainOf, func(s string) string { return strings.ReplaceAll(s, "with words", "with wards") }},
		{"nothing found, parts", "", mixedOf, func(s string) string { return strings.ReplaceAll(s, "with words", "with wards") }},
	}
	for _, c := range classes {
		for _, size := range []int{20_000, 1_000_000} {
			signed := string(sign(b, c.mail(size), "relaxed/relaxed"))
			damage := c.damage
			if damage == nil {
				plain := wire(textOf(size))
				damage = both(swap("base64", "7bit"), body(func(string) string { return plain + wire(listFooter) }))
			}
			raw := []byte(damage(signed))
			m := eml.Parse(raw)
			s := Verify(b.Context(), m, testKeys().zone, Options{})[0]
			b.Run(fmt.Sprintf("%s/%dKB", c.name, size/1000), func(b *testing.B) {
				b.ReportAllocs()
				var r *Restoration
				for b.Loop() {
					r = Autopsy(b.Context(), m, s, Options{})
				}
				if c.kind != "" && !slices.Contains(r.Kinds, c.kind) || c.kind == "" && r.Found() {
					b.Fatalf("found %v", r.Kinds)
				}
				b.ReportMetric(float64(r.Tried), "tries")
				b.ReportMetric(float64(r.Used)/1e6, "MB-budget")
			})
		}
	}
}

// BenchmarkListDev judges and takes apart every post of the suite.
func BenchmarkListDev(b *testing.B) {
	for _, class := range []string{"pass", "footer-fullproof", "footer-bh", "unrestored"} {
		posts, z := listPosts(b, class)
		b.Run(class, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, p := range posts {
					m := eml.Parse(p.raw)
					for _, s := range Verify(b.Context(), m, z, Options{}) {
						Autopsy(b.Context(), m, s, Options{})
					}
				}
			}
			b.ReportMetric(float64(b.N*len(posts))/b.Elapsed().Seconds(), "msgs/s")
		})
	}
}
