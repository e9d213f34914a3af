package crl_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Everything that Create writes is read back.
func TestCreateAndParse(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.template.BaseNumber = big.NewInt(150)
	s.template.Scope = &crl.IssuingDistributionPoint{
		FullName: uri("http://a/"), OnlyUserCerts: true, Indirect: true, HasReasons: true, Reasons: 0x106,
	}
	s.revoke(cert.CertificateHold).InvalidityDate = at.Add(-time.Hour)
	s.revoke(cert.Unspecified).Serial = certtest.Serial(-5)
	l := s.list()
	require.Equal(t, 2, l.Version)
	require.Equal(t, "CN=ca", l.Issuer.String())
	require.Equal(t, s.template.ThisUpdate, l.ThisUpdate)
	require.Equal(t, s.template.NextUpdate, l.NextUpdate)
	require.Equal(t, s.template.Number, l.Number)
	require.Equal(t, s.template.BaseNumber, l.BaseNumber)
	require.True(t, l.IsDelta())
	require.Equal(t, "http://a/", l.Scope.FullName[0].Text)
	l.Scope.FullName[0].Text = ""
	require.Equal(t, s.template.Scope, l.Scope)
	require.NotNil(t, l.Extension(oid.AuthorityKeyIdentifier))
	var entries []crl.Entry
	for e := range l.Entries() {
		entries = append(entries, e)
	}
	require.Equal(t, s.template.Entries, entries)
	require.Equal(t, 3, l.Len())
	require.Equal(t, "-5", entries[2].SerialNumber())
	for range l.Entries() {
		break
	}
}

// A list without any extension is of version 1, as OpenSSL makes it unless told otherwise, and complete.
func TestVersion1(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	c := authority("ca", s.key)
	c.Extensions = c.Extensions[:2] // no key identifier to repeat
	s.issuer = c.Parse(t)
	s.template.Number, s.template.Entries[0].Reason = nil, cert.Unspecified
	require.Equal(t, 1, s.list().Version)
	answer, err := s.judge()
	require.NoError(t, err)
	require.Equal(t, cert.StatusGood, answer.Status)
}

func TestDecode(t *testing.T) {
	raw := newScene(t, "ecdsa-p256").raw()
	text := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: raw})
	l, err := crl.Decode(text)
	require.NoError(t, err)
	require.Equal(t, raw, l.Raw)
	_, err = crl.Decode(bytes.Replace(text, []byte("X509 CRL"), []byte("CERTIFICATE"), 2))
	require.ErrorIs(t, err, verdict.Malformed)
}

// T5, T6: what RFC 5280 and DER forbid is refused, with the signature over it in order.
func TestParseRefuses(t *testing.T) {
	element := func(b ...byte) *certtest.Node { return certtest.Tree(b) }
	insert := func(list []*certtest.Node, i int, n *certtest.Node) []*certtest.Node {
		return append(append(append([]*certtest.Node{}, list[:i]...), n), list[i:]...)
	}
	// tbs: 0 version, 1 algorithm, 2 issuer, 3 thisUpdate, 4 nextUpdate, 5 entries, 6 extensions
	for name, change := range map[string]func(tbs *certtest.Node){
		"version 1 written out":     func(tbs *certtest.Node) { tbs.Children[0] = element(2, 1, 0) },
		"version 3":                 func(tbs *certtest.Node) { tbs.Children[0] = element(2, 1, 2) },
		"extensions in version 1":   func(tbs *certtest.Node) { tbs.Children = tbs.Children[1:] },
		"entry extensions in 1":     func(tbs *certtest.Node) { tbs.Children = tbs.Children[1:6] },
		"another algorithm inside":  func(tbs *certtest.Node) { tbs.Children[1].Children[0].Content[7] = 3 },
		"no thisUpdate":             func(tbs *certtest.Node) { tbs.Children = append(tbs.Children[:3], tbs.Children[5:]...) },
		"thisUpdate with an offset": func(tbs *certtest.Node) { tbs.Children[3].Content = []byte("2607011200+0000") },
		"three times":               func(tbs *certtest.Node) { tbs.Children = insert(tbs.Children, 4, tbs.Children[4]) },
		"no entry in the list":      func(tbs *certtest.Node) { tbs.Children[5].Children = nil },
		"two lists of entries":      func(tbs *certtest.Node) { tbs.Children = insert(tbs.Children, 5, tbs.Children[5]) },
		"extensions twice":          func(tbs *certtest.Node) { tbs.Children = append(tbs.Children, tbs.Children[6]) },
		"no extension in the list":  func(tbs *certtest.Node) { tbs.Children[6].Children[0].Children = nil },
		"one extension twice": func(tbs *certtest.Node) {
			list := tbs.Children[6].Children[0]
			list.Children = append(list.Children, list.Children[1])
		},
		"critical written out as false": func(tbs *certtest.Node) {
			e := tbs.Children[6].Children[0].Children[0]
			e.Children = insert(e.Children, 1, element(1, 1, 0))
		},
		"negative number": func(tbs *certtest.Node) {
			tbs.Children[6].Children[0].Children[1].Children[1] = element(4, 3, 2, 1, 0x80)
		},
		"number of 21 octets": func(tbs *certtest.Node) {
			value := certtest.TLV(4, certtest.TLV(2, bytes.Repeat([]byte{1}, 21)))
			tbs.Children[6].Children[0].Children[1].Children[1] = certtest.Tree(value)
		},
		"something after":               func(tbs *certtest.Node) { tbs.Children = append(tbs.Children, element(5, 0)) },
		"serial number that is none":    func(tbs *certtest.Node) { entry(tbs).Children[0] = element(4, 1, 5) },
		"empty serial number":           func(tbs *certtest.Node) { entry(tbs).Children[0] = element(2, 0) },
		"padded serial number":          func(tbs *certtest.Node) { entry(tbs).Children[0] = element(2, 2, 0, 5) },
		"padded negative serial number": func(tbs *certtest.Node) { entry(tbs).Children[0] = element(2, 2, 0xff, 0x85) },
		"no date":                       func(tbs *certtest.Node) { entry(tbs).Children = entry(tbs).Children[:1] },
		"date that does not exist":      func(tbs *certtest.Node) { entry(tbs).Children[1].Content = []byte("260230120000Z") },
		"a field more in an entry":      func(tbs *certtest.Node) { entry(tbs).Children = append(entry(tbs).Children, element(5, 0)) },
		"no extension in an entry":      func(tbs *certtest.Node) { entry(tbs).Children[2].Children = nil },
		"reason twice": func(tbs *certtest.Node) {
			list := entry(tbs).Children[2]
			list.Children = append(list.Children, list.Children[0])
		},
		"reason of another type":  func(tbs *certtest.Node) { reason(tbs, 4, 3, 2, 1, 1) },
		"reason of two octets":    func(tbs *certtest.Node) { reason(tbs, 4, 4, 10, 2, 0, 1) },
		"negative reason":         func(tbs *certtest.Node) { reason(tbs, 4, 3, 10, 1, 0x80) },
		"octets after the reason": func(tbs *certtest.Node) { reason(tbs, 4, 5, 10, 1, 1, 5, 0) },
		"critical false in an entry": func(tbs *certtest.Node) {
			e := entry(tbs).Children[2].Children[0]
			e.Children = insert(e.Children, 1, element(1, 1, 0))
		},
		"padded identifier in an entry": func(tbs *certtest.Node) {
			entry(tbs).Children[2].Children[0].Children[0].Content = []byte{0x55, 0x1d, 0x80, 0x15}
		},
		"17 extensions in an entry": func(tbs *certtest.Node) { extend(tbs, 17) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, "ecdsa-p256")
			s.mutate = change
			l, err := crl.Parse(s.raw())
			require.ErrorIs(t, err, verdict.Malformed)
			require.Nil(t, l)
		})
	}
	s := newScene(t, "ecdsa-p256")
	s.mutate = func(tbs *certtest.Node) { extend(tbs, 16) }
	answer, err := s.judge()
	require.NoError(t, err, "the near twin")
	require.Equal(t, cert.StatusGood, answer.Status)
}

func entry(tbs *certtest.Node) *certtest.Node { return tbs.Children[5].Children[0] }

func reason(tbs *certtest.Node, octetString ...byte) {
	entry(tbs).Children[2].Children[0].Children[1] = certtest.Tree(octetString)
}

// extend gives an entry n extensions that nobody knows.
func extend(tbs *certtest.Node, n int) {
	list := entry(tbs).Children[2]
	list.Children = nil
	for i := range n {
		list.Children = append(list.Children, certtest.Tree(certtest.Extension(certtest.Ext(cert.OID(fmt.Sprintf("1.2.3.%d", i)), nil))))
	}
}

func TestScopeForms(t *testing.T) {
	name := func(b ...[]byte) []byte { return certtest.TLV(der.Explicit(0), b...) }
	full := certtest.TLV(der.Explicit(0), certtest.TLV(der.Implicit(6), []byte("http://a/")))
	for _, c := range []struct {
		name  string
		value []byte
		good  bool
	}{
		{"empty", certtest.TLV(0x30), false},
		{"full name", certtest.TLV(0x30, name(full)), true},
		{"two names", certtest.TLV(0x30, name(full, full)), false},
		{"no name", certtest.TLV(0x30, name()), false},
		{"no name in a full name", certtest.TLV(0x30, name(certtest.TLV(der.Explicit(0)))), false},
		{"users", certtest.TLV(0x30, []byte{0x81, 1, 0xff}), true},
		{"users written out as false", certtest.TLV(0x30, []byte{0x81, 1, 0}), false},
		{"users by another true", certtest.TLV(0x30, []byte{0x81, 1, 1}), false},
		{"users and authorities", certtest.TLV(0x30, []byte{0x81, 1, 0xff, 0x82, 1, 0xff}), false},
		{"users and attributes", certtest.TLV(0x30, []byte{0x81, 1, 0xff, 0x85, 1, 0xff}), false},
		{"out of order", certtest.TLV(0x30, []byte{0x84, 1, 0xff, 0x81, 1, 0xff}), false},
		{"reasons", certtest.TLV(0x30, []byte{0x83, 2, 1, 0x7e}), true},
		{"reasons with zeros behind", certtest.TLV(0x30, []byte{0x83, 2, 0, 0x7e}), false},
		{"unknown field", certtest.TLV(0x30, []byte{0x86, 1, 0xff}), false},
		{"octets behind", append(certtest.TLV(0x30, []byte{0x81, 1, 0xff}), 5, 0), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, "ecdsa-p256")
			s.template.Extensions = []cert.Extension{certtest.Ext(oid.IssuingDistributionPoint, c.value)}
			_, err := crl.Parse(s.raw())
			require.Equal(t, c.good, err == nil, "%v", err)
		})
	}
}

// Absent and NULL parameters are the same between inside and outside, and nothing else is: live national lists differ
// so.
func TestAlgorithmInsideAndOutside(t *testing.T) {
	s := newScene(t, "gost2015-512")
	l := s.list()
	build := func(inside, outside []byte) error {
		tree := certtest.Tree(l.Raw)
		tree.Children[0].Children[1] = certtest.Tree(inside)
		raw := certtest.Template{Signer: s.key, Outer: outside}.Wrap(t, tree.Children[0].Bytes())
		l, err := crl.Parse(raw)
		if err == nil {
			err = l.Verify(s.ca)
		}
		return err
	}
	id := certtest.OID(oid.KZ2015Signature512)
	absent, null := certtest.TLV(0x30, id), certtest.TLV(0x30, id, []byte{5, 0})
	odd := certtest.TLV(0x30, id, []byte{0x30, 0})
	other := certtest.TLV(0x30, certtest.OID(oid.KZ2015Signature256), []byte{5, 0})
	for _, pair := range [][2][]byte{{absent, null}, {null, absent}, {absent, absent}, {null, null}} {
		require.NoError(t, build(pair[0], pair[1]))
	}
	for _, pair := range [][2][]byte{{absent, odd}, {odd, null}, {other, null}, {null, other}} {
		require.ErrorIs(t, build(pair[0], pair[1]), verdict.Malformed)
	}
	require.ErrorIs(t, build(odd, odd), verdict.UnsupportedAlgorithm)
}

// T3: all prefixes; T4: an octet more.
func TestPrefixes(t *testing.T) {
	raw := newScene(t, "ecdsa-p256").raw()
	for n := range raw {
		l, err := crl.Parse(raw[:n])
		require.ErrorIs(t, err, verdict.Malformed)
		require.Nil(t, l)
	}
	_, err := crl.Parse(append(bytes.Clone(raw), 0))
	require.ErrorIs(t, err, verdict.Malformed)
}

// T4, T6: a length written too long or an octet too many, signed anew, is refused wherever the structure is known.
func TestStrictEverywhere(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.template.Scope = &crl.IssuingDistributionPoint{OnlyUserCerts: true}
	s.template.Entries[0].InvalidityDate = at
	l := s.list()
	places := 0
	certtest.Tree(l.RawTBS).Walk(func(place *certtest.Node) {
		if strings.HasPrefix(place.Path, ".0.6.0.0.1.") {
			return // the key identifier of the authority, a hint that stays unread
		}
		changes := []func(n *certtest.Node){func(n *certtest.Node) { n.Long = true }}
		if place.Holds() {
			changes = append(changes, func(n *certtest.Node) { n.Extra = []byte{0} })
		}
		for _, change := range changes {
			places++
			tree := certtest.Tree(l.RawTBS)
			tree.Walk(func(n *certtest.Node) {
				if n.Path == place.Path {
					change(n)
				}
			})
			_, err := crl.Parse(certtest.Template{Signer: s.key}.Wrap(t, tree.Bytes()))
			if strings.HasPrefix(place.Path, ".0.6.0.0.1") && err == nil {
				continue
			}
			require.Error(t, err, "%s: %x", place.Path, tree.Bytes())
		}
	})
	require.Greater(t, places, 50)
}

// T2: a length that claims more than there is allocates nothing.
func TestLengthBombs(t *testing.T) {
	for _, head := range []string{"", "\x30\x84\xff\xff\xff\xff", "\x30\x88\x7f\xff\xff\xff\xff\xff\xff\xff", "\x30\x80", "\x30\xff", "<html>"} {
		allocated := testing.AllocsPerRun(10, func() {
			_, err := crl.Parse([]byte(head))
			require.ErrorIs(t, err, verdict.Malformed)
		})
		require.Less(t, allocated, 100.0)
	}
	_, err := crl.Parse(make([]byte, crl.MaxSize+1))
	require.ErrorIs(t, err, verdict.LimitExceeded)
}

// Every serial number that is there is found, and none that is not; also where the table is nearly full.
func TestIndex(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, count := range []int{1, 2, 3, 5, 6, 7, 95, 96, 97, 1000, 3071, 3072, 3073} {
		s := newScene(t, "ecdsa-p256")
		s.template.Entries = randomEntries(random, count)
		l := s.list()
		require.Equal(t, count, l.Len())
		known := make(map[string]bool)
		for _, e := range s.template.Entries {
			known[string(e.Serial)] = true
			found, ok := l.Find(e.Serial)
			require.True(t, ok)
			require.Equal(t, e.Serial, found.Serial)
		}
		for _, e := range randomEntries(random, count) {
			_, ok := l.Find(e.Serial)
			require.Equal(t, known[string(e.Serial)], ok)
		}
	}
	s := newScene(t, "ecdsa-p256")
	s.template.Entries = nil
	_, ok := s.list().Find(certtest.Serial(5))
	require.False(t, ok)
}

// randomEntries makes entries in the national shape: serial numbers of 20 octets, most with a reason.
func randomEntries(random *rand.Rand, count int) []crl.Entry {
	reasons := []cert.RevocationReason{0, 1, 3, 4, 5, 6}
	entries := make([]crl.Entry, count)
	for i := range entries {
		serial := make([]byte, 20)
		for j := range serial {
			serial[j] = byte(random.Uint32())
		}
		serial[0] = serial[0]&0x3f | 0x40
		entries[i] = crl.Entry{
			Serial: serial, RevokedAt: at.Add(-time.Duration(random.IntN(1e8)) * time.Second), Reason: reasons[random.IntN(len(reasons))],
		}
	}
	return entries
}

// T13: a hundred thousand entries for one certificate take no longer than as many for different ones.
func TestOneSerialManyTimes(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.template.Entries = nil
	for i := range 100_000 {
		s.template.Entries = append(s.template.Entries, crl.Entry{Serial: certtest.Serial(0x1234), RevokedAt: at.Add(seconds(-i))})
	}
	raw := s.raw()
	start := time.Now()
	l, err := crl.Parse(raw)
	require.NoError(t, err)
	require.Less(t, time.Since(start), 2*time.Second)
	e, ok := l.Find(certtest.Serial(0x1234))
	require.True(t, ok)
	require.Equal(t, at.Add(seconds(-99_999)), e.RevokedAt)
}

// T76: reading costs a table of a few octets for each entry, and no allocation for any.
func TestMemory(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.template.Entries = randomEntries(rand.New(rand.NewPCG(3, 4)), 20_000)
	raw := s.raw()
	allocations := testing.AllocsPerRun(3, func() {
		_, err := crl.Parse(raw)
		require.NoError(t, err)
	})
	require.Less(t, allocations, 100.0)
	l, err := crl.Parse(raw)
	require.NoError(t, err)
	absent := certtest.Serial(0x1234)
	require.Zero(t, testing.AllocsPerRun(100, func() { l.Find(absent) }))
}

// Several goroutines may ask one list.
func TestConcurrent(t *testing.T) {
	s := newScene(t, "ecdsa-p256")
	s.revoke(cert.Superseded)
	s.query.Lists = []*crl.List{s.list()}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			answer, err := crl.Judge(s.query)
			if err != nil || answer.Status != cert.StatusRevoked {
				t.Errorf("got %v, %v", answer, err)
			}
		})
	}
	group.Wait()
}

// crypto/x509 reads what we make, and finds the same in it.
func TestOracleX509(t *testing.T) {
	s := newScene(t, "rsa-2048")
	s.template.Entries = randomEntries(rand.New(rand.NewPCG(5, 6)), 500)
	raw := s.raw()
	want, err := x509.ParseRevocationList(raw)
	require.NoError(t, err)
	issuer, err := s.ca.X509()
	require.NoError(t, err)
	require.NoError(t, want.CheckSignatureFrom(issuer))
	l, err := crl.Parse(raw)
	require.NoError(t, err)
	require.Equal(t, want.Number, l.Number)
	require.True(t, want.ThisUpdate.Equal(l.ThisUpdate))
	require.Len(t, want.RevokedCertificateEntries, l.Len())
	i := 0
	for e := range l.Entries() {
		w := want.RevokedCertificateEntries[i]
		require.Equal(t, w.SerialNumber.Text(16), e.SerialNumber())
		require.True(t, w.RevocationTime.Equal(e.RevokedAt))
		require.Equal(t, w.ReasonCode, int(e.Reason))
		i++
	}
}

// The national list of July 2026 had 422,065 entries in 22 MB.
func BenchmarkParse400k(b *testing.B) {
	raw := bigList(b, 400_000)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := crl.Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse400kX509(b *testing.B) {
	raw := bigList(b, 400_000)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x509.ParseRevocationList(raw); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFind(b *testing.B) {
	l, err := crl.Parse(bigList(b, 400_000))
	if err != nil {
		b.Fatal(err)
	}
	absent := bytes.Repeat([]byte{0x11}, 20)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := l.Find(absent); ok {
			b.Fatal("found")
		}
	}
}

var bigLists sync.Map

func bigList(b *testing.B, count int) []byte {
	b.Helper()
	if raw, ok := bigLists.Load(count); ok {
		return raw.([]byte)
	}
	key := certtest.Key(b, "ecdsa-p256/ca")
	t := crl.Template{ThisUpdate: at, NextUpdate: at.Add(time.Hour), Number: big.NewInt(1)}
	t.Entries = randomEntries(rand.New(rand.NewPCG(7, 8)), count)
	raw, err := crl.Create(t, authority("ca", key).Parse(b), key)
	if err != nil {
		b.Fatal(err)
	}
	bigLists.Store(count, raw)
	return raw
}
