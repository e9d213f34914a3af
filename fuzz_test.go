package eds_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/verdict"
)

// samples returns every message of testdata.
func samples(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/cms/*/*.p7s")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all [][]byte
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		all = append(all, b)
	}
	return all
}

// sampleTrust trusts the made-up roots of testdata.
func sampleTrust(t testing.TB) eds.Trust {
	t.Helper()
	folders, err := filepath.Glob("testdata/pki/*")
	require.NoError(t, err)
	trust, err := eds.LoadTrust(folders...)
	require.NoError(t, err)
	return trust
}

// Whatever comes in: a report or an error, never both; nine steps for each signer; a verdict that follows from them;
// and good only for the content that was signed.
func FuzzVerify(f *testing.F) {
	content, err := os.ReadFile("testdata/content.txt")
	require.NoError(f, err)
	for _, message := range samples(f) {
		f.Add(message, content)
		f.Add(message, []byte(nil))
	}
	v, err := eds.New("", sampleTrust(f), eds.Options{
		Clock:      func() time.Time { return now },
		Revocation: eds.InsecureRevocationOff,
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, message, given []byte) {
		var reader *bytes.Reader
		report, err := v.Verify(t.Context(), bytes.NewReader(message), nil)
		if given != nil {
			reader = bytes.NewReader(given)
			report, err = v.Verify(t.Context(), bytes.NewReader(message), reader)
		}
		if err != nil {
			require.Nil(t, report)
			require.NotZero(t, verdict.From(err).Kind)
			return
		}
		for _, s := range report.Signers {
			require.Len(t, s.Steps, len(verdict.StepNames()))
			require.Equal(t, s.Verdict == verdict.Good, s.Reason == "")
		}
		if report.Verdict == verdict.Good {
			require.NotEmpty(t, report.Signers)
			require.Equal(t, content, report.Content, "nobody signed this")
		}
	})
}

// Nothing but the session's own challenge, signed, logs in.
func FuzzAuthenticate(f *testing.F) {
	for _, message := range samples(f) {
		f.Add(message)
	}
	v, err := eds.New(origin, sampleTrust(f), eds.Options{
		Clock:      func() time.Time { return now },
		Revocation: eds.InsecureRevocationOff,
	})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, message []byte) {
		_, err := v.Challenge(t.Context(), session)
		require.NoError(t, err)
		id, err := v.Authenticate(t.Context(), session, message)
		require.Nil(t, id)
		require.NotZero(t, verdict.From(err).Kind)
	})
}
