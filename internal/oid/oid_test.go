package oid

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ name, content, want string }{
		{"sha-256", "608648016503040201", "2.16.840.1.101.3.4.2.1"},
		{"national key", "2a830e030a01010202", "1.2.398.3.10.1.1.2.2"},
		{"two arcs", "2a", "1.2"},
		{"itu-t 39", "27", "0.39"},
		{"iso 0", "28", "1.0"},
		{"joint 0", "50", "2.0"},
		{"joint large", "8837", "2.999"},
		{"arc of 65 bits", "2a84808080808080808000", "1.2.36893488147419103232"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content, err := hex.DecodeString(c.content)
			require.NoError(t, err)
			got, err := Parse(content)
			require.NoError(t, err)
			require.Equal(t, OID(c.want), got)
			require.Equal(t, content, got.Content())
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, content string }{
		{"empty", ""},
		{"padded first arc", "802a"},
		{"padded later arc", "2a8001"},
		{"cut short", "2a83"},
		{"last group has its top bit", "2a8383"},
	} {
		t.Run(c.name, func(t *testing.T) {
			content, err := hex.DecodeString(c.content)
			require.NoError(t, err)
			_, err = Parse(content)
			require.ErrorIs(t, err, ErrInvalid)
		})
	}
	_, err := Parse(make([]byte, maxContent+1))
	require.ErrorIs(t, err, ErrInvalid)
}

// T9: an identifier that is congruent to SHA-256 in every arc modulo 2^32 is another identifier.
func TestArcsAreNotTakenModuloAWord(t *testing.T) {
	alias, err := FromText("2.16.840.1.101.3.4.2.4294967297")
	require.NoError(t, err)
	require.NotEqual(t, SHA256, alias)
	back, err := Parse(alias.Content())
	require.NoError(t, err)
	require.Equal(t, alias, back)
}

func TestFromTextRefuses(t *testing.T) {
	for _, text := range []string{"", "1", "3.1", "1.40", "1.2.", "1..2", "1.02", "1.-2", "1.2.x", "1.٢"} {
		_, err := FromText(text)
		require.ErrorIs(t, err, ErrInvalid, text)
	}
}

func TestHasPrefix(t *testing.T) {
	require.True(t, OID("1.2.398.3.3.4.1.2").HasPrefix("1.2.398.3.3.4.1.2"))
	require.True(t, OID("1.2.398.3.3.4.1.2.1").HasPrefix("1.2.398.3.3.4.1.2"))
	require.False(t, OID("1.2.398.3.3.4.1.20").HasPrefix("1.2.398.3.3.4.1.2"))
}

func FuzzParse(f *testing.F) {
	for content := range byContent {
		f.Add([]byte(content))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		o, err := Parse(content)
		if err != nil {
			require.Empty(t, o)
			return
		}
		require.Equal(t, content, o.Content())
	})
}

// Valid says in advance what Parse will.
func TestValidAgreesWithParse(t *testing.T) {
	octets := []byte{0x00, 0x01, 0x2a, 0x7f, 0x80, 0x81, 0xff}
	var all [][]byte
	all = append(all, nil)
	for from := 0; len(all) < 3000; from++ { // all combinations, short ones first
		for _, c := range octets {
			all = append(all, append(bytes.Clone(all[from]), c))
		}
	}
	for _, n := range []int{127, 128, 129} {
		all = append(all, bytes.Repeat([]byte{1}, n), append(bytes.Repeat([]byte{0x81}, n-1), 1))
	}
	for _, content := range all {
		_, err := Parse(content)
		require.Equal(t, err == nil, Valid(content), "%x", content)
	}
}
