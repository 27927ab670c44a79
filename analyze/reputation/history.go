package reputation

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Key is who has a reputation.
type Key struct {
	Kind Kind
	Name string // "192.0.2.7", "192.0.2.0/24", "mail.example.net"
}

// Kind of a key.
type Kind string

// The kinds. Helo and MailFrom count only where they were confirmed: what anybody can write has no history.
const (
	IP       Kind = "ip"
	Net      Kind = "net"
	Helo     Kind = "helo"
	Signer   Kind = "dkim"
	MailFrom Kind = "mail-from"
)

var kinds = []Kind{IP, Net, Helo, Signer, MailFrom}

// Hit is one message.
type Hit struct {
	At   time.Time
	Spam bool
}

// History is what was learnt, by key. The zero value is empty.
type History struct {
	hits map[Key][]Hit // oldest first
}

const (
	// HalfLife is the time after which a hit counts half: block lists drop an address after one to four weeks of silence.
	HalfLife = 14 * 24 * time.Hour
	// Floor is the weight of hits below which nothing is said: one hit, or three that are three weeks old.
	Floor = 1.5
	// maxHits bounds what is kept of one key: the oldest go first, and have faded most.
	maxHits = 64
	// maxKeys bounds the history: 20 MB on disk.
	maxKeys = 200_000
)

// Len returns the number of keys.
func (h *History) Len() int { return len(h.hits) }

// Add remembers a hit of each key. When the history is full, new keys are not taken.
func (h *History) Add(keys []Key, hit Hit) {
	if h.hits == nil {
		h.hits = map[Key][]Hit{}
	}
	hit.At = hit.At.UTC().Truncate(time.Second)
	for _, k := range keys {
		list, known := h.hits[k]
		if !known && len(h.hits) >= maxKeys {
			continue
		}
		i, _ := slices.BinarySearchFunc(list, hit, func(a, b Hit) int { return a.At.Compare(b.At) })
		list = slices.Insert(slices.Clip(list), i, hit)
		h.hits[k] = list[max(0, len(list)-maxHits):]
	}
}

// Remove takes a hit out again.
func (h *History) Remove(keys []Key, hit Hit) {
	hit.At = hit.At.UTC().Truncate(time.Second)
	for _, k := range keys {
		list := h.hits[k]
		if i := slices.Index(list, hit); i >= 0 {
			list = slices.Delete(slices.Clone(list), i, i+1)
		}
		if len(list) == 0 {
			delete(h.hits, k)
		} else {
			h.hits[k] = list
		}
	}
}

// Standing is what the history of a key amounts to at a moment.
type Standing struct {
	Key
	Ham, Spam         int     // hits kept
	HamLeft, SpamLeft float64 // what is left of their weight
	First, Last       time.Time
	Score             float64 // -1 good, 0 neutral, 1 bad
	now               time.Time
}

// Look weighs the hits of k at the time now; ok is false where there are none. Hits of the future count as of now.
func (h *History) Look(k Key, now time.Time) (s Standing, ok bool) {
	list := h.hits[k]
	if len(list) == 0 {
		return Standing{}, false
	}
	s = Standing{Key: k, First: list[0].At, Last: list[len(list)-1].At, now: now}
	for _, hit := range list {
		left := math.Exp2(-max(0, now.Sub(hit.At).Hours()) / HalfLife.Hours())
		if hit.Spam {
			s.Spam++
			s.SpamLeft += left
		} else {
			s.Ham++
			s.HamLeft += left
		}
	}
	if total := s.HamLeft + s.SpamLeft; total >= Floor {
		s.Score = (s.SpamLeft - s.HamLeft) / (total + 1) // one neutral hit beside them: few hits are no certainty
	}
	return s, true
}

// neutral is the score within which good and bad balance.
const neutral = 0.2

// Neutral reports whether the history says nothing: too little, too old, or balanced.
func (s Standing) Neutral() bool { return math.Abs(s.Score) < neutral }

// String tells the history in words: "3 spam hits in 2 days, last 40 days ago, now neutral".
func (s Standing) String() string {
	var parts []string
	for _, c := range []struct {
		n    int
		what string
	}{{s.Spam, "spam"}, {s.Ham, "good"}} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s hit%s", c.n, c.what, plural(c.n)))
		}
	}
	out := strings.Join(parts, " and ")
	if n := days(s.Last.Sub(s.First)); s.Ham+s.Spam > 1 {
		out += fmt.Sprintf(" in %d day%s", max(1, n), plural(max(1, n)))
	}
	switch n := days(s.now.Sub(s.Last)); {
	case n < 1:
		out += ", last today"
	default:
		out += fmt.Sprintf(", last %d day%s ago", n, plural(n))
	}
	switch {
	case s.Neutral():
		return out + ", now neutral"
	case s.Score > 0:
		return out + ", now bad"
	}
	return out + ", now good"
}

func days(d time.Duration) int { return int(d / (24 * time.Hour)) }

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

// ErrHistory is the error of bytes that are no history.
var ErrHistory = errors.New("the history of senders is damaged")

// Append writes the history behind b, a line a key: kind, name, and for each hit "+" for ham or "-" for spam with Unix seconds.
func (h *History) Append(b []byte) []byte {
	keys := make([]Key, 0, len(h.hits))
	for k := range h.hits {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b Key) int {
		return cmp.Or(strings.Compare(string(a.Kind), string(b.Kind)), strings.Compare(a.Name, b.Name))
	})
	for _, k := range keys {
		b = append(append(append(b, k.Kind...), ' '), k.Name...)
		for _, hit := range h.hits[k] {
			b = append(b, ' ', "+-"[btoi(hit.Spam)])
			b = strconv.AppendInt(b, hit.At.Unix(), 10)
		}
		b = append(b, '\n')
	}
	return b
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ParseHistory reads what Append wrote.
func ParseHistory(b []byte) (*History, error) {
	h := &History{hits: map[Key][]Hit{}}
	for n := 1; len(b) > 0; n++ {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		words := strings.Split(string(line), " ")
		if !whole || len(words) < 3 || len(words) > 2+maxHits || !slices.Contains(kinds, Kind(words[0])) || words[1] == "" || len(h.hits) >= maxKeys {
			return nil, fmt.Errorf("%w: line %d", ErrHistory, n)
		}
		k := Key{Kind(words[0]), words[1]}
		for _, w := range words[2:] {
			seconds, err := strconv.ParseInt(w[min(1, len(w)):], 10, 64)
			if err != nil || w[0] != '+' && w[0] != '-' || seconds < -1<<40 || seconds > 1<<40 {
				return nil, fmt.Errorf("%w: line %d", ErrHistory, n)
			}
			h.hits[k] = append(h.hits[k], Hit{time.Unix(seconds, 0).UTC(), w[0] == '-'})
		}
		b = rest
	}
	return h, nil
}

// ReadList adds a list of addresses and networks, one a line: "192.0.2.7", or "192.0.2.0/24,spam,3,2026-05-01" with verdict, number of
// hits and time, of which the last may be left out: one, spam, now. Lines of "#" are comments. It returns how many lines were taken.
func (h *History) ReadList(r io.Reader, now time.Time) (int, error) {
	lines := bufio.NewScanner(r)
	taken := 0
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		key, hit, times, err := parseLine(line, now)
		if err != nil {
			return taken, fmt.Errorf("line %d: %w", n, err)
		}
		for range times {
			h.Add([]Key{key}, hit)
		}
		taken++
	}
	return taken, lines.Err()
}

func parseLine(line string, now time.Time) (Key, Hit, int, error) {
	cells := strings.Split(line, ",")
	for i := range cells {
		cells[i] = strings.Trim(strings.TrimSpace(cells[i]), `"`)
	}
	hit, times := Hit{now, true}, 2 // two hits stand above the floor for a week
	key, err := parseNetwork(cells[0])
	if err != nil {
		return key, hit, 0, err
	}
	if len(cells) > 1 && cells[1] != "" {
		if hit.Spam = cells[1] == "spam"; !hit.Spam && cells[1] != "ham" {
			return key, hit, 0, fmt.Errorf("%q is neither spam nor ham", cells[1])
		}
	}
	if len(cells) > 2 && cells[2] != "" {
		if times, err = strconv.Atoi(cells[2]); err != nil || times < 1 {
			return key, hit, 0, fmt.Errorf("%q is no number of hits", cells[2])
		}
		times = min(times, maxHits)
	}
	if len(cells) > 3 && cells[3] != "" {
		if hit.At, err = time.Parse(time.DateOnly, cells[3][:min(10, len(cells[3]))]); err != nil {
			return key, hit, 0, fmt.Errorf("%q is no date like 2026-05-01", cells[3])
		}
	}
	return key, hit, times, nil
}

// parseNetwork takes an address, or a network of the size that has a reputation.
func parseNetwork(s string) (Key, error) {
	if ip, err := netip.ParseAddr(s); err == nil {
		return Key{IP, ip.Unmap().String()}, nil
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil:
		return Key{}, fmt.Errorf("%q is neither an address nor a network", s)
	case p.IsSingleIP():
		return Key{IP, p.Addr().Unmap().String()}, nil
	case Network(p.Addr()) != p.Masked():
		return Key{}, fmt.Errorf("%s: networks have a reputation as /24 or, of IPv6, /48", s)
	}
	return Key{Net, p.Masked().String()}, nil
}
