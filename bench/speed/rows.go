package main

import (
	"context"
	"slices"
	"sync/atomic"
)

var (
	background     = context.Background()
	cancellable, _ = context.WithCancel(context.Background())

	sink atomic.Int64 // takes results, so that they have to be computed
)

var rows = slices.Concat(pipeRows, taskRows, worklistRows, hedgeRows, flightRows, memoRows, fanoutRows, monitorRows)
