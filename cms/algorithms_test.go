package cms_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// T20: every digest with every signature identifier under every key. The signature value is right for what the key
// can do; only where all three belong together it may verify. The identifiers of mere keys stand for all digests that
// go with them.
func TestAlgorithmCrossProduct(t *testing.T) {
	digests := []cert.AlgorithmIdentifier{
		cert.SHA1.Identifier(), cert.SHA256.Identifier(), cert.SHA384.Identifier(), cert.SHA512.Identifier(),
		cert.Streebog256.Identifier(), cert.Streebog512.Identifier(), cert.GOST34311.Identifier(),
		cert.WithNULL(oid.RUStreebog256), cert.WithNULL(oid.RUStreebog512), cert.WithNULL(oid.MD5), cert.WithNULL(oid.SHA224),
	}
	signatures := []cert.OID{
		oid.KZ2015Signature512, oid.KZ2015Signature256, oid.KZ2004Signature, oid.RUSignature512, oid.RUSignature256,
		oid.SHA1WithRSA, oid.SHA256WithRSA, oid.SHA384WithRSA, oid.SHA512WithRSA, oid.RSAEncryption,
		oid.ECDSAWithSHA1, oid.ECDSAWithSHA256, oid.ECDSAWithSHA384, oid.ECDSAWithSHA512, oid.Ed25519,
		oid.KZ2015Key512, oid.RUKey512, oid.RUKey256, oid.ECPublicKey, oid.MD5WithRSA, oid.SHA256,
	}
	fits := map[string]map[cert.OID][]cert.Digest{
		"gost2015-512": {oid.KZ2015Signature512: {cert.Streebog512}},
		"gost2015-256": {oid.KZ2015Signature256: {cert.Streebog256}},
		"gost2004":     {oid.KZ2004Signature: {cert.GOST34311}},
		"gost2012-512": {oid.RUSignature512: {cert.Streebog512}, oid.RUKey512: {cert.Streebog512}},
		"gost2012-256": {oid.RUSignature256: {cert.Streebog256}, oid.RUKey256: {cert.Streebog256}},
		"rsa-2048": {
			oid.SHA256WithRSA: {cert.SHA256}, oid.SHA384WithRSA: {cert.SHA384}, oid.SHA512WithRSA: {cert.SHA512},
			oid.RSAEncryption: {cert.SHA256, cert.SHA384, cert.SHA512},
		},
		"ecdsa-p256": {
			oid.ECDSAWithSHA256: {cert.SHA256}, oid.ECDSAWithSHA384: {cert.SHA384}, oid.ECDSAWithSHA512: {cert.SHA512},
		},
		"ed25519": {oid.Ed25519: {cert.SHA512}},
	}
	good := 0
	for name, wants := range fits {
		p := person(t, name)
		for _, digest := range digests {
			d := withDigest(t, p, digest)
			for _, signature := range signatures {
				accepted := crossed(t, d, signature)
				d, _ := cert.ParseDigest(digest)
				require.Equal(t, contains(wants[signature], d), accepted, "%s key, %s, %s", name, digest.Algorithm, signature)
				if accepted {
					good++
				}
			}
		}
	}
	// Streebog goes by two identifiers each: twice one for the national keys, twice two for those of RFC 9215.
	require.Equal(t, 2+2+1+4+4+6+3+1, good)
}

func contains(digests []cert.Digest, d cert.Digest) bool {
	for _, known := range digests {
		if known == d && d != 0 {
			return true
		}
	}
	return false
}

// withDigest makes a draft by p that names a digest, with a signature as right as the key can make it.
func withDigest(t *testing.T, p identity, digest cert.AlgorithmIdentifier) *draft {
	t.Helper()
	d := newDraft(t, p)
	s := d.signers[0]
	s.digest = digest
	if known, err := cert.ParseDigest(digest); err == nil {
		s.set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(known.Sum(content))))
		if with, _, err := p.certificate.PublicKey.SignatureAlgorithm(known); err == nil {
			s.with = with
		}
	}
	var err error
	s.signature, err = cert.Sign(p.key, s.with, sorted(s.attributes))
	require.NoError(t, err)
	return d
}

// crossed puts a signature identifier into the draft and reports whether it verifies.
func crossed(t *testing.T, d *draft, signature cert.OID) bool {
	t.Helper()
	d.signers[0].algorithm = cert.AlgorithmIdentifier{Algorithm: signature}
	_, err := verifyOnly(t, d.bytes(t), nil)
	if err != nil {
		require.Contains(t, []verdict.Reason{
			verdict.UnsupportedAlgorithm, verdict.WeakAlgorithm, verdict.SignatureInvalid,
		}, verdict.From(err).Reason)
	}
	return err == nil
}

// T21, T22: what is unknown and what is weak has a reason of its own, and the twin beside it verifies.
func TestAlgorithmReasons(t *testing.T) {
	for _, c := range []struct {
		name   string
		key    string
		change func(s *draftSigner)
		want   verdict.Reason
	}{
		{"good", "rsa-2048", func(*draftSigner) {}, ""},
		{"parameters absent", "rsa-2048", func(s *draftSigner) { s.digest.Parameters, s.algorithm.Parameters = nil, nil }, ""},
		{"rsaEncryption", "rsa-2048", func(s *draftSigner) { s.algorithm = cert.WithNULL(oid.RSAEncryption) }, ""},
		{"unknown signature", "rsa-2048", func(s *draftSigner) { s.algorithm = cert.WithNULL("1.2.398.99.1") }, verdict.UnsupportedAlgorithm},
		{"unknown digest", "rsa-2048", func(s *draftSigner) { s.digest = cert.WithNULL("1.2.398.99.1") }, verdict.UnsupportedAlgorithm},
		{"congruent modulo 2^32", "rsa-2048", func(s *draftSigner) { s.digest = cert.WithNULL("2.16.840.1.101.3.4.2.4294967297") }, verdict.UnsupportedAlgorithm}, // T9
		{"digest with parameters", "rsa-2048", func(s *draftSigner) { s.digest.Parameters = integer(1) }, verdict.UnsupportedAlgorithm},
		{"signature with parameters", "rsa-2048", func(s *draftSigner) { s.algorithm.Parameters = integer(1) }, verdict.UnsupportedAlgorithm},
		{"SHA-1", "rsa-2048", func(s *draftSigner) {
			s.digest = cert.SHA1.Identifier()
			s.algorithm = cert.WithNULL(oid.SHA1WithRSA)
			s.set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(cert.SHA1.Sum(content))))
		}, verdict.WeakAlgorithm},
		{"MD5", "rsa-2048", func(s *draftSigner) {
			s.digest = cert.WithNULL(oid.MD5)
			s.algorithm = cert.WithNULL(oid.MD5WithRSA)
		}, verdict.UnsupportedAlgorithm},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDraft(t, person(t, c.key))
			c.change(d.signers[0])
			_, err := verifyOnly(t, d.bytes(t), nil)
			requireReason(t, c.want, err)
		})
	}
}

// T18: one order of octets for each GOST identifier.
func TestSignatureLayouts(t *testing.T) {
	for _, name := range []string{"gost2015-512", "gost2015-256", "gost2004", "gost2012-512", "gost2012-256"} {
		t.Run(name, func(t *testing.T) {
			d := newDraft(t, person(t, name))
			s := d.signers[0]
			signed := sorted(s.attributes)
			right, err := cert.Sign(s.key.key, s.with, signed)
			require.NoError(t, err)
			half := len(right) / 2
			swapped := append(append([]byte{}, right[half:]...), right[:half]...)
			for _, c := range []struct {
				name      string
				signature []byte
				want      verdict.Reason
			}{
				{"right", right, ""},
				{"halves swapped", swapped, verdict.SignatureInvalid},
				{"reversed", reversed(right), verdict.SignatureInvalid},
				{"each half reversed", reversed(swapped), verdict.SignatureInvalid},
				{"empty", []byte{}, verdict.SignatureInvalid},
				{"longer", append(append([]byte{}, right...), 0), verdict.SignatureInvalid},
			} {
				s.signature = c.signature
				_, err := verifyOnly(t, d.bytes(t), nil)
				requireReason(t, c.want, err)
			}
		})
	}
}

func reversed(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := len(b) - 1; i >= 0; i-- {
		out = append(out, b[i])
	}
	return out
}
