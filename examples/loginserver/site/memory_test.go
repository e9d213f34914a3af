package site

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMemory(t *testing.T) {
	m := newMemory()
	require.NoError(t, m.Commit("a", []byte("x"), time.Now().Add(time.Hour)))
	require.NoError(t, m.Commit("over", []byte("y"), time.Now().Add(-time.Second)))
	data, found, err := m.Find("a")
	require.NoError(t, err)
	require.True(t, found)
	data[0] = 'z'
	data, _, _ = m.Find("a")
	require.Equal(t, "x", string(data), "what is stored is nobody else's")
	_, found, _ = m.Find("over")
	require.False(t, found)

	require.Len(t, m.sessions, 2)
	m.sweep(time.Now().Add(2 * sweepEvery))
	require.Len(t, m.sessions, 1)
	require.NoError(t, m.Delete("a"))
	require.Empty(t, m.sessions)
}
