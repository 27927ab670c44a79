package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestProgressLine gives the clock and the share that was read.
func TestProgressLine(t *testing.T) {
	start := time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		after       time.Duration
		done        int
		read, total int64
		want        string
	}{
		{10 * time.Second, 500, 0, 0, "500 messages, 50 a second"}, // nobody knows how many there are
		{10 * time.Second, 500, 25, 100, "500 messages, 50 a second, about 30 s left"},
		{10 * time.Second, 500, 99, 100, "500 messages, 50 a second"}, // an archive was read whole
		{10 * time.Second, 1, 1, 1000, "1 messages, 0 a second"},      // too early to tell
		{time.Minute, 600, 10, 100, "600 messages, 10 a second, about 9 min left"},
		{10 * time.Minute, 600, 5, 100, "600 messages, 1 a second, about 3 h left"},
	} {
		p := &progress{since: start, read: &meter{total: tt.total}}
		p.read.done.Store(tt.read)
		if got := p.line(tt.done, start.Add(tt.after)); got != tt.want {
			t.Errorf("line is %q, want %q", got, tt.want)
		}
	}
	if got, want := (&progress{since: start}).line(3, start.Add(time.Second)), "3 messages, 3 a second"; got != want {
		t.Errorf("without a meter the line is %q, want %q", got, want)
	}
	if got, want := (&progress{since: start, groups: 40}).line(10, start.Add(10*time.Second)), "looking for changes, 10 of 40 groups, about 30 s left"; got != want {
		t.Errorf("of groups the line is %q, want %q", got, want)
	}
}

// TestMeter reads a folder, a mailbox and an archive to their ends: then all bytes are counted.
func TestMeter(t *testing.T) {
	dir := t.TempDir()
	var zipped bytes.Buffer
	z := zip.NewWriter(&zipped)
	for _, name := range []string{"a.eml", "b.eml"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(w, "Subject: hello\r\n\r\nhello\r\n")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"in/one.eml": []byte("Subject: one\r\n\r\none\r\n"), "in/sub/two.eml": []byte("Subject: two\r\n\r\ntwo\r\n"), "in/notes.pdf": []byte("no mail"),
		"box.mbox": []byte("From a@example.com Tue Mar  3 09:00:00 2026\nSubject: x\n\nx\n"), "all.zip": zipped.Bytes(),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{filepath.Join(dir, "in"), filepath.Join(dir, "box.mbox"), filepath.Join(dir, "all.zip")}
	l := &loading{read: newMeter(names)}
	n := 0
	for _, name := range names {
		for _, err := range l.items(name) {
			if err != nil {
				t.Error(err)
			}
			n++
		}
	}
	if done := l.read.done.Load(); n != 5 || done != l.read.total || done == 0 {
		t.Errorf("%d messages of 5, %d bytes of %d", n, done, l.read.total)
	}
	if m := newMeter(append(names, "-")); m.total != 0 {
		t.Errorf("with standard input the total is %d", m.total)
	}
}
