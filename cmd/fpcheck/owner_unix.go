//go:build !windows

package main

import (
	"os"
	"syscall"
)

// ownFile reports whether a file belongs to the user, to root, or to the owner of the working folder: a container often runs as root over
// somebody's checkout. In a folder that all may write to, such as /tmp, others can leave a file above ours.
func ownFile(path, cwd string) bool {
	owner, ok := ownerOf(path)
	if !ok || owner == 0 || int(owner) == os.Getuid() {
		return ok
	}
	folder, ok := ownerOf(cwd)
	return ok && folder == owner
}

func ownerOf(path string) (uint32, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return s.Uid, true
}
