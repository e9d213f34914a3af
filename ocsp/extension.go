package ocsp

import (
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// readExtensions reads the Extensions inside an explicit tag, if it is there: at least one, none twice.
func readExtensions(s *cryptobyte.String, tag asn1.Tag, out *[]cert.Extension) bool {
	var explicit, list cryptobyte.String
	var present bool
	if !s.ReadOptionalASN1(&explicit, &present, tag) {
		return false
	}
	if !present {
		return true
	}
	if !explicit.ReadASN1(&list, asn1.SEQUENCE) || !explicit.Empty() || list.Empty() {
		return false
	}
	for !list.Empty() {
		var e cert.Extension
		if len(*out) == maxExtensions || !der.ReadExtension(&list, &e.ID, &e.Critical, &e.Value) || find(*out, e.ID) != nil {
			return false
		}
		*out = append(*out, e)
	}
	return true
}

// find returns the extension with an identifier, or nil.
func find(list []cert.Extension, id cert.OID) *cert.Extension {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// addExtensions writes the Extensions inside an explicit tag, if there are any.
func addExtensions(b *cryptobyte.Builder, tag asn1.Tag, list []cert.Extension) {
	if len(list) == 0 {
		return
	}
	b.AddASN1(tag, func(b *cryptobyte.Builder) { mint.AddExtensions(b, list) })
}

// nonceExtension makes the nonce extension: an OCTET STRING inside the one of every extension value (RFC 9654,
// Section 2.1).
func nonceExtension(nonce []byte) cert.Extension {
	return cert.Extension{ID: oid.OCSPNonce, Value: nonceValue(nonce)}
}

func nonceValue(nonce []byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1OctetString(nonce)
	return b.BytesOrPanic()
}

// readNonce returns the octets of the nonce among the extensions, without their inner OCTET STRING; nil if there is
// no nonce or if it is not wrapped as the standard wants.
func readNonce(list []cert.Extension) []byte {
	e := find(list, oid.OCSPNonce)
	if e == nil {
		return nil
	}
	var nonce cryptobyte.String
	value := cryptobyte.String(e.Value)
	if !value.ReadASN1(&nonce, asn1.OCTET_STRING) || !value.Empty() {
		return nil
	}
	return nonce
}
