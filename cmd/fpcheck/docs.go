package main

import (
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fpcheck/fpcheck/analyze/policy"
	"github.com/fpcheck/fpcheck/analyze/yamlfile"
	"github.com/fpcheck/fpcheck/cmd/render"
	"github.com/fpcheck/fpcheck/docs"
)

func newDocsCmd(s streams) *cobra.Command {
	var man string
	cmd := &cobra.Command{
		Use:     "docs [NAME]",
		Short:   "Print the page of any name that fpcheck prints",
		Example: "  fpcheck docs\n  fpcheck docs spf.fail\n  fpcheck docs exit-status",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			names := docs.Names()
			for i, p := range names {
				if !strings.Contains(typed, "/") {
					names[i] = path.Base(p)
				}
			}
			return slices.Compact(slices.Sorted(slices.Values(names))), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case man != "" && len(args) > 0:
				return usage("", "--man writes the pages of the commands, and takes no NAME")
			case man != "":
				return s.man(cmd.Root(), man)
			case len(args) == 0:
				return listDocs(s)
			}
			return runDocs(s, args[0])
		},
	}
	cmd.Flags().StringVar(&man, "man", "", "write a page for man(1) of each command into `DIR`")
	return cmd
}

// pageOf holds names that a report prints and that are explained on the page of something wider: stages of the decision, and the
// delivery point, which is skipped by this name where none is known.
var pageOf = map[string]string{
	string(policy.StageDoor): "decision", string(policy.StageSpoof): "decision", string(policy.StageLists): "decision",
	string(policy.StageScore): "decision", string(policy.StageVirus): "decision", "neutral": "decision", "border": "path",
	"refused": "inputs",
}

// runDocs prints the page called name. A finding such as "spf.fail" is on the page of its check, "blocklist.blind" on that of blocklists.
// Of a JSON Schema, such as "schema/report.json", the page is the schema.
func runDocs(s streams, name string) error {
	if text, ok := docs.Schema(strings.TrimSuffix(strings.TrimPrefix(name, "schema/"), ".json")); ok && strings.HasPrefix(name, "schema/") {
		_, err := s.out.Write(text)
		return err
	}
	given, name := name, strings.ToLower(name)
	names := []string{name, pageOf[name]}
	if check, _, finding := strings.Cut(name, "."); finding {
		names = append(names, check, check+"s")
	}
	for _, n := range names {
		if text, ok := docs.Page(n); ok {
			sayNamesakes(s, n)
			return render.Doc(s.out, text, s.renderOptions("auto", false))
		}
	}
	if page, ok := docs.Telling(name); ok {
		s.say("%s is told of on the page %s", given, page)
		text, _ := docs.Page(page)
		return render.Doc(s.out, text, s.renderOptions("auto", false))
	}
	if near := nearPages(name); len(near) > 0 {
		return usage("fpcheck docs, without a name, lists all pages", "no page is called %q; there are %s", given, strings.Join(near, ", "))
	}
	return usage("fpcheck docs, without a name, lists all pages", "no page is called %q", given)
}

// sayNamesakes names the other pages of that name: exim is a dialect, a filter and a provider.
func sayNamesakes(s streams, name string) {
	var pages []string
	for _, p := range docs.Names() {
		if path.Base(p) == name {
			pages = append(pages, p)
		}
	}
	if len(pages) > 1 { // docs.Page takes the first
		s.say("hint: there is also %s", strings.Join(pages[1:], ", "))
	}
}

// nearPages are the pages whose name holds name, or is held by it, or was mistyped.
func nearPages(name string) []string {
	var out, bases []string
	for _, p := range docs.Names() {
		base := path.Base(p)
		if strings.Contains(p, name) || strings.Contains(name, base) {
			out = append(out, p)
		}
		bases = append(bases, base)
	}
	if near := yamlfile.Nearest(path.Base(name), bases); len(out) == 0 && near != "" {
		out = []string{near}
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
	folders["schema"] = docs.Schemas()
	for _, f := range append(names, "schema") {
		if err := render.List(s.out, f, folders[f], s.renderOptions("auto", false)); err != nil {
			return err
		}
	}
	return nil
}
