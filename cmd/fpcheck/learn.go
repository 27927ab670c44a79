package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/intake"
	"github.com/fpcheck/fpcheck/analyze/learned"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/cmd/render"
)

type learnOptions struct {
	loading
	ham, spam, unlearn []string
	status, forget     bool
	exportTo, from     string
}

func newLearnCmd(s streams) *cobra.Command {
	o := &learnOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "learn --ham PATH... --spam PATH...",
		Short: "Teach the classifier and the history of senders with your own mail",
		Long: "Teach the classifier and the history of senders with your own mail: folders, Maildirs, mboxes, single messages; - is standard input.\n" +
			"Paths without a flag belong to --ham, --spam or --unlearn where only one of them is used. A message counts once, however often it is learnt; one that was learnt as the\n" +
			"opposite changes sides.",
		Example: "  fpcheck learn --ham released/ --spam junk.mbox\n  fpcheck learn --unlearn message.eml\n  fpcheck learn --status",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(cmd *cobra.Command, args []string) error { return runLearn(cmd.Context(), o, args) },
	}
	o.cmd = cmd
	o.bindDNS(cmd, dnsUnasked)
	f := cmd.Flags()
	f.StringArrayVar(&o.ham, "ham", nil, "good mail at this `PATH`; may stand several times")
	f.StringArrayVar(&o.spam, "spam", nil, "bad mail at this `PATH`; may stand several times")
	f.StringArrayVar(&o.unlearn, "unlearn", nil, "take the mail at this `PATH` back; may stand several times")
	f.BoolVar(&o.status, "status", false, "say what was learnt so far")
	f.BoolVar(&o.forget, "forget", false, "forget everything that was learnt")
	f.StringVar(&o.exportTo, "export", "", "write everything that was learnt to `FILE`")
	f.StringVar(&o.from, "import", "", "read `FILE`: what --export wrote, or a list of addresses and networks as CSV")
	f.StringVar(&o.state, "state", "", "`DIR` of what was learnt (default in your home folder)")
	f.StringVar(&o.profile, "profile", "", "`FILE` with the facts of your organisation")
	f.StringVar(&o.border, "border", "", "delivery point: `NUMBER` of the hop, 1 is the newest, or the HOST that wrote its line")
	f.Var(moment{&o.today}, "today", "`TIME` to take for now, so that a run can be repeated")
	_ = cmd.MarkFlagDirname("state")
	return cmd
}

func runLearn(ctx context.Context, o *learnOptions, args []string) error {
	if err := o.spread(args); err != nil {
		return err
	}
	if o.dns == "" {
		o.dns = "offline" // what the border recorded is enough, and a mailbox holds thousands of messages
	}
	o.inputs = slices.Concat(o.ham, o.spam, o.unlearn)
	if _, err := o.prepare(nil); err != nil {
		return err
	}
	dir := stateDir(o.state)
	if dir == "" {
		return usage("", "there is no home folder to keep what is learnt in: name a folder with --state")
	}
	if o.status || o.exportTo != "" {
		return o.read(dir)
	}
	release, err := lockState(ctx, dir)
	if err != nil {
		return err
	}
	defer release()
	return o.change(ctx, dir)
}

// spread gives paths without a flag to the one flag that was used: `learn --ham a b c`, as the shell writes it for a*.
func (o *learnOptions) spread(args []string) error {
	var used []*[]string
	for _, list := range []*[]string{&o.ham, &o.spam, &o.unlearn} {
		if len(*list) > 0 {
			used = append(used, list)
		}
	}
	verbs := len(used)
	for _, is := range []bool{o.status, o.forget, o.exportTo != "", o.from != ""} {
		if is {
			verbs++
		}
	}
	switch {
	case verbs == 0:
		return usage("fpcheck learn --help", "say what to learn: --ham PATH, --spam PATH or --unlearn PATH; or --status, --export, --import, --forget")
	case verbs > len(used) && verbs > 1:
		return usage("", "--status, --export, --import and --forget stand alone")
	case len(args) > 0 && len(used) != 1:
		return usage("", "%s: say with a flag before it whether it is --ham or --spam", args[0])
	case len(args) > 0:
		*used[0] = append(*used[0], args...)
	}
	return nil
}

// read answers what needs no lock: the file is replaced as a whole, so that what is read is whole.
func (o *learnOptions) read(dir string) error {
	s, err := readState(dir)
	if err != nil {
		return badState(dir, err)
	}
	if o.exportTo != "" {
		if err := maybe.WriteFile(o.exportTo, s.Encode(), 0o600); err != nil {
			return couldNot("", "writing %s: %w", o.exportTo, reason(err))
		}
		o.streams.say("wrote %s", o.exportTo)
		return nil
	}
	_, err = fmt.Fprint(o.streams.out, status(dir, s))
	return err
}

func badState(dir string, err error) error {
	return couldNot("fpcheck learn --import BACKUP, or fpcheck learn --forget", "%s: %w; nothing was changed", filepath.Join(dir, stateName), reason(err))
}

func status(dir string, s *learned.State) string {
	c := bayes.New(bayes.Default(), s.Words)
	return fmt.Sprintf("learnt: %d good and %d bad messages, %d different words and marks\nsenders: %d addresses, networks and names\n"+
		"the built-in model counts %.0f %%, your own mail %.0f %%\nkept in %s\n",
		s.Words.Ham, s.Words.Spam, s.Words.Len(), s.Senders.Len(), 100*c.Share(), 100-100*c.Share(), render.Clean(filepath.Join(dir, stateName)))
}

// change does what writes. It holds the lock.
func (o *learnOptions) change(ctx context.Context, dir string) error {
	if o.forget {
		if err := os.Remove(filepath.Join(dir, stateName)); err != nil && !os.IsNotExist(err) {
			return couldNot("", "forgetting %s: %w", filepath.Join(dir, stateName), reason(err))
		}
		o.streams.say("forgot everything that was learnt in %s", dir)
		return nil
	}
	if o.from != "" {
		return o.importFile(dir)
	}
	s, err := readState(dir)
	if err != nil {
		return badState(dir, err)
	}
	before := bayes.New(bayes.Default(), s.Words)
	if s.Messages() > 0 { // the state that judges "before" must not be the one that is changed
		if old, err := readState(dir); err == nil {
			before = bayes.New(bayes.Default(), old.Words)
		}
	} else {
		before = bayes.New(bayes.Default(), nil)
	}
	run := &lessons{o: o, state: s, before: before}
	if err := run.all(ctx); err != nil {
		return err
	}
	if run.changed() {
		if err := writeState(dir, s); err != nil {
			return err
		}
	}
	return run.tell()
}

// importFile reads a backup, or a list of addresses.
func (o *learnOptions) importFile(dir string) error {
	b, err := readFile(o.from)
	if err != nil {
		return couldNot("", "reading %s: %w", o.from, reason(err))
	}
	if learned.IsState(b) {
		s, err := learned.Decode(b)
		if err != nil {
			return couldNot("", "%s: %w; nothing was changed", o.from, err)
		}
		if err := writeState(dir, s); err != nil {
			return err
		}
		o.streams.say("what was learnt is now that of %s", o.from)
		_, err = fmt.Fprint(o.streams.out, status(dir, s))
		return err
	}
	s, err := readState(dir)
	if err != nil {
		return badState(dir, err)
	}
	n, err := s.Senders.ReadList(strings.NewReader(string(b)), o.today)
	if err != nil {
		return couldNot("fpcheck docs reputation", "%s: %w; nothing was changed", o.from, err)
	}
	if err := writeState(dir, s); err != nil {
		return err
	}
	_, err = fmt.Fprintf(o.streams.out, "took %d addresses and networks from %s\n", n, render.Clean(o.from))
	return err
}

// lessons is one run of learning.
type lessons struct {
	o      *learnOptions
	state  *learned.State
	before *bayes.Classifier
	counts map[string]int // by what happened
	kept   []kept
	bad    int
}

// kept is a message whose verdict is compared before and after.
type kept struct {
	name     string
	spam     bool
	document *bayes.Document
	keys     []reputation.Key
	before   float64
}

// maxJudged bounds the messages that are judged again: enough to see a change.
const maxJudged = 500

// the words for what happened to a message.
const (
	newHam, newSpam   = "new good", "new bad"
	toHam, toSpam     = "bad before, now good", "good before, now bad"
	wasKnown          = "known already"
	takenBack, notOne = "taken back", "not known"
)

func (r *lessons) changed() bool {
	return r.counts[newHam]+r.counts[newSpam]+r.counts[toHam]+r.counts[toSpam]+r.counts[takenBack] > 0
}

func (r *lessons) all(ctx context.Context) error {
	r.counts = map[string]int{}
	r.o.handing.part = "0" // a message that carries others is learnt as it is
	for _, batch := range []struct {
		paths []string
		take  func(learned.Lesson, string) error
		spam  bool
	}{{r.o.ham, r.learn, false}, {r.o.spam, r.learn, true}, {r.o.unlearn, r.unlearn, false}} {
		for _, path := range batch.paths {
			for it, err := range r.o.items(path) {
				switch {
				case ctx.Err() != nil:
					return couldNot("", "stopped; nothing was changed")
				case err != nil || it.Message == nil:
					r.bad++
					r.o.streams.say("%s: %s", r.o.inputName(it.Name), unread(err))
					continue
				}
				if err := batch.take(r.lesson(ctx, it, batch.spam), it.Name); err != nil {
					return couldNot("", "%s: %w; nothing was changed", it.Name, err)
				}
			}
		}
	}
	return nil
}

func unread(err error) error {
	if err == nil {
		return intake.ErrNoMail
	}
	return err
}

// senderChecks are what a message has to pass through so that it is known who is proven to have sent it.
var senderChecks = []*analyze.Check{checks.Path, checks.Recorded, checks.PTR, checks.SPF, checks.DKIM, checks.DMARC, checks.Reputation}

func (r *lessons) lesson(ctx context.Context, it *intake.Item, spam bool) learned.Lesson {
	in := r.o.input(it.Name, it.Message, r.o.statedBy(it))
	l := learned.Lesson{ID: learned.Identify(it.Message.Raw), Spam: spam, Document: checks.Document(in)}
	report := analyze.Run(ctx, in, senderChecks)
	if s, ok := analyze.ResultOf[checks.Standings](report, checks.Reputation); ok {
		l.Keys = s.Keys
	}
	l.Hit = reputation.Hit{At: in.Delivered}
	if in.Delivered.IsZero() || in.Delivered.After(in.Today) {
		l.Hit.At = in.Today
	}
	return l
}

func (r *lessons) learn(l learned.Lesson, name string) error {
	before := r.before.Judge(l.Document).Logit
	change, err := r.state.Learn(l)
	if err != nil {
		return err
	}
	r.counts[map[learned.Change][2]string{learned.Learnt: {newHam, newSpam}, learned.Moved: {toHam, toSpam}, learned.Known: {wasKnown, wasKnown}}[change][side(l.Spam)]]++
	if change != learned.Known && len(r.kept) < maxJudged {
		r.kept = append(r.kept, kept{name, l.Spam, l.Document, l.Keys, before})
	}
	return nil
}

func side(spam bool) int {
	if spam {
		return 1
	}
	return 0
}

func (r *lessons) unlearn(l learned.Lesson, name string) error {
	if r.state.Unlearn(l) {
		r.counts[takenBack]++
		return nil
	}
	r.counts[notOne]++
	return nil
}

// maxTold is how many messages are told of one by one.
const maxTold = 5

// tell says what changed.
func (r *lessons) tell() error {
	var b strings.Builder
	var parts []string
	for _, what := range []string{newHam, newSpam, toHam, toSpam, wasKnown, takenBack, notOne} {
		if n := r.counts[what]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	if len(parts) == 0 {
		parts = []string{"no message"}
	}
	fmt.Fprintf(&b, "learnt: %s\n", strings.Join(parts, ", "))
	after := bayes.New(bayes.Default(), r.state.Words)
	if len(r.kept) <= maxTold {
		for _, k := range r.kept {
			r.tellOne(&b, k, after.Judge(k.document).Logit)
		}
	} else {
		r.tellMany(&b, after)
	}
	if _, err := fmt.Fprint(r.o.streams.out, b.String()); err != nil {
		return couldNot("", "writing: %w", err)
	}
	if r.bad > 0 {
		return &exitError{code: exitCouldNot}
	}
	return nil
}

// tellOne says what the words of a message looked like and look like now, and what is known of its sender.
func (r *lessons) tellOne(b *strings.Builder, k kept, after float64) {
	was, is := checks.Leaning(k.before), checks.Leaning(after)
	fmt.Fprintf(b, "%s\n  by its words alone it looked like %s; now it looks like %s\n", render.Clean(k.name), was, is)
	if taught := [...]string{"good mail", "spam"}[side(k.spam)]; !strings.HasPrefix(is, taught) {
		fmt.Fprintf(b, "  one message does not outweigh all others: teach more of its kind, and see with fpcheck analyze which words weigh\n")
	}
	if s, ok := r.standing(k.keys); ok {
		fmt.Fprintf(b, "  its sender, %s: %s\n", render.Clean(s.Name), s)
	} else {
		fmt.Fprintf(b, "  its sender is not remembered: nothing proves who it was\n")
	}
}

// standing is the history that says most of the sender, as of today.
func (r *lessons) standing(keys []reputation.Key) (most reputation.Standing, ok bool) {
	for _, key := range keys {
		if s, found := r.state.Senders.Look(key, r.o.today); found && (!ok || math.Abs(s.Score) > math.Abs(most.Score)) {
			most, ok = s, true
		}
	}
	return most, ok
}

// tellMany counts the messages whose verdict was wrong before and after.
func (r *lessons) tellMany(b *strings.Builder, after *bayes.Classifier) {
	for _, spam := range []bool{false, true} {
		of := slices.DeleteFunc(slices.Clone(r.kept), func(k kept) bool { return k.spam != spam })
		if len(of) == 0 {
			continue
		}
		wrongBefore, wrongAfter := 0, 0
		for _, k := range of {
			wrongBefore += side(k.before > 0 != spam)
			wrongAfter += side(after.Judge(k.document).Logit > 0 != spam)
		}
		kind, as := "good", "spam"
		if spam {
			kind, as = "bad", "good mail"
		}
		fmt.Fprintf(b, "of %d %s messages %d looked like %s by their words before; now %d do\n", len(of), kind, wrongBefore, as, wrongAfter)
	}
}
