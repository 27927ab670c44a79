package render

import (
	"io"
	"net/url"
	"strings"

	"github.com/fpcheck/fpcheck/suggest/lint"
)

// SARIF prints the problems as a log of SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a pull request.
func SARIF(w io.Writer, r RuleReport, _ Options) error {
	index := map[string]int{}
	var names []string
	for _, x := range r.Problems {
		if _, ok := index[x.Lint]; !ok {
			index[x.Lint] = len(names)
			names = append(names, x.Lint)
		}
	}
	var driver, run, log object
	driver.set("name", "fpcheck")
	driver.set("semanticVersion", semantic(r.Version))
	list(&driver, "rules", names, func(name string) any { return descriptor(r, name) })
	run.set("tool", object{{"driver", driver}})
	run.set("columnKind", "unicodeCodePoints")
	list(&run, "results", r.Problems, func(x lint.Problem) any { return sarifResult(x, index[x.Lint]) })
	log.set("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
	log.set("version", "2.1.0")
	log.set("runs", []any{run})
	return writeObject(w, log)
}

// semantic is version where it is one (SARIF 3.19.5 wants no other).
func semantic(version string) string {
	v := strings.TrimPrefix(version, "v")
	if strings.Count(v, ".") < 2 {
		return "0.0.0"
	}
	return v
}

func descriptor(r RuleReport, name string) object {
	var d object
	d.set("id", name)
	d.set("shortDescription", object{{"text", r.title(name)}})
	d.set("help", object{{"text", "fpcheck docs lint/" + name}})
	if l, ok := lint.ByName(name); ok {
		d.set("defaultConfiguration", object{{"level", string(l.Severity)}})
	}
	return d
}

func sarifResult(x lint.Problem, index int) object {
	text := Clean(x.Text)
	if x.Instead != "" {
		text += ". Instead: " + Clean(x.Instead)
	}
	var res object
	res.set("ruleId", x.Lint)
	res.set("ruleIndex", index)
	res.set("level", string(x.Severity))
	res.set("message", object{{"text", Clean(x.Rule) + ": " + text}})
	res.set("locations", []any{sarifLocation(x.Place)})
	if len(x.Related) > 0 {
		list(&res, "relatedLocations", x.Related, func(p lint.Place) any {
			l := sarifLocation(p)
			if p.Rule != "" {
				l.set("message", object{{"text", Clean(p.Rule)}})
			}
			return l
		})
	}
	res.set("partialFingerprints", object{{"ruleName/v1", x.Lint + ":" + Clean(x.Rule)}}) // the line moves, the name stays
	return res
}

func sarifLocation(p lint.Place) object {
	uri := (&url.URL{Path: slashed(p.File)}).String()
	return object{{"physicalLocation", object{{"artifactLocation", object{{"uri", uri}}}, {"region", object{{"startLine", max(p.Line, 1)}}}}}}
}
