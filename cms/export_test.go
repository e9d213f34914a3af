package cms

import "github.com/qoltanba/eds/cert"

// Limits for tests.
const (
	MaxRevocationInfos  = maxRevocationInfos
	MaxDigestAlgorithms = maxDigestAlgorithms
	MaxAttributes       = maxAttributes
	MaxValues           = maxValues
	MaxKeys             = maxKeys
)

// VerifyDigest verifies a signer of a detached message by the digest of the content, as a reader of streams will.
func (sd *SignedData) VerifyDigest(i int, d cert.Digest, digest []byte) (*VerifiedSigner, error) {
	return sd.verify(sd.Signers[i], &hashed{digests: map[cert.Digest][]byte{d: digest}}, nil)
}
