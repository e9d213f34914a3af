package edstest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/nca"
)

// Numbers have a right check digit, are all different, and pass over the prefix that has none.
func TestNumber(t *testing.T) {
	seen := make(map[string]bool)
	for n := range 300 {
		p := nobody(n)
		iin, err := nca.ParseIIN(p.iin)
		require.NoError(t, err)
		g := iin.Guess()
		require.True(t, g.Checksum, p.iin)
		require.True(t, g.BirthDate.IsZero(), p.iin)
		require.Equal(t, []nca.Sex{nca.Male, nca.Female}[n%2], g.Sex)
		require.False(t, seen[p.iin])
		seen[p.iin] = true
		require.NotEqual(t, "99133230030", p.iin[:11], "the check digit would be 10 twice")
	}
	require.True(t, seen["991332300012"] && seen["991332300311"])
}
