package pkcs12

import (
	"crypto/hmac"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
)

// minMACKey is the shortest key that PBMAC1 may use (RFC 9579), in octets.
const minMACKey = 20

// mac is the MacData of a container (RFC 7292, Section 4), its parameters within the limits.
type mac struct {
	kdf       keyDerivation
	keyLength int
	hash      func() hash.Hash // of the HMAC
	value     []byte
}

// verify checks that the MAC over content is that of the password. A mismatch is ErrPassword.
func (m *mac) verify(r *reader, content []byte) error {
	key, err := m.kdf.derive(r, forMAC, m.keyLength)
	if err != nil {
		return err
	}
	defer clear(key)
	h := hmac.New(m.hash, key)
	h.Write(content)
	if !hmac.Equal(h.Sum(nil), m.value) {
		return wrongPassword()
	}
	return nil
}

// readMAC reads MacData: the digest algorithm and value, the salt, and the iteration count with its default 1.
func readMAC(s *cryptobyte.String, maxIterations int) (*mac, error) {
	var fields, digestInfo, value cryptobyte.String
	var algorithm cert.AlgorithmIdentifier
	if !s.ReadASN1(&fields, asn1.SEQUENCE) || !fields.ReadASN1(&digestInfo, asn1.SEQUENCE) ||
		!cert.ReadAlgorithm(&digestInfo, &algorithm) || !digestInfo.ReadASN1(&value, asn1.OCTET_STRING) ||
		!digestInfo.Empty() {
		return nil, malformed("bad macData")
	}
	read := readPlainMAC
	if algorithm.Algorithm == oidPBMAC1 {
		read = readPBMAC1
	}
	m, err := read(algorithm, &fields, maxIterations)
	if err != nil {
		return nil, err
	}
	if m.value = value; len(value) != m.hash().Size() {
		return nil, malformed("MAC of %d octets, want %d", len(value), m.hash().Size())
	}
	return m, nil
}

// readPlainMAC reads the rest of MacData for an HMAC under the key derivation of RFC 7292, Appendix B. Its key is
// as long as the hash (Appendix B.4).
func readPlainMAC(a cert.AlgorithmIdentifier, rest *cryptobyte.String, maxIterations int) (*mac, error) {
	newHash := newHash(a.Algorithm)
	switch {
	case newHash == nil:
		return nil, unsupported("MAC", a.Algorithm)
	case !plain(a):
		return nil, malformed("bad MAC algorithm")
	}
	kdf := pkcs12KDF{hash: newHash, iterations: 1}
	if err := readSalt(rest, &kdf.salt); err != nil {
		return nil, err
	}
	if !rest.Empty() {
		if err := readCount(rest, &kdf.iterations, maxIterations, "iteration count"); err != nil {
			return nil, err
		}
	}
	if !rest.Empty() {
		return nil, malformed("bad macData")
	}
	return &mac{kdf: kdf, keyLength: newHash().Size(), hash: newHash}, nil
}

// readPBMAC1 reads PBMAC1-params (RFC 8018, Appendix A.5): a key derivation and an HMAC. Salt and iterations of
// MacData are there for form only and are not looked at; the key length of PBKDF2 must be given (RFC 9579).
func readPBMAC1(a cert.AlgorithmIdentifier, rest *cryptobyte.String, maxIterations int) (*mac, error) {
	parameters := cryptobyte.String(a.Parameters)
	var fields cryptobyte.String
	var derivation cert.AlgorithmIdentifier
	if !parameters.ReadASN1(&fields, asn1.SEQUENCE) || !cert.ReadAlgorithm(&fields, &derivation) {
		return nil, malformed("bad PBMAC1 parameters")
	}
	kdf, err := parsePBKDF2(derivation, maxIterations)
	if err != nil {
		return nil, err
	}
	newHash, err := readHMAC(&fields)
	if err != nil {
		return nil, err
	}
	if !fields.Empty() || kdf.keyLength < minMACKey {
		return nil, malformed("bad PBMAC1 parameters")
	}
	var unused []byte
	if !rest.SkipASN1(asn1.OCTET_STRING) || !rest.Empty() && !der.ReadInteger(rest, &unused) || !rest.Empty() {
		return nil, malformed("bad macData")
	}
	return &mac{kdf: kdf, keyLength: kdf.keyLength, hash: newHash}, nil
}
