package web

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"baton/internal/endpoint"
)

// request asks the page's handler.
func request(method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r.Host = "localhost:8000"
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	Page(endpoint.IsLoopback).ServeHTTP(w, r)
	return w.Result()
}

func TestPage(t *testing.T) {
	for _, tt := range []struct {
		method, path string
		header       []string
		want         int
	}{
		{"GET", "/", nil, 200},
		{"HEAD", "/", nil, 200},
		{"GET", "/app.js", nil, 200},
		{"GET", "//app.js", nil, 200},
		{"GET", "/index.html", nil, 200},
		{"GET", "/nothing", nil, 404},
		{"GET", "/static/app.js", nil, 404},
		{"GET", "/../page.go", nil, 404},
		{"GET", "/%2e%2e/page.go", nil, 404},
		{"GET", "/.", nil, 200},
		{"POST", "/", nil, 405},
		{"DELETE", "/app.js", nil, 405},
		{"OPTIONS", "/", nil, 405},
		{"GET", "/", []string{"Host", "127.0.0.1:8000"}, 200},
		{"GET", "/", []string{"Host", "[::1]:8000"}, 200},
		{"GET", "/", []string{"Host", "evil.example"}, 403},
		{"GET", "/app.js", []string{"Host", "localhost.evil.example:8000"}, 403},
	} {
		resp := request(tt.method, tt.path, tt.header...)
		if resp.StatusCode != tt.want {
			t.Errorf("%s %s %q: %d, want %d", tt.method, tt.path, tt.header, resp.StatusCode, tt.want)
		}
		for key, want := range map[string]string{
			"Content-Security-Policy":    policy,
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "no-referrer",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := resp.Header.Get(key); got != want {
				t.Errorf("%s %s: %s is %q", tt.method, tt.path, key, got)
			}
		}
		if allow := resp.Header.Get("Allow"); (allow == "GET, HEAD") != (tt.want == 405) {
			t.Errorf("%s %s: Allow is %q", tt.method, tt.path, allow)
		}
	}
	for part := range strings.SplitSeq(policy, "; ") {
		if strings.Contains(part, "unsafe") || strings.Contains(part, "*") || strings.Contains(part, ":") {
			t.Errorf("the policy has %q", part)
		}
	}
}

func TestPageFiles(t *testing.T) {
	want := map[string]string{
		".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
		".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml",
	}
	tags := map[string]string{}
	err := fs.WalkDir(files, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		name = strings.TrimPrefix(name, "static")
		if n := strings.Count(string(data), "\n"); n > 300 {
			t.Errorf("%s has %d lines", name, n)
		}
		resp := request("GET", name)
		if got := resp.Header.Get("Content-Type"); got != want[path.Ext(name)] {
			t.Errorf("%s: type %q", name, got)
		}
		if resp.ContentLength != -1 && resp.ContentLength != int64(len(data)) {
			t.Errorf("%s: length %d, want %d", name, resp.ContentLength, len(data))
		}
		tag := resp.Header.Get("ETag")
		if other, ok := tags[tag]; ok || len(tag) < 10 {
			t.Errorf("%s: tag %s, as %s", name, tag, other)
		}
		tags[tag] = name
		if got := resp.Header.Get("Cache-Control"); got != "no-cache" {
			t.Errorf("%s: Cache-Control is %q", name, got)
		}
		for _, have := range []string{tag, `"x", ` + tag, "W/" + tag} {
			if resp := request("GET", name, "If-None-Match", have); resp.StatusCode != 304 || resp.ContentLength > 0 {
				t.Errorf("%s: %d for who has %s", name, resp.StatusCode, have)
			}
		}
		if resp := request("GET", name, "If-None-Match", `"another"`); resp.StatusCode != 200 {
			t.Errorf("%s: %d for who has another", name, resp.StatusCode)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPageIsWhole: what the files refer to is there, and is from this server.
func TestPageIsWhole(t *testing.T) {
	refers := regexp.MustCompile(`(?:src|href)="([^"#]+)"|from '([^']+)'|url\(([^)]+)\)`)
	elsewhere := regexp.MustCompile(`(?:https?:)?//[a-z0-9]+\.[a-z]`)
	entries, err := fs.ReadDir(files, "static")
	if err != nil {
		t.Fatal(err)
	}
	used := []string{"index.html"}
	for _, e := range entries {
		data, err := fs.ReadFile(files, "static/"+e.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range refers.FindAllStringSubmatch(string(data), -1) {
			name := path.Base(m[1] + m[2] + m[3])
			used = append(used, name)
			if _, err := fs.Stat(files, "static/"+name); err != nil {
				t.Errorf("%s refers to %s: %v", e.Name(), name, err)
			}
		}
		if path.Ext(e.Name()) != ".svg" && elsewhere.Match(data) {
			t.Errorf("%s refers to another host: %s", e.Name(), elsewhere.Find(data))
		}
		for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", " style=", " onclick="} {
			if strings.Contains(string(data), bad) {
				t.Errorf("%s has %s", e.Name(), bad)
			}
		}
	}
	for _, e := range entries {
		if !slices.Contains(used, e.Name()) {
			t.Errorf("nothing refers to %s", e.Name())
		}
	}
}
