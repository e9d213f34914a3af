package chain_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

func TestVerify(t *testing.T) {
	anchor, middle := root.self(t), root.certify(t, inter)
	leaf := inter.leaf(t)
	path, err := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: list(other.self(t), middle)})
	require.NoError(t, err)
	require.Equal(t, list(leaf, middle, anchor), path)

	accepted(t, root.leaf(t), list(anchor), nil)
	accepted(t, leaf, list(middle), nil)         // an anchor need not be self-signed
	accepted(t, leaf, list(leaf), nil)           // a leaf may be an anchor
	accepted(t, leaf, list(anchor, middle), nil) // the nearer one
	accepted(t, middle, list(anchor), nil)       // a CA may be the end of a path
	refused(t, verdict.UnknownIssuer, "no certificate at hand", leaf, list(anchor), nil)
	refused(t, verdict.UnknownIssuer, "no certificate at hand", leaf, list(other.self(t)), list(middle, anchor))
}

func TestMisuse(t *testing.T) {
	anchor := root.self(t)
	for name, err := range map[string]error{
		"no leaf":    second(chain.Verify(nil, chain.Options{Anchors: list(anchor)})),
		"no anchors": second(chain.Verify(root.leaf(t), chain.Options{Intermediates: list(anchor)})),
		"nil anchor": second(chain.Verify(root.leaf(t), chain.Options{Anchors: list(anchor, nil)})),
		"nil issuer": second(chain.Verify(root.leaf(t), chain.Options{Anchors: list(anchor), Intermediates: list(nil)})),
	} {
		require.ErrorIs(t, err, verdict.KindMisuse, name)
	}
}

func second[T any](_ T, err error) error { return err }

// The caller's lists and the path's are not one memory.
func TestPathIsACopy(t *testing.T) {
	anchor, leaf := root.self(t), root.leaf(t)
	path, err := chain.Verify(leaf, chain.Options{Anchors: list(anchor), At: certtest.At})
	require.NoError(t, err)
	clear(path.Certificates())
	require.Equal(t, list(leaf, anchor), path.Certificates())
}

// T52, T33: being at hand is no trust, whatever it says of itself.
func TestMessageCertificatesAreNoAnchors(t *testing.T) {
	anchor := other.self(t)
	self, middle, leaf := root.self(t), root.certify(t, inter), inter.leaf(t)
	refused(t, verdict.UnknownIssuer, "", leaf, list(anchor), list(self, middle, leaf))
	refused(t, verdict.UnknownIssuer, "", self, list(anchor), list(self))
	accepted(t, leaf, list(self), list(self, middle, leaf))
}

// T41, T42, T43, T45: what an issuer must be. Each row breaks one thing in an intermediate, and then in the anchor.
var badIssuers = []struct {
	name   string
	change change
	reason verdict.Reason
	text   string
}{
	{"no CA", extensions(certtest.BasicConstraints(false, -1), certtest.KeyUsage(cert.UsageKeyCertSign)), verdict.PathInvalid, "not a CA"},
	{"no basicConstraints", extensions(certtest.KeyUsage(cert.UsageKeyCertSign)), verdict.PathInvalid, "not a CA"},
	{"no extensions", extensions(), verdict.PathInvalid, "not a CA"},
	{"version 1", func(c *certtest.Template) { c.Version, c.Extensions = 1, nil }, verdict.PathInvalid, "not a CA"},
	{"version 2", func(c *certtest.Template) { c.Version, c.Extensions = 2, nil }, verdict.PathInvalid, "not a CA"},
	{"a leaf", extensions(certtest.KeyUsage(cert.UsageDigitalSignature), certtest.ExtKeyUsage(oid.ClientAuth)), verdict.PathInvalid, "not a CA"},
	{"no keyCertSign", extensions(certtest.BasicConstraints(true, -1), certtest.KeyUsage(cert.UsageCRLSign|cert.UsageDigitalSignature)), verdict.PathInvalid, "keyCertSign"},
	{"unknown critical extension", also(certtest.Critical(certtest.Ext("1.2.3.4", []byte{5, 0}))), verdict.PathInvalid, "1.2.3.4"},
	{"critical policies", also(certtest.Critical(certtest.Policies("1.2.3"))), verdict.PathInvalid, string(oid.CertificatePolicies)},
	{"critical name constraints", also(certtest.Critical(certtest.Ext(oid.NameConstraints, certtest.TLV(asn1.SEQUENCE)))), verdict.PathInvalid, string(oid.NameConstraints)},
	{"critical policy constraints", also(certtest.Critical(certtest.Ext(oid.PolicyConstraints, certtest.TLV(asn1.SEQUENCE)))), verdict.PathInvalid, string(oid.PolicyConstraints)},
	{"expired", dates(certtest.NotBefore, certtest.At.Add(-time.Second)), verdict.CertExpired, "valid until"},
	{"not yet valid", dates(certtest.At.Add(time.Second), certtest.NotAfter), verdict.CertNotYetValid, "valid from"},
	{"weak key", func(c *certtest.Template) { c.SPKI = weakSPKI }, verdict.WeakAlgorithm, "RSA key"},
	{"unknown key", func(c *certtest.Template) {
		c.SPKI = certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3")), []byte{3, 2, 0, 1})
	}, verdict.UnsupportedAlgorithm, "1.2.3"},
	{"another key", func(c *certtest.Template) { c.SPKI = nil; c.Key = nil }, verdict.PathInvalid, "not signed by the issuer it names"},
	{"another kind of key", func(c *certtest.Template) { c.SPKI = gostSPKI }, verdict.PathInvalid, "not signed by the issuer it names"},
}

// weakSPKI is an RSA key of 1,024 bits. gostSPKI is one of another family.
var (
	weakSPKI = certtest.TLV(
		asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.RSAEncryption), []byte{5, 0}),
		certtest.TLV(asn1.BIT_STRING, []byte{0}, certtest.TLV(asn1.SEQUENCE,
			certtest.TLV(asn1.INTEGER, []byte{0}, slices.Repeat([]byte{0xff}, 128)), []byte{2, 3, 1, 0, 1})),
	)
	gostSPKI []byte
)

func prepareKeys(t testing.TB) {
	gostSPKI = certtest.PublicKey(t, certtest.Key(t, "gost2004").Public()).Raw()
}

// goodIssuers are the near twins of the rows above.
var goodIssuers = map[string]change{
	"plain":                     func(*certtest.Template) {},
	"no keyUsage":               extensions(certtest.BasicConstraints(true, -1)),
	"more key usages":           extensions(certtest.BasicConstraints(true, -1), certtest.KeyUsage(cert.UsageKeyCertSign|cert.UsageDigitalSignature)),
	"constraints not critical":  extensions(certtest.Ext(oid.BasicConstraints, certtest.BasicConstraints(true, 0).Value), certtest.KeyUsage(cert.UsageKeyCertSign)),
	"path length 0":             extensions(caExtensions(0)...),
	"unknown extension":         also(certtest.Ext("1.2.3.4", []byte{5, 0})),
	"policies":                  also(certtest.Policies("1.2.3")),
	"name constraints":          also(certtest.Ext(oid.NameConstraints, certtest.TLV(asn1.SEQUENCE))),
	"critical extended usage":   also(certtest.Critical(certtest.ExtKeyUsage(oid.EmailProtection))),
	"critical alternative name": also(certtest.Critical(certtest.Ext(oid.SubjectAltName, certtest.TLV(asn1.SEQUENCE, certtest.TLV(0x82, []byte("a")))))),
	"last second":               dates(certtest.NotBefore, certtest.At),
	"first second":              dates(certtest.At, certtest.NotAfter),
	"younger than the leaf":     dates(certtest.NotBefore.AddDate(1, 0, 0), certtest.NotAfter),
	"ends before the leaf":      dates(certtest.NotBefore, certtest.NotAfter.AddDate(-1, 0, 0)),
}

func TestIssuers(t *testing.T) {
	prepareKeys(t)
	anchor, leaf := root.self(t), inter.leaf(t)
	for _, c := range badIssuers {
		t.Run(c.name, func(t *testing.T) {
			refused(t, c.reason, c.text, leaf, list(anchor), list(root.certify(t, inter, c.change)))
			refused(t, c.reason, c.text, root.leaf(t), list(root.self(t, c.change)), nil) // anchors too
		})
	}
	for name, change := range goodIssuers {
		t.Run(name, func(t *testing.T) {
			accepted(t, leaf, list(anchor), list(root.certify(t, inter, change)))
			accepted(t, root.leaf(t), list(root.self(t, change)), nil)
		})
	}
}

// What the end of a path must be.
func TestLeaves(t *testing.T) {
	prepareKeys(t)
	anchor := root.self(t)
	for _, c := range []struct {
		name   string
		change change
		reason verdict.Reason // "" for good
	}{
		{"plain", func(*certtest.Template) {}, ""},
		{"version 1", func(c *certtest.Template) { c.Version, c.Extensions = 1, nil }, ""},
		{"no extensions", extensions(), ""},
		{"critical extended usage", also(certtest.Critical(certtest.ExtKeyUsage(oid.EmailProtection))), ""}, // T45
		{"unknown extension", also(certtest.Ext("1.2.3.4", []byte{5, 0})), ""},
		{"unknown critical extension", also(certtest.Critical(certtest.Ext("1.2.3.4", []byte{5, 0}))), verdict.PathInvalid}, // T45
		{"critical policies", also(certtest.Critical(certtest.Policies("1.2.3"))), verdict.PathInvalid},
		{"path length without being a CA", extensions(certtest.BasicConstraints(false, 0)), ""},
		{"first second", dates(certtest.At, certtest.NotAfter), ""}, // T51
		{"last second", dates(certtest.NotBefore, certtest.At), ""},
		{"not yet valid", dates(certtest.At.Add(time.Second), certtest.NotAfter), verdict.CertNotYetValid},
		{"expired", dates(certtest.NotBefore, certtest.At.Add(-time.Second)), verdict.CertExpired},
		{"GOST key", func(c *certtest.Template) { c.SPKI = gostSPKI }, ""},
		{"weak key", func(c *certtest.Template) { c.SPKI = weakSPKI }, verdict.WeakAlgorithm}, // T22
		{"unknown key", func(c *certtest.Template) { // T21
			c.SPKI = certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3")), []byte{3, 2, 0, 1})
		}, verdict.UnsupportedAlgorithm},
		{"unknown signature", func(c *certtest.Template) { c.Algorithm = certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3")) }, verdict.UnsupportedAlgorithm},
		{"signed by another", func(c *certtest.Template) { c.Signer = certtest.Key(t, "ecdsa-p256/other") }, verdict.PathInvalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.reason == "" {
				accepted(t, root.leaf(t, c.change), list(anchor), nil)
				return
			}
			refused(t, c.reason, "", root.leaf(t, c.change), list(anchor), nil)
		})
	}
}

// T51: the moment, to the second and below, at every place; and the two halves of Verify.
func TestValidity(t *testing.T) {
	from, to := certtest.At, certtest.At.Add(time.Hour)
	for place := range 3 {
		narrow := func(at int) change {
			if at == place {
				return dates(from, to)
			}
			return func(*certtest.Template) {}
		}
		leaf, middle, anchor := inter.leaf(t, narrow(0)), root.certify(t, inter, narrow(1)), root.self(t, narrow(2))
		o := chain.Options{Anchors: list(anchor), Intermediates: list(middle)}
		for at, want := range map[time.Time]verdict.Reason{
			from: "", to: "", from.Add(-time.Second): verdict.CertNotYetValid, to.Add(time.Second): verdict.CertExpired,
			from.Add(-time.Nanosecond): verdict.CertNotYetValid, from.In(time.FixedZone("", 5*3600)): "",
		} {
			o.At = at
			_, err := verify(t, leaf, o)
			path, errBuild := chain.Build(leaf, o)
			require.NoError(t, errBuild)
			if want == "" {
				require.NoError(t, err)
				require.NoError(t, path.CheckValidity(at))
				continue
			}
			require.ErrorIs(t, err, want)
			require.ErrorIs(t, path.CheckValidity(at), want)
			require.Contains(t, err.Error(), fmt.Sprintf("certificate %d of 3", place+1))
		}
	}
}

// Of two ways the one within its dates is taken, whatever the order.
func TestValidWayPreferred(t *testing.T) {
	anchor, leaf := root.self(t), inter.leaf(t)
	good, old := root.certify(t, inter), root.certify(t, inter, dates(certtest.NotBefore, certtest.At.Add(-time.Hour)))
	for _, order := range [][]*cert.Certificate{{good, old}, {old, good}} {
		path, err := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: order})
		require.NoError(t, err)
		require.Same(t, good, path[1])
	}
	expired := root.self(t, dates(certtest.NotBefore, certtest.At.Add(-time.Hour)))
	for _, anchors := range [][]*cert.Certificate{{anchor, expired}, {expired, anchor}} {
		accepted(t, leaf, anchors, list(good))
	}
}

// T42: RFC 5280 counts the intermediates below, without those that issue to themselves.
func TestPathLength(t *testing.T) {
	sub, subsub := ca("sub"), ca("subsub")
	rolled := authority{"intermediate", "ecdsa-p256/rolled"} // the same CA with another key
	anchor := root.self(t)
	limited := func(n int) *cert.Certificate { return root.certify(t, inter, extensions(caExtensions(n)...)) }
	for _, c := range []struct {
		name          string
		leaf          *cert.Certificate
		intermediates []*cert.Certificate
		good          bool
	}{
		{"0, none below", inter.leaf(t), list(limited(0)), true},
		{"0, one below", sub.leaf(t), list(limited(0), inter.certify(t, sub)), false},
		{"1, one below", sub.leaf(t), list(limited(1), inter.certify(t, sub)), true},
		{"1, two below", subsub.leaf(t), list(limited(1), inter.certify(t, sub), sub.certify(t, subsub)), false},
		{"2, two below", subsub.leaf(t), list(limited(2), inter.certify(t, sub), sub.certify(t, subsub)), true},
		{"0, self-issued below", rolled.leaf(t), list(limited(0), inter.certify(t, rolled)), true},
		{"0, self-issued and one below", sub.leaf(t), list(limited(0), inter.certify(t, rolled), rolled.certify(t, sub)), false},
		{"1, self-issued and one below", sub.leaf(t), list(limited(1), inter.certify(t, rolled), rolled.certify(t, sub)), true},
		{"a greater one below", subsub.leaf(t), list(limited(1), inter.certify(t, sub, extensions(caExtensions(5)...)), sub.certify(t, subsub)), false},
		{"a smaller one below", subsub.leaf(t), list(limited(5), inter.certify(t, sub, extensions(caExtensions(0)...)), sub.certify(t, subsub)), false},
		{"a CA at the end", inter.certify(t, sub), list(limited(0)), true}, // the last certificate is not counted
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.good {
				accepted(t, c.leaf, list(anchor), c.intermediates)
				return
			}
			refused(t, verdict.PathInvalid, "path length", c.leaf, list(anchor), c.intermediates)
		})
	}
	t.Run("of the anchor", func(t *testing.T) {
		leaf, middle := inter.leaf(t), root.certify(t, inter)
		refused(t, verdict.PathInvalid, "path length", leaf, list(root.self(t, extensions(caExtensions(0)...))), list(middle))
		accepted(t, leaf, list(root.self(t, extensions(caExtensions(1)...))), list(middle))
	})
}

// T44: the option asks the leaf by name, and every issuer that limits itself.
func TestExtKeyUsage(t *testing.T) {
	email, tls := certtest.ExtKeyUsage(oid.EmailProtection), certtest.ExtKeyUsage(oid.ServerAuth)
	wild := certtest.ExtKeyUsage(oid.AnyExtKeyUsage)
	for _, c := range []struct {
		name             string
		leaf, ca, anchor []cert.Extension
		wanted           []cert.OID
		good             bool
	}{
		{"not asked", nil, []cert.Extension{tls}, nil, nil, true},
		{"by name", []cert.Extension{email}, nil, nil, []cert.OID{oid.EmailProtection}, true},
		{"one of several", []cert.Extension{certtest.ExtKeyUsage(oid.ClientAuth, oid.EmailProtection)}, nil, nil, []cert.OID{oid.CodeSigning, oid.EmailProtection}, true},
		{"another", []cert.Extension{tls}, nil, nil, []cert.OID{oid.EmailProtection}, false},
		{"none", nil, nil, nil, []cert.OID{oid.EmailProtection}, false},
		{"any is no wildcard", []cert.Extension{wild}, nil, nil, []cert.OID{oid.EmailProtection}, false},
		{"issuer by name", []cert.Extension{email}, []cert.Extension{email}, nil, []cert.OID{oid.EmailProtection}, true},
		{"issuer for any", []cert.Extension{email}, []cert.Extension{wild}, nil, []cert.OID{oid.EmailProtection}, true},
		{"issuer for another", []cert.Extension{email}, []cert.Extension{tls}, nil, []cert.OID{oid.EmailProtection}, false},
		{"anchor for another", []cert.Extension{email}, nil, []cert.Extension{tls}, []cert.OID{oid.EmailProtection}, false},
		{"anchor by name", []cert.Extension{email}, nil, []cert.Extension{email}, []cert.OID{oid.EmailProtection}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := verify(t, inter.leaf(t, also(c.leaf...)), chain.Options{
				Anchors:       list(root.self(t, also(c.anchor...))),
				Intermediates: list(root.certify(t, inter, also(c.ca...))),
				ExtKeyUsage:   c.wanted,
			})
			if c.good {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, verdict.UsageNotAllowed)
		})
	}
}

// T50: names propose, signatures decide.
func TestNames(t *testing.T) {
	t.Run("letter case and string type", func(t *testing.T) {
		anchor := root.self(t)
		leaf := root.leaf(t, func(c *certtest.Template) {
			c.Issuer = certtest.Name(certtest.Attribute{Type: oid.CommonName, Tag: asn1.PrintableString, Value: " ROOT"})
		})
		accepted(t, leaf, list(anchor), nil)
	})
	t.Run("one more attribute", func(t *testing.T) { // as the national roots of 2015 and 2020
		long := certtest.Name(certtest.Attribute{Type: oid.CommonName, Value: "root"}, certtest.Attribute{Type: oid.Organization, Value: "o"})
		leaf := root.leaf(t, func(c *certtest.Template) { c.Issuer = long })
		refused(t, verdict.UnknownIssuer, "", leaf, list(root.self(t)), nil)
		renamed := func(c *certtest.Template) { c.Subject, c.Issuer = long, long }
		accepted(t, leaf, list(root.self(t), root.self(t, renamed)), nil)
	})
	t.Run("order of RDNs", func(t *testing.T) {
		a, b := certtest.Attribute{Type: oid.CommonName, Value: "root"}, certtest.Attribute{Type: oid.Country, Value: "KZ"}
		anchor := root.self(t, func(c *certtest.Template) { c.Subject, c.Issuer = certtest.Name(a, b), certtest.Name(a, b) })
		refused(t, verdict.UnknownIssuer, "", root.leaf(t, func(c *certtest.Template) { c.Issuer = certtest.Name(b, a) }), list(anchor), nil)
		accepted(t, root.leaf(t, func(c *certtest.Template) { c.Issuer = certtest.Name(a, b) }), list(anchor), nil)
	})
	t.Run("no name", func(t *testing.T) {
		nameless := func(c *certtest.Template) { c.Subject, c.Issuer = certtest.Name(), certtest.Name() }
		leaf := root.leaf(t, func(c *certtest.Template) { c.Issuer = certtest.Name() })
		refused(t, verdict.UnknownIssuer, "", leaf, list(root.self(t, nameless)), nil)
		accepted(t, root.leaf(t, func(c *certtest.Template) { c.Subject = certtest.Name() }), list(root.self(t)), nil)
	})
	t.Run("cloned hierarchy", func(t *testing.T) { // K28: equal names, serial numbers and key identifiers, other keys
		ids := func(c *certtest.Template) {
			c.Serial = []byte{7}
			c.Extensions = append(slices.Clone(c.Extensions), certtest.SubjectKeyID([]byte("same")), certtest.AuthorityKeyID([]byte("same")))
		}
		rogueRoot, rogueInter := authority{"root", "ecdsa-p256/rogue root"}, authority{"intermediate", "ecdsa-p256/rogue intermediate"}
		trueAnchor, trueMiddle := root.self(t, ids), root.certify(t, inter, ids)
		rogueAnchor, rogueMiddle := rogueRoot.self(t, ids), rogueRoot.certify(t, rogueInter, ids)
		all := list(rogueMiddle, trueMiddle, rogueAnchor)
		refused(t, verdict.PathInvalid, "not signed", rogueInter.leaf(t, ids), list(trueAnchor), all)
		refused(t, verdict.PathInvalid, "not signed", rogueRoot.leaf(t, ids), list(trueAnchor), all)
		accepted(t, inter.leaf(t, ids), list(trueAnchor), all)
		accepted(t, rogueInter.leaf(t, ids), list(trueAnchor, rogueAnchor), all)
	})
	t.Run("one name in two hierarchies", func(t *testing.T) {
		twin := authority{"root", "ecdsa-p256/twin"}
		for _, anchors := range [][]*cert.Certificate{{root.self(t), twin.self(t)}, {twin.self(t), root.self(t)}} {
			accepted(t, root.leaf(t), anchors, nil)
			accepted(t, twin.leaf(t), anchors, nil)
		}
	})
	t.Run("key identifiers that do not fit", func(t *testing.T) { // hints only
		anchor := root.self(t, also(certtest.SubjectKeyID([]byte("a"))))
		accepted(t, root.leaf(t, also(certtest.AuthorityKeyID([]byte("b")))), list(anchor), nil)
	})
}

// The identifiers order the search: with one signature to spend, the right one of many namesakes is found.
func TestKeyIdentifiersOrderTheSearch(t *testing.T) {
	anchor := root.self(t)
	var siblings []*cert.Certificate
	for i := range 50 {
		twin := authority{"intermediate", fmt.Sprintf("ecdsa-p256/twin %d", i)}
		siblings = append(siblings, root.certify(t, twin, also(certtest.SubjectKeyID([]byte{byte(i)}))))
	}
	right := root.certify(t, inter, also(certtest.SubjectKeyID([]byte("right"))))
	leaf := inter.leaf(t, also(certtest.AuthorityKeyID([]byte("right"))))
	_, err := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: append(siblings, right), MaxSignatures: 2})
	require.NoError(t, err)
	_, err = verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: append(siblings, right), MaxSignatures: 1})
	require.ErrorIs(t, err, verdict.LimitExceeded)
	// Without the hint every namesake costs a signature.
	blind := inter.leaf(t)
	_, err = verify(t, blind, chain.Options{Anchors: list(anchor), Intermediates: append(siblings, right), MaxSignatures: 50})
	require.ErrorIs(t, err, verdict.LimitExceeded)
	_, err = verify(t, blind, chain.Options{Anchors: list(anchor), Intermediates: append(siblings, right), MaxSignatures: 100})
	require.NoError(t, err)
}

// T49: a bad sibling does not spoil a good one, and a good one excuses nothing in a bad one; whatever the order.
func TestSiblings(t *testing.T) {
	prepareKeys(t)
	anchor, leaf := root.self(t), inter.leaf(t)
	good := root.certify(t, inter)
	rogue := authority{"root", "ecdsa-p256/rogue root"}.certify(t, inter)
	bad := map[string]*cert.Certificate{"signed by a namesake of the root": rogue, "without issuer": other.certify(t, inter)}
	for _, row := range badIssuers {
		bad[row.name] = root.certify(t, inter, row.change)
	}
	for name, one := range bad {
		t.Run(name, func(t *testing.T) {
			for _, order := range [][]*cert.Certificate{{good, one}, {one, good}, {one, one, good}, {one, good, one}} {
				path, err := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: order})
				require.NoError(t, err)
				require.Same(t, good, path[1])
			}
		})
	}
	// Any two bad ones are no good one, and the more telling reason is told in either order.
	for nameA, a := range bad {
		for nameB, b := range bad {
			_, errAB := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: list(a, b)})
			require.Error(t, errAB, "%s and %s", nameA, nameB)
			if nameA == "another key" || nameA == "another kind of key" {
				_, alone := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: list(b)})
				_, errBA := verify(t, leaf, chain.Options{Anchors: list(anchor), Intermediates: list(b, a)})
				if verdict.From(alone).Reason == verdict.UnknownIssuer {
					continue
				}
				require.Equal(t, verdict.From(alone).Reason, verdict.From(errAB).Reason, "%s and %s", nameA, nameB)
				require.Equal(t, verdict.From(alone).Reason, verdict.From(errBA).Reason, "%s and %s", nameB, nameA)
			}
		}
	}
}

// T48: loops end, and do not hide a way out.
func TestLoops(t *testing.T) {
	a, b, c := ca("a"), ca("b"), ca("c")
	ring := list(a.certify(t, b), b.certify(t, c), c.certify(t, a), b.certify(t, a), a.self(t), b.self(t))
	leaf := a.leaf(t)
	refused(t, verdict.UnknownIssuer, "", leaf, list(root.self(t)), ring)
	accepted(t, leaf, list(root.self(t)), append(ring, root.certify(t, c)))
	refused(t, verdict.UnknownIssuer, "", a.self(t), list(root.self(t)), ring)
}

// T48: meshes of cross-certificates, each CA certified by each other.
func TestMeshes(t *testing.T) {
	anchor := list(root.self(t))
	for _, size := range []int{10, 100, 1000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			mesh := cachedMesh(t, size)
			leaf := numbered(0).leaf(t)
			start := time.Now()
			_, err := verify(t, leaf, chain.Options{Anchors: anchor, Intermediates: mesh})
			require.Error(t, err)
			if size > 10 { // ten are looked through to the end
				require.ErrorIs(t, err, verdict.LimitExceeded)
				require.ErrorIs(t, err, verdict.KindLimit)
			}
			require.Less(t, time.Since(start), 2*time.Second)
			// However much is to be spent.
			start = time.Now()
			_, err = verify(t, leaf, chain.Options{Anchors: anchor, Intermediates: mesh, MaxSignatures: 1 << 30})
			require.Error(t, err)
			require.Equal(t, size > 10, errors.Is(err, verdict.LimitExceeded))
			require.Less(t, time.Since(start), 2*time.Second)
			// A short way out is found.
			_, err = verify(t, leaf, chain.Options{Anchors: list(numbered(0).self(t)), Intermediates: mesh})
			require.NoError(t, err)
		})
	}
	t.Run("same subject, other keys", func(t *testing.T) {
		var mesh []*cert.Certificate
		for i := range 40 {
			for j := range 25 {
				mesh = append(mesh, authority{"same", fmt.Sprintf("ecdsa-p256/ca %d", j)}.certify(t, authority{"same", fmt.Sprintf("ecdsa-p256/ca %d", i)}))
			}
		}
		leaf := authority{"same", "ecdsa-p256/ca 0"}.leaf(t)
		start := time.Now()
		_, err := verify(t, leaf, chain.Options{Anchors: anchor, Intermediates: mesh})
		require.ErrorIs(t, err, verdict.LimitExceeded)
		require.Less(t, time.Since(start), 2*time.Second)
	})
}

// cachedMesh makes about n certificates: as many CAs as it takes, each certified by each other.
func cachedMesh(t *testing.T, n int) []*cert.Certificate {
	cas := 4
	for cas*(cas-1) < n {
		cas++
	}
	var mesh []*cert.Certificate
	for i := range cas {
		for j := range cas {
			if i != j && len(mesh) < n {
				mesh = append(mesh, numbered(i).certify(t, numbered(j)))
			}
		}
	}
	return mesh
}

// T48: both budgets, from both sides.
func TestBudgets(t *testing.T) {
	// A straight line of n certificates, leaf and anchor included.
	line := func(n int) (*cert.Certificate, []*cert.Certificate, []*cert.Certificate) {
		var middle []*cert.Certificate
		for i := range n - 2 {
			middle = append(middle, numbered(i).certify(t, numbered(i+1)))
		}
		return numbered(n - 2).leaf(t), list(numbered(0).self(t)), middle
	}
	leaf, anchors, middle := line(chain.DefaultMaxDepth)
	accepted(t, leaf, anchors, middle)
	leaf, anchors, middle = line(chain.DefaultMaxDepth + 1)
	refused(t, verdict.LimitExceeded, "too long", leaf, anchors, middle)
	_, err := verify(t, leaf, chain.Options{Anchors: anchors, Intermediates: middle, MaxDepth: chain.DefaultMaxDepth + 1})
	require.NoError(t, err)

	leaf, anchors, middle = line(5) // four signatures
	for spend, good := range map[int]bool{3: false, 4: true, 5: true} {
		_, err := verify(t, leaf, chain.Options{Anchors: anchors, Intermediates: middle, MaxSignatures: spend})
		if good {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, verdict.LimitExceeded)
	}
	for depth, good := range map[int]bool{4: false, 5: true} {
		_, err := verify(t, leaf, chain.Options{Anchors: anchors, Intermediates: middle, MaxDepth: depth})
		require.Equal(t, good, err == nil)
	}
}

// A search that ran out of its budget says so, whatever it found wrong before.
func TestBudgetEndsTheSearch(t *testing.T) {
	noCA := root.certify(t, inter, extensions())
	var twins []*cert.Certificate
	for i := range 3 {
		twins = append(twins, root.certify(t, authority{"intermediate", fmt.Sprintf("ecdsa-p256/twin %d", i)}))
	}
	o := chain.Options{Anchors: list(root.self(t)), Intermediates: append(list(noCA), twins...), MaxSignatures: 2}
	_, err := verify(t, inter.leaf(t), o)
	require.ErrorIs(t, err, verdict.LimitExceeded)
	o.MaxSignatures = 3
	_, err = verify(t, inter.leaf(t), o)
	require.ErrorIs(t, err, verdict.PathInvalid)
}

// Every kind of key signs a hierarchy, and kinds may mix.
func TestKinds(t *testing.T) {
	for i, kind := range certtest.Kinds {
		next := certtest.Kinds[(i+1)%len(certtest.Kinds)]
		top, sub := authority{"top", kind + "/top"}, authority{"sub", next + "/sub"}
		t.Run(kind+" over "+next, func(t *testing.T) {
			anchor, middle, leaf := top.self(t), top.certify(t, sub), sub.leaf(t)
			accepted(t, leaf, list(anchor), list(middle))
			broken := slices.Clone(leaf.Raw)
			broken[len(broken)-20] ^= 1
			damaged, err := cert.Parse(broken)
			if err != nil {
				return
			}
			refused(t, verdict.PathInvalid, "not signed", damaged, list(anchor), list(middle))
		})
	}
}

// T22: a SHA-1 signature is weak even if it is right.
func TestWeakSignatureInPath(t *testing.T) {
	weak := func(c *certtest.Template) {
		c.Algorithm = certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.ECDSAWithSHA1))
	}
	anchor := root.self(t)
	refused(t, verdict.WeakAlgorithm, "sha-1", root.leaf(t, weak), list(anchor), nil)
	refused(t, verdict.WeakAlgorithm, "sha-1", inter.leaf(t), list(anchor), list(root.certify(t, inter, weak)))
	accepted(t, root.leaf(t), list(root.self(t, weak)), nil) // the anchor's own signature says nothing
}
