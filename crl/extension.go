package crl

import (
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// Extension returns the list's extension with the identifier id, or nil.
func (l *List) Extension(id cert.OID) *cert.Extension {
	for i := range l.Extensions {
		if l.Extensions[i].ID == id {
			return &l.Extensions[i]
		}
	}
	return nil
}

// parseExtensions reads [0] EXPLICIT Extensions, which only version 2 has (RFC 5280, Section 5.1.2.7).
func (l *List) parseExtensions(tbs *cryptobyte.String) error {
	var explicit, list cryptobyte.String
	var present bool
	if !tbs.ReadOptionalASN1(&explicit, &present, der.Explicit(0)) {
		return malformed("crlExtensions")
	}
	if !present {
		return nil
	}
	if l.Version < 2 || !explicit.ReadASN1(&list, asn1.SEQUENCE) || !explicit.Empty() || list.Empty() {
		return malformed("crlExtensions")
	}
	for !list.Empty() {
		var e cert.Extension
		if !der.ReadExtension(&list, &e.ID, &e.Critical, &e.Value) {
			return malformed("extension")
		}
		if l.Extension(e.ID) != nil {
			return verdict.New(verdict.Malformed, "crl: extension %s occurs twice", e.ID)
		}
		if len(l.Extensions) == maxExtensions {
			return verdict.New(verdict.LimitExceeded, "crl: more than %d extensions", maxExtensions)
		}
		l.Extensions = append(l.Extensions, e)
		if !l.decodeExtension(e) {
			return malformed("extension " + string(e.ID))
		}
	}
	return nil
}

// decodeExtension reads an extension that the library acts upon; the value of any other stays unread.
func (l *List) decodeExtension(e cert.Extension) bool {
	switch e.ID {
	case oid.CRLNumber:
		return readNumber(e.Value, &l.Number)
	case oid.DeltaCRLIndicator:
		return readNumber(e.Value, &l.BaseNumber)
	case oid.IssuingDistributionPoint:
		return readScope(e.Value, &l.Scope)
	}
	return true
}

// readNumber reads CRLNumber or BaseCRLNumber: not negative, at most 20 octets.
func readNumber(value cryptobyte.String, out **big.Int) bool {
	var content []byte
	if !der.ReadInteger(&value, &content) || !value.Empty() || content[0]&0x80 != 0 || len(content) > maxNumber {
		return false
	}
	*out = new(big.Int).SetBytes(content)
	return true
}
