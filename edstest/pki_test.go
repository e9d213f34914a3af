package edstest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/edstest"
)

// The moment at which the tests live.
var now = time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)

var all = []edstest.Hierarchy{edstest.GOST512, edstest.GOST256, edstest.GOST2004, edstest.RSA}

func newPKI(t testing.TB, hierarchies ...edstest.Hierarchy) *edstest.PKI {
	t.Helper()
	p, err := edstest.New(edstest.Options{Hierarchies: hierarchies, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func TestIdentity(t *testing.T) {
	p := newPKI(t, all...)
	for _, h := range all {
		t.Run(h.String(), func(t *testing.T) {
			alice := p.Person(edstest.Under(h))
			id, err := alice.Identity()
			require.NoError(t, err)
			require.Equal(t, alice.IIN(), id.IIN().Digits())
			t.Log(alice, alice.FileName())
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for _, h := range all {
		b.Run(h.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				newPKI(b, h).Close()
			}
		})
	}
}
