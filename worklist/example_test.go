package worklist_test

import (
	"context"
	"fmt"
	"io/fs"
	"log"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"testing/fstest"

	"baton/worklist"
)

// A walk in which each directory is an item. A single worker makes a preorder
// walk of it; with more workers the directories are read concurrently.
func Example_treeWalk() {
	tree := fstest.MapFS{
		"src/main.go":       {Data: make([]byte, 100)},
		"src/list/list.go":  {Data: make([]byte, 300)},
		"src/list/ring.go":  {Data: make([]byte, 200)},
		"doc/en/readme.txt": {Data: make([]byte, 50)},
	}
	var bytes atomic.Int64
	opts := worklist.Options{Name: "walk", Workers: 1}
	err := worklist.Run(context.Background(), opts, []string{"."}, func(_ context.Context, dir string, add func(...string)) error {
		entries, err := fs.ReadDir(tree, dir)
		if err != nil {
			return err
		}
		fmt.Println(dir)
		var dirs []string
		for _, e := range entries {
			if e.IsDir() {
				dirs = append(dirs, path.Join(dir, e.Name()))
			} else if info, err := e.Info(); err == nil {
				bytes.Add(info.Size())
			}
		}
		add(dirs...) // in one call, so that they are visited in this order
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(bytes.Load(), "bytes")
	// Output:
	// .
	// doc
	// doc/en
	// src
	// src/list
	// 650 bytes
}

// A crawl: pages link to each other in circles, so each visit adds only the
// links that nobody has seen yet. Twenty pages are fetched at once, and Run
// returns when the last of them brought nothing new.
func Example_crawl() {
	web := map[string][]string{
		"/":         {"/docs", "/blog", "/"},
		"/docs":     {"/", "/docs/faq"},
		"/docs/faq": {"/docs", "/blog"},
		"/blog":     {"/blog/1", "/blog/2"},
		"/blog/1":   {"/blog", "/blog/2"},
		"/blog/2":   {"/blog", "/"},
		"/hidden":   {"/"},
	}
	var (
		mu   sync.Mutex
		seen = map[string]bool{"/": true} // guarded by mu
	)
	opts := worklist.Options{Name: "crawl", Workers: 20, Order: worklist.BreadthFirst}
	err := worklist.Run(context.Background(), opts, []string{"/"}, func(_ context.Context, url string, add func(...string)) error {
		links := web[url] // where a real crawler would wait for the network
		mu.Lock()
		defer mu.Unlock()
		for _, link := range links {
			if !seen[link] {
				seen[link] = true
				add(link)
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	var urls []string
	for url := range seen {
		urls = append(urls, url)
	}
	slices.Sort(urls)
	fmt.Println(urls)
	// Output:
	// [/ /blog /blog/1 /blog/2 /docs /docs/faq]
}
