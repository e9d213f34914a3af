package pkcs12

import (
	"bytes"
	"crypto/cipher"
	"crypto/des" // #nosec: what the files of the national PKI and of older tools are made with
	"crypto/sha1"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
)

// A scheme is password-based encryption with its parameters: a block cipher in CBC mode, and where its key and
// initialization vector come from.
type scheme struct {
	kdf       keyDerivation
	keyLength int
	iv        []byte // nil: derived like the key, one block long
	newCipher newCipher
}

type newCipher = func(key []byte) (cipher.Block, error)

// decrypt opens an element in BER that was encrypted under the password, and brings it to DER. Errors name it by
// what.
func (r *reader) decrypt(a cert.AlgorithmIdentifier, ciphertext []byte, what string) (cryptobyte.String, error) {
	s, err := r.parseScheme(a)
	if err != nil {
		return nil, err
	}
	decrypter, err := r.decrypter(s)
	if err != nil {
		return nil, err
	}
	if len(ciphertext) == 0 || len(ciphertext)%decrypter.BlockSize() != 0 {
		return nil, malformed("%s is not whole blocks of ciphertext", what)
	}
	plain := make([]byte, len(ciphertext))
	decrypter.CryptBlocks(plain, ciphertext)
	plain, ok := unpad(plain, decrypter.BlockSize())
	if !ok {
		return nil, r.notOpened(what)
	}
	element, err := der.FromBER(plain)
	switch {
	case errors.Is(err, der.ErrDepth):
		return nil, overLimit("%s: %w", what, err)
	case err != nil:
		return nil, r.notOpened(what)
	}
	return element, nil
}

func (r *reader) decrypter(s scheme) (cipher.BlockMode, error) {
	key, err := s.kdf.derive(r, forEncryption, s.keyLength)
	if err != nil {
		return nil, err
	}
	defer clear(key)
	block, err := s.newCipher(key)
	if err != nil {
		return nil, malformed("%w", err)
	}
	if s.iv == nil {
		if s.iv, err = s.kdf.derive(r, forIV, block.BlockSize()); err != nil {
			return nil, err
		}
	}
	return cipher.NewCBCDecrypter(block, s.iv), nil
}

// unpad takes off the padding of RFC 8018, Section 6.1.1, step 4: n octets of value n, one block at most. It need
// not hide how it fails: the MAC was checked before, and nobody but the owner of the file is told.
func unpad(b []byte, blockSize int) ([]byte, bool) {
	n := int(b[len(b)-1])
	if n == 0 || n > blockSize {
		return nil, false
	}
	content, padding := b[:len(b)-n], b[len(b)-n:]
	return content, bytes.Count(padding, []byte{byte(n)}) == n
}

func (r *reader) parseScheme(a cert.AlgorithmIdentifier) (scheme, error) {
	switch a.Algorithm {
	case oidPBETripleDES3:
		return r.parsePBE(a, 24, des.NewTripleDESCipher)
	case oidPBETripleDES2:
		return r.parsePBE(a, 16, newTwoKeyTripleDES)
	case oidPBERC2128:
		return r.parsePBE(a, 16, func(key []byte) (cipher.Block, error) { return newRC2(key, 128), nil })
	case oidPBERC240:
		return r.parsePBE(a, 5, func(key []byte) (cipher.Block, error) { return newRC2(key, 40), nil })
	case oidPBES2:
		return r.parsePBES2(a.Parameters)
	}
	return scheme{}, unsupported("encryption", a.Algorithm)
}

// newTwoKeyTripleDES is triple DES whose third key is the first one.
func newTwoKeyTripleDES(key []byte) (cipher.Block, error) {
	three := append(bytes.Clone(key), key[:8]...)
	defer clear(three)
	return des.NewTripleDESCipher(three)
}

// parsePBE reads pkcs-12PbeParams (RFC 7292, Appendix C): salt and iterations. All those schemes derive with
// SHA-1.
func (r *reader) parsePBE(a cert.AlgorithmIdentifier, keyLength int, newCipher newCipher) (scheme, error) {
	parameters := cryptobyte.String(a.Parameters)
	var fields cryptobyte.String
	if !parameters.ReadASN1(&fields, asn1.SEQUENCE) {
		return scheme{}, malformed("bad encryption parameters")
	}
	kdf := pkcs12KDF{hash: sha1.New}
	if err := readSalt(&fields, &kdf.salt); err != nil {
		return scheme{}, err
	}
	if err := readCount(&fields, &kdf.iterations, r.maxIterations, "iteration count"); err != nil {
		return scheme{}, err
	}
	if !fields.Empty() {
		return scheme{}, malformed("bad encryption parameters")
	}
	return scheme{kdf: kdf, keyLength: keyLength, newCipher: newCipher}, nil
}
