package eml

// nameIndex holds the fields grouped by name in any case, so that asking for a name costs one look-up however many fields there are.
type nameIndex struct {
	fields []Field // grouped; in a group the topmost stands first
	slots  []group // open addressing; at least half of them free
}

// group is fields[start:end], all of one name. A free slot is empty.
type group struct{ start, end int32 }

func newNameIndex(fields []Field) nameIndex {
	size := 8
	for size < 2*len(fields) {
		size *= 2
	}
	x := nameIndex{fields: make([]Field, len(fields)), slots: make([]group, size)}
	slotOf := make([]int32, len(fields))
	firsts := make([]int32, size) // 1 + index of the field that took the slot
	for i := range fields {
		s := hashName(fields[i].Name) & uint32(size-1)
		for firsts[s] != 0 && !equalFold(fields[firsts[s]-1].Name, fields[i].Name) {
			s = (s + 1) & uint32(size-1)
		}
		if firsts[s] == 0 {
			firsts[s] = int32(i) + 1
		}
		slotOf[i] = int32(s)
		x.slots[s].end++ // a count, until the groups are laid out
	}
	x.layOut(fields, slotOf)
	return x
}

// layOut turns counts into places and puts the fields there.
func (x *nameIndex) layOut(fields []Field, slotOf []int32) {
	next := int32(0)
	for i := range x.slots {
		n := x.slots[i].end
		x.slots[i] = group{next, next}
		next += n
	}
	for i := range fields {
		g := &x.slots[slotOf[i]]
		x.fields[g.end] = fields[i]
		g.end++
	}
}

// all returns the fields of a name, topmost first.
func (x *nameIndex) all(name string) []Field {
	mask := uint32(len(x.slots) - 1)
	for s := hashName(name) & mask; ; s = (s + 1) & mask {
		g := x.slots[s]
		if g.start == g.end {
			return nil
		}
		if equalFold(x.fields[g.start].Name, name) {
			return x.fields[g.start:g.end:g.end]
		}
	}
}

// hashName is FNV-1a over the name in lower case.
func hashName(name string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(name); i++ {
		h = (h ^ uint32(lower(name[i]))) * 16777619
	}
	return h
}

// equalFold compares in ASCII case alone: a Kelvin sign in a field name is not a "k".
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
