package triage

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"time"
)

// File is a triage as it is written for machines, for --compare and for --merge.
type File struct {
	Schema  int               `json:"schema"`
	Tool    string            `json:"tool"`
	Made    time.Time         `json:"made"`
	Totals  Totals            `json:"totals"`
	Groups  []*Group          `json:"groups"`
	Plan    []Step            `json:"plan"`
	Records []*Record         `json:"records"`
	Offers  []Offer           `json:"offers,omitempty"` // for --merge: what the remedies were chosen from
	Bad     map[string]string `json:"unread,omitempty"`
}

// fileSchema is the version of File; fields are added, and never renamed.
const fileSchema = 1

// NewFile puts a result and its groups together.
func NewFile(tool string, made time.Time, r *Result, groups []*Group, plan []Step) *File {
	return &File{Schema: fileSchema, Tool: tool, Made: made.UTC(), Totals: Total(groups, len(r.Bad)), Groups: groups, Plan: plan, Records: r.Sorted(), Offers: r.sortedOffers(), Bad: r.Bad}
}

// ReadFile reads what NewFile wrote. name is for errors.
func ReadFile(name string, data []byte) (*File, error) {
	f := &File{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, fmt.Errorf("%s is no result of fpcheck triage --format json: %w", name, err)
	}
	if f.Schema != fileSchema {
		return nil, fmt.Errorf("%s has schema %d, and this fpcheck reads %d", name, f.Schema, fileSchema)
	}
	for i, rec := range f.Records {
		if !rec.whole() {
			return nil, fmt.Errorf("%s is no result of fpcheck triage --format json: its record %d says nothing of a message", name, i+1)
		}
	}
	return f, nil
}

// Result returns the records, for Merge.
func (f *File) Result() *Result {
	r := NewResult()
	for _, rec := range f.Records {
		r.Add(*rec)
	}
	for _, o := range f.Offers {
		r.Offers[o.id()] = o
	}
	maps.Copy(r.Bad, f.Bad)
	return r
}

// entry is one line of a journal: a record, or an input that could not be read.
type entry struct {
	Record *Record `json:"record,omitempty"`
	Bad    string  `json:"bad,omitempty"`
	Why    string  `json:"why,omitempty"`
}

// WriteEntry appends one message to a journal: a JSON line, written in one piece.
func WriteEntry(w io.Writer, rec *Record, bad, why string) error {
	line, err := json.Marshal(entry{rec, bad, why})
	if err != nil {
		return err
	}
	_, err = w.Write(append(line, '\n'))
	return err
}

// maxLine bounds a line of a journal: a record has some hundred bytes, and a list of recipients is long.
const maxLine = 16 << 20

// ReadJournal reads the messages that an earlier run finished, and returns how many bytes of the journal are whole: a run that was killed
// may have left half a line at the end.
func ReadJournal(r io.Reader) (res *Result, whole int64, err error) {
	res = NewResult()
	s := bufio.NewReaderSize(r, 1<<16)
	for n := 1; ; n++ {
		line, err := s.ReadBytes('\n')
		switch {
		case err == io.EOF && begins(line):
			return res, whole, nil
		case err != nil && err != io.EOF:
			return nil, 0, err
		}
		var e entry
		if err == io.EOF || len(line) > maxLine || json.Unmarshal(line, &e) != nil || e.Bad == "" && !e.Record.whole() {
			return nil, 0, fmt.Errorf("line %d is no entry of a journal of fpcheck triage: name another file", n)
		}
		if e.Record != nil {
			res.Add(*e.Record)
		} else {
			res.Bad[e.Bad] = e.Why
		}
		whole += int64(len(line))
	}
}

// begins reports whether a line may be what is left of an entry. The line is cut off, so it must not be of somebody else's file.
func begins(line []byte) bool {
	for _, start := range []string{`{"record":{`, `{"bad":"`} {
		n := min(len(start), len(line))
		if string(line[:n]) == start[:n] {
			return true
		}
	}
	return false
}
