package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHelpAndVersion(t *testing.T) {
	for _, args := range [][]string{
		{"--help"},
		{"verify", "--help"},
		{"cert", "verify", "--help"},
		{"tsp", "verify", "--help"},
		{"sig", "verify", "--help"},
		{"inspect", "--help"},
		{"sign", "--help"},
		{"extract", "--help"},
		{"hash", "--help"},
		{"iin", "--help"},
		{"trust", "fetch", "--help"},
		{"trust", "list", "--help"},
	} {
		o := run(t, args...)
		require.Equal(t, statusGood, o.status, args)
		require.Contains(t, o.stdout, "Usage: eds", args)
		require.Empty(t, o.stderr, args)
	}
	require.Contains(t, run(t, "verify", "--help").stdout, "Coming with later versions")
	o := run(t, "--version")
	require.Equal(t, statusGood, o.status)
	require.Regexp(t, `^eds .*go1\.\d+`, o.stdout)
}

func TestWrongUsage(t *testing.T) {
	for _, args := range [][]string{
		nil,
		{"frobnicate"},
		{"verify"},
		{"verify", "--frobnicate", "x"},
		{"hash", "--alg", "md5", "x"},
		{"hash", "x"},
		{"verify", "--purpose", "fun", "x"},
		{"verify", "--revocation", "maybe", "x"},
		{"verify", "--at", "yesterday", "x"},
		{"verify", "--allow-weak", "md5", "x"},
		{"--lang", "de", "trust", "list"},
		{"sign", "--content", "x", "--out", "y"},
		{"sign", "--p12", "a", "--content", "x", "--out", "y", "--ber", "--pem"},
		{"extract", "x"},
		{"trust", "fetch"},
		{"sig", "verify", "x"},
		{"iin"},
		{"iin", sampleIIN, sampleIIN}, // runIn looks for the number on stderr
	} {
		o := run(t, args...)
		require.Equal(t, statusUnreadable, o.status, args)
		require.Empty(t, o.stdout, args)
		require.Contains(t, o.stderr, "--help", args)
	}
}

func TestHelpOfTheCommandThatWasMeant(t *testing.T) {
	require.Contains(t, run(t, "cert", "verify").stderr, "'eds cert verify --help'")
	require.Contains(t, runIn(t, world{env: map[string]string{"LANG": "ru_RU.UTF-8"}}, "verify").stderr, "Справка: 'eds verify --help'")
}

func TestColours(t *testing.T) {
	args := append([]string{"verify", sample("cms", "rsa-2048", "attached.p7s")}, trusting("rsa-2048")...)
	const green, red = "\x1b[32m", "\x1b[31m"
	require.Contains(t, runIn(t, world{terminal: true}, args...).stdout, green)
	require.Contains(t, runIn(t, world{terminal: true}, append(args, "--at", "2019-01-01T00:00:00Z")...).stdout, red)
	require.NotContains(t, runIn(t, world{}, args...).stdout, "\x1b")
	require.NotContains(t, runIn(t, world{terminal: true}, append(args, "--json")...).stdout, "\x1b")
	for _, variable := range []map[string]string{{"NO_COLOR": "1"}, {"TERM": "dumb"}} {
		require.NotContains(t, runIn(t, world{terminal: true, env: variable}, args...).stdout, "\x1b")
	}
}
