// Package budget holds tests to bounds of time and memory without failing where the machine is merely slow or busy:
// it counts the time that the processor spent on the calling thread, not what the clock on the wall says, and tries
// again before it complains. The package is for tests only; the floors test refuses it anywhere else.
package budget

import (
	"runtime"
	"strconv"
	"testing"
	"time"
)

// tries is how often a function may miss its bound before that counts.
const tries = 4

// Time fails t if f takes more processor time than limit, tried several times. Under the race detector the limit is
// ten times as high, and five times on 32 bits: both slow everything down. f must do its work on the calling goroutine.
func Time(t testing.TB, limit time.Duration, f func()) {
	t.Helper()
	limit *= slowdown
	if strconv.IntSize == 32 {
		limit *= 5
	}
	if took := best(limit, func() time.Duration { return Spent(f) }); took > limit {
		t.Errorf("took %s of processor time, want at most %s", took, limit)
	}
}

// Memory fails t if f allocates more than limit bytes in all, tried several times.
func Memory(t testing.TB, limit uint64, f func()) {
	t.Helper()
	if took := best(limit, func() uint64 { return allocated(f) }); took > limit {
		t.Errorf("allocated %d bytes, want at most %d", took, limit)
	}
}

// best measures until a measurement is within the limit, and returns the smallest.
func best[N time.Duration | uint64](limit N, measure func() N) N {
	least := measure()
	for range tries - 1 {
		if least <= limit {
			break
		}
		least = min(least, measure())
	}
	return least
}

// Spent returns the processor time that f takes on the calling thread; where the system does not tell, the time on
// the wall.
func Spent(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := threadTime()
	f()
	return threadTime() - before
}

func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
