package eds

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestMemoryStore(t *testing.T) {
	at := time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)
	s := NewMemoryStore(func() time.Time { return at })
	put := func(key, value string) { require.NoError(t, s.Put(t.Context(), key, []byte(value), time.Minute)) }
	take := func(key string) string {
		value, found, err := s.Take(t.Context(), key)
		require.NoError(t, err)
		if !found {
			return ""
		}
		return string(value)
	}
	put("a", "1")
	put("a", "2")
	put("b", "3")
	require.Equal(t, "2", take("a"))
	require.Empty(t, take("a"), "a value is taken once")
	at = at.Add(2 * time.Minute)
	require.Empty(t, take("b"), "a value does not live for ever")
	require.Empty(t, take("c"))
}

// T95: a flood of challenges costs the oldest, not the memory; what has expired goes first.
func TestMemoryStoreIsBounded(t *testing.T) {
	at := time.Date(2026, 9, 15, 12, 0, 0, 0, time.UTC)
	s := NewMemoryStore(func() time.Time { return at })
	for i := range memoryStoreSize + 10 {
		require.NoError(t, s.Put(t.Context(), strconv.Itoa(i), nil, time.Minute))
	}
	require.Len(t, s.byKey, memoryStoreSize)
	require.Equal(t, memoryStoreSize, s.byAge.Len())
	_, found, _ := s.Take(t.Context(), "9")
	require.False(t, found)
	_, found, _ = s.Take(t.Context(), "10")
	require.True(t, found)
	at = at.Add(time.Hour)
	require.NoError(t, s.Put(t.Context(), "new", nil, time.Minute))
	require.Len(t, s.byKey, 1)
}

// The caller's slice may change after Put.
func TestMemoryStoreCopies(t *testing.T) {
	s := NewMemoryStore(nil)
	value := []byte("challenge")
	require.NoError(t, s.Put(t.Context(), "key", value, time.Minute))
	value[0] = 'C'
	got, _, _ := s.Take(t.Context(), "key")
	require.Equal(t, "challenge", string(got))
}
