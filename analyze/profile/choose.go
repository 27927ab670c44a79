package profile

import (
	"path/filepath"
	"strings"

	"github.com/fpcheck/fpcheck/analyze/yamlfile"
)

// FileName is the name under which a profile is found unasked.
const FileName = "profile.yaml"

// Find looks for a profile in the folder cwd, then in its parents, then in configDir (the user's folder for fpcheck). It
// returns the path and contents of the first one; an empty path means that there is none. read opens files.
func Find(read func(path string) ([]byte, error), cwd, configDir string) (path string, data []byte) {
	var dirs []string
	for dir := cwd; dir != ""; dir = filepath.Dir(dir) {
		dirs = append(dirs, dir)
		if dir == filepath.Dir(dir) {
			break
		}
	}
	if configDir != "" {
		dirs = append(dirs, configDir)
	}
	for _, dir := range dirs {
		path = filepath.Join(dir, FileName)
		if data, err := read(path); err == nil {
			return path, data
		}
	}
	return "", nil
}

// Foreign reports whether a file called profile.yaml is another program's: it has keys, and none of them is one of ours or nearly so.
func Foreign(data []byte) bool {
	keys := 0
	for line := range strings.Lines(string(data)) {
		key, _, ok := strings.Cut(line, ":")
		if !ok || key == "" || strings.ContainsAny(key[:1], " \t#-") {
			continue
		}
		if keys++; yamlfile.Nearest(key, Keys) != "" {
			return false
		}
	}
	return keys > 0
}

// Choose returns the profile whose organisation a message concerns, for people who serve many: the one that owns most of the
// recipients, or else, for outgoing mail, most of the senders. recipients and senders are addresses or domains. It returns nil
// where none fits; the first of equals wins.
func Choose(profiles []*Profile, recipients, senders []string) *Profile {
	if p := ownerOfMost(profiles, recipients); p != nil {
		return p
	}
	return ownerOfMost(profiles, senders)
}

func ownerOfMost(profiles []*Profile, addresses []string) *Profile {
	var best *Profile
	most := 0
	for _, p := range profiles {
		n := 0
		for _, a := range addresses {
			if p.IsOwnDomain(a[strings.LastIndexByte(a, '@')+1:]) {
				n++
			}
		}
		if n > most {
			best, most = p, n
		}
	}
	return best
}
