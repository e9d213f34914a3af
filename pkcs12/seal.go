package pkcs12

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" // #nosec: what the files of the national PKI are made with
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"

	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// A seal encrypts under the password of w. It returns the AlgorithmIdentifier, DER, and the ciphertext.
type seal func(w *writer, plain []byte) (algorithm, ciphertext []byte, err error)

// sealTripleDES is pbeWithSHAAnd3-KeyTripleDES-CBC, in which the national files keep keys.
func sealTripleDES(w *writer, plain []byte) (algorithm, ciphertext []byte, err error) {
	return w.sealPBE(oidPBETripleDES3, 24, des.NewTripleDESCipher, plain)
}

// sealRC2 is pbeWithSHAAnd40BitRC2-CBC, in which the national files keep certificates.
func sealRC2(w *writer, plain []byte) (algorithm, ciphertext []byte, err error) {
	return w.sealPBE(oidPBERC240, 5, func(key []byte) (cipher.Block, error) { return newRC2(key, 40), nil }, plain)
}

// sealPBE encrypts as RFC 7292, Appendix C says: key and initialization vector derived with SHA-1.
func (w *writer) sealPBE(name oid.OID, keyLength int, newCipher newCipher, plain []byte) (algorithm, ciphertext []byte, err error) {
	salt, err := w.draw(w.saltLength)
	if err != nil {
		return nil, nil, err
	}
	key := deriveKey(sha1.New(), w.password.bmp, salt, w.iterations, forEncryption, keyLength)
	defer clear(key)
	block, err := newCipher(key)
	if err != nil {
		return nil, nil, verdict.From(err)
	}
	iv := deriveKey(sha1.New(), w.password.bmp, salt, w.iterations, forIV, block.BlockSize())
	parameters := definite(sequence, definite(octetString, salt), integer(w.iterations))
	return marshalAlgorithm(name, parameters), encryptCBC(block, iv, plain), nil
}

// sealAES is PBES2 (RFC 8018, Section 6.2) with PBKDF2, HMAC-SHA-256 and AES-256 in CBC mode.
func sealAES(w *writer, plain []byte) (algorithm, ciphertext []byte, err error) {
	random, err := w.draw(w.saltLength + aes.BlockSize)
	if err != nil {
		return nil, nil, err
	}
	salt, iv := random[:w.saltLength], random[w.saltLength:]
	key, err := pbkdf2.Key(sha256.New, w.password.utf8, salt, w.iterations, 32)
	if err != nil {
		return nil, nil, verdict.From(err)
	}
	defer clear(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, verdict.From(err)
	}
	kdf := definite(sequence, definite(octetString, salt), integer(w.iterations), marshalAlgorithm(oidHMACSHA256, null))
	parameters := definite(sequence, marshalAlgorithm(oidPBKDF2, kdf), marshalAlgorithm(oidAES256CBC, definite(octetString, iv)))
	return marshalAlgorithm(oidPBES2, parameters), encryptCBC(block, iv, plain), nil
}

// encryptCBC pads as RFC 8018, Section 6.1.1, step 4 says and encrypts.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	n := block.BlockSize() - len(plain)%block.BlockSize()
	padded := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	return padded
}

func marshalAlgorithm(name oid.OID, parameters []byte) []byte {
	return definite(sequence, identifier(name), parameters)
}
