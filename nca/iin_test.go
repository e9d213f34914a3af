package nca_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

func TestParseNumbers(t *testing.T) {
	for _, text := range []string{"", "12345678901", "1234567890123", "12345678901a", " 23456789011", "١٢٣٤٥٦", "１23456789", "+12345678901", "12345678901\x00", "1234567890.1"} {
		_, err := nca.ParseIIN(text)
		require.ErrorIs(t, err, verdict.Malformed, text)
		require.False(t, len(text) > 5 && len(err.Error()) > 60, "an error that quotes")
		_, err = nca.ParseBIN(text)
		require.ErrorIs(t, err, verdict.Malformed, text)
		require.False(t, nca.LooksLikeBIN(text))
		require.False(t, nca.BIN(text).Checksum())
	}
}

// The worked examples of DOMAIN 3.2: none of them is anybody's number.
func TestChecksum(t *testing.T) {
	for digits, want := range map[string]bool{
		"123456789013": true,  // first pass 10, second 3
		"123456789011": false, // the published test persons
		"123456789012": false,
		"123456789021": false, // the published test organization
		"123456789025": true,
		"000000000000": true,
		"991332300012": true, // first pass
		"991332300013": false,
		"991332300311": true, // second pass
		"991332300360": true, // digit 0
		"991340000017": true, // BIN-shaped
	} {
		n, err := nca.ParseIIN(digits)
		require.NoError(t, err)
		require.Equal(t, want, n.Guess().Checksum, digits)
		bin, err := nca.ParseBIN(digits)
		require.NoError(t, err)
		require.Equal(t, want, bin.Checksum(), digits)
	}
	for last := '0'; last <= '9'; last++ { // 10 twice: never issued
		require.False(t, nca.BIN("99133230030"+string(last)).Checksum())
	}
}

func TestGuess(t *testing.T) {
	date := func(year int, month time.Month, day int) time.Time {
		return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct {
		digits string
		born   time.Time
		sex    nca.Sex
	}{
		{"990231100000", time.Time{}, nca.Male}, // no 31 February
		{"991231100000", date(1899, 12, 31), nca.Male},
		{"991231200000", date(1899, 12, 31), nca.Female},
		{"991231300000", date(1999, 12, 31), nca.Male},
		{"991231400000", date(1999, 12, 31), nca.Female},
		{"000229500000", date(2000, 2, 29), nca.Male},
		{"000229400000", time.Time{}, nca.Female}, // 1900 was no leap year
		{"010101600000", date(2001, 1, 1), nca.Female},
		{"010101000000", time.Time{}, nca.SexUnknown},
		{"010101700000", time.Time{}, nca.SexUnknown},
		{"010101900000", time.Time{}, nca.SexUnknown},
		{"123456789011", time.Time{}, nca.SexUnknown},
		{"001332300000", time.Time{}, nca.Male},
	} {
		n, err := nca.ParseIIN(c.digits)
		require.NoError(t, err)
		guess := n.Guess()
		require.True(t, c.born.Equal(guess.BirthDate), "%s: %v", c.digits, guess.BirthDate)
		require.Equal(t, c.sex, guess.Sex, c.digits)
	}
}

func TestLooksLikeBIN(t *testing.T) {
	for digits, want := range map[string]bool{
		"991340000017": true, "991350000000": true, "991360000000": true, "991330000000": false, "991370000000": false, "000000000000": false,
	} {
		require.Equal(t, want, nca.LooksLikeBIN(digits), digits)
	}
}
