package pkcs12

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" // #nosec: what the files of the national PKI are made with
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Form is the way in which a container is written.
type Form uint8

// The forms.
const (
	// National is the form of the files that the national authority hands out, octet for octet but for the salts:
	// BER with indefinite lengths inside, the key under triple DES, the certificate under RC2 with 40 bits, a MAC
	// with SHA-1, 1,024 iterations. It is for tools that take nothing else, and for tests: the protection is that
	// of the file's permissions.
	National Form = iota
	// Modern is DER throughout: PBES2 with PBKDF2, HMAC-SHA-256 and AES-256, a MAC with SHA-256, 100,000
	// iterations.
	Modern
)

// A form is what the two ways differ in.
type form struct {
	sealKey, sealCertificates seal
	hash                      func() hash.Hash // of the MAC
	hashOID                   oid.OID
	saltLength, iterations    int
	berInside                 bool   // with the indefinite lengths of the national files
	emptyPassword             []byte // see [spellings]
}

var forms = map[Form]form{
	National: {
		sealKey: sealTripleDES, sealCertificates: sealRC2, hash: sha1.New, hashOID: oid.SHA1,
		saltLength: 20, iterations: 1024, berInside: true, emptyPassword: nil,
	},
	Modern: {
		sealKey: sealAES, sealCertificates: sealAES, hash: sha256.New, hashOID: oid.SHA256,
		saltLength: 16, iterations: 100_000, emptyPassword: []byte{0, 0},
	},
}

// MarshalOptions says how [Marshal] writes. The zero value is the national form.
type MarshalOptions struct {
	Form Form
	// Certificates are those that belong to no key, such as the authorities'. The national files hold none.
	Certificates []*cert.Certificate
	// Iterations of each key derivation; 0 stands for those of the form.
	Iterations int
	// Random is where salts are drawn from; nil stands for crypto/rand, and anything else is for tests.
	Random io.Reader
}

// Marshal writes keys with their certificates into a container that [Parse] and other tools read. Of an [Entry] it
// takes Key and Certificate, which must belong together; an absent KeyID stands for the subject key identifier of
// the certificate, an absent Alias for the KeyID in hex. The password is UTF-8 and may be empty.
//
// An error is of kind misuse, or comes from Random.
func Marshal(entries []Entry, password string, o MarshalOptions) ([]byte, error) {
	w, err := newWriter(entries, password, o)
	if err != nil {
		return nil, err
	}
	var keys, certificates [][]byte
	for _, e := range entries {
		key, own, err := w.bags(e)
		if err != nil {
			return nil, err
		}
		keys, certificates = append(keys, key), append(certificates, own)
	}
	for _, c := range o.Certificates {
		certificates = append(certificates, certificateBag(c, nil))
	}
	return w.container(definite(sequence, keys...), definite(sequence, certificates...))
}

// A writer is one container in the making.
type writer struct {
	form
	password   password
	iterations int
	random     io.Reader
}

func newWriter(entries []Entry, text string, o MarshalOptions) (*writer, error) {
	f, ok := forms[o.Form]
	switch {
	case !ok:
		return nil, verdict.Misuse("pkcs12: %d is no form", o.Form)
	case !utf8.ValidString(text):
		return nil, verdict.Misuse("pkcs12: the password is not valid UTF-8")
	case o.Iterations < 0 || o.Iterations > DefaultMaxIterations:
		return nil, verdict.Misuse("pkcs12: %d iterations, want at most %d", o.Iterations, DefaultMaxIterations)
	case slices.Contains(o.Certificates, nil):
		return nil, verdict.Misuse("pkcs12: a nil certificate")
	case 2*len(entries)+len(o.Certificates) > maxBags:
		return nil, verdict.Misuse("pkcs12: more than %d bags", maxBags)
	}
	w := &writer{form: f, password: password{bmp: bmpString(text), utf8: text}, iterations: f.iterations, random: rand.Reader}
	if text == "" {
		w.password.bmp = f.emptyPassword
	}
	if o.Iterations > 0 {
		w.iterations = o.Iterations
	}
	if o.Random != nil {
		w.random = o.Random
	}
	return w, nil
}

// bags writes the two bags of an entry: the key encrypted on its own, and the certificate.
func (w *writer) bags(e Entry) (key, certificate []byte, err error) {
	if e.Key == nil || e.Certificate == nil || !holds(e.Certificate, e.Key) {
		return nil, nil, verdict.Misuse("pkcs12: an entry whose key and certificate do not belong together")
	}
	pkcs8, err := cert.MarshalPrivateKey(e.Key)
	if err != nil {
		return nil, nil, err
	}
	defer clear(pkcs8)
	attributes, err := bagAttributes(e)
	if err != nil {
		return nil, nil, err
	}
	algorithm, ciphertext, err := w.sealKey(w, pkcs8)
	if err != nil {
		return nil, nil, err
	}
	shrouded := definite(sequence, algorithm, definite(octetString, ciphertext))
	return bag(oidShroudedKeyBag, shrouded, attributes), certificateBag(e.Certificate, attributes), nil
}

// bagAttributes writes localKeyID and friendlyName, in the order of a SET OF in DER, or nothing where an entry has
// neither.
func bagAttributes(e Entry) ([]byte, error) {
	id, name := e.KeyID, e.Alias
	if len(id) == 0 {
		id = e.Certificate.SubjectKeyID
	}
	if name == "" {
		name = hex.EncodeToString(id)
	}
	text := bmpString(name)
	text = text[:len(text)-2] // without the zero that ends a password
	if !utf8.ValidString(name) || len(text) > maxAttribute || len(id) > maxAttribute {
		return nil, verdict.Misuse("pkcs12: a KeyID or Alias of more than %d octets, or no UTF-8", maxAttribute)
	}
	var attributes [][]byte
	if len(id) > 0 {
		attributes = append(attributes, definite(sequence, identifier(oidLocalKeyID), definite(set, definite(octetString, id))))
	}
	if name != "" {
		attributes = append(attributes, definite(sequence, identifier(oidFriendlyName), definite(set, definite(byte(bmpStringTag), text))))
	}
	if len(attributes) == 2 && bytes.Compare(attributes[0], attributes[1]) > 0 {
		attributes[0], attributes[1] = attributes[1], attributes[0]
	}
	return definite(set, attributes...), nil
}

func certificateBag(c *cert.Certificate, attributes []byte) []byte {
	return bag(oidCertBag, definite(sequence, identifier(oidX509Certificate), definite(explicit0, definite(octetString, c.Raw))), attributes)
}

// bag writes SafeBag (RFC 7292, Section 4.2).
func bag(kind oid.OID, value, attributes []byte) []byte {
	return definite(sequence, identifier(kind), definite(explicit0, value), attributes)
}

// container writes PFX (RFC 7292, Section 4): the safe of the keys, in the clear as they are encrypted one by one,
// that of the certificates, encrypted, and the MAC over both.
func (w *writer) container(keys, certificates []byte) ([]byte, error) {
	algorithm, ciphertext, err := w.sealCertificates(w, certificates)
	if err != nil {
		return nil, err
	}
	info := w.constructed(sequence, identifier(oidData), algorithm, w.encryptedContent(ciphertext))
	authSafe := w.constructed(
		sequence,
		w.constructed(sequence, identifier(oidData), w.constructed(explicit0, definite(octetString, keys))),
		w.constructed(sequence, identifier(oidEncryptedData), w.constructed(explicit0, w.constructed(sequence, integer(0), info))),
	)
	macData, err := w.mac(authSafe)
	if err != nil {
		return nil, err
	}
	return definite(
		sequence, integer(version),
		definite(sequence, identifier(oidData), definite(explicit0, definite(octetString, authSafe))), macData,
	), nil
}

// encryptedContent writes [0] IMPLICIT OCTET STRING: whole, or as the national files have it, in chunks, of which
// there is one.
func (w *writer) encryptedContent(ciphertext []byte) []byte {
	if w.berInside {
		return indefinite(explicit0, definite(octetString, ciphertext))
	}
	return definite(implicit0, ciphertext)
}

// constructed writes an element whose length is indefinite in the national files.
func (w *writer) constructed(tag byte, parts ...[]byte) []byte {
	if w.berInside {
		return indefinite(tag, parts...)
	}
	return definite(tag, parts...)
}

// mac writes MacData: an HMAC whose key is made like those of RFC 7292, Appendix B.
func (w *writer) mac(content []byte) ([]byte, error) {
	salt, err := w.draw(w.saltLength)
	if err != nil {
		return nil, err
	}
	key := deriveKey(w.hash(), w.password.bmp, salt, w.iterations, forMAC, w.hash().Size())
	defer clear(key)
	h := hmac.New(w.hash, key)
	h.Write(content)
	digest := definite(sequence, marshalAlgorithm(w.hashOID, null), definite(octetString, h.Sum(nil)))
	return definite(sequence, digest, definite(octetString, salt), integer(w.iterations)), nil
}

// draw returns n random octets.
func (w *writer) draw(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(w.random, b); err != nil {
		return nil, verdict.From(err)
	}
	return b, nil
}

// Identifier octets of what is written by hand: cryptobyte knows no indefinite lengths.
const (
	sequence    = byte(asn1.SEQUENCE)
	set         = byte(asn1.SET)
	octetString = byte(asn1.OCTET_STRING)
	explicit0   = byte(0xa0)
	implicit0   = byte(0x80)
)

var null = []byte{byte(asn1.NULL), 0}

// definite writes an element in DER.
func definite(tag byte, parts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(asn1.Tag(tag), func(b *cryptobyte.Builder) { b.AddBytes(bytes.Join(parts, nil)) })
	return b.BytesOrPanic()
}

// indefinite writes a constructed element with its end marked (X.690, 8.1.3.6).
func indefinite(tag byte, parts ...[]byte) []byte {
	return append(append([]byte{tag, 0x80}, bytes.Join(parts, nil)...), 0, 0)
}

func identifier(o oid.OID) []byte {
	var b cryptobyte.Builder
	der.AddOID(&b, o)
	return b.BytesOrPanic()
}

func integer(n int) []byte {
	var b cryptobyte.Builder
	b.AddASN1Int64(int64(n))
	return b.BytesOrPanic()
}
