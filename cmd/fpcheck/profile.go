package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/resolve"
	"github.com/fpcheck/fpcheck/cmd/render"
)

func newProfileCmd(s streams) *cobra.Command {
	return group("profile", "Draft the facts of your organisation", newProfileInitCmd(s))
}

type profileInitOptions struct {
	loading
	domain string
}

func newProfileInitCmd(s streams) *cobra.Command {
	o := &profileInitOptions{loading: loading{streams: s}}
	cmd := &cobra.Command{
		Use:   "init DOMAIN",
		Short: "Draft a profile from the MX and SPF records of a domain",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.domain = strings.ToLower(strings.TrimSuffix(args[0], "."))
			return runProfileInit(cmd.Context(), o)
		},
	}
	o.bindDNS(cmd)
	return cmd
}

// runProfileInit prints a draft. What the SPF record includes is never taken for a sending server: all customers of that service
// send from there.
func runProfileInit(ctx context.Context, o *profileInitOptions) error {
	if resolve.Invalid(o.domain) || !strings.Contains(o.domain, ".") {
		return usage("fpcheck profile init example.org", "%q is not a domain", o.domain)
	}
	if err := o.openDNS(); err != nil {
		return err
	}
	mx, kind, unknown := resolve.Ask(ctx, o.resolve, resolve.Q(o.domain, resolve.TypeMX))
	if unknown != nil {
		return couldNot("", "asking for the MX records: %w", unknown)
	}
	if kind == resolve.NXDomain {
		return couldNot("", "there is no domain %s", o.domain)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# profile.yaml: facts about your organisation, drafted from the DNS of %s. Check every line.\n", o.domain)
	fmt.Fprintf(&b, "domains: [%s]\n", o.domain)
	draftBorder(&b, mx.MX())
	if err := o.draftServers(ctx, &b); err != nil {
		return err
	}
	b.WriteString("\n# thresholds: {quarantine: 5, reject: 15}\n")
	if _, err := fmt.Fprint(o.streams.out, b.String()); err != nil {
		return couldNot("", "writing: %w", err)
	}
	o.streams.say("hint: save it as profile.yaml beside your messages, or give it with --profile (fpcheck docs profile)")
	return nil
}

// draftBorder writes the hosts that take the domain's mail: as the hosts of a filter that we know, or one by one.
func draftBorder(b *strings.Builder, mx []resolve.MX) {
	filters, hosts := map[string]bool{}, []string{}
	for _, m := range mx {
		if m.Host == "" {
			continue
		}
		if p := providers.ByHost(m.Host); p != nil {
			filters[p.Name] = true
			continue
		}
		hosts = append(hosts, fmt.Sprintf("%q", render.Clean(m.Host)))
	}
	if len(filters) > 0 {
		fmt.Fprintf(b, "\n# The MX records lead to this service; it writes the first Received line that can be believed.\nfilter: %s\n", yamlList(filters))
	}
	if len(hosts) > 0 {
		fmt.Fprintf(b, "\n# The MX records: these hosts write the first Received line that can be believed.\nborder: [%s]\n", strings.Join(hosts, ", "))
	}
	if len(mx) == 0 {
		b.WriteString("\n# There is no MX record: name the hosts that take your mail.\n# border: [mx.example.org]\n")
	}
}

// yamlList writes one name as such and several as a list.
func yamlList(set map[string]bool) string {
	var names []string
	for n := range set {
		names = append(names, n)
	}
	slices.Sort(names)
	if len(names) == 1 {
		return names[0]
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// draftServers writes the addresses that the domain's own SPF record names, and what it leaves out.
func (o *profileInitOptions) draftServers(ctx context.Context, b *strings.Builder) error {
	answer, _, unknown := resolve.Ask(ctx, o.resolve, resolve.Q(o.domain, resolve.TypeTXT))
	if unknown != nil {
		return couldNot("", "asking for the SPF record: %w", unknown)
	}
	var servers, left []string
	for _, term := range spfTerms(answer.TXT()) {
		name, value, _ := strings.Cut(strings.TrimLeft(term, "+"), ":")
		switch {
		case (name == "ip4" || name == "ip6") && value != "":
			servers = append(servers, render.Clean(value))
		case strings.HasPrefix(name, "include") || strings.HasPrefix(name, "redirect") || name == "a" || name == "mx":
			left = append(left, render.Clean(term))
		}
	}
	if len(servers) > 0 {
		fmt.Fprintf(b, "\n# The addresses that your SPF record names itself: they may send as you from outside.\nsending-servers: [%s]\n", quoted(servers))
	} else {
		b.WriteString("\n# Your SPF record names no address itself.\n# sending-servers: [192.0.2.1]\n")
	}
	for _, term := range left {
		fmt.Fprintf(b, "# %s is left out: %s\n", term, whyLeftOut(term))
	}
	return nil
}

func whyLeftOut(term string) string {
	if strings.Contains(term, "include:") || strings.HasPrefix(term, "redirect") {
		return "everybody who uses that service sends from there"
	}
	return "add the addresses behind it if they send mail"
}

func quoted(in []string) string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(out, ", ")
}

// spfTerms returns the terms of the SPF record among txts, if there is exactly one (RFC 7208 4.5).
func spfTerms(txts []string) []string {
	var records []string
	for _, t := range txts {
		if f := strings.Fields(t); len(f) > 0 && strings.EqualFold(f[0], "v=spf1") {
			records = append(records, t)
		}
	}
	if len(records) != 1 {
		return nil
	}
	return strings.Fields(strings.ToLower(records[0]))[1:]
}
