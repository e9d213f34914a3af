package pkcs12

import (
	"crypto/aes"
	"crypto/des" // #nosec: one of the ciphers of RFC 8018
	"crypto/pbkdf2"
	"crypto/sha1" // #nosec: the default of PBKDF2
	"crypto/sha256"
	"crypto/sha512"
	"hash"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
)

// pbkdf2KDF is PBKDF2 (RFC 8018, Section 5.2).
type pbkdf2KDF struct {
	prf        func() hash.Hash // of the HMAC
	salt       []byte
	iterations int
	keyLength  int // 0: not given
}

func (k pbkdf2KDF) derive(r *reader, _ byte, length int) ([]byte, error) {
	if err := r.spend(steps(k.iterations, length, k.prf().Size())); err != nil {
		return nil, err
	}
	key, err := pbkdf2.Key(k.prf, r.password.utf8, k.salt, k.iterations, length)
	if err != nil { // in FIPS 140 mode, for a short salt or key
		return nil, malformed("key derivation: %w", err)
	}
	return key, nil
}

// parsePBES2 reads PBES2-params (RFC 8018, Appendix A.4): a key derivation and a cipher.
func (r *reader) parsePBES2(parameters cryptobyte.String) (scheme, error) {
	var fields cryptobyte.String
	var kdf, encryption cert.AlgorithmIdentifier
	if !parameters.ReadASN1(&fields, asn1.SEQUENCE) || !cert.ReadAlgorithm(&fields, &kdf) ||
		!cert.ReadAlgorithm(&fields, &encryption) || !fields.Empty() {
		return scheme{}, malformed("bad PBES2 parameters")
	}
	derivation, err := parsePBKDF2(kdf, r.maxIterations)
	if err != nil {
		return scheme{}, err
	}
	s, err := parseCipher(encryption)
	if err != nil {
		return scheme{}, err
	}
	if derivation.keyLength != 0 && derivation.keyLength != s.keyLength {
		return scheme{}, malformed("PBKDF2 makes a key of %d octets, the cipher wants %d", derivation.keyLength, s.keyLength)
	}
	s.kdf = derivation
	return s, nil
}

// parseCipher reads the encryption scheme of PBES2 (RFC 8018, Appendix B.2), whose parameters are the
// initialization vector.
func parseCipher(a cert.AlgorithmIdentifier) (scheme, error) {
	var s scheme
	blockSize := aes.BlockSize
	s.newCipher = aes.NewCipher
	switch a.Algorithm {
	case oidAES128CBC:
		s.keyLength = 16
	case oidAES192CBC:
		s.keyLength = 24
	case oidAES256CBC:
		s.keyLength = 32
	case oidTripleDES:
		s.keyLength, blockSize, s.newCipher = 24, des.BlockSize, des.NewTripleDESCipher
	default:
		return scheme{}, unsupported("cipher", a.Algorithm)
	}
	parameters := cryptobyte.String(a.Parameters)
	var iv cryptobyte.String
	if !parameters.ReadASN1(&iv, asn1.OCTET_STRING) || len(iv) != blockSize {
		return scheme{}, malformed("bad initialization vector")
	}
	s.iv = iv
	return s, nil
}

// parsePBKDF2 reads PBKDF2-params (RFC 8018, Appendix A.2). The salt can only be given, not drawn from elsewhere;
// no tool does that.
func parsePBKDF2(a cert.AlgorithmIdentifier, maxIterations int) (pbkdf2KDF, error) {
	if a.Algorithm != oidPBKDF2 {
		return pbkdf2KDF{}, unsupported("key derivation", a.Algorithm)
	}
	parameters := cryptobyte.String(a.Parameters)
	var fields cryptobyte.String
	if !parameters.ReadASN1(&fields, asn1.SEQUENCE) {
		return pbkdf2KDF{}, malformed("bad PBKDF2 parameters")
	}
	kdf := pbkdf2KDF{prf: sha1.New}
	if err := readSalt(&fields, &kdf.salt); err != nil {
		return pbkdf2KDF{}, err
	}
	if err := readCount(&fields, &kdf.iterations, maxIterations, "iteration count"); err != nil {
		return pbkdf2KDF{}, err
	}
	if fields.PeekASN1Tag(asn1.INTEGER) {
		if err := readCount(&fields, &kdf.keyLength, maxKeyLength, "key length"); err != nil {
			return pbkdf2KDF{}, err
		}
	}
	if fields.Empty() {
		return kdf, nil
	}
	var err error
	kdf.prf, err = readHMAC(&fields)
	if err == nil && !fields.Empty() {
		err = malformed("bad PBKDF2 parameters")
	}
	return kdf, err
}

// readHMAC reads the identifier of an HMAC (RFC 8018, Appendix B.1) and returns its hash function.
func readHMAC(s *cryptobyte.String) (func() hash.Hash, error) {
	var a cert.AlgorithmIdentifier
	if !cert.ReadAlgorithm(s, &a) || !plain(a) {
		return nil, malformed("bad HMAC identifier")
	}
	switch a.Algorithm {
	case oidHMACSHA1:
		return sha1.New, nil
	case oidHMACSHA224:
		return sha256.New224, nil
	case oidHMACSHA256:
		return sha256.New, nil
	case oidHMACSHA384:
		return sha512.New384, nil
	case oidHMACSHA512:
		return sha512.New, nil
	}
	return nil, unsupported("HMAC", a.Algorithm)
}

// plain reports whether an identifier has no parameters: absent, or NULL.
func plain(a cert.AlgorithmIdentifier) bool {
	return a.Equal(cert.AlgorithmIdentifier{Algorithm: a.Algorithm})
}
