package emulator

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
)

// makeCMS signs a document as NCALayer does: DER, the signer's certificate and no other, a signing time by the clock of
// the machine, and signing-certificate-v2.
func (e *Emulator) makeCMS(key Key, d Document, detached bool) ([]byte, error) {
	options := cms.SignOptions{Detached: detached, SigningTime: e.options.Clock()}
	if d.Digest {
		return signDigest(key, d.Content, options)
	}
	return cms.Sign(d.Content, []cms.Signer{{Certificate: key.Certificate, Key: key.Key}}, options)
}

var errDigest = errors.New("the digest cannot be signed")

// signDigest signs a digest whose document is not at hand. Package cms has no call for that, on purpose: nobody should
// sign what they cannot see. So it makes the message over a document of random octets, puts the digest in place of
// theirs, and the signature over that in place of the other. All of them have the same length.
func signDigest(key Key, digest []byte, o cms.SignOptions) ([]byte, error) {
	public := key.Certificate.PublicKey
	if len(digest) != public.Digest().Size() || len(digest) == 0 {
		return nil, fmt.Errorf("a digest of %d octets: the key goes with %d", len(digest), public.Digest().Size())
	}
	random := make([]byte, 32)
	_, _ = rand.Read(random) // never fails
	message, err := cms.Sign(random, []cms.Signer{{Certificate: key.Certificate, Key: key.Key}}, o)
	if err != nil {
		return nil, err
	}
	parsed, err := cms.Parse(message)
	if err != nil {
		return nil, err
	}
	signer := parsed.Signers[0]
	attributes, err := replace(signer.RawSignedAttributes, public.Digest().Sum(random), digest)
	if err != nil {
		return nil, err
	}
	signature, err := signAttributes(key, attributes)
	if err != nil {
		return nil, err
	}
	if message, err = replace(message, signer.RawSignedAttributes, attributes); err != nil {
		return nil, err
	}
	return replace(message, signer.Signature, signature)
}

// signAttributes signs signed attributes, as a SET (RFC 5652, Section 5.4).
func signAttributes(key Key, attributes []byte) ([]byte, error) {
	public := key.Certificate.PublicKey
	algorithm, _, err := public.SignatureAlgorithm(public.Digest())
	if err != nil {
		return nil, err
	}
	var set cryptobyte.Builder
	set.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { b.AddBytes(attributes) })
	return cert.Sign(key.Key, algorithm, set.BytesOrPanic())
}

// replace puts one octet string in place of another of the same length that occurs once.
func replace(in, old, by []byte) ([]byte, error) {
	if bytes.Count(in, old) != 1 || len(old) != len(by) {
		return nil, errDigest
	}
	return bytes.Replace(in, old, by, 1), nil
}
