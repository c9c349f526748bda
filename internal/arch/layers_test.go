// Package arch holds one test: the imports of the module point one way.
package arch

import (
	"fmt"
	"slices"
	"strings"
)

// module is the path that every package of ours starts with.
const module = "baton"

// The layers, from the top. A package belongs to the first layer whose path it
// has or lies under, and imports the layers that may names, never one above it;
// ui and support are one level. Go itself refuses cycles between packages.
var layers = []layer{
	{name: "main", path: "cmd", may: []string{"cli", "ui", "support"}},
	{name: "cli", path: "internal/cli", may: []string{"cli", "tool", "ui", "support", "block"}},
	{name: "tool", path: "internal/tool", may: []string{"ui", "support", "block"}}, // and its own subpackages
	{name: "ui", path: "internal/ui", may: []string{"ui", "support", "block"}},
	{name: "schedule", path: "internal/schedule"}, // the blocks tell it where others may come in between, in tests
	{name: "sysconn", path: "internal/sysconn"},   // serve and endpoint ask it the same
	{name: "support", path: "internal", may: []string{"ui", "support", "block", "sysconn"}},
	{name: "example", path: "examples", may: []string{"block"}},
	{name: "block", path: "", may: []string{"block", "schedule", "sysconn"}},
}

// The dependencies, and who imports each: layers, single packages, or "tests"
// for the test files of any package. A module that has no line here is refused
// everywhere. That keeps what we compare ourselves with in bench/, which is a
// module of its own.
var dependencies = []dependency{
	{path: "github.com/spf13/cobra", by: []string{"main", "cli", "tests"}},
	{path: "github.com/spf13/pflag", by: []string{"main", "cli", "tests"}},
	{path: "golang.org/x/sys", by: []string{"cli", "tool", "ui", "support", "tests"}},
	{path: "golang.org/x/term", by: []string{"cli", "tool", "ui", "support", "tests"}},
	{path: "github.com/clipperhouse/displaywidth", by: []string{"ui"}},
	{path: "github.com/creack/pty", by: []string{"internal/tool/spin", "tests"}},
	{path: "github.com/maypok86/otter/v2", by: []string{"memo", "tests"}},
	{path: "go.mau.fi/util", by: []string{"internal/tool/chat/name"}},
	{path: "golang.org/x/crypto", by: []string{"internal/tool/chat/account"}},
	{path: "golang.org/x/text", by: []string{"internal/tool/chat/account", "internal/tool/chat/name", "internal/tool/chat/store"}},
	{path: "github.com/ncruces/go-sqlite3", by: []string{"internal/tool/chat/store", "tests"}},

	{path: "github.com/anishathalye/porcupine", by: []string{"tests"}},
	{path: "github.com/google/go-cmp", by: []string{"tests"}},
	{path: "github.com/rogpeppe/go-internal", by: []string{"tests"}},
	{path: "go.uber.org/goleak", by: []string{"tests"}},
	{path: "pgregory.net/rapid", by: []string{"tests"}},
}

type layer struct {
	name string
	path string // below the module's root; "" is the root and all that no line above claims
	may  []string
}

type dependency struct {
	path string
	by   []string
}

// A pkg is what go list says about a package.
type pkg struct {
	ImportPath   string
	Name         string
	Doc          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// check returns what is wrong with pkgs, one line for each import that the
// tables forbid and each package without a comment.
func check(pkgs []pkg) []string {
	var wrong []string
	for _, p := range pkgs {
		for _, imp := range p.Imports {
			if why := forbidden(p.ImportPath, imp); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imp, why))
			}
		}
		for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
			if why := forbiddenInTest(imp); why != "" {
				wrong = append(wrong, fmt.Sprintf("a test of %s imports %s: %s", p.ImportPath, imp, why))
			}
		}
		if len(p.GoFiles) > 0 && p.Name != "main" && !strings.HasPrefix(p.Doc, "Package "+p.Name+" ") {
			wrong = append(wrong, fmt.Sprintf("%s: no package comment that starts with %q", p.ImportPath, "Package "+p.Name))
		}
	}
	return wrong
}

// forbidden says why the package from must not import imp, or nothing.
func forbidden(from, imp string) string {
	switch {
	case isStd(imp):
		return ""
	case !within(imp, module):
		return undeclared(imp, layerOf(from).name, strings.TrimPrefix(from, module+"/"))
	}
	lower, upper := layerOf(imp), layerOf(from)
	if lower.name == "tool" && upper.name == "tool" {
		if toolOf(imp) != toolOf(from) {
			return "tools do not import each other; what two share is a block, or a package of internal/"
		}
		return ""
	}
	if !slices.Contains(upper.may, lower.name) {
		return fmt.Sprintf("layer %s may import %s, not %s", upper.name, strings.Join(upper.may, ", "), lower.name)
	}
	return ""
}

// forbiddenInTest is forbidden for test files: they may reach every package of
// the module, to test the layers together.
func forbiddenInTest(imp string) string {
	if isStd(imp) || within(imp, module) {
		return ""
	}
	return undeclared(imp, "tests")
}

// undeclared says why none of users may import the outside package imp.
func undeclared(imp string, users ...string) string {
	known := false
	for _, d := range dependencies {
		if !within(imp, d.path) {
			continue
		}
		known = true
		if slices.ContainsFunc(users, func(u string) bool { return slices.Contains(d.by, u) }) {
			return ""
		}
	}
	if !known {
		return "not in the table of dependencies (what we compare ourselves with belongs in bench/)"
	}
	return "the table of dependencies does not let " + users[0] + " import it"
}

func layerOf(path string) layer {
	path = strings.TrimPrefix(strings.TrimPrefix(path, module), "/")
	i := slices.IndexFunc(layers, func(l layer) bool { return l.path == "" || within(path, l.path) })
	return layers[i]
}

// toolOf returns the tool that a package of internal/tool belongs to.
func toolOf(path string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(path, module+"/internal/tool/"), "/")
	return name
}

// within reports whether path is dir or lies under it.
func within(path, dir string) bool {
	return path == dir || strings.HasPrefix(path, dir+"/")
}

// isStd reports whether path is of the standard library, whose first element
// has no dot.
func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return first != module && !strings.Contains(first, ".")
}
