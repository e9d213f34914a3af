package nca_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/nca"
)

// T52: the table of pins and the published certificates say the same, in both directions.
func TestPins(t *testing.T) {
	left := make(map[string]nca.Pin)
	for _, p := range nca.Pins() {
		require.NotContains(t, left, p.SHA256Text(), "twice")
		require.NotEmpty(t, p.Name)
		left[p.SHA256Text()] = p
	}
	for folder, class := range map[string]nca.Class{"anchors/*.der": nca.Production, "vectors/nca-test/ca/*.cer": nca.Test} {
		files, err := filepath.Glob(filepath.Join(shared.Dir(t), filepath.FromSlash(folder)))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			relative, err := filepath.Rel(shared.Dir(t), file)
			require.NoError(t, err)
			c := read(t, relative)
			p, ok := nca.PinOf(c)
			require.True(t, ok, file)
			require.Equal(t, p, left[c.FingerprintText()])
			delete(left, c.FingerprintText())
			require.Equal(t, class, p.Class, file)
			require.Equal(t, c.Subject.First(oid.CommonName), p.CommonName, file)
			require.Equal(t, c.SelfIssued(), p.Root, file)
			require.Equal(t, c.NotBefore.Format(time.DateOnly), p.NotBefore.Format(time.DateOnly), file)
			require.Equal(t, c.NotAfter.Format(time.DateOnly), p.NotAfter.Format(time.DateOnly), file)
			require.False(t, p.Expired(c.NotAfter))
			require.True(t, p.Expired(c.NotAfter.Add(24*time.Hour)))
			require.Equal(t, trimExt(file), p.Name)
			require.Equal(t, class, nca.ClassOf([]*cert.Certificate{c}))
		}
	}
	require.Empty(t, left, "pinned and not published")
}

func trimExt(file string) string {
	base := filepath.Base(file)
	return base[:len(base)-len(filepath.Ext(base))]
}

// What the caller does with the table stays with the caller.
func TestPinsAreCopies(t *testing.T) {
	first := nca.Pins()
	first[0].Name = "changed"
	first[0].Addresses[0] = "http://changed"
	require.NotEqual(t, "changed", nca.Pins()[0].Name)
	require.NotEqual(t, "http://changed", nca.Pins()[0].Addresses[0])
}

// T52: a private authority with every name of a national one is of another class.
func TestClassOf(t *testing.T) {
	root, inter := read(t, "anchors", "root_gost_2022.der"), read(t, "anchors", "nca_gost_2022.der")
	testRoot, testInter := read(t, "vectors", "nca-test", "ca", "root_test_gost_2022.cer"), read(t, "vectors", "nca-test", "ca", "nca_gost2022_test.cer")
	leaf := certtest.Template{Issuer: inter.Subject.Raw}.Parse(t)
	clone := certtest.Template{Subject: root.Subject.Raw, Issuer: root.Subject.Raw, Serial: root.RawSerial, SPKI: root.RawSPKI}.Parse(t)
	for name, c := range map[string]struct {
		path []*cert.Certificate
		want nca.Class
	}{
		"production":               {[]*cert.Certificate{leaf, inter, root}, nca.Production},
		"anchored below the root":  {[]*cert.Certificate{leaf, inter}, nca.Production},
		"test":                     {[]*cert.Certificate{leaf, testInter, testRoot}, nca.Test},
		"test below production":    {[]*cert.Certificate{leaf, testInter, root}, nca.Test},
		"production below test":    {[]*cert.Certificate{leaf, inter, testRoot}, nca.Test},
		"production below another": {[]*cert.Certificate{leaf, inter, clone}, nca.Other},
		"clone":                    {[]*cert.Certificate{leaf, clone}, nca.Other},
		"leaf alone":               {[]*cert.Certificate{leaf}, nca.Other},
		"nothing":                  {nil, nca.Other},
	} {
		require.Equal(t, c.want, nca.ClassOf(c.path), name)
	}
	_, pinned := nca.PinOf(clone)
	require.False(t, pinned)
}

// Whoever calls himself by a national name has no pin, and the table holds the dates of whole days.
func TestPinsWithoutTheCertificates(t *testing.T) {
	c := subject(t, utf8(oid.CommonName, nca.Pins()[0].CommonName), printable(oid.Country, "KZ"))
	_, pinned := nca.PinOf(c)
	require.False(t, pinned)
	require.Equal(t, nca.Other, nca.ClassOf([]*cert.Certificate{c}))
	for _, p := range nca.Pins() {
		require.Equal(t, "00:00:00", p.NotBefore.Format(time.TimeOnly), p.Name)
		require.Equal(t, "23:59:59", p.NotAfter.Format(time.TimeOnly), p.Name)
		require.False(t, p.Expired(p.NotAfter), p.Name)
		require.True(t, p.Expired(p.NotAfter.Add(time.Second)), p.Name)
	}
}
