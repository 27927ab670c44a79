package main

import (
	"io"
	"os"

	"github.com/fpcheck/fpcheck/analyze/verdict"
)

// readLog reads --log-text: the text of a log, or the name of a file that holds it.
func (l *loading) readLog() error {
	if l.logText == "" {
		return nil
	}
	text, err := fileOrText(l.logText)
	if err != nil {
		return couldNot("", "reading the log: %w", err)
	}
	log := verdict.ReadLog(text)
	switch {
	case log.Verdict == verdict.Unknown:
		return usage("say it with --category", "--log-text: nothing in it says what the filter took the message for")
	case l.category != "" && log.Category != "" && l.category != log.Category:
		return usage("", "--category says %s, and --log-text says %s", l.category, log.Category)
	case log.Category == "":
		l.streams.say("the log says that the filter let the message pass")
	}
	l.stated.Log = &log
	return nil
}

// fileOrText returns what stands in the file of that name, or the text itself where there is no such file. A log may be long: what a
// reader of logs looks at is read.
func fileOrText(s string) (string, error) {
	f, err := os.Open(s)
	if err != nil {
		return s, nil // it is no file's name, or too long for one
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, verdict.MaxLog))
	return string(b), err
}
