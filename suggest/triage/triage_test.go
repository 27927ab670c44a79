package triage_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/cmd/maintain/compose"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest"
	"github.com/fpcheck/fpcheck/suggest/casetest"
	"github.com/fpcheck/fpcheck/suggest/impostor"
	"github.com/fpcheck/fpcheck/suggest/triage"
)

func explained(in *analyze.Input) *explain.Explanation {
	return explain.Run(context.Background(), analyze.Run(context.Background(), in, checks.All()), causes.All(), causes.CannotTell)
}

// explainAll explains generated messages and returns the result with offers for each group, and the label of each message.
func explainAll(tb testing.TB, cases []compose.Case) (*triage.Result, map[string]compose.Truth) {
	r := triage.NewResult()
	samples := map[triage.Key]*explain.Explanation{}
	truth := map[string]compose.Truth{}
	for _, c := range cases {
		files := c.Files()
		e := explained(casetest.Make(tb, c.Name, files))
		rec := triage.NewRecord(context.Background(), c.Name, e)
		r.Add(rec)
		truth[c.Name] = c.Truth
		if samples[rec.Key()] == nil {
			samples[rec.Key()] = e
		}
	}
	p := &triage.Planner{Options: suggest.Options{Forge: impostor.Variants}}
	for _, g := range r.Groups(triage.Filter{}) {
		if g.Nature == "good" && g.Caught > 0 {
			r.AddOffers(g.Key, p.Offers(context.Background(), g, samples[g.Key]))
		}
	}
	return r, truth
}

// TestGeneratedQuarantine holds the groups and the proposed set against how each message was made.
func TestGeneratedQuarantine(t *testing.T) {
	r, truth := explainAll(t, compose.Composition())
	groups := r.Groups(triage.Filter{})
	triage.Plan(r, groups, casetest.Today)
	plan := triage.Cover(groups, casetest.Today)

	pure, all := 0, 0
	for _, g := range groups {
		labels := map[string]int{}
		for _, rec := range members(r, g) {
			labels[truth[rec.Name].Cause]++
		}
		most := 0
		for _, n := range labels {
			most, all = max(most, n), all+n
		}
		pure += most
	}
	if pure*100 < all*99 {
		t.Errorf("of %d messages %d stand in a group of their label: want 99 of 100", all, pure)
	}

	total := triage.Total(groups, 0)
	cleared := 0
	for _, s := range plan {
		cleared += s.Clears
		if m := s.Group.Remedy; m.SpamLike > 0 || m.Outsiders > 0 {
			t.Errorf("%v: a change is proposed that lets in %d bad messages and %d outsiders", s.Key, m.SpamLike, m.Outsiders)
		}
	}
	t.Logf("%d messages, %d groups, %d of %d in a group of their label; %d false positives held, of %d more the sender has to be asked, %d cleared by %d changes",
		all, len(groups), pure, all, total.GoodHeld, total.AskHeld, cleared, len(plan))
	held := total.GoodHeld + total.AskHeld
	if total.Bad < 20 || total.GoodHeld < 100 || total.AskHeld < 50 || cleared*100 < held*90 {
		// The others are held by policies that ask no rule (DMARC in Proofpoint Essentials, Mimecast): their senders have to be asked.
		t.Errorf("%d bad messages, %d of %d false positives cleared: want 20 bad ones at least, and 90 of 100 cleared", total.Bad, cleared, held)
	}
}

func members(r *triage.Result, g *triage.Group) []*triage.Record {
	return slices.DeleteFunc(r.Sorted(), func(rec *triage.Record) bool {
		return rec.Key() != g.Key
	})
}

// someRecords are the records of the mail cases.
func someRecords(tb testing.TB) []triage.Record {
	var out []triage.Record
	for _, name := range casetest.Names(tb)[:30] {
		in, _ := casetest.Input(tb, name)
		out = append(out, triage.NewRecord(context.Background(), name, explained(in)))
	}
	return out
}

// TestMergeInAnyOrder splits the records at random, joins the parts in any order, and always gets the same.
func TestMergeInAnyOrder(t *testing.T) {
	recs := someRecords(t)
	twice := recs[3]
	twice.Name = "copy of " + twice.Name
	recs = append(recs, twice)
	whole := triage.NewResult()
	for _, rec := range recs {
		whole.Add(rec)
	}
	if len(whole.Records) != len(recs)-1 {
		t.Fatalf("%d records of %d messages: one of them was handed over twice", len(whole.Records), len(recs))
	}
	random := rand.New(rand.NewSource(1))
	for range 20 {
		parts := make([]*triage.Result, 4)
		for i := range parts {
			parts[i] = triage.NewResult()
		}
		for _, i := range random.Perm(len(recs)) {
			parts[random.Intn(4)].Add(recs[i])
		}
		left := triage.NewResult() // ((a+b)+c)+d
		for _, part := range parts {
			left.Merge(part)
		}
		right := parts[3] // d+(c+(b+a))
		for i := 2; i >= 0; i-- {
			right.Merge(parts[i])
		}
		for _, got := range []*triage.Result{left, right} {
			if diff := cmp.Diff(whole.Sorted(), got.Sorted()); diff != "" {
				t.Fatal(diff)
			}
		}
	}
}

// TestMergedResultsPropose splits a quarantine, finds changes in each part, writes the parts as JSON and joins them in any order, also in steps: the
// joined result always proposes the same, and counts over all records.
func TestMergedResultsPropose(t *testing.T) {
	cases := compose.Quarantine(120, 40, 40, 2)
	var parts [3][]compose.Case
	for i, c := range cases {
		parts[i%3] = append(parts[i%3], c)
	}
	var files [3][]byte
	for i := range parts {
		r, _ := explainAll(t, parts[i])
		files[i] = written(t, r)
	}
	join := func(files ...[]byte) *triage.Result {
		r := triage.NewResult()
		for _, data := range files {
			f, err := triage.ReadFile("part.json", data)
			if err != nil {
				t.Fatal(err)
			}
			r.Merge(f.Result())
		}
		return r
	}
	want := string(written(t, join(files[0], files[1], files[2])))
	for _, got := range []*triage.Result{
		join(files[2], files[0], files[1]), join(written(t, join(files[0], files[1])), files[2]), join(files[0], written(t, join(files[2], files[1]))),
		join(files[0], files[1], files[2], files[1]),
	} {
		if diff := cmp.Diff(want, string(written(t, got))); diff != "" {
			t.Fatal(diff)
		}
	}
	f, _ := triage.ReadFile("joined.json", []byte(want))
	cleared, held := 0, f.Totals.GoodHeld+f.Totals.AskHeld
	for _, s := range f.Plan {
		cleared += s.Clears
	}
	if len(f.Plan) == 0 || (held-cleared)*20 > held*3 { // mail held by Google's DMARC stage asks none of the receiver's settings
		t.Errorf("%d steps are proposed, and clear %d of %d false positives", len(f.Plan), cleared, held)
	}
	for _, g := range f.Groups {
		if g.Remedy != nil && g.Remedy.Matches > g.Caught {
			t.Errorf("%v: %d of %d are cleared", g.Key, g.Remedy.Matches, g.Caught)
		}
	}
}

// written is the JSON of a result with its plan.
func written(t *testing.T, r *triage.Result) []byte {
	groups := r.Groups(triage.Filter{})
	triage.Plan(r, groups, casetest.Today)
	data, err := json.Marshal(triage.NewFile("fpcheck test", casetest.Today, r, groups, triage.Cover(groups, casetest.Today)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestSuspect: a form's mail is what it seems until its text asks for what forms do not ask for; what its author proves is taken at its word.
func TestSuspect(t *testing.T) {
	for _, tt := range []struct {
		name, more string
		want       bool
	}{
		{"web-form-unlisted-server", "", false},
		{"web-form-unlisted-server", "\r\nDear customer,\r\nact now: http://www.shop.example/login.php\r\n", true},
		{"spf-include-missing", "", false},
		{"spf-include-missing", "\r\nDear customer,\r\nact now: http://www.shop.example/login.php\r\n", true},
		{"plain-phishing", "", false},           // bad, and called so
		{"heuristic-ordinary-words", "", false}, // signed by its author
	} {
		in, _ := casetest.Input(t, tt.name)
		in.Message = eml.Parse(append(slices.Clone(in.Message.Raw), tt.more...))
		rec := triage.NewRecord(context.Background(), tt.name, explained(in))
		if rec.Suspect != tt.want || tt.want && rec.Nature != "unclear" {
			t.Errorf("%s with %q: %s is %s, suspect %v, want %v", tt.name, tt.more, rec.Cause, rec.Nature, rec.Suspect, tt.want)
		}
	}
}

// TestDeskAndTriageAgree: for one message the desk's word and what triage makes of it are the same, and no change for mail that the desk releases is
// counted as clearing other mail.
func TestDeskAndTriageAgree(t *testing.T) {
	r := triage.NewResult()
	samples := map[triage.Key]*explain.Explanation{}
	words := map[explain.Verdict]int{}
	add := func(name string, in *analyze.Input) {
		e := explained(in)
		rec := triage.NewRecord(context.Background(), name, e)
		r.Add(rec)
		words[e.Verdict]++
		if samples[rec.Key()] == nil {
			samples[rec.Key()] = e
		}
		if release, bad := rec.Nature == "good" && !rec.Ask, rec.Nature == "bad"; release != (e.Verdict == explain.Release) || bad != (e.Verdict == explain.DoNotRelease) || rec.Ask && rec.Suspect {
			t.Errorf("%s (%s): the desk says %s, and triage %s, ask %v, suspect %v", name, rec.Cause, e.Verdict, rec.Nature, rec.Ask, rec.Suspect)
		}
	}
	for _, name := range casetest.Names(t) {
		in, _ := casetest.Input(t, name)
		add(name, in)
		in, _ = casetest.Input(t, name)
		in.Category = "virus"
		add(name+" with a virus", in)
	}
	for _, c := range compose.Quarantine(120, 40, 40, 3) {
		add(c.Name, casetest.Make(t, c.Name, c.Files()))
	}
	if words[explain.Release] < 100 || words[explain.AskTheSender] < 30 || words[explain.DoNotRelease] < 50 {
		t.Fatalf("too few of a kind to show anything: %v", words)
	}

	groups := r.Groups(triage.Filter{})
	p := &triage.Planner{Options: suggest.Options{Forge: impostor.Variants}}
	for _, g := range groups {
		if g.Nature == "good" && g.Caught > 0 {
			r.AddOffers(g.Key, p.Offers(context.Background(), g, samples[g.Key]))
		}
	}
	triage.Plan(r, groups, casetest.Today)
	total, clears := triage.Total(groups, 0), map[bool]int{}
	asking := false
	for _, s := range triage.Cover(groups, casetest.Today) {
		if asking && !s.Key.Ask {
			t.Errorf("%v stands behind changes whose senders have to be asked", s.Key)
		}
		asking = s.Key.Ask
		clears[s.Key.Ask] += s.Clears
		if held := map[bool]int{false: total.GoodHeld, true: total.AskHeld}[s.Key.Ask]; s.Left != held-clears[s.Key.Ask] {
			t.Errorf("%v clears %d and leaves %d, of %d", s.Key, s.Clears, s.Left, held)
		}
	}
	if clears[false] == 0 || clears[true] == 0 {
		t.Errorf("cleared are %v: want some of both kinds", clears)
	}
}

func TestFilter(t *testing.T) {
	rec := triage.Record{At: time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC), From: "forms@widget.com", Recipients: []string{"sales@widget.com"}, Cause: "web-form-hosting-pool", Identity: "someformservice.com"}
	for _, tt := range []struct {
		name string
		f    triage.Filter
		want bool
	}{
		{"nothing asked", triage.Filter{}, true},
		{"since the moment", triage.Filter{Since: rec.At}, true},
		{"since later", triage.Filter{Since: rec.At.Add(time.Second)}, false},
		{"until the moment", triage.Filter{Until: rec.At}, false},
		{"until later", triage.Filter{Until: rec.At.Add(time.Second)}, true},
		{"recipient", triage.Filter{Recipient: "Sales@widget.com"}, true},
		{"other recipient", triage.Filter{Recipient: "anna@widget.com"}, false},
		{"sender by service", triage.Filter{Sender: "someformservice.com"}, true},
		{"other sender", triage.Filter{Sender: "partner.example"}, false},
		{"cause", triage.Filter{Cause: "web-form-hosting-pool"}, true},
		{"part of a cause", triage.Filter{Cause: "web-form"}, false},
	} {
		if got := tt.f.Takes(&rec); got != tt.want {
			t.Errorf("%s: takes %v, want %v", tt.name, got, tt.want)
		}
	}
	rec.At = time.Time{}
	if (triage.Filter{Since: time.Unix(0, 0)}).Takes(&rec) {
		t.Error("a message without a time is not known to be of that time")
	}
}

func TestCompare(t *testing.T) {
	group := func(cause string, n int) *triage.Group {
		return &triage.Group{Key: triage.Key{Customer: "c", Cause: cause, Identity: "i"}, Count: n}
	}
	got := triage.Compare([]*triage.Group{group("same", 3), group("gone", 2), group("less", 9)}, []*triage.Group{group("same", 3), group("less", 4), group("new", 1)})
	var words []string
	for _, c := range got {
		words = append(words, c.Cause)
	}
	if want := []string{"less", "gone", "new"}; !slices.Equal(words, want) {
		t.Errorf("changes are %v, want %v", words, want)
	}
	if len(triage.Compare(nil, nil)) != 0 {
		t.Error("nothing differs from nothing")
	}
}

// TestJournal reads what was written, forgives half a line at the end, and refuses a file that is none.
func TestJournal(t *testing.T) {
	var b bytes.Buffer
	rec := triage.Record{Name: "a.eml", SHA256: triage.Sum{1}, Customer: "c", Recipients: []string{"x@example.org"}}
	if err := triage.WriteEntry(&b, &rec, "", ""); err != nil {
		t.Fatal(err)
	}
	if err := triage.WriteEntry(&b, nil, "b.eml", "it is empty"); err != nil {
		t.Fatal(err)
	}
	whole := b.Len()
	for cut := range 20 { // killed in the middle of a line
		half := append(bytes.Clone(b.Bytes()), []byte(`{"record":{"name":"c.eml"}}`)[:cut]...)
		r, n, err := triage.ReadJournal(bytes.NewReader(half))
		if err != nil || int(n) != whole || len(r.Records) != 1 || r.Bad["b.eml"] != "it is empty" {
			t.Fatalf("cut %d: %d bytes of %d, %v, %v", cut, n, whole, r, err)
		}
	}
	for _, other := range []string{"Subject: hello\n", "{}\n", "[1]\n", b.String() + "x\n", "one line of somebody's", "\x00\x00\x00", b.String() + "x", `{"records":1}`, // with no end of line
		`{"record":{}}` + "\n", `{"record":{"name":"x","direction":4}}` + "\n", `{"record":{"name":"x","direction":-1}}` + "\n"} {
		if _, _, err := triage.ReadJournal(strings.NewReader(other)); err == nil || !strings.Contains(err.Error(), "no entry of a journal") {
			t.Errorf("%q: error is %v", other, err)
		}
	}
}

func TestFileComesBack(t *testing.T) {
	r := triage.NewResult()
	for _, rec := range someRecords(t) {
		r.Add(rec)
	}
	r.Bad["x.eml"] = "it is empty"
	data, err := json.Marshal(triage.NewFile("fpcheck test", casetest.Today, r, r.Groups(triage.Filter{}), nil))
	if err != nil {
		t.Fatal(err)
	}
	f, err := triage.ReadFile("x.json", data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r.Sorted(), f.Result().Sorted()); diff != "" {
		t.Error(diff)
	}
	for _, bad := range []string{"", "{}", `{"schema":99}`, "From: a@example.com", `{"schema":1,"records":[null]}`, `{"schema":1,"records":[{}]}`,
		`{"schema":1,"records":[{"name":"x","direction":-1}]}`} {
		if _, err := triage.ReadFile("x.json", []byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
