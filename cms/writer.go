package cms

import (
	"slices"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
)

// A writer writes elements around others with lengths that are either definite, or indefinite as BER allows
// (X.690, 8.1.3.6).
type writer struct {
	*cryptobyte.Builder
	indefinite bool
}

// element writes one constructed element.
func (w writer) element(tag asn1.Tag, contents func(writer)) {
	if w.indefinite {
		w.AddBytes([]byte{byte(tag), 0x80})
		contents(w)
		w.AddBytes([]byte{0, 0})
		return
	}
	w.AddASN1(tag, func(b *cryptobyte.Builder) { contents(writer{b, false}) })
}

// bytes writes the message. The sets of digest algorithms and signers are DER in both forms.
func (m *message) bytes() ([]byte, error) {
	w := writer{cryptobyte.NewBuilder(nil), m.options.Streaming}
	w.element(asn1.SEQUENCE, func(w writer) {
		der.AddOID(w.Builder, oid.SignedData)
		w.element(der.Explicit(0), func(w writer) {
			w.element(asn1.SEQUENCE, m.addFields)
		})
	})
	return w.Bytes()
}

// addFields writes the fields of SignedData (RFC 5652, Section 5.1).
func (m *message) addFields(w writer) {
	w.AddASN1Int64(m.version)
	w.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { addSetOf(b, m.digests) })
	w.element(asn1.SEQUENCE, func(w writer) {
		der.AddOID(w.Builder, m.options.ContentType)
		if !m.options.Detached {
			w.element(der.Explicit(0), m.addContent)
		}
	})
	if len(m.certificates) > 0 {
		w.element(der.Explicit(0), func(w writer) { addSetOf(w.Builder, m.certificates) })
	}
	w.AddASN1(asn1.SET, func(b *cryptobyte.Builder) { addSetOf(b, m.signers) })
}

// addContent writes eContent: one OCTET STRING, or one made of chunks (X.690, 8.7.3).
func (m *message) addContent(w writer) {
	if !w.indefinite {
		w.AddASN1OctetString(m.content)
		return
	}
	size := m.options.ChunkSize
	if size == 0 {
		size = defaultChunk
	}
	w.element(asn1.OCTET_STRING.Constructed(), func(w writer) {
		for chunk := range slices.Chunk(m.content, size) {
			w.AddASN1OctetString(chunk)
		}
	})
}
