package pkcs12_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/pkcs12"
)

// FuzzParse looks for panics, for values beside errors, and for entries whose key and certificate do not match.
// Every input is also read without its MAC, or it would stop most mutations at the door.
func FuzzParse(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed, "secret")
		f.Add(seed, "Qwerty12")
		f.Add(seed, "")
	}
	f.Fuzz(func(t *testing.T, data []byte, password string) {
		before := bytes.Clone(data)
		for _, o := range []pkcs12.Options{{MaxIterations: 5000}, {MaxIterations: 5000, InsecureSkipMAC: true}} {
			store, err := pkcs12.Parse(data, password, o)
			if err != nil {
				requireRefused(t, store, err)
				continue
			}
			require.NotNil(t, store)
			for _, e := range store.Entries {
				require.NotNil(t, e.Key)
				require.NotNil(t, e.Certificate)
				require.NotEmpty(t, e.PKCS8())
			}
		}
		require.Equal(t, before, data)
	})
}

// FuzzAuthenticatedSafe goes for the layers below the MAC: what is given is wrapped into a container without one.
func FuzzAuthenticatedSafe(f *testing.F) {
	a, b, p := identities()[0], identities()[1], passOf("secret")
	f.Add(seq(dataSafe(keyBag(a, friendlyName("x"), localKeyID("1")), certBag(a, localKeyID("1")), certBag(b))))
	f.Add(seq(dataSafe(bag("6", seq(keyBag(a), bag("6", seq(certBag(a))))), bag("4", seq()), bag("5", seq()))))
	for _, e := range encryptions() {
		f.Add(seq(dataSafe(shroudedBag(e, p, a.pkcs8)), encryptedSafe(e, p, certBag(a))))
	}
	f.Fuzz(func(t *testing.T, authSafe []byte) {
		data := seq(integer("3"), seq(id("1.2.840.113549.1.7.1"), explicit(octets(authSafe))))
		store, err := pkcs12.Parse(data, "secret", pkcs12.Options{MaxIterations: 100, InsecureSkipMAC: true})
		if err != nil {
			requireRefused(t, store, err)
			return
		}
		requireMatching(t, store)
	})
}

func seeds(f *testing.F) [][]byte {
	samples, err := filepath.Glob("testdata/*.p12")
	require.NoError(f, err)
	var vectors []string
	if root, ok := shared.Find(); ok {
		vectors, err = filepath.Glob(filepath.Join(root, "vectors", "pki", "*", "p12", "*.p12"))
		require.NoError(f, err)
	}
	var all [][]byte
	for _, file := range append(samples, vectors...) {
		b, err := os.ReadFile(file)
		require.NoError(f, err)
		all = append(all, b)
	}
	if len(all) == 0 {
		f.Fatal("no samples in testdata")
	}
	k, p := identities()[0], passOf("secret")
	all = append(all, good(f), container(p, nil, dataSafe(keyBag(k, friendlyName("x"), localKeyID("1")), certBag(k), bag("6", seq()))))
	for _, e := range encryptions() {
		all = append(all, container(p, nil, dataSafe(shroudedBag(e, p, k.pkcs8)), encryptedSafe(e, p, certBag(k))))
	}
	for _, mac := range macs() {
		all = append(all, container(p, mac, dataSafe(keyBag(k), certBag(k))))
	}
	return all
}
