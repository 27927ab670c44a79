package bayes

// Met says in how many messages words stand: of the embedded model, and of the user's own.
type Met struct {
	Words           string
	Ham, Spam       int
	OwnHam, OwnSpam int
}

// Messages is the number of all of them.
func (m Met) Messages() int { return m.Ham + m.Spam + m.OwnHam + m.OwnSpam }

// Phrase looks up each different word of a text, lower case with white space folded, and each pair of neighbours among them. A pair that the model
// never kept has stood in one of its messages at the most.
func (c *Classifier) Phrase(text string) (words, pairs []Met) {
	d := &Document{Texts: []string{text}}
	seen := map[uint32]bool{}
	d.Tokens(func(t Token) bool {
		switch {
		case t.Place != InText || seen[t.Hash]:
		case t.Pair:
			pairs = append(pairs, c.met(d, t))
		default:
			words = append(words, c.met(d, t))
		}
		seen[t.Hash] = true
		return true
	})
	return words, pairs
}

func (c *Classifier) met(d *Document, t Token) Met {
	m := Met{Words: d.Words(t)}
	s, _ := c.model.find(t.Hash)
	m.Ham, m.Spam = int(s.ham), int(s.spam)
	if c.own != nil {
		p, _ := c.own.find(t.Hash)
		m.OwnHam, m.OwnSpam = int(p.ham), int(p.spam)
	}
	return m
}

// Messages are how many good and bad messages the embedded model and the user's own counts were made of.
func (c *Classifier) Messages() Met {
	m := Met{Ham: c.model.Ham, Spam: c.model.Spam}
	if c.own != nil {
		m.OwnHam, m.OwnSpam = c.own.Ham, c.own.Spam
	}
	return m
}
