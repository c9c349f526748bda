package ui

import (
	"fmt"
	"hash/fnv"
	"io"
)

// A Style says what a piece of text is; the terminal's own sixteen colours say
// how that looks, so that it reads on a light and on a dark background.
type Style uint8

// The styles.
const (
	Plain  Style = iota
	Strong       // headings, and what the eye should find first
	Dim          // what may be overlooked
	Size         // amounts
	Bar          // the filled part of a bar
	Dir          // names of directories
	Good         // what grew well, passed or is up
	Bad          // errors, and what failed or is down
)

var sgr = [...]string{
	Plain:  "",
	Strong: "1",
	Dim:    "2", // relative to the text's colour, unlike bright black, which some themes make invisible
	Size:   "32",
	Bar:    "36",
	Dir:    "1;34",
	Good:   "32",
	Bad:    "1;31",
}

// Paint returns text in a style, or as it is where the stream has no colour.
func (o *Output) Paint(st Style, text string) string {
	if !o.color || st == Plain || text == "" {
		return text
	}
	return "\x1b[" + sgr[st] + "m" + text + "\x1b[0m"
}

// hues are the colours that tell things of one kind apart, without black, white and
// the red of errors.
var hues = [...]string{"32", "33", "34", "35", "36", "1;32", "1;33", "1;34", "1;35", "1;36"}

// Hue returns text in the colour that belongs to key: the same for the same key, and
// mostly another one for another.
func (o *Output) Hue(key, text string) string {
	if !o.color || text == "" {
		return text
	}
	h := fnv.New32a()
	io.WriteString(h, key) // never fails
	return "\x1b[" + hues[h.Sum32()%uint32(len(hues))] + "m" + text + "\x1b[0m"
}

// HasColor reports whether the stream gets colour.
func (o *Output) HasColor() bool { return o.color }

// A ColorMode is the value of --color.
type ColorMode string

// The values of --color.
const (
	ColorAuto   ColorMode = "auto"
	ColorAlways ColorMode = "always"
	ColorNever  ColorMode = "never"
)

// ColorModes lists the values of --color.
var ColorModes = []string{string(ColorAuto), string(ColorAlways), string(ColorNever)}

// Set makes m the named mode. It implements pflag.Value.
func (m *ColorMode) Set(v string) error {
	switch c := ColorMode(v); c {
	case ColorAuto, ColorAlways, ColorNever:
		*m = c
		return nil
	}
	return fmt.Errorf("want auto, always or never")
}

// String returns the mode's name.
func (m *ColorMode) String() string { return string(*m) }

// Type returns the name that help gives to the value.
func (m *ColorMode) Type() string { return "WHEN" }

// SetColor decides for both output streams whether they get colour.
func (s *Streams) SetColor(mode ColorMode) {
	for _, o := range []*Output{s.Out, s.Err} {
		o.color = s.decideColor(mode, o)
	}
}

func (s *Streams) decideColor(mode ColorMode, o *Output) bool {
	switch mode {
	case ColorAlways:
		return true
	case ColorNever:
		return false
	}
	// NO_COLOR counts "when present and not an empty string".
	if v, _ := s.env("NO_COLOR"); v != "" {
		return false
	}
	if v, _ := s.env("FORCE_COLOR"); v != "" {
		return v != "0" && v != "false"
	}
	if v, _ := s.env("TERM"); v == "dumb" {
		return false
	}
	return o.Terminal && !o.dumb
}
