package emulator_test

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/ncalayer/emulator"
	"github.com/qoltanba/eds/verdict"
)

// newAuthority makes a self-signed certificate.
func newAuthority(t testing.TB, name, key string, extensions ...cert.Extension) *cert.Certificate {
	t.Helper()
	return issueAuthority(t, name, name, key, extensions...)
}

func issueAuthority(t testing.TB, issuer, name, key string, extensions ...cert.Extension) *cert.Certificate {
	t.Helper()
	signer := certtest.Key(t, key)
	raw, err := mint.Issuer{Name: authorityName(issuer), Key: signer}.Certificate(mint.Template{
		Serial: []byte{1}, Subject: authorityName(name), NotBefore: now, NotAfter: now.AddDate(1, 0, 0), Extensions: append(extensions, mint.CA(-1)),
	}, signer.Public())
	require.NoError(t, err)
	c, err := cert.Parse(raw)
	require.NoError(t, err)
	return c
}

const nationalName = "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022"

var nationalID, _ = hex.DecodeString("fe30be9fc890633f1fff5a3c0cb0c85f4c6d1708")

// THREATS T97: real keys are refused. Each has a near twin that is let in.
func TestProductionKeys(t *testing.T) {
	usages := []cert.OID{oid.EmailProtection, roleIndividual}
	key := func(issuer string, id []byte) emulator.Key {
		return newKey(t, "gost2015-512", issuer, id, personal(), usages...)
	}
	through := func(extensions ...cert.Extension) emulator.Key {
		k := key("ҮЛГІ CA", []byte{1})
		k.Authorities = []*cert.Certificate{issueAuthority(t, nationalName, "ҮЛГІ CA", "gost2015-512/ca", extensions...)}
		return k
	}
	apart := key("ҮЛГІ CA", []byte{1})
	apart.Authorities = []*cert.Certificate{issueAuthority(t, nationalName, "ҮЛГІ OTHER", "gost2015-512/ca", mint.AuthorityKeyID(nationalID))}
	otherID := append([]byte{0xff}, nationalID[1:]...)
	for name, c := range map[string]struct {
		key     emulator.Key
		refused bool
	}{
		"name and key identifier":             {key(nationalName, nationalID), true},
		"key identifier, another name":        {key("ҮЛГІ CA", nationalID), true},
		"name, no key identifier":             {key(nationalName, nil), true},
		"name, another key identifier":        {key(nationalName, otherID), false},
		"test authority":                      {key("ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST 2022", []byte{1}), false},
		"no name, no key identifier":          {key("ҮЛГІ CA", nil), false},
		"through an authority":                {through(mint.AuthorityKeyID(nationalID)), true},
		"through an authority of a fake":      {through(mint.AuthorityKeyID(otherID)), false},
		"authority of another beside the key": {apart, false},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", Keys: []emulator.Key{c.key}})
			if !c.refused {
				require.NoError(t, err)
				require.NoError(t, e.Close())
				return
			}
			require.ErrorIs(t, err, verdict.KindMisuse)
			require.ErrorContains(t, err, "nca_gost_2022")
			require.NotContains(t, err.Error(), iin)
		})
	}
}

// Authorities that point at each other do not keep New busy.
func TestProductionLoop(t *testing.T) {
	k := newKey(t, "rsa-2048", "A", []byte{1}, personal(), oid.EmailProtection)
	a := issueAuthority(t, "B", "A", "gost2015-512/a")
	b := issueAuthority(t, "A", "B", "gost2015-512/b")
	k.Authorities = []*cert.Certificate{a, b, a, nil}
	e, err := emulator.New(emulator.Options{Listen: "127.0.0.1:0", Keys: []emulator.Key{k}})
	require.NoError(t, err)
	require.NoError(t, e.Close())
}

// The table of key identifiers is that of the pinned certificates, and complete.
func TestKeyIdentifiers(t *testing.T) {
	for _, pin := range nca.Pins() {
		_, ok := emulator.KeyIDs[pin.Name]
		require.Equal(t, pin.Class == nca.Production, ok, pin.Name)
	}
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "anchors"), "*.der"))
	require.NoError(t, err)
	require.Len(t, files, len(emulator.KeyIDs))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		c, err := cert.Parse(raw)
		require.NoError(t, err)
		pin, ok := nca.PinOf(c)
		require.True(t, ok)
		require.Equal(t, hex.EncodeToString(c.SubjectKeyID), emulator.KeyIDs[pin.Name], pin.Name)
		name, refused := emulator.ProductionPin(c)
		require.True(t, refused)
		require.Equal(t, pin.Name, name)
	}
}

func TestKeyPrintsNoSecrets(t *testing.T) {
	k := person(t, "gost2015-512")
	require.NotContains(t, k.String(), iin)
	require.Contains(t, k.String(), "ҮЛГІЛІ АЙДОС")
	require.Equal(t, "no key", emulator.Key{}.String())
}
