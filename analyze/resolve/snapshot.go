package resolve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/miekg/dns"
)

// Limits of a snapshot, since it may come with somebody else's mail: a recording of one message holds some hundred records.
const (
	maxSnapshot = 16 << 20 // bytes
	maxRecords  = 200_000  // also ends what $GENERATE can do
	maxChain    = 8        // CNAMEs in a row; resolvers give up at about this depth
)

// Snapshot reads recorded or hand-written DNS answers and returns a resolver that answers from them alone. name is what
// answers give as their Source, usually the file's name. Errors name the line.
//
// The text is a master file (RFC 1035 5.1; a record without TTL takes that of $TTL, or 3600) with lines of ours among the
// records that other programs read as comments:
//
//	;! snapshot TIME [RESOLVER]            when and whom the records were asked for that have no line of their own
//	;! zone NAME                           all of NAME and what is below it is written here
//	;! NAME TYPE RESULT [TIME [RESOLVER]]  what became of one question
//
// TIME is RFC 3339. RESULT is NOERROR, NODATA, NXDOMAIN, SERVFAIL, REFUSED (or another rcode by its name) or TIMEOUT. Records
// without a line of their own are answers too; Answer.At is then the time of the snapshot line, or zero. A CNAME is followed
// inside the snapshot. A name that was NXDOMAIN for one type is so for every type that is not written. Below a zone line,
// what is not written does not exist: "no data" where the name, or a name under it, has records (an empty non-terminal, RFC
// 8020), NXDOMAIN elsewhere. Every other question is ErrNotRecorded. There are no wildcards.
func Snapshot(name string, r io.Reader) (Resolver, error) {
	s, err := readSnapshot(name, r)
	if err != nil {
		return nil, fmt.Errorf("reading DNS snapshot %s: %w", name, err)
	}
	return s, nil
}

type snapshot struct {
	name      string
	questions map[Question]result // from ;! lines
	records   map[Question][]dns.RR
	exists    map[string]bool // names with records, and the names above them
	gone      map[string]result
	zones     map[string]bool
	at        time.Time
	source    string
}

// result is one ;! line. rcode is timedOut for TIMEOUT; noData tells NODATA from NOERROR.
type result struct {
	rcode  int
	noData bool
	at     time.Time
	source string
}

const timedOut = -1

func readSnapshot(name string, r io.Reader) (*snapshot, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSnapshot+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSnapshot {
		return nil, fmt.Errorf("over %d MiB, the limit", maxSnapshot>>20)
	}
	s := &snapshot{
		name: name, source: name,
		questions: map[Question]result{}, records: map[Question][]dns.RR{}, exists: map[string]bool{}, gone: map[string]result{}, zones: map[string]bool{},
	}
	if err := s.readLines(text); err != nil {
		return nil, err
	}
	return s, s.readRecords(text)
}

// readLines reads the ;! lines, which the parser of master files takes for comments.
func (s *snapshot) readLines(text []byte) error {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		rest, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte(";!"))
		if !ok {
			continue
		}
		if err := s.readLine(strings.Fields(string(rest))); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	return nil
}

func (s *snapshot) readLine(words []string) error {
	if len(words) < 2 {
		return errors.New("a ;! line needs at least two words: snapshot TIME, zone NAME, or NAME TYPE RESULT")
	}
	var err error
	switch words[0] {
	case "snapshot":
		s.at, s.source, err = s.whenAndWhom(words[1:])
		return err
	case "zone":
		zone, ok := canonical(words[1])
		if !ok || len(words) > 2 {
			return fmt.Errorf("%q is not the name of a zone", strings.Join(words[1:], " "))
		}
		s.zones[zone] = true
		return nil
	}
	return s.readQuestion(words)
}

func (s *snapshot) readQuestion(words []string) error {
	if len(words) < 3 {
		return errors.New("a ;! line of a question is NAME TYPE RESULT [TIME [RESOLVER]]")
	}
	name, ok := canonical(words[0])
	if !ok {
		return fmt.Errorf("%q is not a domain name", words[0])
	}
	typ, ok := dns.StringToType[strings.ToUpper(words[1])]
	if !ok {
		return fmt.Errorf("%q is not a record type", words[1])
	}
	res, err := readResult(words[2])
	if err != nil {
		return err
	}
	if res.at, res.source, err = s.whenAndWhom(words[3:]); err != nil {
		return err
	}
	name, _ = mask(name)
	s.questions[Question{name, typ}] = res
	if res.rcode == dns.RcodeNameError {
		s.gone[name] = res
	}
	return nil
}

func readResult(word string) (result, error) {
	word = strings.ToUpper(word)
	switch word {
	case "NODATA":
		return result{noData: true}, nil
	case "TIMEOUT":
		return result{rcode: timedOut}, nil
	}
	rcode, ok := dns.StringToRcode[word]
	if !ok {
		return result{}, fmt.Errorf("%q is not a result: NOERROR, NODATA, NXDOMAIN, SERVFAIL, REFUSED or TIMEOUT", word)
	}
	return result{rcode: rcode}, nil
}

func (s *snapshot) whenAndWhom(words []string) (at time.Time, source string, err error) {
	at, source = s.at, s.source
	if len(words) > 0 {
		if at, err = time.Parse(time.RFC3339, words[0]); err != nil {
			return at, source, fmt.Errorf("%q is not a time such as 2026-05-25T10:00:00Z", words[0])
		}
	}
	if len(words) > 1 {
		source = words[1]
	}
	if len(words) > 2 {
		return at, source, fmt.Errorf("%q is too much", strings.Join(words[2:], " "))
	}
	return at, source, nil
}

func (s *snapshot) readRecords(text []byte) error {
	zp := dns.NewZoneParser(bytes.NewReader(text), ".", "")
	zp.SetDefaultTTL(3600) // nothing here depends on it, and hand-written zones forget it
	n := 0
	for rr, ok := zp.Next(); ok; rr, ok = zp.Next() {
		if n++; n > maxRecords {
			return fmt.Errorf("over %d records, the limit", maxRecords)
		}
		if empty(rr) {
			return fmt.Errorf("%s %s: the record has no data", rr.Header().Name, typeName(rr.Header().Rrtype))
		}
		s.add(rr)
	}
	return zp.Err()
}

// empty finds records of a type that needs data and has none, which the parser lets through because dynamic updates (RFC 2136)
// have such.
func empty(rr dns.RR) bool {
	switch rr := rr.(type) {
	case *dns.A:
		return len(rr.A) == 0
	case *dns.AAAA:
		return len(rr.AAAA) == 0
	case *dns.TXT:
		return false // one empty string is data
	case *dns.CNAME:
		return rr.Target == ""
	case *dns.PTR:
		return rr.Ptr == ""
	case *dns.MX:
		return rr.Mx == ""
	case *dns.NS:
		return rr.Ns == ""
	}
	_, err := dns.NewRR(rr.String())
	return err != nil || rr.String() == rr.Header().String()
}

func (s *snapshot) add(rr dns.RR) {
	name, ok := canonical(rr.Header().Name)
	if !ok {
		return // the parser has refused such names
	}
	name, _ = mask(name)
	q := Question{name, rr.Header().Rrtype}
	s.records[q] = append(s.records[q], rr)
	for !s.exists[name] {
		s.exists[name] = true
		if name = parent(name); name == "." {
			break
		}
	}
}

// parent returns the name one label up. Names are canonical; an escaped dot is the only trap.
func parent(name string) string {
	next, end := dns.NextLabel(name, 0)
	if end || next >= len(name) {
		return "."
	}
	return name[next:]
}

// Resolve answers from the snapshot.
func (s *snapshot) Resolve(_ context.Context, q Question) (Answer, error) {
	name, ok := canonical(q.Name)
	if !ok {
		return Answer{Rcode: dns.RcodeNameError, Source: s.source}, nil
	}
	name, _ = mask(name)
	a, _, err := s.resolve(Question{name, q.Type})
	return a, err
}

// resolve follows CNAMEs from q. Where the chain leaves the snapshot the error is ErrNotRecorded, the answer holds the chain
// and at is the name that is missing.
func (s *snapshot) resolve(q Question) (answer Answer, at Question, err error) {
	answer = Answer{At: s.at, Source: s.source}
	first, written := s.questions[q]
	for range maxChain {
		res, known := s.questions[q]
		if written { // the line of the question that was asked speaks for the whole chain
			res, known = first, true
		}
		if known {
			answer.At, answer.Source = res.at, res.source
		}
		if known && res.rcode == timedOut {
			return answer, q, fmt.Errorf("%w (as recorded)", ErrTimeout)
		}
		if records := s.records[q]; !known || res.rcode == dns.RcodeSuccess && !res.noData {
			answer.RRs = append(answer.RRs, records...)
			if len(records) > 0 || q.Type == TypeCNAME && known {
				return answer, q, nil
			}
		}
		alias := s.records[Question{q.Name, TypeCNAME}]
		if len(alias) == 0 || q.Type == TypeCNAME {
			return s.end(answer, q, res, known)
		}
		answer.RRs = append(answer.RRs, alias[0])
		target, ok := canonical(alias[0].(*dns.CNAME).Target)
		if !ok {
			break
		}
		q.Name = target
	}
	answer.Rcode = dns.RcodeServerFailure // a loop: this is what a resolver answers
	return answer, q, nil
}

// end says what became of a question for which there are no records.
func (s *snapshot) end(a Answer, q Question, res result, known bool) (Answer, Question, error) {
	if known {
		a.Rcode = res.rcode
		return a, q, nil
	}
	if gone, ok := s.gone[q.Name]; ok && !s.exists[q.Name] {
		a.Rcode, a.At, a.Source = dns.RcodeNameError, gone.at, gone.source
		return a, q, nil
	}
	zone := q.Name
	for !s.zones[zone] {
		if zone == "." {
			return a, q, ErrNotRecorded
		}
		zone = parent(zone)
	}
	if !s.exists[q.Name] && q.Name != zone {
		a.Rcode = dns.RcodeNameError
	}
	return a, q, nil
}
