package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A page that hides addresses is named as what hid them, and so is the flag that says who it was; a mail without an author is not.
func TestHiddenAuthor(t *testing.T) {
	const received = "Received: from web.example.net ([192.0.2.7])\r\n by mx.example.org with esmtps (Exim 4.94) (envelope-from <[email\u00a0protected]>)" +
		" id 1j5DCt-0007yp-9f\r\n for [email\u00a0protected]; Fri, 21 Feb 2020 18:39:24 +0000\r\n"
	const hid = "the page it was copied from hid the address"
	for _, c := range []struct {
		name, mail, from string
		says, silence    []string
	}{
		{"hidden in From", received + "From: Ada <[email\u00a0protected]>\r\nTo: [email\u00a0protected]\r\nSubject: hello\r\n", "",
			[]string{hid, "--from, with the sender's address", "--from ADDRESS", "To        hidden"}, []string{"nobody", "--client-ip"}},
		{"the same, and the user says who", received + "From: Ada <[email\u00a0protected]>\r\nSubject: hello\r\n", "ada@example.net",
			[]string{"From      ada@example.net", "--from ada@example.net"}, []string{hid, "--from, with", "ADDRESS"}},
		{"the address of the host as well", strings.Replace(received, "192.0.2.7", "X.X.X.X", 1), "", []string{"--from ADDRESS --client-ip IP", "--client-ip, with"}, nil},
		{"the address of the host alone", strings.Replace(received, "192.0.2.7", "X.X.X.X", 1), "ada@example.net", []string{"--client-ip IP", "--client-ip, with"}, []string{"--from ADDRESS"}},
		{"one line of the header", received, "", []string{hid, "--from, with"}, []string{"nobody"}},
		{"one line that names them", strings.ReplaceAll(received, "[email\u00a0protected]", "ada@example.net"), "",
			[]string{"From is not among the fields", "--from, with the address in From, which is not here", "--from ADDRESS"}, []string{"nobody", hid, "which the page hid"}},
		{"the same, and the user says who", strings.ReplaceAll(received, "[email\u00a0protected]", "ada@example.net"), "ada@example.net",
			[]string{"From      ada@example.net"}, []string{"--from, with", "--from ADDRESS"}},
		{"no author", received + "Subject: hello\r\nTo: bob@example.org\r\n\r\nHello.\r\n", "", []string{"nobody: there is no address in From"}, []string{hid, "--from, with"}},
	} {
		file := filepath.Join(t.TempDir(), "paste.txt")
		if err := os.WriteFile(file, []byte(c.mail), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"--dns", "offline", file}
		if c.from != "" {
			args = append(args, "--from", c.from)
		}
		var out, errs bytes.Buffer
		run(args, strings.NewReader(""), &out, &errs)
		for _, s := range c.says {
			if !strings.Contains(out.String(), s) {
				t.Errorf("%s: no %q in\n%s%s", c.name, s, out.String(), errs.String())
			}
		}
		for _, s := range c.silence {
			if strings.Contains(out.String(), s) {
				t.Errorf("%s: says %q\n%s", c.name, s, out.String())
			}
		}
	}
}

// What is printed to be copied into a shell runs nothing, whatever the file is called.
func TestShellWord(t *testing.T) {
	for in, want := range map[string]string{
		"a/b-c.eml":    "a/b-c.eml",
		"my mail.eml":  `"my mail.eml"`,
		"<>":           `"<>"`,
		"$(id).eml":    "'$(id).eml'",
		"`id`.eml":     "'`id`.eml'",
		`a"b.eml`:      `'a"b.eml'`,
		"it's $x!.eml": `'it'\''s $x!.eml'`,
		"":             `""`,
	} {
		if got := shellWord(in); got != want {
			t.Errorf("shellWord(%q) = %s, want %s", in, got, want)
		}
	}
}
