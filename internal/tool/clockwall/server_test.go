package clockwall

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for arg, want := range map[string]string{
		"A=localhost:8010":            "A lines tcp localhost:8010",
		"A=8010":                      "A lines tcp 127.0.0.1:8010",
		"A=[::1]:8010":                "A lines tcp [::1]:8010",
		"A=lines://h:1@Europe/Berlin": "A lines tcp h:1 Europe/Berlin",
		"New York=h:1@UTC":            "New York lines tcp h:1 UTC",
		"A=daytime://h":               "A daytime tcp h:13",
		"A=daytime+udp://h:1313":      "A daytime udp h:1313",
		"A=TIME://h/":                 "A time tcp h:37",
		"A=time+udp://h":              "A time udp h:37",
		"A=ntp://h":                   "A ntp udp h:123",
		"A=http://h/a?b=c=d#e":        "A http tcp h:80 /a?b=c=d",
		"A=https://h:8443":            "A https tcp h:8443 /",
		"localhost:8010":              "error want NAME=",
		"=h:1":                        "error want NAME=",
		"A=":                          "error want NAME=",
		"A=h":                         "error",
		"A=ntp://":                    "error no host",
		"A=gopher://h":                "error no protocol",
		"A=h:1@Nowhere":               "error no time zone",
		"A=h:1@":                      "error no time zone",
		"A=http://user@h":             "error a user name",
		"A=http://h\r\nX-Evil: 1":     "error",
		"A=http://h/%zz":              "error",
		"A=https://h/a\nb":            "error",
	} {
		s, err := Parse(arg)
		got := strings.Join([]string{s.Name, s.Protocol, s.Network, s.Address}, " ")
		if s.Path != "" {
			got += " " + s.Path
		}
		if s.Zone != nil {
			got += " " + s.Zone.String()
		}
		if err != nil {
			got = "error " + err.Error()
		}
		if got != want && !(err != nil && strings.HasPrefix(want, "error") && strings.HasPrefix(got, want)) {
			t.Errorf("%q: %s, want %s", arg, got, want)
		}
	}
}
