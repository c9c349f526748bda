package gitignore

import "testing"

// typical has the kinds of patterns that a project of some size has.
const typical = `
*.o
*.a
*.so
*.py[cod]
__pycache__/
node_modules/
/build/
/dist/
.DS_Store
*~
*.log
!important.log
.idea/
.vscode/*
!.vscode/settings.json
/vendor/**/testdata/
coverage.*
target/
Thumbs.db
doc/_build/
`

func BenchmarkMatch(b *testing.B) {
	top := New(nil, []byte("*.swp\n")).With([]byte(typical))
	deep := top.Enter([]byte("src")).Enter([]byte("pkg"))
	for _, bc := range []struct {
		name string
		m    *Matcher
		file string
	}{
		{"none", nil, "main.go"},
		{"top", top, "main.go"},
		{"deep", deep, "main.go"},
		{"hit", deep, "main.o"},
		{"long", deep, "a-rather-long-file-name-without-any-match.txt"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			name := []byte(bc.file)
			for b.Loop() {
				bc.m.Match(name, false)
			}
		})
	}
}

func BenchmarkEnter(b *testing.B) {
	top := New(nil, nil).With([]byte(typical))
	deep := top.Enter([]byte("src"))
	for name, m := range map[string]*Matcher{"none": nil, "top": top, "deep": deep} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			dir := []byte("dir")
			for b.Loop() {
				m.Enter(dir)
			}
		})
	}
}

func BenchmarkWith(b *testing.B) {
	b.SetBytes(int64(len(typical)))
	b.ReportAllocs()
	content := []byte(typical)
	for b.Loop() {
		New(nil, content)
	}
}
