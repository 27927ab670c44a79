package checks

// automaton finds many literals in one pass over a text (Aho and Corasick, 1975). It is our own since the library that does the same takes
// nine milliseconds and nine megabytes for our literals at every start of the program: here a state has a column for each byte that occurs in a
// literal, and not for each of 256.
type automaton struct {
	column  [256]uint8 // of a byte; 0: it occurs in no literal
	columns int
	next    []uint16 // state x column -> state
	ends    []int32  // state -> literal that ends here; -1: none
	shorter []uint16 // state -> state of the longest literal that ends here and is shorter; 0: none
	same    []int32  // literal -> the next one of the same text; -1: none
	length  []int
}

// newAutomaton builds the automaton for literals, of which fewer than 65,536 bytes in all are states.
func newAutomaton(list []string) *automaton {
	a := &automaton{columns: 1}
	states := 1
	for _, s := range list {
		states += len(s)
		for i := range len(s) {
			if a.column[s[i]] == 0 {
				a.column[s[i]] = uint8(a.columns)
				a.columns++
			}
		}
	}
	a.next, a.ends, a.shorter = make([]uint16, states*a.columns), make([]int32, states), make([]uint16, states)
	for i := range a.ends {
		a.ends[i] = -1
	}
	used := 1
	for n, s := range list {
		used = a.insert(n, s, used)
	}
	a.link(used)
	return a
}

// insert adds literal n to the tree of states and returns how many states there are.
func (a *automaton) insert(n int, s string, used int) int {
	state := 0
	for i := range len(s) {
		to := &a.next[state*a.columns+int(a.column[s[i]])]
		if *to == 0 {
			*to = uint16(used)
			used++
		}
		state = int(*to)
	}
	a.same = append(a.same, a.ends[state])
	a.length = append(a.length, len(s))
	a.ends[state] = int32(n)
	return used
}

// link turns the tree into an automaton, breadth first: where a state has no way for a byte, it takes that of its longest proper suffix.
func (a *automaton) link(used int) {
	suffix := make([]uint16, used)
	queue := make([]uint16, 0, used)
	for c := 1; c < a.columns; c++ {
		if to := a.next[c]; to != 0 {
			queue = append(queue, to)
		}
	}
	for i := 0; i < len(queue); i++ {
		state := int(queue[i])
		back := int(suffix[state])
		a.shorter[state] = uint16(back)
		if a.ends[back] < 0 {
			a.shorter[state] = a.shorter[back]
		}
		for c := 1; c < a.columns; c++ {
			to := &a.next[state*a.columns+c]
			if *to == 0 {
				*to = a.next[back*a.columns+c]
				continue
			}
			suffix[*to] = a.next[back*a.columns+c]
			queue = append(queue, *to)
		}
	}
}

// walk calls found for each place of each literal in s: the number of the literal, and where it begins.
func (a *automaton) walk(s string, found func(literal, start int)) {
	state := 0
	for i := range len(s) {
		state = int(a.next[state*a.columns+int(a.column[s[i]])])
		if state == 0 {
			continue
		}
		for at := state; at != 0; at = int(a.shorter[at]) {
			for n := a.ends[at]; n >= 0; n = a.same[n] {
				found(int(n), i+1-a.length[n])
			}
		}
	}
}
