package intake

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"slices"
	"strings"
)

func isGzip(b []byte) bool { return bytes.HasPrefix(b, []byte{0x1f, 0x8b, 8}) }
func isZip(b []byte) bool  { return bytes.HasPrefix(b, []byte("PK\x03\x04")) }

// gzip reads what is inside, under the name without .gz.
func (w *walk) gzip(name string, r io.Reader, depth int) {
	packed := &counter{r: r}
	z, err := gzip.NewReader(packed)
	if err != nil {
		w.give(nil, name, unpacking(err))
		return
	}
	defer z.Close()
	w.read(strings.TrimSuffix(name, ".gz"), &bounded{r: z, w: w, packed: func() int64 { return packed.n }}, depth+1)
}

// counter counts the bytes that were read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// bounded reads unpacked bytes and stops where they are more than mail can be.
type bounded struct {
	r      io.Reader
	w      *walk
	n      int64
	packed func() int64
}

func (l *bounded) Read(b []byte) (int, error) {
	n, err := l.r.Read(b)
	l.n += int64(n)
	l.w.unpacked += int64(n)
	if l.w.unpacked > MaxUnpacked || l.n > ratioFrom && l.n > MaxRatio*max(1, l.packed()) {
		return 0, ErrBomb
	}
	if err != nil && err != io.EOF {
		err = unpacking(err)
	}
	return n, err
}

// unpacking says what to do about packed data that cannot be read.
func unpacking(err error) error {
	if errors.Is(err, ErrBomb) { // of a container inside
		return err
	}
	return fmt.Errorf("unpacking: %w; it is damaged or cut off: get it once more", err)
}

// zip reads every file of an archive, in the order of their names.
func (w *walk) zip(name string, b []byte, depth int) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		w.give(nil, name, unpacking(err))
		return
	}
	if len(z.File) > MaxEntries {
		w.give(nil, name, fmt.Errorf("it holds %d files: at most %d are opened", len(z.File), MaxEntries))
		return
	}
	if slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == officeList }) {
		w.give(nil, name, notAMessage("a Word, Excel or PowerPoint file"))
		return
	}
	if overlap(z.File, len(b)) {
		w.give(nil, name, ErrBomb)
		return
	}
	files := slices.Clone(z.File)
	slices.SortStableFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	found := 0
	for _, f := range files {
		if f.FileInfo().IsDir() || !mayBeMail(f.Name) {
			continue
		}
		found++
		if w.entry(name+"/"+f.Name, f, depth+1); w.stopped {
			return
		}
	}
	if found == 0 {
		w.give(nil, name, ErrNoMail)
	}
}

// overlap reports whether files share bytes of an archive of size bytes: tens of thousands may name the same ones, and each alone looks harmless.
func overlap(files []*zip.File, size int) bool {
	left := uint64(size)
	for _, f := range files {
		if f.CompressedSize64 > left {
			return true
		}
		left -= f.CompressedSize64
	}
	return false
}

// encryptedFlag is the bit of a zip entry's flags that says that it needs a password (APPNOTE 4.4.4).
const encryptedFlag = 1

func (w *walk) entry(name string, f *zip.File, depth int) {
	if f.Flags&encryptedFlag != 0 {
		w.give(nil, name, errors.New("it is locked with a password: unpack it first"))
		return
	}
	r, err := f.Open()
	if err != nil {
		w.give(nil, name, unpacking(err))
		return
	}
	defer r.Close()
	w.read(name, &bounded{r: r, w: w, packed: func() int64 { return int64(f.CompressedSize64) }}, depth)
}

// notMail are the endings of files that lie beside messages and are none.
var notMail = []string{".zone", ".list", ".yaml", ".yml", ".json", ".md", ".html", ".htm", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".doc", ".docx", ".xls", ".xlsx",
	".exe", ".log", ".idx", ".msf", ".db", ".lock", ".cache", ".index"}

// mayBeMail reports whether a file may hold messages, by its name: anything that is not known to be something else, since files of
// a Maildir have no ending.
func mayBeMail(name string) bool {
	base := path.Base(name)
	if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "__MACOSX") || strings.HasPrefix(name, "__MACOSX/") || strings.HasPrefix(base, "dovecot") {
		return false
	}
	return !slices.Contains(notMail, strings.ToLower(path.Ext(base)))
}

// Folder reads every message below dir, which may be a Maildir: then new and cur are read, and tmp is not. Names are joined to root.
func Folder(fsys fs.FS, root string, o Options) iter.Seq2[*Item, error] {
	return func(yield func(*Item, error) bool) {
		w := &walk{o: o, yield: yield}
		found := 0
		base := strings.TrimRight(root, "/") // what shells complete ends with a slash
		mailFiles(fsys, func(p string, _ fs.DirEntry, err error) bool {
			name := base + "/" + p
			if err != nil {
				w.give(nil, name, err)
			} else {
				found++
				w.file(fsys, p, name)
			}
			return !w.stopped
		})
		if found == 0 {
			w.give(nil, root, ErrNoMail)
		}
	}
}

// FolderSize adds up the bytes of the files that Folder reads.
func FolderSize(fsys fs.FS) (size int64) {
	mailFiles(fsys, func(_ string, d fs.DirEntry, err error) bool {
		if err != nil {
			return true
		}
		if info, err := d.Info(); err == nil {
			size += info.Size()
		}
		return true
	})
	return size
}

// mailFiles visits the files below a folder that may hold messages, and what could not be looked into, until visit says no.
func mailFiles(fsys fs.FS, visit func(p string, d fs.DirEntry, err error) bool) {
	_ = fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		more := true
		switch {
		case err != nil:
			more = visit(p, d, err)
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") && !isMaildir(fsys, p) || d.Name() == "tmp" && isMaildir(fsys, path.Dir(p))):
			return fs.SkipDir
		case d.Type().IsRegular() && mayBeMail(p):
			more = visit(p, d, nil)
		}
		if !more {
			return fs.SkipAll
		}
		return nil
	})
}

// isMaildir reports whether dir has the three folders of a Maildir; those of a Maildir++ begin with a dot.
func isMaildir(fsys fs.FS, dir string) bool {
	for _, sub := range []string{"cur", "new", "tmp"} {
		if info, err := fs.Stat(fsys, path.Join(dir, sub)); err != nil || !info.IsDir() {
			return false
		}
	}
	return true
}

func (w *walk) file(fsys fs.FS, p, name string) {
	f, err := fsys.Open(p)
	if err != nil {
		w.give(nil, name, err)
		return
	}
	defer f.Close()
	w.read(name, f, 0)
}
