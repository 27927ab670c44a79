package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/explain"
	"github.com/fpcheck/fpcheck/explain/causes"
	"github.com/fpcheck/fpcheck/suggest/triage"
)

type triageOptions struct {
	loading
	filter  triage.Filter
	since   time.Time
	until   time.Time
	group   int
	format  string
	color   string
	verbose bool
	journal string
	compare string
	merge   bool
	expires time.Time
	ticket  string
	workers int
	most    int // DNS questions
	capped  *resolve.Cap
}

func newTriageCmd(s streams) *cobra.Command {
	o := &triageOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "triage PATH...",
		Short: "Group a whole quarantine by cause and sender, and find the changes that clear the most of it",
		Long: "Read folders, mailboxes, archives and logs, and group their messages by customer, cause and sender. Each group of real false positives gets one\n" +
			"change, tried on all its messages, on all others, and on forged copies. The DNS is not asked unless --dns live is given: what the border\n" +
			"recorded counts.",
		Example: "  fpcheck triage quarantine/ --profile profiles/\n" +
			"  fpcheck triage quarantine/ --journal run.journal --format json > june.json\n" +
			"  fpcheck triage quarantine/ --compare may.json --format markdown\n" +
			"  fpcheck triage --merge a.json b.json",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usage("fpcheck triage --help", "fpcheck triage needs a folder, a mailbox, an archive or a log; - is standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("dns") {
				o.dns = "offline"
			}
			return runTriage(cmd.Context(), o, args)
		},
	}
	o.bind(cmd)
	f := cmd.Flags()
	f.Lookup("dns").Usage = dnsHelp(dnsUnasked)
	for _, name := range []string{"case", "clipboard"} { // they stand for one message, where PATH is needed
		_ = f.MarkHidden(name)
	}
	f.Var(moment{&o.since}, "since", "only messages delivered at this `TIME` or later")
	f.Var(moment{&o.until}, "until", "only messages delivered before this `TIME`")
	f.StringVar(&o.filter.Recipient, "recipient", "", "only messages to this `ADDRESS` or domain")
	f.StringVar(&o.filter.Sender, "sender", "", "only messages from this `ADDRESS` or domain")
	f.StringVar(&o.filter.Cause, "cause", "", "only messages with this `CAUSE`")
	f.IntVar(&o.group, "group", 0, "open the group with this `NUMBER`")
	f.StringVar(&o.journal, "journal", "", "note finished messages in `FILE`, and go on from there after an interruption")
	f.StringVar(&o.compare, "compare", "", "say what changed since the triage in `FILE` (made with --format json)")
	f.BoolVar(&o.merge, "merge", false, "the arguments are results of --format json: join them")
	f.StringVar(&o.ticket, "ticket", "", "`NUMBER` of the ticket, for the rules")
	f.Var(moment{&o.expires}, "expires", "`DATE` at which the rules end")
	f.IntVar(&o.workers, "workers", 0, "`NUMBER` of messages looked at side by side (default: one for each processor)")
	f.IntVar(&o.most, "dns-limit", 20000, "`NUMBER` of different questions that --dns live asks at most")
	addChoice(cmd, &o.format, "format", "text", "how to print", "text", "markdown", "csv", "json", "jsonl", "html")
	addChoice(cmd, &o.color, "color", "auto", "use colours", "auto", "always", "never")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "every group, also those of one message")
	return cmd
}

func runTriage(ctx context.Context, o *triageOptions, args []string) error {
	o.filter.Since, o.filter.Until = o.since, o.until
	if _, err := o.prepare(args); err != nil {
		return err
	}
	t := &triageRun{o: o, result: triage.NewResult(), samples: map[triage.Key]*intake.Item{}}
	var err error
	if o.merge {
		err = t.join(args)
	} else {
		err = t.read(ctx, args)
	}
	if err != nil {
		return err
	}
	if err := t.print(ctx); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		o.streams.say("stopped %s%s", t.stoppedAt, t.howToGoOn())
		return &exitError{code: exitCouldNot}
	case len(t.result.Bad) > 0:
		return &exitError{code: exitCouldNot}
	}
	return o.finishRecording()
}

// triageRun is one run over many messages.
type triageRun struct {
	o       *triageOptions
	result  *triage.Result
	samples map[triage.Key]*intake.Item // one message of each group of good mail, as far as there is room
	kept    int                         // bytes of these
	done    map[string]bool             // by an earlier run
	journal io.Writer

	stoppedAt string // where ctrl-C ended it
}

// maxKept bounds the bytes of messages kept as samples, so that memory stays flat: those of other groups are read again at the end.
const maxKept, maxSample = 8 << 20, 256 << 10

// join reads results of other runs.
func (t *triageRun) join(files []string) error {
	for _, name := range files {
		f, err := readTriage(name)
		if err != nil {
			return err
		}
		t.result.Merge(f.Result())
	}
	return nil
}

func readTriage(name string) (*triage.File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, couldNot("", "reading the result of a triage: %w", err)
	}
	f, err := triage.ReadFile(name, data)
	if err != nil {
		return nil, couldNot("fpcheck docs triage", "%w", err)
	}
	return f, nil
}

// read looks at every message of every input, on all processors. One that cannot be read does not stop the others.
func (t *triageRun) read(ctx context.Context, names []string) error {
	if t.o.mode == "live" {
		t.o.capped = resolve.Capped(t.o.resolve, t.o.most)
		t.o.resolve = t.o.capped
		t.o.streams.say("asking the DNS live, each question once, at most %d (--dns-limit); --dns offline asks nothing", t.o.most)
	}
	closeJournal, err := t.openJournal()
	if err != nil {
		return err
	}
	if t.o.streams.terminal() != nil {
		t.o.read = newMeter(names)
	}
	workers := t.o.workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	work, outcome := make(chan handed), make(chan seen)
	go t.feed(ctx, names, work)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for h := range work {
				outcome <- t.look(ctx, h)
			}
		})
	}
	go func() { wg.Wait(); close(outcome) }()
	err = errors.Join(t.collect(ctx, outcome), closeJournal())
	t.stoppedAt = "after " + plural(len(t.result.Records), "message")
	if err == nil && ctx.Err() == nil {
		t.stoppedAt = "while looking for changes, with " + plural(len(t.result.Records), "message") + " read: some groups have none yet"
		t.propose(ctx, names, workers)
		t.samples = nil
	}
	if c := t.o.capped; c != nil {
		asked, left := c.Count()
		t.o.streams.say("%d DNS questions asked, %d left out", asked, left)
	}
	return err
}

// handed is an item on its way to a worker; seen is what came out.
type handed struct {
	name string
	item *intake.Item
	err  error
}

type seen struct {
	name string
	rec  *triage.Record
	item *intake.Item
	err  error
}

func (t *triageRun) feed(ctx context.Context, names []string, work chan<- handed) {
	defer close(work)
	for _, name := range names {
		for it, err := range t.o.items(name) {
			name := t.o.inputName(it.Name)
			if ctx.Err() != nil {
				return
			}
			if t.done[name] {
				continue
			}
			select {
			case work <- handed{name, it, err}:
			case <-ctx.Done():
				return
			}
		}
	}
}

// look explains one message.
func (t *triageRun) look(ctx context.Context, h handed) seen {
	switch {
	case h.err != nil:
		return seen{name: h.name, err: h.err}
	case h.item.Message == nil:
		rec := triage.LogRecord(h.name, h.item)
		return seen{name: h.name, rec: &rec}
	}
	rec := triage.NewRecord(ctx, h.name, t.explain(ctx, h.item))
	return seen{name: h.name, rec: &rec, item: h.item}
}

func (t *triageRun) explain(ctx context.Context, it *intake.Item) *explain.Explanation {
	return explain.Run(ctx, t.o.itemReport(ctx, it), causes.All(), causes.CannotTell)
}

// collect takes what the workers found. Once the run is stopped, a message may be half looked at, and is left out.
func (t *triageRun) collect(ctx context.Context, outcome <-chan seen) error {
	progress := startProgress(t.o.streams)
	progress.read = t.o.read
	defer progress.clear()
	var failed error
	n := 0
	for s := range outcome {
		if ctx.Err() != nil || failed != nil {
			continue // drain, so that the workers end
		}
		n++
		progress.show(n, s.name)
		if s.err != nil {
			progress.clear()
			t.o.streams.say("%s: %s", s.name, s.err)
			t.result.Bad[s.name] = s.err.Error()
			failed = t.note(nil, s.name, s.err.Error())
			continue
		}
		t.result.Add(*s.rec)
		t.keep(s)
		if n%everyRecords == 0 {
			lessGarbage(garbageBeside(len(t.result.Records)))
		}
		failed = t.note(s.rec, "", "")
	}
	return failed
}

const (
	everyRecords = 1000
	recordSize   = 1200      // bytes of a record, with all that belongs to it
	roomInAll    = 150 << 20 // for records and the garbage beside them
	garbageLeast = 50        // percent: collecting yet more often costs more than it frees
)

// garbageBeside is how much garbage may gather, in percent of what lives, beside so many records: memory stays flat as they become more.
func garbageBeside(records int) int {
	return max(garbageLeast, min(garbageUsual, 100*roomInAll/(records*recordSize+1)-100))
}

// keep holds on to one message of each group of good mail: the one with the smallest name, so that the same run finds the same remedy.
func (t *triageRun) keep(s seen) {
	if s.item == nil || s.rec.Nature != "good" {
		return
	}
	key := s.rec.Key()
	old, size := t.samples[key], len(s.item.Message.Raw)
	if old != nil && t.o.inputName(old.Name) <= s.name {
		return
	}
	if old != nil {
		t.kept -= len(old.Message.Raw)
		delete(t.samples, key)
	}
	if size <= maxSample && t.kept+size <= maxKept {
		t.samples[key], t.kept = s.item, t.kept+size
	}
}

// openJournal reads what an earlier run finished and opens the journal to go on behind it.
func (t *triageRun) openJournal() (closeIt func() error, err error) {
	t.done = map[string]bool{}
	if t.o.journal == "" {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(t.o.journal, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, couldNot("", "opening the journal: %w", err)
	}
	old, whole, err := triage.ReadJournal(f)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, couldNot("", "reading the journal %s: %w", t.o.journal, err)
	}
	// Whoever appends does not write into the lines of another run that was given the same journal.
	if f, err = os.OpenFile(t.o.journal, os.O_WRONLY|os.O_APPEND, 0o600); err != nil {
		return nil, couldNot("", "opening the journal: %w", err)
	}
	for _, rec := range old.Records {
		t.done[rec.Name] = true
	}
	if len(old.Records) > 0 {
		t.o.streams.say("%d messages were finished by an earlier run (%s)", len(old.Records), t.o.journal)
	}
	t.result.Merge(old)
	clear(t.result.Bad) // what could not be read is tried again
	t.journal = f
	return f.Close, nil
}

// note writes a finished message into the journal.
func (t *triageRun) note(rec *triage.Record, bad, why string) error {
	if t.journal == nil || rec != nil && t.done[rec.Name] {
		return nil
	}
	if err := triage.WriteEntry(t.journal, rec, bad, why); err != nil {
		return couldNot("", "writing the journal: %w", err)
	}
	return nil
}

func (t *triageRun) howToGoOn() string {
	if t.o.journal == "" {
		return "; with --journal FILE a run can go on where it stopped"
	}
	return fmt.Sprintf("; the same command goes on from there (%s)", t.o.journal)
}

// print groups, plans, and prints.
func (t *triageRun) print(ctx context.Context) error {
	groups := t.result.Groups(t.o.filter)
	triage.Plan(t.result, groups, t.o.today)
	plan := triage.Cover(groups, t.o.today)
	file := triage.NewFile("fpcheck "+version(), t.o.today, t.result, groups, plan)
	view := render.Triage{File: file, Changes: nil, Verbose: t.o.verbose}
	if t.o.compare != "" {
		last, err := readTriage(t.o.compare)
		if err != nil {
			return err
		}
		view.Compared, view.Changes = t.o.compare, triage.Compare(last.Result().Groups(t.o.filter), groups)
	}
	if t.o.group != 0 {
		if t.o.group < 1 || t.o.group > len(groups) {
			return usage("", "--group %d: there are %d groups", t.o.group, len(groups))
		}
		view.Open = t.o.group
	}
	if err := triagePrinters[t.o.format](t.o.streams.out, view, t.o.renderOptions(t.o.color, t.o.verbose)); err != nil {
		return couldNot("", "writing: %w", err)
	}
	return nil
}

var triagePrinters = map[string]func(io.Writer, render.Triage, render.Options) error{
	"text": render.TriageText, "markdown": render.TriageMarkdown, "csv": render.TriageCSV, "json": render.TriageJSON, "jsonl": render.TriageLines, "html": render.TriageHTML,
}
