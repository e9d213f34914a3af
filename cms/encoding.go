package cms

import (
	"bytes"
	"errors"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Encoding is the outer form in which a message came.
type Encoding string

// The encodings. DER means that all lengths are definite and minimal and no string is in chunks; the order of sets
// is not looked at.
const (
	DER    Encoding = "der"
	BER    Encoding = "ber"
	PEM    Encoding = "pem"
	Base64 Encoding = "base64"
)

// Decode reads a message in DER, BER, PEM (one block labelled CMS or PKCS7), or Base64 with or without line breaks
// or the head of a data URI. Nothing may follow the message but white space after text. Errors are those of [Parse].
func Decode(b []byte) (*SignedData, Encoding, error) {
	if len(b) > maxText {
		return nil, "", tooLarge(len(b), maxText)
	}
	if name := foreign(b); name != "" {
		return nil, "", malformed("not SignedData but %s", name)
	}
	raw, outer, err := armor.Decode(b, armor.LabelsCMS...)
	if err != nil {
		return nil, "", malformed("%w", err)
	}
	sd, err := Parse(raw)
	if err != nil {
		return nil, "", err
	}
	return sd, encoding(outer, sd.BER), nil
}

func encoding(outer armor.Encoding, ber bool) Encoding {
	switch {
	case outer == armor.PEM:
		return PEM
	case outer == armor.Base64:
		return Base64
	case ber:
		return BER
	}
	return DER
}

// toDER checks that b claims to be SignedData, and only then brings the whole of it to DER. Other containers cost
// no more work than a look at their first octets (T40).
func toDER(b []byte) (raw []byte, ber bool, err error) {
	if len(b) > MaxSize {
		return nil, false, tooLarge(len(b), MaxSize)
	}
	if contentType := peekContentType(b); contentType != oid.SignedData {
		return nil, false, malformed("not SignedData but %s", guess(b))
	}
	raw, err = der.FromBER(b)
	switch {
	case errors.Is(err, der.ErrDepth):
		return nil, false, verdict.New(verdict.LimitExceeded, "cms: %w", err)
	case err != nil:
		return nil, false, malformed("%w", err)
	}
	if &raw[0] == &b[0] {
		return bytes.Clone(b), false, nil
	}
	return raw, true, nil
}

// Tags of the first octets of a message.
const (
	tagInteger          = 0x02
	tagObjectIdentifier = 0x06
	tagSequence         = 0x30
	tagSet              = 0x31
)

// inside returns what follows the identifier and length octets at the start of a BER element with a short tag.
func inside(b []byte) []byte {
	if len(b) < 2 {
		return nil
	}
	lengthOctets := 1
	if b[1] > 0x80 {
		lengthOctets += int(b[1] & 0x7f)
	}
	if len(b) < 1+lengthOctets {
		return nil
	}
	return b[1+lengthOctets:]
}

// peekContentType returns the contentType of a ContentInfo in BER, or "" if b does not begin like one.
func peekContentType(b []byte) cert.OID {
	if len(b) == 0 || b[0] != tagSequence {
		return ""
	}
	id := inside(b)
	if len(id) < 2 || id[0] != tagObjectIdentifier || id[1] >= 0x80 || len(id) < 2+int(id[1]) {
		return ""
	}
	contentType, err := oid.Parse(id[2 : 2+int(id[1])])
	if err != nil {
		return ""
	}
	return contentType
}

// otherTypes are the ContentInfo types that are taken for signed messages now and then.
var otherTypes = map[cert.OID]string{
	oid.Data:                     "Data",
	oid.EnvelopedData:            "EnvelopedData, an encrypted message",
	"1.2.840.113549.1.7.4":       "SignedAndEnvelopedData of PKCS #7",
	"1.2.840.113549.1.7.5":       "DigestedData",
	oid.EncryptedData:            "EncryptedData, an encrypted message",
	"1.2.840.113549.1.9.16.1.2":  "AuthenticatedData",
	"1.2.840.113549.1.9.16.1.9":  "CompressedData",
	"1.2.840.113549.1.9.16.1.23": "AuthEnvelopedData, an encrypted message",
}

// magic are the first octets of other things that people send for a signature.
var magic = []struct{ prefix, name string }{
	{"%PDF-", "a PDF document"},
	{"PK\x03\x04", "a ZIP archive or an office document"},
	{"<?xml", "an XML document"},
	{"<", "an XML or HTML document"},
	{"{", "a JSON text"},
	{"[", "a JSON text"},
}

// foreign names what b is if its first octets tell that it is no message in any encoding, else it returns "".
func foreign(b []byte) string {
	text := bytes.TrimLeft(b[:min(len(b), 64)], " \t\r\n\xef\xbb\xbf")
	for _, m := range magic {
		if bytes.HasPrefix(text, []byte(m.prefix)) {
			return m.name
		}
	}
	return ""
}

// guess says what b looks like, from its first octets.
func guess(b []byte) string {
	switch name := foreign(b); {
	case len(b) == 0:
		return "an empty input"
	case name != "":
		return name
	case b[0] != tagSequence:
		return "something unknown"
	}
	if contentType := peekContentType(b); contentType != "" {
		if name, ok := otherTypes[contentType]; ok {
			return name
		}
		return "a structure of type " + string(contentType)
	}
	switch first := inside(b); {
	case len(first) == 0:
		return "a cut-off structure"
	case first[0] == tagInteger:
		return "a structure without ContentInfo around it, perhaps a bare SignedData or a key store"
	case first[0] == tagSequence:
		return "another structure, perhaps a certificate, a CRL or a time-stamp response"
	}
	return "another structure"
}
