package checks

import (
	"path"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// mimeGroup is about the parts of the message and what is attached.
var mimeGroup = group{
	name: "mime", title: "are the parts of the message as mail programs make them", cap: 4,
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
		{id: "mime.macro", title: "carries an office document with macros", shape: attachment(func(p *eml.Part) bool {
			return hasAny(extension(p.Filename), ".docm", ".xlsm", ".pptm", ".dotm", ".xlam", ".one")
		})},
		{id: "mime.svg", title: "carries a drawing that can hold a script", shape: attachment(func(p *eml.Part) bool {
			return extension(p.Filename) == ".svg" || p.Type == "image/svg+xml"
		})},
		{id: "mime.locked-archive", title: "carries an archive, and its password beside it", shape: lockedArchive},
		{id: "mime.odd-charset", title: "is written in a charset of another part of the world than its words", shape: oddCharset},
		{id: "mime.lone-part", title: "is a multipart of one part alone", shape: lonePart},
		{id: "mime.no-end", title: "ends before its parts do", shape: noEnd},
		{id: "mime.no-version", title: "has parts, and no MIME-Version field", shape: func(l *look) (found, bool) {
			f, ok := l.Message.First("Content-Type")
			return found{span: f.Value}, ok && !hasField(l.Message, "MIME-Version")
		}},
		{id: "mime.only-link", title: "says hardly more than one link", shape: onlyLink},
		{id: "mime.shouting-text", title: "shouts", shape: shoutingText},
		{id: "mime.many-pictures", title: "consists of pictures with few words between", shape: func(l *look) (found, bool) {
			n := 0
			for _, t := range l.Texts {
				n += len(t.Visible)
			}
			return l.html("pictures"), l.Pictures >= 6 && n < l.Pictures*40
		}},
		{id: "mime.frame", title: "loads another page or a font trick into itself", shape: func(l *look) (found, bool) {
			return l.html("frame, base or refresh"), l.Frames
		}},
		{id: "mime.loud-html", title: "prints in giant letters or glaring colours", shape: func(l *look) (found, bool) {
			return l.html("giant or red letters"), l.Loud
		}},
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

func executable(p *eml.Part) bool { return executableName(p.Filename) }

func executableName(name string) bool { return programs[extension(name)] }

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

func lockedArchive(l *look) (found, bool) {
	for _, p := range l.Attachments {
		switch extension(p.Filename) {
		case ".zip", ".rar", ".7z", ".iso":
			for _, t := range l.Texts {
				if i := strings.Index(t.Visible, "password"); i >= 0 && hasAny(t.Visible[i:min(len(t.Visible), i+40)], "password is", "password:", "password for") {
					return locate(l.Message, t.Part.Body, "assword"), true
				}
			}
		}
	}
	return found{}, false
}

// eastern are charsets whose writers use other letters than ASCII.
var eastern = map[string]bool{"gb2312": true, "gbk": true, "big5": true, "euc-kr": true, "ks_c_5601-1987": true, "koi8-r": true, "windows-1251": true, "iso-2022-jp": true, "shift_jis": true}

func oddCharset(l *look) (found, bool) {
	for _, t := range l.Texts {
		if eastern[strings.ToLower(t.Part.Charset)] && len(t.Visible) > 100 && isASCII(t.Visible) {
			return found{firstLine(l.Message, t.Part.Header), "charset " + t.Part.Charset + ", and not a letter of it"}, true
		}
	}
	return found{}, false
}

func lonePart(l *look) (found, bool) {
	root := l.Message.Root()
	f, _ := l.Message.First("Content-Type")
	return found{span: f.Value}, !l.HeaderOnly && len(root.Children) == 1 && (root.Type == "multipart/mixed" || root.Type == "multipart/alternative")
}

func noEnd(l *look) (found, bool) {
	if l.HeaderOnly {
		return found{}, false
	}
	for _, p := range l.Message.AllProblems() {
		if p.Kind == eml.KindUnclosed || p.Kind == eml.KindNoBoundary || p.Kind == eml.KindNoParts {
			return found{p.Span, p.Note}, true
		}
	}
	return found{}, false
}

func onlyLink(l *look) (found, bool) {
	if len(l.Links) != 1 || len(l.Attachments) > 0 {
		return found{}, false
	}
	n := 0
	for _, t := range l.Texts {
		n = max(n, len(t.Visible))
	}
	return locate(l.Message, l.Links[0].Part.Body, l.Links[0].Href), n < len(l.Links[0].Href)+40
}

func shoutingText(l *look) (found, bool) {
	for _, t := range l.Texts {
		if !t.HTML && len(t.Visible) > 200 {
			raw := l.Message.Decode(t.Part, maxText)
			upper, lower := 0, 0
			for _, c := range raw {
				switch {
				case c >= 'A' && c <= 'Z':
					upper++
				case c >= 'a' && c <= 'z':
					lower++
				}
			}
			if upper > 3*lower && upper > 100 {
				return found{firstLine(l.Message, t.Part.Body), "hardly a small letter"}, true
			}
		}
	}
	return found{}, false
}
