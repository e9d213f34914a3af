package cert

import (
	"crypto/rsa"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// scheme is how a signature value is made and checked, apart from the digest.
type scheme uint8

const (
	schemeNationalGOST scheme = iota + 1 // r‖s, little-endian, national identifiers
	schemeRFC9215                        // s‖r, big-endian, RFC 9215
	schemePKCS1                          // RSASSA-PKCS1-v1_5 (RFC 8017, Section 8.2)
	schemePSS                            // RSASSA-PSS (RFC 8017, Section 8.1)
	schemeECDSA                          // SEQUENCE { r, s } (RFC 3279, Section 2.2.3)
	schemeEd25519                        // RFC 8032; signs messages, not digests
)

// SignatureAlgorithm is a decoded signature algorithm: one scheme with one digest. Only [ParseSignatureAlgorithm]
// and [PublicKey.SignatureAlgorithm] make one.
type SignatureAlgorithm struct {
	scheme     scheme
	digest     Digest
	keyOID     OID // for the GOST schemes: the only key algorithm that goes with it
	saltLength int // for PSS, in bytes
}

// Digest returns the hash function of the algorithm; none for Ed25519, which signs the message itself.
func (a SignatureAlgorithm) Digest() Digest { return a.digest }

// signatureAlgorithms binds each signature identifier to its scheme, digest and, for GOST, key (T18, T20: one
// byte order and one digest for each identifier). A row without a digest takes the one named beside it in a CMS
// SignerInfo.
var signatureAlgorithms = map[OID]SignatureAlgorithm{
	oid.KZ2015Signature512: {scheme: schemeNationalGOST, digest: Streebog512, keyOID: oid.KZ2015Key512},
	oid.KZ2015Signature256: {scheme: schemeNationalGOST, digest: Streebog256, keyOID: oid.KZ2015Key256},
	oid.KZ2004Signature:    {scheme: schemeNationalGOST, digest: GOST34311, keyOID: oid.KZ2004Key},
	oid.RUSignature512:     {scheme: schemeRFC9215, digest: Streebog512, keyOID: oid.RUKey512},
	oid.RUSignature256:     {scheme: schemeRFC9215, digest: Streebog256, keyOID: oid.RUKey256},
	oid.SHA1WithRSA:        {scheme: schemePKCS1, digest: SHA1},
	oid.SHA256WithRSA:      {scheme: schemePKCS1, digest: SHA256},
	oid.SHA384WithRSA:      {scheme: schemePKCS1, digest: SHA384},
	oid.SHA512WithRSA:      {scheme: schemePKCS1, digest: SHA512},
	oid.ECDSAWithSHA1:      {scheme: schemeECDSA, digest: SHA1},
	oid.ECDSAWithSHA256:    {scheme: schemeECDSA, digest: SHA256},
	oid.ECDSAWithSHA384:    {scheme: schemeECDSA, digest: SHA384},
	oid.ECDSAWithSHA512:    {scheme: schemeECDSA, digest: SHA512},
	oid.Ed25519:            {scheme: schemeEd25519},
}

// keyIdentifiersInCMS are the key identifiers that CMS producers write in place of a signature identifier: all
// but the national one do so (RFC 3370, Section 3.2; RFC 4490, Section 3).
var keyIdentifiersInCMS = map[OID]struct {
	scheme scheme
	want   Digest // 0: any
}{
	oid.RSAEncryption: {schemePKCS1, 0},
	oid.RUKey512:      {schemeRFC9215, Streebog512},
	oid.RUKey256:      {schemeRFC9215, Streebog256},
}

// ParseSignatureAlgorithm decodes a signature AlgorithmIdentifier. In a certificate, CRL or OCSP response
// beside is 0. In a CMS SignerInfo it is the digest algorithm named there: the signature algorithm must agree
// with it, and may be a mere key identifier that takes its digest from there. The error wraps
// [verdict.UnsupportedAlgorithm], or [verdict.SignatureInvalid] where the two disagree.
func ParseSignatureAlgorithm(a AlgorithmIdentifier, beside Digest) (SignatureAlgorithm, error) {
	algorithm, err := lookUp(a, beside)
	if err != nil {
		return SignatureAlgorithm{}, err
	}
	if beside != 0 && algorithm.digest != beside && algorithm.scheme != schemeEd25519 {
		return SignatureAlgorithm{}, verdict.New(verdict.SignatureInvalid,
			"cert: signature algorithm %s goes with %s, not with %s", a.Algorithm, algorithm.digest, beside)
	}
	return algorithm, nil
}

func lookUp(a AlgorithmIdentifier, beside Digest) (SignatureAlgorithm, error) {
	if a.Algorithm == oid.RSASSAPSS {
		return parsePSS(a.Parameters)
	}
	if row, ok := keyIdentifiersInCMS[a.Algorithm]; ok && beside != 0 {
		return lookUpKey(a, row.scheme, row.want, beside)
	}
	if found, ok := signatureAlgorithms[a.Algorithm]; ok && a.plain() {
		return found, nil
	}
	return SignatureAlgorithm{}, unsupported("signature algorithm", a.Algorithm)
}

// lookUpKey takes a key identifier for the signature algorithm with the digest beside it. An RSA key signs with a
// digest of its own family only: the GOST hashes have no place in the padding, and would be signed bare.
func lookUpKey(a AlgorithmIdentifier, s scheme, want, beside Digest) (SignatureAlgorithm, error) {
	if s == schemePKCS1 {
		if !a.plain() || digests[beside].std == 0 {
			return SignatureAlgorithm{}, unsupported("signature algorithm", a.Algorithm)
		}
		return SignatureAlgorithm{scheme: s, digest: beside}, nil
	}
	repeated := cryptobyte.String(a.Parameters).PeekASN1Tag(asn1.SEQUENCE) // those of the key
	if want != beside || !a.plain() && !repeated {
		return SignatureAlgorithm{}, unsupported("signature algorithm", a.Algorithm)
	}
	return SignatureAlgorithm{scheme: s, digest: beside, keyOID: a.Algorithm}, nil
}

func unsupported(what string, o OID) error {
	return verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported %s %s", what, o)
}

// parsePSS reads RSASSA-PSS-params (RFC 4055, Section 3.1). The mask generation must be MGF1 with the same
// digest, the trailer the standard one.
func parsePSS(parameters []byte) (SignatureAlgorithm, error) {
	bad := verdict.New(verdict.UnsupportedAlgorithm, "cert: unsupported RSASSA-PSS parameters")
	input, sequence := cryptobyte.String(parameters), cryptobyte.String(nil)
	if !input.ReadASN1(&sequence, asn1.SEQUENCE) || !input.Empty() {
		return SignatureAlgorithm{}, bad
	}
	digest, ok := readPSSDigest(&sequence)
	if !ok {
		return SignatureAlgorithm{}, bad
	}
	maskDigest, ok := readPSSMask(&sequence)
	if !ok || maskDigest != digest {
		return SignatureAlgorithm{}, bad
	}
	var saltLength, trailer int
	if !sequence.ReadOptionalASN1Integer(&saltLength, der.Explicit(2), 20) ||
		!sequence.ReadOptionalASN1Integer(&trailer, der.Explicit(3), 1) ||
		!sequence.Empty() || saltLength < 0 || saltLength > maxRSABits/8 || trailer != 1 {
		return SignatureAlgorithm{}, bad
	}
	return SignatureAlgorithm{scheme: schemePSS, digest: digest, saltLength: saltLength}, nil
}

func readPSSDigest(s *cryptobyte.String) (Digest, bool) {
	explicit, present, ok := readOptional(s, 0)
	if !ok || !present {
		return SHA1, ok
	}
	return readDigest(&explicit)
}

func readPSSMask(s *cryptobyte.String) (Digest, bool) {
	explicit, present, ok := readOptional(s, 1)
	if !ok || !present {
		return SHA1, ok
	}
	var mask AlgorithmIdentifier
	if !ReadAlgorithm(&explicit, &mask) || !explicit.Empty() || mask.Algorithm != oid.MGF1 {
		return 0, false
	}
	parameters := cryptobyte.String(mask.Parameters)
	return readDigest(&parameters)
}

func readOptional(s *cryptobyte.String, n uint8) (explicit cryptobyte.String, present, ok bool) {
	ok = s.ReadOptionalASN1(&explicit, &present, der.Explicit(n))
	return explicit, present, ok
}

func readDigest(s *cryptobyte.String) (Digest, bool) {
	var a AlgorithmIdentifier
	if !ReadAlgorithm(s, &a) || !s.Empty() {
		return 0, false
	}
	d, err := ParseDigest(a)
	return d, err == nil && digests[d].std != 0
}

// marshalPSS writes RSASSA-PSS-params with the salt as long as the digest.
func marshalPSS(d Digest) AlgorithmIdentifier {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { b.AddValue(d.Identifier()) })
		b.AddASN1(der.Explicit(1), func(b *cryptobyte.Builder) {
			b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
				der.AddOID(b, oid.MGF1)
				b.AddValue(d.Identifier())
			})
		})
		b.AddASN1(der.Explicit(2), func(b *cryptobyte.Builder) { b.AddASN1Int64(int64(d.Size())) })
	})
	return AlgorithmIdentifier{Algorithm: oid.RSASSAPSS, Parameters: b.BytesOrPanic()}
}

func (a SignatureAlgorithm) pssOptions() *rsa.PSSOptions {
	return &rsa.PSSOptions{SaltLength: a.saltLength, Hash: digests[a.digest].std}
}
