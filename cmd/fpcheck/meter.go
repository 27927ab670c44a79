package main

import (
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/fpcheck/fpcheck/analyze/intake"
)

// meter counts the bytes that are read of the inputs, of as many as there are.
type meter struct {
	done  atomic.Int64
	total int64 // 0: not known
}

// newMeter adds the inputs up. With standard input among them nobody knows how much there is.
func newMeter(names []string) *meter {
	m := &meter{}
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case name == "-":
			return &meter{}
		case err != nil: // said where it is read
		case info.IsDir():
			m.total += intake.FolderSize(os.DirFS(name))
		default:
			m.total += info.Size()
		}
	}
	return m
}

// share is how much of the inputs was read, from 0 to 1; ok is false where that is not known, or says nothing of what is left: an archive is read
// whole before its first message is looked at.
func (m *meter) share() (share float64, ok bool) {
	if m == nil || m.total == 0 {
		return 0, false
	}
	share = float64(m.done.Load()) / float64(m.total)
	return share, share > 0.01 && share < 0.99
}

func (m *meter) reader(r io.Reader) io.Reader {
	if m == nil {
		return r
	}
	return meteredReader{r, m}
}

type meteredReader struct {
	io.Reader
	m *meter
}

func (r meteredReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	r.m.done.Add(int64(n))
	return n, err
}

func (m *meter) folder(fsys fs.FS) fs.FS {
	if m == nil {
		return fsys
	}
	return meteredFS{fsys, m}
}

type meteredFS struct {
	fs.FS
	m *meter
}

// Open counts what is read of files. Folders are left as they are, since they are listed and not read.
func (f meteredFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return file, nil
	}
	return meteredFile{file, f.m.reader(file)}, nil
}

type meteredFile struct {
	fs.File
	r io.Reader
}

func (f meteredFile) Read(p []byte) (int, error) { return f.r.Read(p) }
