package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/verdict"
)

// Whatever is in a file, it is of one kind or an error says that it is of none.
func FuzzRecognise(f *testing.F) {
	for _, name := range []string{
		sample("pki", "gost2004", "ca.cer"), sample("cms", "gost2004", "attached.p7s"), sample("cms", "gost2004", "streamed.p7s"),
	} {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := recognise(b)
		if err != nil {
			require.ErrorIs(t, err, verdict.Malformed)
			require.Empty(t, s.kind)
			return
		}
		require.NotEmpty(t, s.kind)
		require.Contains(t, []string{"der", "ber", "pem", "base64"}, s.encoding)
	})
}
