package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/pkcs12"
)

var signer = world{env: map[string]string{passwordVariable: vectorPassword}}

// signArgs are the arguments that sign content with the published test person's key.
func signArgs(t *testing.T, out string, more ...string) []string {
	t.Helper()
	return append([]string{
		"sign", "--p12", vector(t, "pki", "gost2015-512", "person-sign.p12"), "--content", sample("content.txt"), "--out", out,
	}, more...)
}

func verifyArgs(t *testing.T, message string, more ...string) []string {
	t.Helper()
	return append([]string{
		"verify", "--json", message, "--revocation", "off",
		"--trust", vector(t, "pki", "gost2015-512", "root.cer"), "--untrusted", vector(t, "pki", "gost2015-512", "ca.cer"),
	}, more...)
}

func TestSign(t *testing.T) {
	for name, c := range map[string]struct {
		args     []string
		encoding cms.Encoding
		detached bool
	}{
		"attached": {nil, cms.DER, false},
		"detached": {[]string{"--detached"}, cms.DER, true},
		"ber":      {[]string{"--ber"}, cms.BER, false},
		"pem":      {[]string{"--pem"}, cms.PEM, false},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "signed")
			o := runIn(t, signer, signArgs(t, out, append(c.args, "--json", "--at", "2026-09-01T10:00:00Z")...)...)
			require.Equal(t, statusGood, o.status, o.stderr)
			require.Empty(t, o.stderr)
			require.Equal(t, []string{
				"schema", "file", "out", "detached", "encoding", "length", "serial", "subject", "key_algorithm", "digest_algorithm", "signing_time",
			}, keys(t, o.stdout))
			require.Equal(t, string(c.encoding), o.object(t)["encoding"])
			message := readFile(t, out)
			require.EqualValues(t, len(message), o.object(t)["length"])
			parsed, encoding, err := cms.Decode(message)
			require.NoError(t, err)
			require.Equal(t, c.encoding, encoding)
			require.Equal(t, c.detached, parsed.Detached)

			v := run(t, verifyArgs(t, out, "--content", sample("content.txt"))...)
			require.Equal(t, statusGood, v.status, v.stdout)
			require.Equal(t, "2026-09-01T10:00:00Z", v.object(t)["signers"].([]any)[0].(map[string]any)["signing_time"])
		})
	}
}

func TestSignDoesNotReplace(t *testing.T) {
	out := file(t, "mine", []byte("precious"))
	o := runIn(t, signer, signArgs(t, out, "--json")...)
	require.Equal(t, statusUnreadable, o.status)
	require.Contains(t, o.stderr, "--force")
	require.Equal(t, headFields, keys(t, o.stdout))
	require.Equal(t, "precious", string(readFile(t, out)))

	require.Equal(t, statusGood, runIn(t, signer, signArgs(t, out, "--force")...).status)
	require.Equal(t, statusGood, run(t, verifyArgs(t, out)...).status)
	left, err := os.ReadDir(filepath.Dir(out))
	require.NoError(t, err)
	require.Len(t, left, 1, "a temporary file stayed")
}

func TestSignFromStdinToStdout(t *testing.T) {
	w := signer
	w.stdin = "hello"
	p12 := vector(t, "pki", "gost2015-512", "person-sign.p12")
	o := runIn(t, w, "sign", "--p12", p12, "--content", "-", "--out", "-")
	require.Equal(t, statusGood, o.status, o.stderr)
	v := runIn(t, world{stdin: o.stdout}, verifyArgs(t, "-")...)
	require.Equal(t, statusGood, v.status, v.stdout)
	require.EqualValues(t, 5, v.object(t)["content_length"])

	o = runIn(t, w, "sign", "--p12", p12, "--content", "-", "--out", "-", "--json")
	require.Equal(t, statusUnreadable, o.status)
	require.Len(t, o.objects(t), 1)
}

func TestSignWarnsOfACertificateThatIsNotValid(t *testing.T) {
	out := filepath.Join(t.TempDir(), "signed")
	o := runIn(t, signer, signArgs(t, out, "--at", "2050-01-01T00:00:00Z")...)
	require.Equal(t, statusGood, o.status)
	require.Contains(t, o.stderr, "WARNING")
}

func TestSignRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		world world
		args  func(t *testing.T, out string) []string
	}{
		"wrong password":  {world{env: map[string]string{passwordVariable: "x"}}, func(t *testing.T, out string) []string { return signArgs(t, out) }},
		"no such alias":   {signer, func(t *testing.T, out string) []string { return signArgs(t, out, "--alias", "nobody") }},
		"absent content":  {signer, func(t *testing.T, out string) []string { return signArgs(t, out, "--content", "absent") }},
		"no store":        {signer, func(t *testing.T, out string) []string { return signArgs(t, out, "--p12", sample("content.txt")) }},
		"folder for file": {signer, func(t *testing.T, out string) []string { return signArgs(t, filepath.Join(out, "no", "such")) }},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "signed")
			o := runIn(t, c.world, c.args(t, out)...)
			require.Equal(t, statusUnreadable, o.status)
			require.NotEmpty(t, o.stderr)
			require.Empty(t, o.stdout)
			require.NoFileExists(t, out)
		})
	}
}

func TestChooseKey(t *testing.T) {
	a, b := pkcs12.Entry{Alias: "a"}, pkcs12.Entry{Alias: "b"}
	_, err := choose(nil, "")
	require.Equal(t, "the store holds no key", err.Error())
	_, err = choose([]pkcs12.Entry{a, b}, "")
	require.Contains(t, err.Error(), "2 keys")
	_, err = choose([]pkcs12.Entry{a, b}, "c")
	require.Error(t, err)
	got, err := choose([]pkcs12.Entry{a, b}, "b")
	require.NoError(t, err)
	require.Equal(t, "b", got.Alias)
	got, err = choose([]pkcs12.Entry{a}, "")
	require.NoError(t, err)
	require.Equal(t, "a", got.Alias)
}

// T87: neither password, nor key, nor number in anything that is printed.
func TestSignLeaksNothing(t *testing.T) {
	store, err := pkcs12.Parse(readFile(t, vector(t, "pki", "gost2015-512", "person-sign.p12")), vectorPassword, pkcs12.Options{})
	require.NoError(t, err)
	secret := store.Entries[0].PKCS8()
	var messages [][]byte
	for range 2 {
		out := filepath.Join(t.TempDir(), "signed")
		o := runIn(t, signer, signArgs(t, out)...)
		require.Equal(t, statusGood, o.status)
		messages = append(messages, readFile(t, out))
		printed := o.stdout + o.stderr
		require.NotContains(t, printed, vectorPassword)
		require.NotContains(t, printed, "123456789101")
		require.False(t, bytes.Contains([]byte(printed), secret[len(secret)-32:]))
		require.False(t, bytes.Contains(messages[len(messages)-1], secret[len(secret)-32:]))
	}
	require.NotEqual(t, messages[0][len(messages[0])-128:], messages[1][len(messages[1])-128:], "two signatures of one message are two")
}
