package cli

import (
	"baton/internal/tool/du"
	"baton/internal/ui"
)

// view returns the view that the flags ask for.
func (f *duFlags) view(s *ui.Streams, o *du.Options) du.View {
	switch {
	case f.json:
		return du.JSON
	case f.lists(o):
		return du.Lists
	case f.plain:
		return du.Lines
	case f.table:
		return du.Table
	case f.gnu || !s.Out.Terminal:
		return du.Lines
	default:
		return du.Table
	}
}

func (f *duFlags) lists(o *du.Options) bool {
	return o.Top > 0 || o.Types || o.Age || o.Since != ""
}

// checkView finds flags that the view would ignore. Those that set a unit are
// taken by every view, as they are what people have in aliases.
func (f *duFlags) checkView(o *du.Options) error {
	var view string
	var useless []string
	switch o.View {
	case du.Table:
		view = "the table"
		useless = []string{"all", "total", "max-depth", "null", "separate-dirs", "summarize"}
	case du.Lines:
		view = "GNU du's lines"
		useless = []string{"rows", "shared"}
	case du.Lists:
		view = "lists"
		useless = []string{"plain", "all", "total", "null", "separate-dirs", "shared"}
		if o.Since == "" {
			useless = append(useless, "max-depth", "summarize")
		}
	case du.JSON:
		view = "JSON"
		useless = []string{"plain", "total", "null", "separate-dirs", "rows"}
	}
	for _, name := range useless {
		if f.given(name) {
			return usagef("--%s has no effect on %s", name, view)
		}
	}
	if o.View == du.Lists && o.Since != "" && (o.Sort == du.ByCount || o.Sort == du.ByMtime) {
		return usagef("changes have no order by count or mtime")
	}
	return nil
}
