package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/fpcheck/fpcheck/analyze/profile"
)

// errDistrusted ends the reading of a profile that nobody named.
var errDistrusted = errors.New("not read unasked")

// findProfile looks for a profile that nobody named, and says which one it took. A profile decides what counts as ours, so it must not
// come with the mail: an unpacked folder may hold one that makes its sender a server of ours.
func (l *loading) findProfile() (path string, data []byte, err error) {
	cwd, err := os.Getwd()
	if err != nil {
		return "", nil, couldNot("", "looking for a profile: %w", err)
	}
	config, err := os.UserConfigDir()
	if err == nil {
		config = filepath.Join(config, "fpcheck")
	}
	path, data = profile.Find(func(path string) ([]byte, error) { return l.readTrusted(path, cwd) }, cwd, config)
	switch {
	case path == "":
		return "", nil, nil
	case filepath.Dir(path) != config:
		l.streams.say("profile: %s", relative(cwd, path))
	}
	return relative(cwd, path), data, nil
}

// readTrusted reads a profile, unless it may be somebody else's.
func (l *loading) readTrusted(path, cwd string) ([]byte, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	why := ""
	switch {
	case besideInput(filepath.Dir(path), l.inputs), besideStdin(filepath.Dir(path), l.streams.in):
		why = "it lies beside the mail and may have come with it"
	case !ownFile(path, cwd):
		why = "it belongs to another user"
	case profile.Foreign(data):
		l.streams.say("%s was not used: it is another program's, none of its keys is known here", relative(cwd, path))
		return nil, errDistrusted
	default:
		return data, nil
	}
	l.streams.say("%s was not used: %s", relative(cwd, path), why)
	l.streams.say("hint: --profile %s uses it; fpcheck docs profile tells where one is found unasked", relative(cwd, path))
	return nil, errDistrusted
}

// besideInput reports whether dir is the folder that an input lies in, or is or lies in one that is an input.
func besideInput(dir string, inputs []string) bool {
	for _, name := range inputs {
		info, err := os.Stat(name)
		switch {
		case name == "-" || err != nil:
		case info.IsDir() && within(dir, info):
			return true
		case !info.IsDir() && sameFolder(dir, filepath.Dir(name)):
			return true
		}
	}
	return false
}

// besideStdin reports whether standard input is a file of the folder: fpcheck < message.eml.
func besideStdin(dir string, in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	entries, _ := os.ReadDir(dir)
	return slices.ContainsFunc(entries, func(e os.DirEntry) bool {
		other, err := e.Info()
		return err == nil && os.SameFile(info, other)
	})
}

// within reports whether dir or a folder above it is the folder.
func within(dir string, folder os.FileInfo) bool {
	for {
		if info, err := os.Stat(dir); err == nil && os.SameFile(info, folder) {
			return true
		}
		if dir == filepath.Dir(dir) {
			return false
		}
		dir = filepath.Dir(dir)
	}
}

func sameFolder(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// relative is path as seen from the working folder, where that can be said.
func relative(cwd, path string) string {
	if rel, err := filepath.Rel(cwd, path); err == nil {
		return rel
	}
	return path
}
