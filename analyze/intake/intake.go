// Package intake turns what people hand over, a paste, a bounce, a mailbox, an Outlook file, into messages.
package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"slices"
	"time"

	"github.com/fpcheck/fpcheck/analyze/eml"
)

// Limits on what is opened. They hold for one input, however deep its messages lie.
const (
	MaxMessage  = 256 << 20 // bytes of a message; the largest that a big provider takes is 150 MB (Exchange Online)
	MaxUnpacked = 4 << 30   // bytes that compressed inputs may unpack to
	MaxEntries  = 100_000   // files in an archive: a mailbox of many years has fewer
	MaxRatio    = 200       // times that a compressed file may grow, past ratioFrom: text shrinks by 5 to 20, mail of one byte by 1000
	MaxDepth    = 4         // containers within containers: a zip with a gzip with an mbox is three
	ratioFrom   = 8 << 20   // bytes that may be unpacked before MaxRatio is asked
)

// The formats of Item.Format.
const (
	FormatMessage   = "message"
	FormatOutlook   = "outlook"   // .msg
	FormatAttached  = "attached"  // the original inside a report mail
	FormatQuoted    = "quoted"    // a header that was pasted into the text of a report mail
	FormatBounce    = "bounce"    // a delivery status, perhaps with the header of the original
	FormatRejection = "rejection" // the line with which a server refused a message
	FormatLog       = "log"       // a line of a log or of a quarantine list
)

// Item is one message that was handed over, or what is left of one.
type Item struct {
	Name    string       // of the input, and the place inside it: "box.mbox#12", "mail.zip/one.eml"
	Format  string       // one of the Format constants
	Message *eml.Message // nil where nothing of the message is here
	Refusal *Refusal     // how it was refused, where a bounce or a pasted line says so
	Stated  Stated       // what a log or a bounce says of the delivery
	Notes   []string     // how the message was found, and what cannot be known for that: sentences without a final stop
}

// Stated is what the input itself says about the delivery, beside the message.
type Stated struct {
	MailFrom  string
	Rcpt      []string
	IP        netip.Addr
	Helo      string
	Delivered time.Time
	Category  string // as the filter's log calls it: spam, fraud, bulk, policy, virus, domain-spoofing
}

// Options say how far to open what is handed over. The zero value opens reports and bounces.
type Options struct {
	Part  int  // which attached message to take, from 1; 0: the only one there is
	Outer bool // take the message as it is, and open nothing in it
}

// Choose is the error of a report mail that carries several messages: the user has to say which one.
type Choose struct {
	Name  string
	Parts []string // what they are, in order; the first is number 1
}

func (e *Choose) Error() string {
	s := fmt.Sprintf("%s carries %d messages: say which one with --part", e.Name, len(e.Parts))
	for i, p := range e.Parts {
		s += fmt.Sprintf("\n  --part %d   %s", i+1, p)
	}
	return s + "\n  --part 0   the mail around them"
}

// Errors that a caller may want to tell apart.
var (
	ErrEmpty    = errors.New("it is empty: save the message once more, or paste its header")
	ErrTooLarge = fmt.Errorf("it is larger than %d MB, the largest message that is read", MaxMessage>>20)
	ErrBomb     = errors.New("it unpacks to far more than mail does: not opened further")
	ErrDeep     = errors.New("containers lie too deep in each other: not opened")
	ErrNoMail   = errors.New("it holds no message")
	ErrNoHeader = errors.New("no header of a message is in it: fpcheck needs the message as a file, or at least its header")
	// ErrInline is what a mail gives that somebody forwarded inline: the header of the original is lost.
	ErrInline = errors.New("this is a mail that was forwarded inline: the header of the original is lost, and with it all that could be checked.\n" +
		"Ask for the original as an attachment: in Outlook, mark the mail and press Ctrl-Alt-F; in Gmail, open the menu of the mail and choose\n" +
		"\"Forward as attachment\" or \"Download message\"; in Apple Mail, Message > Forward as Attachment; in Thunderbird, Forward As > Attachment.\n" +
		"--part 0 looks at the forwarding mail itself")
)

// Bytes reads an input that is in memory: pasted text, a file, standard input. Each item comes with nil or an error that concerns it
// alone; the name says which one.
func Bytes(name string, b []byte, o Options) iter.Seq2[*Item, error] {
	return Reader(name, bytes.NewReader(b), o)
}

// Reader reads an input as it comes, whatever it holds. A mailbox is read message by message, so that memory does not grow with it.
func Reader(name string, r io.Reader, o Options) iter.Seq2[*Item, error] {
	return func(yield func(*Item, error) bool) {
		w := &walk{o: o, yield: yield}
		w.read(name, r, 0)
	}
}

// walk is one input being read.
type walk struct {
	o        Options
	yield    func(*Item, error) bool
	unpacked int64 // bytes that came out of compressed data so far
	stopped  bool  // the caller wants no more
}

// give hands one item over.
func (w *walk) give(it *Item, name string, err error) bool {
	if err != nil && it == nil {
		it = &Item{Name: name}
	}
	if !w.stopped && !w.yield(it, err) {
		w.stopped = true
	}
	return !w.stopped
}

// peekSize is how much of an input is looked at to say what it is.
const peekSize = 4096

// read finds out what r is, and reads it.
func (w *walk) read(name string, r io.Reader, depth int) {
	if depth > MaxDepth {
		w.give(nil, name, ErrDeep)
		return
	}
	br := bufio.NewReaderSize(r, 64<<10)
	head, err := br.Peek(peekSize)
	if len(head) == 0 {
		if err == nil || errors.Is(err, io.EOF) {
			err = ErrEmpty
		}
		w.give(nil, name, err)
		return
	}
	switch {
	case isGzip(head):
		w.gzip(name, br, depth)
	case isMbox(head):
		w.mbox(name, br)
	default:
		b, err := readAll(br)
		if err != nil {
			w.give(nil, name, err)
			return
		}
		w.whole(name, b, depth)
	}
}

// whole reads what has to be in memory as a whole.
func (w *walk) whole(name string, b []byte, depth int) {
	switch {
	case len(b) == 0:
		w.give(nil, name, ErrEmpty)
	case isZip(b):
		w.zip(name, b, depth)
	case isOutlook(b):
		it, err := outlook(name, b, 0)
		w.give(it, name, err)
	default:
		w.text(name, b)
	}
}

// text reads a message, a paste, a log or a rejection line.
func (w *walk) text(name string, b []byte) {
	plain, _ := eml.DecodeUTF16(b)
	if t := findLog(plain); t != nil {
		w.log(name, t)
		return
	}
	if r := rejectionLine(plain); r != nil {
		w.give(&Item{Name: name, Format: FormatRejection, Refusal: r, Notes: []string{refusedNote(r)}}, name, nil)
		return
	}
	w.message(name, b)
}

// refusedNote says why there is no message: a refusal for the text came after it was read.
func refusedNote(r *Refusal) string {
	if r.AtDoor() {
		return "the server refused the message at the door, so there is no message to look at"
	}
	return "the server refused the message, so there is none to look at"
}

// message opens one message as far as the options ask for.
func (w *walk) message(name string, b []byte) {
	m := eml.Doctor(b)
	switch {
	case !w.o.Outer && len(m.All("Received")) == 0 && len(m.Repairs) > 0 && (textMark(start(m.Given())) >= 0 || textMark(start(m.Raw)) >= 0),
		!w.o.Outer && !m.HasHeader() && textMark(start(b)) >= 0:
		w.give(nil, name, ErrInline)
		return
	case !m.HasHeader():
		w.give(nil, name, noHeader(b))
		return
	}
	it := &Item{Name: name, Format: FormatMessage, Message: m}
	if fromTable(m) {
		it.Stated.IP = m.TableIP()
		it.Notes = append(it.Notes, "this is the table above the source, and not the source: paste what stands below it, or the file that \"Download original\" saves")
	}
	it, err := open(it, w.o)
	w.give(it, name, err)
}

// start is as much of a text as is read to find out what it is.
func start(b []byte) string { return string(b[:min(len(b), maxText)]) }

// fromTable reports whether only the table was pasted that a web mailer shows above the source.
func fromTable(m *eml.Message) bool {
	return slices.ContainsFunc(m.Repairs, func(r eml.Repair) bool { return r.Kind == eml.RepairSummary })
}

// readAll reads to the end, and not beyond MaxMessage.
func readAll(r io.Reader) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxMessage+1))
	switch {
	case err != nil:
		return nil, err
	case len(b) > MaxMessage:
		return nil, ErrTooLarge
	}
	return b, nil
}
