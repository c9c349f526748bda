package main

import (
	"context"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/singleflight"
	resenje "resenje.org/singleflight"

	"baton/flight"
	"baton/lazy"
)

var flightRows = []row{
	{
		what:  "flight: a call that nobody shares, context without end",
		ours:  contender{"flight", func(n int) { flights(background, n) }},
		peers: []contender{{"singleflight", singleflights}, {"resenje", func(n int) { resenjes(background, n) }}},
	},
	{
		what:  "flight: a call that nobody shares, cancellable",
		ours:  contender{"flight", func(n int) { flights(cancellable, n) }},
		peers: []contender{{"resenje", func(n int) { resenjes(cancellable, n) }}},
	},
	{
		what:  "lazy: a value that is there",
		ours:  contender{"lazy.Value", lazyGets},
		peers: []contender{{"atomic.Pointer", pointerLoads}, {"sync.OnceValues", onceValues}},
	},
}

func flights(ctx context.Context, n int) {
	var g flight.Group[string, int]
	for i := range n {
		g.Do(ctx, "key", func(context.Context) (int, error) { return i, nil })
	}
}

func singleflights(n int) {
	var g singleflight.Group
	for i := range n {
		g.Do("key", func() (any, error) { return i, nil })
	}
}

func resenjes(ctx context.Context, n int) {
	var g resenje.Group[string, int]
	for i := range n {
		g.Do(ctx, "key", func(context.Context) (int, error) { return i, nil })
	}
}

func lazyGets(n int) {
	v := lazy.New(func(context.Context) (int, error) { return 1, nil })
	for range n {
		if x, _ := v.Get(background); x != 1 {
			panic("another value")
		}
	}
}

func pointerLoads(n int) {
	var p atomic.Pointer[int]
	one := 1
	p.Store(&one)
	for range n {
		if *p.Load() != 1 {
			panic("another value")
		}
	}
}

func onceValues(n int) {
	get := sync.OnceValues(func() (int, error) { return 1, nil })
	for range n {
		if x, _ := get(); x != 1 {
			panic("another value")
		}
	}
}
