package cli

import (
	"runtime"
	"runtime/debug"
	"strings"

	"baton/internal/ui"
)

// version names a release. It is set when one is linked, with
// -ldflags "-X baton/internal/cli.version=v1.2.3", and else comes from the
// information that the go command leaves in the binary.
var version string

// A build is what is known about this binary. Its JSON is a documented contract.
type build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func readBuild() build {
	b := build{Version: version, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok {
		if b.Version == "" {
			b.Version = strings.Trim(info.Main.Version, "()")
		}
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = s.Value
			case "vcs.modified":
				b.Modified = s.Value == "true"
			}
		}
	}
	if b.Version == "" {
		b.Version = "devel"
	}
	return b
}

// String returns the build as one line.
func (b build) String() string {
	s := "baton " + b.Version
	if b.Commit != "" {
		s += " (commit " + b.Commit[:min(12, len(b.Commit))]
		if b.Modified {
			s += ", modified"
		}
		s += ")"
	}
	return s + " " + b.Go + " " + b.OS + "/" + b.Arch
}

func printVersion(s *ui.Streams, asJSON bool) error {
	b := readBuild()
	if asJSON {
		return s.Out.JSON(b)
	}
	s.Out.Printf("%s\n", b)
	return nil
}
