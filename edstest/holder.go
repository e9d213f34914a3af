package edstest

import (
	"crypto"
	"encoding/hex"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/pkcs12"
)

// Holder is somebody with a key and its certificate: a person, an organization's head or employee, a digital system,
// an authority. The fields are for reading.
type Holder struct {
	Certificate *cert.Certificate
	Key         crypto.Signer

	pki    *PKI
	issuer *authority // nil for a root
	person person
	file   string // how the name of the key file begins
}

// IIN returns the personal number, or "" for who has none.
func (h *Holder) IIN() string { return nca.SubjectOf(h.Certificate).IIN.Digits() }

// BIN returns the number of the organization, or "".
func (h *Holder) BIN() string { return string(nca.SubjectOf(h.Certificate).BIN) }

// String names the holder as the certificate does, with the IIN masked.
func (h *Holder) String() string { return nca.PrintName(h.Certificate.Subject, false) }

// Path returns the certificates from the holder's to the root's.
func (h *Holder) Path() []*cert.Certificate {
	path := []*cert.Certificate{h.Certificate}
	for a := h.issuer; a != nil; a = a.holder.issuer {
		path = append(path, a.holder.Certificate)
	}
	return path
}

// Signer returns the holder as package cms takes signers, for messages of several.
func (h *Holder) Signer() cms.Signer { return cms.Signer{Certificate: h.Certificate, Key: h.Key} }

// Sign makes a CMS message over content, as NCALayer does unless the options say otherwise. It fails for options that
// contradict each other.
func (h *Holder) Sign(content []byte, o cms.SignOptions) ([]byte, error) {
	return cms.Sign(content, []cms.Signer{h.Signer()}, o)
}

// Answer signs a challenge: what the browser sends back for [eds.Verifier.Authenticate].
func (h *Holder) Answer(c eds.Challenge) []byte {
	return must(h.Sign([]byte(c.Text()), cms.SignOptions{SigningTime: h.pki.Now()}))
}

// PKCS12 returns the key and its certificate as the national authority hands them out: see [pkcs12.National]. It fails
// for a password that is not UTF-8.
func (h *Holder) PKCS12(password string) ([]byte, error) {
	return pkcs12.Marshal([]pkcs12.Entry{{Key: h.Key, Certificate: h.Certificate}}, password, pkcs12.MarshalOptions{})
}

// FileName returns the name that the key file of the holder would have, such as "GOST512_6c42….p12": it tells the
// algorithm and, in the old pairs, the key to log in with (AUTH_RSA256) from that to sign with (RSA256, GOSTKNCA).
func (h *Holder) FileName() string {
	return h.file + "_" + hex.EncodeToString(h.Certificate.SubjectKeyID) + ".p12"
}
