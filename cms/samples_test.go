package cms_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/verdict"
)

var update = flag.Bool("update", false, "make the samples in testdata anew")

// samples are messages of our own that stay as they are: what verified once must go on to.
var samples = []struct {
	file, key string
	o         cms.SignOptions
	pss       bool
}{
	{"gost2015-512-attached.p7s", "gost2015-512", cms.SignOptions{SigningTime: signingTime}, false},
	{"gost2015-512-streaming.p7s", "gost2015-512", cms.SignOptions{SigningTime: signingTime, Streaming: true, ChunkSize: 10}, false},
	{"gost2015-256-detached.p7s", "gost2015-256", cms.SignOptions{Detached: true}, false},
	{"gost2004-attached.p7s", "gost2004", cms.SignOptions{}, false},
	{"gost2012-256-attached.p7s", "gost2012-256", cms.SignOptions{}, false},
	{"rsa-2048-no-attributes.p7s", "rsa-2048", cms.SignOptions{WithoutSignedAttributes: true}, false},
	{"rsa-2048-pss.p7s", "rsa-2048", cms.SignOptions{SigningTime: signingTime}, true},
	{"ecdsa-p256-attached.p7s", "ecdsa-p256", cms.SignOptions{SigningTime: signingTime}, false},
	{"ed25519-attached.p7s", "ed25519", cms.SignOptions{}, false},
}

func TestSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.file, func(t *testing.T) {
			path := filepath.Join("testdata", s.file)
			if *update {
				p := person(t, s.key)
				message, err := cms.Sign(content, []cms.Signer{{Certificate: p.certificate, Key: p.key, PSS: s.pss}}, s.o)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(path, message, 0o644))
			}
			message, err := os.ReadFile(path)
			require.NoError(t, err)
			sd, encoding, err := cms.Decode(message)
			require.NoError(t, err)
			require.Equal(t, s.o.Streaming, encoding == cms.BER)
			v, err := sd.VerifySigner(0, content, nil)
			require.NoError(t, err)
			require.Equal(t, s.key, v.Certificates()[0].PublicKey.Algorithm())
			require.Equal(t, !s.o.WithoutSignedAttributes, v.HasSigningCertificate())
		})
	}
}

// sample reads a file of testdata, for tests and as seeds for fuzzing.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return b
}

func asPEM(label string, b []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: b})
}

// The outer forms in which messages travel, and near twins that are no message.
func TestDecode(t *testing.T) {
	message, streaming := sample(t, "ecdsa-p256-attached.p7s"), sample(t, "gost2015-512-streaming.p7s")
	base := []byte(base64.StdEncoding.EncodeToString(message))
	lines := func(end string) []byte {
		var out []byte
		for line := range slices.Chunk(base, 64) {
			out = append(append(out, line...), end...)
		}
		return out
	}
	crlf := bytes.ReplaceAll(asPEM("CMS", message), []byte("\n"), []byte("\r\n"))
	for _, c := range []struct {
		name  string
		input []byte
		want  cms.Encoding // "": refused
	}{
		{"der", message, cms.DER},
		{"ber", streaming, cms.BER},
		{"pem cms", asPEM("CMS", message), cms.PEM},
		{"pem pkcs7", asPEM("PKCS7", message), cms.PEM},
		{"pem of ber", asPEM("CMS", streaming), cms.PEM},
		{"pem crlf", crlf, cms.PEM},
		{"pem with white space around", slices.Concat([]byte("\n\n"), crlf, []byte("\n ")), cms.PEM},
		{"base64", base, cms.Base64},
		{"base64 lf", lines("\n"), cms.Base64},
		{"base64 crlf", lines("\r\n"), cms.Base64},
		{"base64 without padding", bytes.TrimRight(base, "="), cms.Base64},
		{"data uri", append([]byte("data:application/pkcs7-signature;base64,"), base...), cms.Base64},

		{"pem certificate", asPEM("CERTIFICATE", message), ""},
		{"pem twice", slices.Concat(asPEM("CMS", message), asPEM("CMS", message)), ""},
		{"pem with text behind", append(asPEM("CMS", message), "text"...), ""},
		{"pem without end", asPEM("CMS", message)[:400], ""},
		{"pem of something else", asPEM("CMS", []byte("text")), ""},
		{"pem of nothing", asPEM("CMS", nil), ""},
		{"base64 of something else", []byte(base64.StdEncoding.EncodeToString([]byte("%PDF-1.7"))), ""},
		{"base64 with a hole", slices.Concat(base[:100], []byte("*"), base[100:]), ""},
		{"base64 of base64", []byte(base64.StdEncoding.EncodeToString(base)), ""},
		{"der with zeros behind", append(slices.Clone(message), 0, 0), ""},
		{"der with a line end behind", append(slices.Clone(message), '\n'), ""},
		{"der with a blank before", append([]byte(" "), message...), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			sd, encoding, err := cms.Decode(c.input)
			if c.want == "" {
				requireReason(t, verdict.Malformed, err)
				require.Nil(t, sd)
				require.Empty(t, encoding)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, encoding)
			v, err := sd.VerifySigner(0, nil, nil)
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(string(v.Content()), "Алматы"))
		})
	}
}

// What the caller does to the input after parsing changes nothing, in either encoding.
func TestParseCopies(t *testing.T) {
	for _, name := range []string{"ecdsa-p256-attached.p7s", "gost2015-512-streaming.p7s"} {
		message := sample(t, name)
		sd, err := cms.Parse(message)
		require.NoError(t, err)
		clear(message)
		v, err := sd.VerifySigner(0, nil, nil)
		require.NoError(t, err)
		require.Equal(t, content, v.Content())
	}
}

// A parsed message may be verified by several goroutines at once.
func TestConcurrent(t *testing.T) {
	sd, err := cms.Parse(sample(t, "gost2015-512-attached.p7s"))
	require.NoError(t, err)
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			results, err := sd.VerifySigners(nil, nil)
			require.NoError(t, err)
			require.NoError(t, results[0].Err)
		})
	}
}
