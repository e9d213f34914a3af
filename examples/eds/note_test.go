package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMaskNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"":                                   "",
		"991332300012":                       "••••••••0012",
		"IIN991332300012.cms":                "IIN••••••••0012.cms",
		"a_991332300012_b":                   "a_••••••••0012_b",
		"99133230001":                        "99133230001",
		"9913323000123":                      "9913323000123",
		"991332300012 and 991332300012":      "••••••••0012 and ••••••••0012",
		"1.2.398.3.3.4.1.2 2026-01-31T12:00": "1.2.398.3.3.4.1.2 2026-01-31T12:00",
	} {
		require.Equal(t, want, maskNumbers(text))
	}
}

func TestSafe(t *testing.T) {
	require.Equal(t, `ҰЛТТЫҚ «А» ✓`, safe("ҰЛТТЫҚ «А» ✓"))
	require.Equal(t, `a\u000Ab\u001B[2J\u202Ec\u200Bd\u0000`, safe("a\nb\x1b[2J\u202ec\u200bd\x00"))
}
