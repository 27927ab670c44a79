package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/renameio/v2/maybe"

	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/learned"
	"github.com/fpcheck/fpcheck/analyze/reputation"
)

// stateDir is the folder that holds what was learnt: --state, or where the system keeps such things for this user (XDG Base Directory
// Specification; on Windows and macOS the folder of configuration). It is empty where there is no such place.
func stateDir(flag string) string {
	if flag != "" {
		return flag
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "fpcheck")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	if config, err := os.UserConfigDir(); err == nil && config != filepath.Join(home, ".config") && os.Getenv("XDG_CONFIG_HOME") == "" {
		return filepath.Join(config, "fpcheck")
	}
	return filepath.Join(home, ".local", "state", "fpcheck")
}

const (
	stateName = "learned.state"
	lockName  = "learned.lock"
	maxState  = 64 << 20 // bytes: over the sum of the bounds of its parts
)

// readState reads what was learnt in dir. A file that is not there is an empty state.
func readState(dir string) (*learned.State, error) {
	if dir == "" {
		return learned.New(), nil
	}
	return readStateFile(filepath.Join(dir, stateName))
}

func readStateFile(path string) (*learned.State, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return learned.New(), nil
	case err != nil:
		return nil, err
	case info.Size() > maxState || !info.Mode().IsRegular():
		return nil, learned.ErrDamaged
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return learned.Decode(b)
}

// lockState keeps other processes from writing. What an interrupted one left behind is cleared away.
func lockState(ctx context.Context, dir string) (release func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, couldNot("--state DIR names another folder", "making %s, the folder of what was learnt: %w", dir, reason(err))
	}
	lock := flock.New(filepath.Join(dir, lockName))
	if _, err := lock.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return nil, couldNot("", "waiting for another fpcheck that learns in %s: %w", dir, reason(err))
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "."+stateName) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
	return func() { _ = lock.Unlock() }, nil
}

// writeState replaces the file, whole or not at all.
func writeState(dir string, s *learned.State) error {
	if err := maybe.WriteFile(filepath.Join(dir, stateName), s.Encode(), 0o600); err != nil {
		return couldNot("", "writing what was learnt: %w", err)
	}
	return nil
}

// historyFile is the name of that list in a case, in the form that --import reads.
const historyFile = "history.list"

// openCase takes what the receiver of a case has learnt in the place of what was learnt on this machine: a case gives the same everywhere.
func (l *loading) openCase() error {
	if l.learntList == "" || !l.judges {
		return nil
	}
	b, err := os.ReadFile(l.learntList)
	if err != nil {
		return couldNot("", "reading what the case has learnt: %w", reason(err))
	}
	l.history = &reputation.History{}
	if _, err := l.history.ReadList(bytes.NewReader(b), l.today); err != nil {
		return couldNot("fpcheck docs reputation", "%s: %w", l.learntList, err)
	}
	return nil
}

// openState reads what was learnt for a command that judges. Where the file cannot be read that is said, and the built-in model judges alone: the file stays
// as it is.
func (l *loading) openState() error {
	if !l.judges {
		return nil
	}
	s, err := readState(stateDir(l.state))
	if err != nil {
		l.streams.say("%s: %s; what was learnt is left out", filepath.Join(stateDir(l.state), stateName), reason(err))
		l.streams.say("hint: fpcheck learn --import BACKUP, or fpcheck learn --forget")
		return nil
	}
	if s.Messages() > 0 || s.Senders.Len() > 0 {
		l.classifier, l.history = bayes.New(bayes.Default(), s.Words), s.Senders
	}
	return nil
}
