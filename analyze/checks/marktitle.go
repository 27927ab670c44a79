package checks

import (
	"fmt"
	"strings"
)

// markTitle says in words what a mark of form is. %s stands for its value, %d for the range that a size lies in.
func markTitle(mark string) string {
	name, value, _ := strings.Cut(mark, ":")
	if t, ok := markTitles[mark]; ok {
		return t
	}
	t, ok := markTitles[name]
	switch {
	case !ok:
		return mark
	case strings.Contains(t, "%d"):
		return strings.Replace(t, "%d", sizeRange(value), 1)
	case name == "order":
		above, below, _ := strings.Cut(value, ">")
		return fmt.Sprintf(t, above, below)
	}
	return strings.Replace(t, "%s", short(value), 1)
}

// sizeRange is what lies between two powers of two; see marks.size.
func sizeRange(size string) string {
	i := strings.Index(sizes, size)
	if i < 2 {
		return fmt.Sprint(i)
	}
	return fmt.Sprintf("%d to %d", 1<<(i-1), 1<<i-1)
}

// markTitles are by the whole mark or by what stands before its colon.
var markTitles = map[string]string{
	"type":                   "the message is %s",
	"html-only":              "HTML without a text part",
	"html-and-text":          "HTML and a text part",
	"script-or-form":         "a script or a form",
	"hidden-text":            "text that is hidden from the reader",
	"comments-in-words":      "HTML comments inside words",
	"attachments":            "attachments",
	"charset":                "charset %s",
	"encoding":               "transfer encoding %s",
	"encoding:":              "no transfer encoding is stated",
	"capitals":               "%d of 200 letters are capitals",
	"exclamations":           "%d exclamation marks in 2,000 characters",
	"dollars":                "%d dollar signs in 2,000 characters",
	"length":                 "%d characters of text",
	"links":                  "%d links",
	"pictures":               "%d pictures",
	"link-ends":              "a link to a host in %s",
	"link-labels":            "a link's host with %d dots",
	"link-query":             "a link with a query",
	"link-word":              "“%s” in the path of a link",
	"link-hosts":             "links to %d hosts",
	"link-organisations":     "links to %d organisations",
	"links-own:none":         "no link leads to the sender",
	"links-own:some":         "some links lead to the sender",
	"links-own:all":          "all links lead to the sender",
	"order":                  "%s above %s in the header",
	"field":                  "a field %s",
	"from-quoted:yes":        "quotation marks in From",
	"from-quoted:no":         "no quotation marks in From",
	"from-mailbox":           "the author's mailbox is built like %s",
	"from-name:yes":          "the author has a display name",
	"from-name:no":           "the author has no display name",
	"recipients":             "%d recipients in To",
	"to-name:yes":            "the recipient has a display name",
	"to-name:no":             "the recipient has no display name",
	"to-name-is-mailbox:yes": "the recipient's display name is that of the mailbox",
	"to-name-is-mailbox:no":  "the recipient's display name is not that of the mailbox",
	"message-id-host":        "the Message-ID is of another domain than the sender's",
	"message-id-host:own":    "the Message-ID is of the sender's own domain",
	"message-id-host:bare":   "the Message-ID has a host without a domain",
	"message-id-host:none":   "the Message-ID names no host",
	"message-id":             "a Message-ID built like %s",
	"content-type":           "a Content-Type written like %s",
	"boundary":               "a boundary built like %s",
	"without":                "no field %s",
	"subject":                "the subject begins like %s",
	"subject-first":          "the first word of the subject looks like %s",
	"subject-last":           "the last word of the subject looks like %s",
	"subject-words":          "%d words in the subject",
	"subject-length":         "%d characters in the subject",
	"subject-capitals":       "%d of 20 characters of the subject are capitals",
	"subject-ends":           "the subject ends in %s",
	"subject-gap":            "a gap in the subject",
	"subject-reply:yes":      "a reply that names what it replies to",
	"subject-reply:no":       "a reply that names nothing it replies to",
	"tag":                    "<%s>",
	"tags-in-capitals":       "HTML tags in capitals",
	"attribute":              "the HTML attribute “%s”",
	"value":                  "the HTML attribute “%s”",
}
