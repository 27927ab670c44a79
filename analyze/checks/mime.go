package checks

import (
	"path"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// mimeGroup is about the parts of the message and what is attached.
var mimeGroup = group{
	name: "mime", title: "are the parts of the message as mail programs make them", cap: 5,
	list: []heuristic{
		{id: "mime.html-only", title: "there is no plain text part", shape: func(l *look) (found, bool) {
			return l.html("the only text is HTML"), l.HTML && !l.Plain
		}},
		{id: "mime.picture-only", title: "says everything in a picture", shape: pictureOnly},
		{id: "mime.executable", title: "carries a program", shape: attachment(executable)},
		{id: "mime.double-extension", title: "carries a file that pretends to be of another kind", shape: attachment(doubleExtension)},
		{id: "mime.html-attachment", title: "carries an HTML page as a file", shape: attachment(func(p *eml.Part) bool {
			ext := extension(p.Filename)
			return ext == ".html" || ext == ".htm" || ext == ".shtml"
		})},
		{id: "mime.script", title: "holds a script or a form", shape: func(l *look) (found, bool) {
			return l.html("script, form or frame"), l.Scripts
		}},
		{id: "mime.empty", title: "says nothing at all", shape: empty},
	},
}

func pictureOnly(l *look) (found, bool) {
	if !l.HTML || l.Pictures == 0 {
		return found{}, false
	}
	n := 0
	for _, t := range l.Texts {
		n += len(strings.TrimSpace(t.Visible))
	}
	return l.html("hardly any text beside it"), n < 60
}

func attachment(odd func(*eml.Part) bool) func(*look) (found, bool) {
	return func(l *look) (found, bool) {
		for _, p := range l.Attachments {
			if odd(p) {
				return found{firstLine(l.Message, p.Header), p.Filename}, true
			}
		}
		return found{}, false
	}
}

func extension(name string) string { return strings.ToLower(path.Ext(strings.TrimRight(name, " ."))) }

var programs = map[string]bool{
	".exe": true, ".scr": true, ".pif": true, ".com": true, ".bat": true, ".cmd": true, ".vbs": true, ".vbe": true, ".js": true, ".jse": true,
	".wsf": true, ".hta": true, ".lnk": true, ".jar": true, ".ps1": true, ".msi": true, ".iso": true, ".img": true, ".cpl": true, ".reg": true,
}

func executable(p *eml.Part) bool { return programs[extension(p.Filename)] }

func doubleExtension(p *eml.Part) bool {
	inner := extension(strings.TrimSuffix(p.Filename, path.Ext(p.Filename)))
	ext := extension(p.Filename)
	return (programs[ext] || ext == ".html" || ext == ".htm" || ext == ".zip") &&
		(inner == ".pdf" || inner == ".doc" || inner == ".docx" || inner == ".xls" || inner == ".xlsx" || inner == ".jpg" || inner == ".txt")
}

func empty(l *look) (found, bool) {
	if l.HeaderOnly || len(l.Attachments) > 0 || l.Pictures > 0 {
		return found{}, false
	}
	for _, t := range l.Texts {
		if strings.TrimSpace(t.Visible) != "" {
			return found{}, false
		}
	}
	return found{span: l.SubjectSpan, note: "no text, no picture, no attachment"}, true
}
