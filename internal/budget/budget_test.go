package budget

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A recorder is a test that takes note of complaints.
type recorder struct {
	testing.TB
	failed bool
}

func (r *recorder) Errorf(string, ...any) { r.failed = true }
func (r *recorder) Helper()               {}

func TestTime(t *testing.T) {
	r := &recorder{TB: t}
	Time(r, time.Second, func() {})
	require.False(t, r.failed)
	Time(r, time.Nanosecond, func() {
		for begin := threadTime(); threadTime()-begin < 30*time.Millisecond; {
		}
	})
	require.True(t, r.failed)
}

func TestMemory(t *testing.T) {
	r := &recorder{TB: t}
	var sink []byte
	Memory(r, 1<<20, func() { sink = make([]byte, 1<<10) })
	require.False(t, r.failed)
	Memory(r, 1<<20, func() { sink = make([]byte, 2<<20) })
	require.True(t, r.failed)
	require.NotNil(t, sink)
}

// A bound that is missed now and then is kept.
func TestTriesAgain(t *testing.T) {
	n := uint64(0)
	require.EqualValues(t, 3, best(3, func() uint64 { n++; return 6 - n }))
	require.EqualValues(t, 3, n)
}
