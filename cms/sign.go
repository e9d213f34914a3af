package cms

import (
	"crypto"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Signer is somebody who signs.
type Signer struct {
	Certificate *cert.Certificate
	Key         crypto.Signer // the key of the certificate
	Digest      cert.Digest   // 0: the one that goes with the key, [cert.PublicKey.Digest]
	PSS         bool          // sign with RSASSA-PSS rather than PKCS #1 v1.5; any RSA key can
	ByKeyID     bool          // name the certificate by its subject key identifier, not by issuer and serial number
}

// SignOptions say what the message is to be like. The zero value is what NCALayer makes: DER, content attached,
// certificate of the signer included, signed attributes with signing-certificate-v2; but without a signing time, for
// which there is no clock here.
type SignOptions struct {
	Detached     bool                // leave the content out
	ContentType  cert.OID            // "": id-data
	SigningTime  time.Time           // zero: no signing-time attribute
	Certificates []*cert.Certificate // to include beside those of the signers

	// Streaming writes the BER form of streaming programs: indefinite lengths around the content, the content in
	// chunks of ChunkSize octets (0: 1,000, as KalkanCrypt does).
	Streaming bool
	ChunkSize int

	WithoutCertificates       bool // leave the signers' certificates out
	WithoutSigningCertificate bool // no signing-certificate-v2
	WithoutSignedAttributes   bool // sign the content itself: no login and no CAdES takes that
}

const defaultChunk = 1000

// Sign makes a message over content with the signatures of all signers. It draws randomness for them and for nothing
// else, and makes nothing that [Parse] would not read back. A key that is not the certificate's, or options that
// contradict each other, are errors of kind [verdict.KindMisuse]; others wrap [verdict.UnsupportedAlgorithm],
// [verdict.WeakAlgorithm] or [verdict.LimitExceeded], or come from a Key.
func Sign(content []byte, signers []Signer, o SignOptions) ([]byte, error) {
	if o.ContentType == "" {
		o.ContentType = oid.Data
	}
	if err := o.check(content, signers); err != nil {
		return nil, err
	}
	m := message{options: o, content: content, version: 1}
	if o.ContentType != oid.Data {
		m.version = 3
	}
	h := newHashed(content)
	for _, s := range signers {
		if err := m.add(s, h); err != nil {
			return nil, err
		}
	}
	for _, c := range o.Certificates {
		m.certificates = appendOnce(m.certificates, c.Raw)
	}
	raw, err := m.bytes()
	if err == nil && len(raw) > MaxSize {
		err = verdict.New(verdict.LimitExceeded, "cms: a message of %d octets, at most %d are read", len(raw), MaxSize)
	}
	if err != nil {
		return nil, err
	}
	return raw, nil
}

// check refuses what could not be read back.
func (o SignOptions) check(content []byte, signers []Signer) error {
	switch {
	case len(signers) == 0 || len(signers) > MaxSigners:
		return verdict.Misuse("cms: %d signers, want 1 to %d", len(signers), MaxSigners)
	case o.ChunkSize < 0:
		return verdict.Misuse("cms: chunks of %d octets", o.ChunkSize)
	case len(o.Certificates)+len(signers) > MaxCertificates:
		return verdict.Misuse("cms: more than %d certificates", MaxCertificates)
	case slices.Contains(o.Certificates, nil):
		return verdict.Misuse("cms: nil among the certificates")
	case o.WithoutSignedAttributes:
		if err := checkWithoutAttributes(o.ContentType, content); err != nil {
			return verdict.Misuse("%w", err)
		}
	}
	if _, err := oid.FromText(string(o.ContentType)); err != nil {
		return verdict.Misuse("cms: content type %q: %w", o.ContentType, err)
	}
	return nil
}

// A message is a SignedData in the making.
type message struct {
	options      SignOptions
	content      []byte
	version      int64
	digests      [][]byte // DER of the digest algorithms, each once
	certificates [][]byte
	signers      [][]byte
}

// add signs for s.
func (m *message) add(s Signer, h *hashed) error {
	digest, algorithm, identifier, err := s.algorithms()
	if err != nil {
		return err
	}
	signature, attributes, err := m.sign(s, h, digest, algorithm)
	if err != nil {
		return err
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		s.addIdentifier(b)
		b.AddValue(s.digestIdentifier(digest))
		if attributes != nil {
			b.AddASN1(der.Explicit(0), func(b *cryptobyte.Builder) { addSetOf(b, attributes) })
		}
		b.AddValue(identifier)
		b.AddASN1OctetString(signature)
	})
	info, err := b.Bytes()
	if err != nil {
		return err
	}
	m.signers = append(m.signers, info)
	if s.ByKeyID {
		m.version = 3 // RFC 5652, Section 5.1
	}
	var a cryptobyte.Builder
	a.AddValue(s.digestIdentifier(digest))
	m.digests = appendOnce(m.digests, a.BytesOrPanic())
	if !m.options.WithoutCertificates {
		m.certificates = appendOnce(m.certificates, s.Certificate.Raw)
	}
	return nil
}

func appendOnce(set [][]byte, element []byte) [][]byte {
	for _, e := range set {
		if string(e) == string(element) {
			return set
		}
	}
	return append(set, element)
}

// algorithms chooses the digest and the signature algorithm, and checks the key.
func (s Signer) algorithms() (cert.Digest, cert.SignatureAlgorithm, cert.AlgorithmIdentifier, error) {
	fail := func(err error) (cert.Digest, cert.SignatureAlgorithm, cert.AlgorithmIdentifier, error) {
		return 0, cert.SignatureAlgorithm{}, cert.AlgorithmIdentifier{}, err
	}
	if s.Certificate == nil || s.Key == nil {
		return fail(verdict.Misuse("cms: signer without certificate or key"))
	}
	if s.ByKeyID && len(s.Certificate.SubjectKeyID) == 0 {
		return fail(verdict.Misuse("cms: the certificate has no subject key identifier"))
	}
	public := s.Certificate.PublicKey
	if own, ok := s.Key.Public().(interface{ Equal(crypto.PublicKey) bool }); !ok || !own.Equal(public.Crypto()) {
		return fail(verdict.Misuse("cms: the key is not that of the certificate"))
	}
	digest := s.Digest
	if digest == 0 {
		digest = public.Digest()
	}
	algorithm, identifier, err := s.choose(digest)
	if err != nil {
		return fail(err)
	}
	if algorithm.Digest() == 0 {
		digest = ed25519Digest
	}
	return digest, algorithm, identifier, nil
}

func (s Signer) choose(digest cert.Digest) (cert.SignatureAlgorithm, cert.AlgorithmIdentifier, error) {
	switch public := s.Certificate.PublicKey; {
	case s.PSS:
		return public.PSSAlgorithm(digest)
	case public.Digest() == 0 && digest == ed25519Digest:
		return public.SignatureAlgorithm(0)
	default:
		return public.SignatureAlgorithm(digest)
	}
}

// digestIdentifier names the digest: Streebog by the identifiers of the family that the key belongs to. OpenSSL
// knows only those of RFC 9215, and KalkanCrypt only the national ones.
func (s Signer) digestIdentifier(digest cert.Digest) cert.AlgorithmIdentifier {
	if key, ok := s.Certificate.PublicKey.Crypto().(*gost.PublicKey); ok {
		switch key.Algorithm() {
		case gost.RU512A:
			return cert.AlgorithmIdentifier{Algorithm: oid.RUStreebog512}
		case gost.RU256A, gost.RUCryptoProA:
			return cert.AlgorithmIdentifier{Algorithm: oid.RUStreebog256}
		}
	}
	return digest.Identifier()
}

// addIdentifier writes version and sid (RFC 5652, Section 5.3).
func (s Signer) addIdentifier(b *cryptobyte.Builder) {
	if s.ByKeyID {
		b.AddASN1Int64(3)
		b.AddASN1(der.Implicit(0), func(b *cryptobyte.Builder) { b.AddBytes(s.Certificate.SubjectKeyID) })
		return
	}
	b.AddASN1Int64(1)
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(s.Certificate.Issuer.Raw)
		b.AddASN1(asn1.INTEGER, func(b *cryptobyte.Builder) { b.AddBytes(s.Certificate.RawSerial) })
	})
}

// sign makes the signature: over the signed attributes, which are returned too, or over the content.
func (m *message) sign(
	s Signer, h *hashed, digest cert.Digest, algorithm cert.SignatureAlgorithm,
) (signature []byte, attributes [][]byte, err error) {
	switch {
	case !m.options.WithoutSignedAttributes:
		attributes = m.attributes(s, h.digest(digest))
		var b cryptobyte.Builder
		b.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { addSetOf(b, attributes) })
		signature, err = cert.Sign(s.Key, algorithm, b.BytesOrPanic())
	case algorithm.Digest() == 0:
		signature, err = cert.Sign(s.Key, algorithm, m.content)
	default:
		signature, err = cert.SignDigest(s.Key, algorithm, h.digest(digest))
	}
	if err != nil {
		return nil, nil, err
	}
	return signature, attributes, nil
}

// attributes makes the signed attributes.
func (m *message) attributes(s Signer, digest []byte) [][]byte {
	o := m.options
	all := [][]byte{
		attribute(oid.AttrContentType, func(b *cryptobyte.Builder) { der.AddOID(b, o.ContentType) }),
		attribute(oid.AttrMessageDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest) }),
	}
	if !o.SigningTime.IsZero() {
		all = append(all, attribute(oid.AttrSigningTime, func(b *cryptobyte.Builder) { der.AddTime(b, o.SigningTime) }))
	}
	if !o.WithoutSigningCertificate {
		all = append(all, attribute(oid.AttrSigningCertV2, func(b *cryptobyte.Builder) {
			addSigningCertificateV2(b, s.Certificate)
		}))
	}
	return all
}

// attribute makes an Attribute with one value.
func attribute(attributeType cert.OID, value func(*cryptobyte.Builder)) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		der.AddOID(b, attributeType)
		b.AddASN1(asn1.SET, value)
	})
	return b.BytesOrPanic()
}
