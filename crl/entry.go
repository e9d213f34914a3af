package crl

import (
	"bytes"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
)

// Entry is one revoked certificate (RFC 5280, Section 5.3).
type Entry struct {
	Serial         []byte // contents of the serial number's INTEGER
	RevokedAt      time.Time
	Reason         cert.RevocationReason // Unspecified if absent
	InvalidityDate time.Time             // zero if absent

	// Extensions are further ones for [Create] to write. Reading leaves them out.
	Extensions []cert.Extension
}

// SerialNumber returns the serial number as [cert.Certificate.SerialNumber] does.
func (e Entry) SerialNumber() string { return cert.SerialText(e.Serial) }

// worseThan tells which of two entries about one certificate counts: a revocation before the lifting of one, the
// earlier before the later, any other before a hold (T77).
func (e Entry) worseThan(other Entry) bool {
	if lifts := e.Reason == cert.RemoveFromCRL; lifts != (other.Reason == cert.RemoveFromCRL) {
		return !lifts
	}
	if !e.RevokedAt.Equal(other.RevokedAt) {
		return e.RevokedAt.Before(other.RevokedAt)
	}
	return other.Reason == cert.CertificateHold && e.Reason != cert.CertificateHold
}

// maxEntryExtensions bounds the extensions of one entry. RFC 5280 knows three.
const maxEntryExtensions = 16

// rawEntry is an entry as it was read, without a single allocation: lists have hundreds of thousands.
type rawEntry struct {
	serial        []byte
	revokedAt     int64 // Unix time
	reason        cert.RevocationReason
	invalidity    int64 // Unix time
	hasInvalidity bool
	hasExtensions bool
	hasIssuer     bool   // certificateIssuer: the entry, and those after it, are of another issuer
	critical      []byte // identifier of an extension that is critical and not known here, or nil
}

func (e *rawEntry) entry() Entry {
	out := Entry{Serial: e.serial, RevokedAt: time.Unix(e.revokedAt, 0).UTC(), Reason: e.reason}
	if e.hasInvalidity {
		out.InvalidityDate = time.Unix(e.invalidity, 0).UTC()
	}
	return out
}

// readEntry reads userCertificate, revocationDate and crlEntryExtensions.
func readEntry(s *cryptobyte.String, e *rawEntry) bool {
	*e = rawEntry{}
	var sequence cryptobyte.String
	if !s.ReadASN1(&sequence, asn1.SEQUENCE) || !readSerial(&sequence, &e.serial) || !readUnix(&sequence, &e.revokedAt) {
		return false
	}
	if sequence.Empty() {
		return true
	}
	var list cryptobyte.String
	e.hasExtensions = true
	return sequence.ReadASN1(&list, asn1.SEQUENCE) && sequence.Empty() && !list.Empty() && e.readExtensions(list)
}

// readSerial reads the contents of an INTEGER, minimal.
func readSerial(s *cryptobyte.String, out *[]byte) bool {
	var b cryptobyte.String
	if !s.ReadASN1(&b, asn1.INTEGER) || len(b) == 0 ||
		len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		return false
	}
	*out = b
	return true
}

func (e *rawEntry) readExtensions(list cryptobyte.String) bool {
	var seen [maxEntryExtensions][]byte
	for n := 0; !list.Empty(); n++ {
		var sequence, id, value cryptobyte.String
		var critical bool
		if n == maxEntryExtensions || !list.ReadASN1(&sequence, asn1.SEQUENCE) ||
			!sequence.ReadASN1(&id, asn1.OBJECT_IDENTIFIER) || !isOID(id) ||
			sequence.PeekASN1Tag(asn1.BOOLEAN) && (!sequence.ReadASN1Boolean(&critical) || !critical) ||
			!sequence.ReadASN1(&value, asn1.OCTET_STRING) || !sequence.Empty() {
			return false
		}
		for _, other := range seen[:n] {
			if bytes.Equal(other, id) {
				return false
			}
		}
		seen[n] = id
		if !e.readExtension(id, critical, value) {
			return false
		}
	}
	return true
}

var (
	reasonCode        = oid.ReasonCode.Content()
	invalidityDate    = oid.InvalidityDate.Content()
	certificateIssuer = oid.CertificateIssuer.Content()
)

func (e *rawEntry) readExtension(id []byte, critical bool, value cryptobyte.String) bool {
	switch {
	case bytes.Equal(id, reasonCode):
		return readReason(&value, &e.reason) && value.Empty()
	case bytes.Equal(id, invalidityDate):
		e.hasInvalidity = true
		return value.PeekASN1Tag(asn1.GeneralizedTime) && readUnix(&value, &e.invalidity) && value.Empty()
	case bytes.Equal(id, certificateIssuer):
		e.hasIssuer = true
	case critical:
		e.critical = id
	}
	return true
}

// readReason reads CRLReason. A number that is no reason of the standard is kept: the certificate is no less revoked
// for it (T77).
func readReason(s *cryptobyte.String, out *cert.RevocationReason) bool {
	var content cryptobyte.String
	if !s.ReadASN1(&content, asn1.ENUM) || len(content) != 1 || content[0] > 0x7f {
		return false
	}
	*out = cert.RevocationReason(content[0])
	return true
}

// isOID reports whether the contents are those of an OBJECT IDENTIFIER: whole arcs, none padded.
func isOID(b []byte) bool {
	if len(b) == 0 || b[len(b)-1]&0x80 != 0 {
		return false
	}
	start := true
	for _, c := range b {
		if start && c == 0x80 {
			return false
		}
		start = c&0x80 == 0
	}
	return true
}
