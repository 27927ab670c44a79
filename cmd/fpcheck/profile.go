package main

import (
	"cmp"
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/profile"
	"github.com/fpcheck/fpcheck/analyze/providers"
	"github.com/fpcheck/fpcheck/analyze/resolve"
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
		Use:     "init DOMAIN",
		Short:   "Draft a profile from the MX and SPF records of a domain",
		Example: "  fpcheck profile init example.org > profile.yaml",
		Args:    needs("DOMAIN"),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.domain = strings.ToLower(strings.TrimSuffix(args[0], "."))
			return runProfileInit(cmd.Context(), o)
		},
	}
	o.bindDNS(cmd, dnsAsked)
	return cmd
}

// runProfileInit prints a draft.
func runProfileInit(ctx context.Context, o *profileInitOptions) error {
	if resolve.Invalid(o.domain) || !strings.Contains(o.domain, ".") {
		return usage("fpcheck profile init example.org", "%q is not a domain", o.domain)
	}
	if err := o.openDNS(); err != nil {
		return err
	}
	found, err := o.find(ctx)
	if err != nil {
		return err
	}
	draft, err := profile.Draft(o.domain, found)
	if err != nil {
		return usage("", "%w", err)
	}
	if _, err := o.streams.out.Write(draft); err != nil {
		return couldNot("", "writing: %w", err)
	}
	o.streams.say("hint: save it as profile.yaml in a folder above your messages, or give it with --profile")
	return nil
}

// find asks for the records that a draft rests on. Without MX and TXT there is nothing to draft from; the addresses behind them may be missing.
func (o *profileInitOptions) find(ctx context.Context) (profile.Found, error) {
	var f profile.Found
	mx, kind, unknown := resolve.Ask(ctx, o.resolve, resolve.Q(o.domain, resolve.TypeMX))
	if unknown != nil {
		return f, couldNot("", "asking for the MX records: %w", unknown)
	}
	if kind == resolve.NXDomain {
		return f, couldNot("", "there is no domain %s", o.domain)
	}
	txt, _, unknown := resolve.Ask(ctx, o.resolve, resolve.Q(o.domain, resolve.TypeTXT))
	if unknown != nil {
		return f, couldNot("", "asking for the SPF record: %w", unknown)
	}
	f.SPF = spfRecord(txt.TXT())
	f.A = o.addrs(ctx, o.domain)
	list := mx.MX()
	slices.SortStableFunc(list, func(a, b resolve.MX) int { return cmp.Compare(a.Pref, b.Pref) })
	for _, m := range list {
		if m.Host == "" { // RFC 7505: takes no mail
			continue
		}
		f.MX = append(f.MX, m.Host)
		f.MXAddrs = append(f.MXAddrs, o.addrs(ctx, m.Host)...)
		if p := providers.ByHost(m.Host); p != nil && f.Filter == "" {
			f.Filter, f.Border = p.Name, p.Hosts
		}
	}
	return f, nil
}

func (o *profileInitOptions) addrs(ctx context.Context, host string) []netip.Addr {
	var out []netip.Addr
	for _, typ := range []uint16{resolve.TypeA, resolve.TypeAAAA} {
		a, _, _ := resolve.Ask(ctx, o.resolve, resolve.Q(host, typ))
		out = append(out, a.Addrs()...)
	}
	return out
}

// spfRecord returns the SPF record among txts, if there is exactly one (RFC 7208 4.5).
func spfRecord(txts []string) string {
	records := slices.DeleteFunc(slices.Clone(txts), func(t string) bool {
		f := strings.Fields(t)
		return len(f) == 0 || !strings.EqualFold(f[0], "v=spf1")
	})
	if len(records) != 1 {
		return ""
	}
	return records[0]
}
