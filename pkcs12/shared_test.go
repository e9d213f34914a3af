package pkcs12_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/pkcs12"
	"github.com/qoltanba/eds/verdict"
)

// readShared reads a file of the shared folder, or skips the test where there is no such folder.
func readShared(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(shared.Dir(t, name))
	require.NoError(t, err)
	return b
}

type vector struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Expect   string `json:"expect"`
	Reason   string `json:"reason"`
	File     string `json:"file"`
	Password string `json:"password"`
	Serial   string `json:"serial"`
	Alias    string `json:"alias"`
	CertHash string `json:"cert_sha256"`
	KeyHash  string `json:"pkcs8_sha256"`
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	var manifest struct{ Cases []vector }
	require.NoError(t, json.Unmarshal(readShared(t, "vectors/manifest.json"), &manifest))
	var vectors []vector
	for _, v := range manifest.Cases {
		if v.Kind == "p12" {
			vectors = append(vectors, v)
		}
	}
	require.NotEmpty(t, vectors, "no p12 cases in the manifest")
	return vectors
}

func TestVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.ID, func(t *testing.T) {
			data := readShared(t, "vectors/"+v.File)
			start := time.Now()
			store, err := pkcs12.Parse(data, v.Password, pkcs12.Options{})
			if v.Expect == "invalid" {
				requireRefused(t, store, err)
				require.Less(t, time.Since(start), time.Second)
				if v.Reason == "wrong password" {
					require.ErrorIs(t, err, pkcs12.ErrPassword)
				}
				return
			}
			require.NoError(t, err)
			requireVector(t, v, store)
		})
	}
}

func requireVector(t *testing.T, v vector, store *pkcs12.Store) {
	t.Helper()
	require.Len(t, store.Entries, 1)
	e := store.Entries[0]
	require.Equal(t, v.Alias, e.Alias)
	require.Equal(t, v.Serial, e.Certificate.SerialNumber())
	require.Equal(t, v.CertHash, fingerprint(e.Certificate.Raw))
	profile, err := cert.MarshalPrivateKey(e.Key)
	require.NoError(t, err)
	require.Equal(t, v.KeyHash, fingerprint(profile))
}

func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// requireRefused wants an error of the library and no store beside it.
func requireRefused(t testing.TB, store *pkcs12.Store, err error) {
	t.Helper()
	var e *verdict.Error
	require.ErrorAs(t, err, &e)
	require.Nil(t, store)
	require.True(t, strings.HasPrefix(err.Error(), "pkcs12: "), err.Error())
}

func TestVectorChain(t *testing.T) {
	store, err := pkcs12.Parse(readShared(t, "vectors/pki/gost2015-512/p12/chain.p12"), "Qwerty12", pkcs12.Options{})
	require.NoError(t, err)
	require.Len(t, store.Entries, 1)
	require.NotEmpty(t, store.Certificates)
	for _, c := range store.Certificates {
		require.False(t, c.Equal(store.Entries[0].Certificate))
	}
}

func TestVectorWithoutMAC(t *testing.T) {
	data := readShared(t, "vectors/pki/gost2015-512/p12/nomac.p12")
	store, err := pkcs12.Parse(data, "Qwerty12", pkcs12.Options{})
	requireRefused(t, store, err)
	require.ErrorIs(t, err, verdict.Malformed)
	store, err = pkcs12.Parse(data, "Qwerty12", pkcs12.Options{InsecureSkipMAC: true})
	require.NoError(t, err)
	require.Len(t, store.Entries, 1)
	store, err = pkcs12.Parse(data, "Qwerty13", pkcs12.Options{InsecureSkipMAC: true})
	requireRefused(t, store, err)
	require.ErrorIs(t, err, pkcs12.ErrPassword)
}

// The genuine keys of 2020, and what is in their file names: the key identifier.
func TestNCALayer2020(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "ncalayer-2020"), "*.p12"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		store, err := pkcs12.Parse(data, "Qwerty12", pkcs12.Options{})
		require.NoError(t, err, file)
		require.Len(t, store.Entries, 1)
		e := store.Entries[0]
		require.True(t, strings.HasSuffix(file, "_"+hex.EncodeToString(e.KeyID)+".p12"), file)
		require.Equal(t, e.Certificate.SubjectKeyID, e.KeyID)
		_, err = pkcs12.Parse(data, "qwerty12", pkcs12.Options{})
		require.ErrorIs(t, err, pkcs12.ErrPassword)
	}
}

// Bouncy Castle's test data for PBMAC1. The second file is OpenSSL's, with 600,000 iterations everywhere.
func TestSuitePBMAC1(t *testing.T) {
	const password = "xxxxxx"
	var manifest struct {
		Vectors []struct{ File, Expect string }
	}
	require.NoError(t, json.Unmarshal(readShared(t, "suites/pkcs12/manifest.json"), &manifest))
	require.NotEmpty(t, manifest.Vectors)
	for _, v := range manifest.Vectors {
		t.Run(filepath.Base(v.File), func(t *testing.T) {
			require.Equal(t, "parse", v.Expect)
			data := readShared(t, "suites/pkcs12/"+v.File)
			store, err := pkcs12.Parse(data, password, pkcs12.Options{})
			require.NoError(t, err)
			require.Len(t, store.Entries, 1)
			store, err = pkcs12.Parse(data, "xxxxxy", pkcs12.Options{})
			requireRefused(t, store, err)
			require.ErrorIs(t, err, pkcs12.ErrPassword)
		})
	}
}

// The fuzzing corpora of BoringSSL and GnuTLS: no panic, and no input takes long.
func TestFuzzCorpora(t *testing.T) {
	for _, name := range []string{"boringssl-pki.tar.gz", "gnutls.tar.gz"} {
		t.Run(name, func(t *testing.T) {
			n := 0
			shared.Corpus(t, name, func(path string, data []byte) {
				if !strings.Contains(path, "pkcs12") {
					return
				}
				n++
				budget.Time(t, 100*time.Millisecond, func() {
					store, err := pkcs12.Parse(data, "", pkcs12.Options{MaxIterations: 10_000})
					require.Equal(t, err != nil, store == nil, path)
				})
			})
			require.NotZero(t, n, "no PKCS #12 inputs in the archive")
		})
	}
}
