package resolve

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNetworkStaysHere reads every Go file of the repository: what opens sockets or asks the system's resolver stands in this
// package alone, so that `--dns offline` can be trusted. Tests of the command line may serve, not dial; those with real mail servers talk to
// them on loopback.
func TestNetworkStaysHere(t *testing.T) {
	root := filepath.Join("..", "..")
	files, found := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		if base := filepath.Base(path); strings.HasPrefix(base, "engine_") && strings.HasSuffix(base, "_test.go") {
			return nil
		}
		files++
		calls := networkUse(t, path)
		rel, _ := filepath.Rel(root, path)
		if strings.HasPrefix(filepath.ToSlash(rel), "analyze/resolve/") {
			found += len(calls)
			return nil
		}
		for _, c := range calls {
			t.Errorf("%s: %s belongs into analyze/resolve", rel, c)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 10 || found == 0 {
		t.Errorf("%d files read, %d uses found here: the search itself is broken", files, found)
	}
}

// networkUse lists the uses of package net, and imports that would get round it.
func networkUse(t *testing.T, path string) []string {
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, src, parser.SkipObjectResolution)
	if err != nil {
		return nil // somebody is in the middle of writing it; the compiler will say so
	}
	var out []string
	names := map[string]string{} // how the file calls net and dns
	for _, imp := range file.Imports {
		p := strings.Trim(imp.Path.Value, `"`)
		switch p {
		case "net", "github.com/miekg/dns":
			name := filepath.Base(p)
			if imp.Name != nil {
				name = imp.Name.Name
			}
			names[name] = filepath.Base(p)
		case "net/http", "net/smtp", "net/rpc", "crypto/tls":
			if !strings.HasSuffix(path, "_test.go") {
				out = append(out, "import of "+p)
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && names[x.Name] != "" && forbidden(sel.Sel.Name) {
			out = append(out, names[x.Name]+"."+sel.Sel.Name)
		}
		return true
	})
	return out
}

// forbidden names are those of net, and of the DNS library, that reach for the network.
func forbidden(name string) bool {
	for _, prefix := range []string{"Dial", "Lookup", "Resolve", "Exchange", "DefaultResolver", "Client", "Transfer"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func TestForbidden(t *testing.T) {
	for name, want := range map[string]bool{"Dial": true, "Dialer": true, "LookupTXT": true, "Resolver": true, "ResolveIPAddr": true, "Exchange": true, "DNSError": false, "IP": false, "ParseIP": false} {
		if forbidden(name) != want {
			t.Errorf("net.%s: %v", name, !want)
		}
	}
}
