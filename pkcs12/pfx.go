package pkcs12

import (
	"bytes"
	"errors"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// version is the only version of PFX.
const version = 3

// pfx is the outermost structure (RFC 7292, Section 4), read but not opened.
type pfx struct {
	authSafe []byte // BER of AuthenticatedSafe, the octets that the MAC is over
	mac      *mac   // nil if absent
}

// parsePFX reads the outer structure and checks all that can be checked without the password. Nothing in the
// result aliases data.
func parsePFX(data []byte, maxIterations int) (*pfx, error) {
	input, err := fromBER(bytes.Clone(data), "container")
	if err != nil {
		return nil, err
	}
	var fields, authSafe cryptobyte.String
	var v int64
	if !input.ReadASN1(&fields, asn1.SEQUENCE) || !fields.ReadASN1Integer(&v) {
		return nil, malformed("not a PKCS #12 container")
	}
	if v != version {
		return nil, malformed("container of version %d, want %d", v, version)
	}
	contentType, content, ok := readContentInfo(&fields)
	if !ok {
		return nil, malformed("bad authSafe")
	}
	if contentType != oidData {
		return nil, unsupported("integrity mode", contentType)
	}
	if !content.ReadASN1(&authSafe, asn1.OCTET_STRING) || !content.Empty() {
		return nil, malformed("bad authSafe")
	}
	x := &pfx{authSafe: authSafe}
	if fields.Empty() {
		return x, nil
	}
	if x.mac, err = readMAC(&fields, maxIterations); err == nil && !fields.Empty() {
		err = malformed("data after macData")
	}
	return x, err
}

// open verifies the container under one spelling of the password, decrypts it, and pairs what is in it.
func (x *pfx) open(r *reader) (*Store, error) {
	if !r.skipMAC {
		if x.mac == nil {
			return nil, malformed("container has no MAC: nothing says that it is unchanged")
		}
		if err := x.mac.verify(r, x.authSafe); err != nil {
			return nil, err
		}
	}
	c, err := r.authenticatedSafe(x.authSafe)
	if err != nil {
		return nil, err
	}
	return c.pair()
}

// fromBER brings an element to DER for cryptobyte.
func fromBER(b []byte, what string) (cryptobyte.String, error) {
	out, err := der.FromBER(b)
	switch {
	case errors.Is(err, der.ErrDepth):
		return nil, overLimit("%s: %w", what, err)
	case err != nil:
		return nil, malformed("%s: %w", what, err)
	}
	return out, nil
}

// readContentInfo reads ContentInfo (RFC 5652, Section 3), whose content may not be absent here.
func readContentInfo(s *cryptobyte.String) (contentType oid.OID, content cryptobyte.String, ok bool) {
	var fields cryptobyte.String
	ok = s.ReadASN1(&fields, asn1.SEQUENCE) && der.ReadOID(&fields, &contentType) &&
		fields.ReadASN1(&content, der.Explicit(0)) && fields.Empty()
	return contentType, content, ok
}

// authenticatedSafe reads the list of safes (RFC 7292, Section 4.1).
func (r *reader) authenticatedSafe(b []byte) (*contents, error) {
	input, err := fromBER(b, "authenticatedSafe")
	if err != nil {
		return nil, err
	}
	var safes cryptobyte.String
	if !input.ReadASN1(&safes, asn1.SEQUENCE) {
		return nil, malformed("bad authenticatedSafe")
	}
	c := new(contents)
	for !safes.Empty() {
		if err := r.safe(&safes, c); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// safe reads one safe, in the clear or encrypted under the password, into c.
func (r *reader) safe(s *cryptobyte.String, c *contents) error {
	if err := takeOne(&r.safes, "safes"); err != nil {
		return err
	}
	contentType, content, ok := readContentInfo(s)
	if !ok {
		return malformed("bad safe")
	}
	switch contentType {
	case oidData:
		var inner cryptobyte.String
		if !content.ReadASN1(&inner, asn1.OCTET_STRING) || !content.Empty() {
			return malformed("bad safe")
		}
		bags, err := fromBER(inner, "safeContents")
		if err != nil {
			return err
		}
		return r.safeContents(bags, c, 1)
	case oidEncryptedData:
		bags, err := r.encryptedData(content)
		if err != nil {
			return err
		}
		return r.safeContents(bags, c, 1)
	}
	return unsupported("privacy mode", contentType)
}

// encryptedData decrypts EncryptedData (RFC 5652, Section 8) of version 0, without attributes.
func (r *reader) encryptedData(content cryptobyte.String) (cryptobyte.String, error) {
	var fields, info cryptobyte.String
	var v int64
	var contentType oid.OID
	var algorithm cert.AlgorithmIdentifier
	var ciphertext []byte
	if !content.ReadASN1(&fields, asn1.SEQUENCE) || !content.Empty() || !fields.ReadASN1Integer(&v) || v != 0 ||
		!fields.ReadASN1(&info, asn1.SEQUENCE) || !fields.Empty() {
		return nil, malformed("bad encryptedData")
	}
	if !der.ReadOID(&info, &contentType) || contentType != oidData || !cert.ReadAlgorithm(&info, &algorithm) ||
		!readEncryptedContent(&info, &ciphertext) || !info.Empty() {
		return nil, malformed("bad encryptedContentInfo")
	}
	return r.decrypt(algorithm, ciphertext, "encryptedData")
}

// readEncryptedContent reads [0] IMPLICIT OCTET STRING: primitive, or as the national files have it, a
// constructed element with the string in chunks.
func readEncryptedContent(s *cryptobyte.String, out *[]byte) bool {
	var content cryptobyte.String
	if s.PeekASN1Tag(der.Implicit(0)) {
		ok := s.ReadASN1(&content, der.Implicit(0))
		*out = content
		return ok
	}
	if !s.ReadASN1(&content, der.Explicit(0)) {
		return false
	}
	for !content.Empty() {
		var chunk cryptobyte.String
		if !content.ReadASN1(&chunk, asn1.OCTET_STRING) {
			return false
		}
		*out = append(*out, chunk...)
	}
	return true
}
