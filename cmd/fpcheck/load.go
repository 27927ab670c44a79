package main

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze"
	"github.com/fpcheck/fpcheck/analyze/bayes"
	"github.com/fpcheck/fpcheck/analyze/checks"
	"github.com/fpcheck/fpcheck/analyze/eml"
	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/reputation"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/analyze/rules"
	"github.com/fpcheck/fpcheck/cmd/render"
)

// resolvConf names the DNS servers of this machine.
const resolvConf = "/etc/resolv.conf"

// loading are the flags of every command that reads messages, and what was loaded by them. One place turns flags into an
// analyze.Input.
type loading struct {
	profile   string
	dns       string
	caseDir   string
	resolver  string
	record    string
	border    string
	direction string
	clientIP  string
	helo      string
	mailFrom  string
	rcpt      []string
	category  string
	logText   string
	delivered time.Time
	today     time.Time
	without   []string
	state     string
	handing   handing

	learntList string // of a case: path of the list of addresses that its receiver has learnt
	cmd        *cobra.Command
	streams    streams
	inputs     []string // the files and folders that are read: a profile beside them is not used unasked
	profiles   []*profile.Profile
	mode       string // "live", "snapshot" or "offline"
	resolve    resolve.Resolver
	asked      *asked
	recorder   *resolve.Recorder
	checks     []*analyze.Check
	ruleSets   map[*profile.Profile][]rules.Rule
	stated     analyze.Stated

	read *meter // counts what is read of the inputs; nil: nobody asks

	judges     bool // the command weighs what was learnt
	classifier *bayes.Classifier
	history    *reputation.History
}

// What is done without --dns.
const (
	dnsAsked   = "live"
	dnsOfCase  = "live, or the case's dns.zone"
	dnsUnasked = "offline"
)

// bindDNS adds the flags that say how the DNS is asked; preset is what its help says is done without them.
func (l *loading) bindDNS(cmd *cobra.Command, preset string) {
	cmd.Flags().StringVar(&l.dns, "dns", "", dnsHelp(preset))
	cmd.Flags().StringVar(&l.resolver, "resolver", "", "DNS server to ask: `IP[:PORT]`")
	_ = cmd.RegisterFlagCompletionFunc("dns", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{"live", "offline"}, cobra.ShellCompDirectiveDefault
	})
}

func dnsHelp(preset string) string {
	return "live, offline, or the `FILE` of a snapshot (default " + preset + ")"
}

// bind adds the flags to cmd.
func (l *loading) bind(cmd *cobra.Command) {
	l.cmd, l.judges = cmd, true
	l.bindDNS(cmd, dnsOfCase)
	l.handing.bind(cmd)
	f := cmd.Flags()
	f.StringVar(&l.profile, "profile", "", "`FILE` with the facts of your organisation, or a folder of such files; none: use none")
	f.StringVar(&l.caseDir, "case", "", "`DIR` that holds message.eml, and perhaps dns.zone, profile.yaml and history.list")
	f.StringVar(&l.record, "record", "", "write the DNS answers to `FILE`, for --dns FILE")
	f.StringVar(&l.border, "border", "", "delivery point: `NUMBER` of the hop, 1 is the newest, or the HOST that wrote its line")
	addChoice(cmd, &l.direction, "direction", "", "seen from your organisation", "in", "out", "internal")
	f.StringVar(&l.clientIP, "client-ip", "", "`IP` that handed the message to the border")
	f.StringVar(&l.helo, "helo", "", "`NAME` that it said in HELO or EHLO")
	f.StringVar(&l.mailFrom, "mail-from", "", "envelope sender `ADDRESS`; <> for the null sender")
	f.StringArrayVar(&l.rcpt, "rcpt", nil, "envelope recipient `ADDRESS`; may stand several times")
	addChoice(cmd, &l.category, "category", "", "what the filter's log calls the message", "spam", "fraud", "domain-spoofing", "bulk", "policy", "virus")
	f.StringVar(&l.logText, "log-text", "", "what its log shows, as text or in `FILE`: Proofpoint Essentials, Exchange message trace, Mimecast")
	f.Var(moment{&l.delivered}, "delivered", "`TIME` at which the border took the message")
	f.Var(moment{&l.today}, "today", "`TIME` to take for now, so that a run can be repeated")
	f.StringArrayVar(&l.without, "without", nil, "leave out this `CHECK`; may stand several times")
	f.StringVar(&l.state, "state", "", "`DIR` of what fpcheck learn was taught (default in your home folder)")
	_ = cmd.MarkFlagDirname("case")
	_ = cmd.MarkFlagDirname("state")
	_ = cmd.RegisterFlagCompletionFunc("without", cobra.FixedCompletions(checkNames(), cobra.ShellCompDirectiveNoFileComp))
}

func checkNames() []string {
	var names []string
	for _, c := range checks.All() {
		names = append(names, c.Name)
	}
	return names
}

// prepare turns the flags into what all messages share. It returns the names of the messages to read.
func (l *loading) prepare(args []string) ([]string, error) {
	if l.today.IsZero() {
		l.today = time.Now()
	}
	names, err := l.names(args)
	if err != nil {
		return nil, err
	}
	l.inputs = append(l.inputs, names...)
	for _, step := range []func() error{l.selectChecks, l.statePath, l.openState, l.openCase, l.openDNS, l.openProfiles} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// names are the inputs. A case is read where it is asked for, and never found unasked: an unpacked folder may be hostile.
func (l *loading) names(args []string) ([]string, error) {
	if _, err := l.handing.options(); err != nil {
		return nil, err
	}
	switch {
	case l.handing.clipboard && (len(args) > 0 || l.caseDir != ""):
		return nil, usage("", "give a message or --clipboard, not both")
	case l.caseDir == "" && len(args) == 0:
		return []string{"-"}, nil
	case l.caseDir == "":
		return args, nil
	case len(args) > 0:
		return nil, usage("", "give a message or --case, not both")
	}
	if info, err := os.Stat(l.caseDir); err != nil || !info.IsDir() {
		return nil, usage("", "--case %s: there is no such folder", l.caseDir)
	}
	inCase := func(flag *string, name string) {
		path := filepath.Join(l.caseDir, name)
		if _, err := os.Stat(path); err == nil && *flag == "" {
			*flag = path
		}
	}
	inCase(&l.dns, "dns.zone")
	inCase(&l.profile, profile.FileName)
	inCase(&l.learntList, historyFile)
	return []string{filepath.Join(l.caseDir, "message.eml")}, nil
}

func (l *loading) selectChecks() error {
	l.checks = checks.All()
	for _, name := range l.without {
		i := slices.IndexFunc(l.checks, func(c *analyze.Check) bool { return c.Name == name })
		if i < 0 && !slices.Contains(checkNames(), name) {
			return usage("", "--without %s: no check is called that; the checks are %s", name, strings.Join(checkNames(), ", "))
		}
		if i >= 0 {
			l.checks = slices.Delete(slices.Clone(l.checks), i, i+1)
		}
	}
	return nil
}

// directions are the words of --direction.
var directions = map[string]rules.Direction{"in": rules.Inbound, "out": rules.Outbound, "internal": rules.Internal}

// statePath reads what the user says about the delivery.
func (l *loading) statePath() error {
	if from := l.handing.from; from != "" && !strings.Contains(from, "@") {
		return usage("", "--from %s: that is not an address", from)
	}
	l.stated = analyze.Stated{From: l.handing.from, Border: l.border, Helo: l.helo, MailFrom: l.mailFrom, Rcpt: l.rcpt, Direction: directions[l.direction],
		Delivered: l.delivered, Category: l.category}
	if err := l.readLog(); err != nil {
		return err
	}
	if l.clientIP == "" {
		return nil
	}
	ip, err := netip.ParseAddr(l.clientIP)
	if err != nil {
		return usage("", "--client-ip %s: that is not an IP address", l.clientIP)
	}
	l.stated.IP = ip
	return nil
}

func (l *loading) openDNS() error {
	var err error
	switch l.dns {
	case "offline":
		l.mode, l.resolve = "offline", resolve.Off()
	case "", "live":
		l.mode = "live"
		l.resolve, err = l.liveDNS()
	default:
		l.mode = "snapshot"
		l.resolve, err = openSnapshot(l.dns)
	}
	if err != nil {
		return err
	}
	if l.resolver != "" && l.mode != "live" {
		return usage("", "--resolver needs --dns live")
	}
	l.asked = &asked{Resolver: l.resolve}
	l.resolve = l.asked
	if l.record != "" {
		l.startRecording()
	}
	return nil
}

// asked notes when the newest answer was had, for the report: a snapshot may be old.
type asked struct {
	resolve.Resolver
	mu sync.Mutex
	at time.Time
}

func (a *asked) Resolve(ctx context.Context, q resolve.Question) (resolve.Answer, error) {
	answer, err := a.Resolver.Resolve(ctx, q)
	a.mu.Lock()
	defer a.mu.Unlock()
	if answer.At.After(a.at) {
		a.at = answer.At
	}
	return answer, err
}

// since returns the time of the newest answer and forgets it.
func (a *asked) since() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { a.at = time.Time{} }()
	return a.at
}

// startRecording remembers every DNS answer from here on.
func (l *loading) startRecording() {
	l.recorder = resolve.Record(l.resolve)
	l.resolve = l.recorder
}

func (l *loading) liveDNS() (resolve.Resolver, error) {
	o := resolve.Options{ResolvConf: resolvConf, Now: time.Now}
	if l.resolver != "" {
		server, err := resolve.ParseServer(l.resolver)
		if err != nil {
			return nil, usage("", "--resolver %s: %w", l.resolver, err)
		}
		o.Servers = []netip.AddrPort{server}
	}
	return resolve.Live(o), nil
}

func openSnapshot(path string) (resolve.Resolver, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, usage("", "--dns %s: it is one of live, offline, or a file; there is no such file", path)
	}
	if err != nil {
		return nil, couldNot("", "reading DNS snapshot %s: %w", path, reason(err))
	}
	defer f.Close()
	r, err := resolve.Snapshot(path, f)
	if err != nil {
		return nil, couldNot("fpcheck docs snapshot", "%w", err)
	}
	return r, nil
}

// noProfile is the word for none: not even one that would be found.
const noProfile = "none"

// openProfiles reads the profile of --profile, or the one that is found in the working folder, its parents, or the user's folder.
func (l *loading) openProfiles() error {
	paths := []string{l.profile}
	switch l.profile {
	case noProfile:
		return nil
	case "":
		path, data, err := l.findProfile()
		if path == "" || err != nil {
			return err
		}
		return l.addProfile(path, data)
	}
	if info, err := os.Stat(l.profile); err == nil && info.IsDir() {
		if paths, err = profilesIn(l.profile); err != nil {
			return err
		}
	}
	for _, p := range paths {
		data, err := readFile(p)
		if err != nil {
			return couldNot("fpcheck profile init DOMAIN drafts one", "reading profile: %w", err)
		}
		if err := l.addProfile(p, data); err != nil {
			return err
		}
	}
	return nil
}

func profilesIn(dir string) ([]string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.yaml"))
	if err == nil && len(paths) == 0 {
		err = couldNot("", "--profile %s: there is no .yaml file in that folder", dir)
	}
	return paths, err
}

func (l *loading) addProfile(path string, data []byte) error {
	p, err := profile.Parse(path, data)
	if err != nil {
		return couldNot("fpcheck docs profile", "%w", err)
	}
	if _, err := providers.Extend(p.ProvidersYAML); err != nil {
		return couldNot("fpcheck docs profile", "%s: %w", path, err)
	}
	rs, err := rules.Load(p.RulePaths(), readFile)
	if err != nil {
		return couldNot("fpcheck docs rules", "%w", err)
	}
	if l.ruleSets == nil {
		l.ruleSets = map[*profile.Profile][]rules.Rule{}
	}
	l.ruleSets[p] = rs
	l.profiles = append(l.profiles, p)
	return nil
}

// run reads the one message of an input and runs the checks over it. Where only its rejection is here, that is printed, and the error ends
// the command.
func (l *loading) run(ctx context.Context, name string) (*analyze.Report, error) {
	it, err := l.oneItem(name)
	if err != nil {
		return nil, err
	}
	if it.Message == nil {
		return nil, l.refusalOnly(it)
	}
	return l.itemReport(ctx, it), nil
}

// input is the one place that turns flags into an analyze.Input.
func (l *loading) input(name string, m *eml.Message, stated analyze.Stated) *analyze.Input {
	in := analyze.Prepare(m, l.only(), stated)
	if len(l.profiles) > 1 {
		if p := profile.Choose(l.profiles, in.RecipientDomains(), []string{in.FromDomain()}); p != nil {
			in = analyze.Prepare(m, p, stated)
		}
	}
	in.Name, in.Rules = name, l.ruleSets[in.Profile]
	in.Resolve, in.DNSMode, in.Parallel = l.resolve, l.mode, l.mode == "live"
	in.Today, in.Weights = l.today, checks.Weights()
	in.Classifier, in.History = l.classifier, l.history
	return in
}

// only returns the profile where there is exactly one: then it holds for every message.
func (l *loading) only() *profile.Profile {
	if len(l.profiles) == 1 {
		return l.profiles[0]
	}
	return nil
}

// finishRecording writes what --record asks for.
func (l *loading) finishRecording() error {
	if l.record == "" {
		return nil
	}
	return save(l.record, l.recorder)
}

// save writes the recorded DNS answers, whole or not at all.
func save(path string, r *resolve.Recorder) error {
	var b strings.Builder
	if _, err := r.WriteTo(&b); err != nil {
		return couldNot("", "writing the DNS snapshot: %w", err)
	}
	if err := maybe.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		return couldNot("", "writing the DNS snapshot: %w", err)
	}
	return nil
}

// renderOptions are how to print.
func (l *loading) renderOptions(color string, verbose bool) render.Options {
	return l.streams.renderOptions(color, verbose)
}

func (s streams) renderOptions(color string, verbose bool) render.Options {
	width := s.width()
	return render.Options{Verbose: verbose, Version: version(), Width: width, Color: useColor(color, width > 0, os.Getenv)}
}

// useColor decides on --color, the terminal and the environment: https://no-color.org (any value but the empty one) and https://bixense.com/clicolors.
func useColor(color string, terminal bool, env func(string) string) bool {
	switch {
	case color != "auto":
		return color == "always"
	case env("NO_COLOR") != "":
		return false
	case env("CLICOLOR_FORCE") != "" && env("CLICOLOR_FORCE") != "0":
		return true
	}
	return terminal && env("CLICOLOR") != "0" && env("TERM") != "dumb"
}
