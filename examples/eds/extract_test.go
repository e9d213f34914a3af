package main

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var extractFields = slices.Concat(headFields, []string{"content_type", "content_length", "out"})

func TestExtract(t *testing.T) {
	good := sample("cms", "gost2015-512", "attached.p7s")
	// The content is changed and what surrounds it is not, so that the message still reads.
	changed := slices.Clone(readFile(t, good))
	i := slices.Index(changed, readFile(t, sample("content.txt"))[0])
	for ; string(changed[i:i+10]) != string(readFile(t, sample("content.txt"))[:10]); i++ {
	}
	changed[i] ^= 1
	bad := file(t, "bad.p7s", changed)
	detached := sample("cms", "gost2015-512", "detached.p7s")
	trust := trusting("gost2015-512")
	undecided := []string{"--trust", sample("pki", "gost2015-512")}

	for _, c := range []struct {
		name    string
		args    []string
		status  status
		written bool
		loud    bool
	}{
		{"good", append([]string{good}, trust...), statusGood, true, false},
		{"bad", append([]string{bad}, trust...), statusBad, false, true},
		{"bad all the same", append([]string{bad, "--unverified"}, trust...), statusBad, true, true},
		{"undecided", append([]string{good}, undecided...), statusUndecided, false, true},
		{"undecided all the same", append([]string{good, "--unverified"}, undecided...), statusUndecided, true, true},
		{"nobody asked", []string{good}, statusUndecided, true, true},
		{"nobody asked, changed", []string{bad}, statusUndecided, true, true},
		{"detached", append([]string{detached}, trust...), statusBad, false, false},
		{"detached, nobody asked", []string{detached}, statusBad, false, false},
		{"no message", []string{sample("content.txt")}, statusUnreadable, false, true},
		{"not yet", append([]string{good, "--require-timestamp"}, trust...), statusUnreadable, false, true},
		{"not yet without trust", []string{good, "--require-timestamp"}, statusUnreadable, false, true},
		{"evidence without trust", []string{good, "--crl", sample("content.txt")}, statusUnreadable, false, true},
		{"asking without trust", []string{good, "--online"}, statusUnreadable, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			o := run(t, slices.Concat([]string{"extract", "--json", "--out", out}, c.args)...)
			require.Equal(t, c.status, o.status, o.stdout)
			require.Equal(t, extractFields, keys(t, o.stdout))
			require.Equal(t, c.loud, o.stderr != "", o.stderr)
			if !c.written {
				require.NoFileExists(t, out)
				require.Equal(t, "", o.object(t)["out"])
				return
			}
			require.Equal(t, out, o.object(t)["out"])
			if c.status == statusGood {
				require.Equal(t, readFile(t, sample("content.txt")), readFile(t, out))
			} else {
				require.Contains(t, o.stderr, "NOT VERIFIED")
				require.NotEqual(t, "good", o.object(t)["verdict"])
			}
		})
	}
}

func TestExtractDoesNotReplace(t *testing.T) {
	out := file(t, "mine", []byte("precious"))
	args := append([]string{"extract", "--out", out, sample("cms", "rsa-2048", "attached.p7s")}, trusting("rsa-2048")...)
	o := run(t, args...)
	require.Equal(t, statusUnreadable, o.status)
	require.Equal(t, "precious", string(readFile(t, out)))
	require.Equal(t, statusGood, run(t, append(args, "--force")...).status)
	require.Equal(t, readFile(t, sample("content.txt")), readFile(t, out))
}

func TestExtractToStdout(t *testing.T) {
	args := append([]string{"extract", "--out", "-", sample("cms", "rsa-2048", "attached.p7s")}, trusting("rsa-2048")...)
	o := run(t, args...)
	require.Equal(t, statusGood, o.status)
	require.Equal(t, string(readFile(t, sample("content.txt"))), o.stdout)
	require.Equal(t, statusUnreadable, run(t, append(args, "--json")...).status)
}
