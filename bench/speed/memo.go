package main

import (
	"context"

	"github.com/maypok86/otter/v2"
	"github.com/maypok86/otter/v2/stats"

	"baton/memo"
)

var memoRows = []row{
	{
		what: "memo: hit, counted",
		ours: contender{"memo", memoHits},
		peers: []contender{
			{"otter, counting", func(n int) { otterHits(n, stats.NewCounter()) }},
			{"otter, not counting", func(n int) { otterHits(n, nil) }},
		},
	},
	{
		what:  "memo: miss, context without end",
		ours:  contender{"memo", func(n int) { memoMisses(background, n) }},
		peers: []contender{{"otter", func(n int) { otterMisses(background, n) }}},
	},
	{
		what:  "memo: miss, cancellable",
		ours:  contender{"memo", func(n int) { memoMisses(cancellable, n) }},
		peers: []contender{{"otter", func(n int) { otterMisses(cancellable, n) }}},
	},
}

func loadKey(_ context.Context, key int) (int, error) { return key, nil }

func memoHits(n int) {
	c := memo.New(memo.Options[int, int]{}, loadKey)
	defer c.Close()
	for i := range 1024 {
		c.Get(background, i)
	}
	for i := range n {
		c.Get(background, i&1023)
	}
}

func otterHits(n int, recorder stats.Recorder) {
	c := otter.Must(&otter.Options[int, int]{MaximumSize: 10_000, StatsRecorder: recorder})
	for i := range 1024 {
		c.Set(i, i)
	}
	for i := range n {
		c.GetIfPresent(i & 1023)
	}
}

func memoMisses(ctx context.Context, n int) {
	c := memo.New(memo.Options[int, int]{MaxEntries: 1000}, loadKey)
	defer c.Close()
	for i := range n {
		c.Get(ctx, i)
	}
}

func otterMisses(ctx context.Context, n int) {
	c := otter.Must(&otter.Options[int, int]{MaximumSize: 1000})
	for i := range n {
		c.Get(ctx, i, otter.LoaderFunc[int, int](loadKey))
	}
}
