package main

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/docs"
)

func newDocsCmd(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "docs [NAME]",
		Short: "Print the page of any name that fpcheck prints",
		Args:  cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return docs.Names(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listDocs(s)
			}
			return runDocs(s, args[0])
		},
	}
}

// runDocs prints the page called name. A finding such as "spf.fail" is on the page of its check.
func runDocs(s streams, name string) error {
	check, _, _ := strings.Cut(name, ".")
	for _, n := range []string{name, check} {
		if text, ok := docs.Page(n); ok {
			_, err := fmt.Fprint(s.out, text)
			return err
		}
	}
	if near := nearPages(name); len(near) > 0 {
		return usage("fpcheck docs, without a name, lists all pages", "no page is called %q; there are %s", name, strings.Join(near, ", "))
	}
	return usage("fpcheck docs, without a name, lists all pages", "no page is called %q", name)
}

// nearPages are the pages whose name holds name, or is held by it.
func nearPages(name string) []string {
	var out []string
	for _, p := range docs.Names() {
		base := path.Base(p)
		if strings.Contains(p, name) || strings.Contains(name, base) {
			out = append(out, p)
		}
	}
	return out
}

func listDocs(s streams) error {
	folders := map[string][]string{}
	for _, p := range docs.Names() {
		folders[path.Dir(p)] = append(folders[path.Dir(p)], path.Base(p))
	}
	var names []string
	for f := range folders {
		names = append(names, f)
	}
	slices.Sort(names)
	for _, f := range names {
		if err := render.List(s.out, f, folders[f]); err != nil {
			return err
		}
	}
	return nil
}
