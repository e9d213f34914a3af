package cms

import (
	"bytes"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/verdict"
)

// VerifiedSigner is a signer whose signature over the content is right. Only the verification makes one.
type VerifiedSigner struct {
	info               *SignerInfo
	content            []byte
	contentType        cert.OID
	digest             cert.Digest
	certificates       []*cert.Certificate
	signingCertificate bool
	notes              []Note
}

// Info returns what the message says of the signer.
func (v *VerifiedSigner) Info() *SignerInfo { return v.info }

// Content returns the octets that the signature covers: the very ones that were hashed.
func (v *VerifiedSigner) Content() []byte { return v.content }

// ContentType returns the type of the content, id-data for documents.
func (v *VerifiedSigner) ContentType() cert.OID { return v.contentType }

// Certificates returns every certificate at hand that fits the signer identifier and the signing-certificate
// attributes, and with whose key the signature verified. There is at least one. There are several if somebody made
// another certificate for the same key, with the same issuer and serial number: the caller judges the path of each,
// and must take identity and purpose from the one whose path it judged.
func (v *VerifiedSigner) Certificates() []*cert.Certificate { return slices.Clone(v.certificates) }

// Digest returns the hash function of the content.
func (v *VerifiedSigner) Digest() cert.Digest { return v.digest }

// SigningTime returns the time that the signer claims; see [SignerInfo.SigningTime].
func (v *VerifiedSigner) SigningTime() (time.Time, bool) { return v.info.SigningTime() }

// HasSignedAttributes reports whether there are signed attributes; RFC 5652 allows to do without for plain data.
func (v *VerifiedSigner) HasSignedAttributes() bool { return v.info.SignedAttributes != nil }

// HasSigningCertificate reports whether a signing-certificate attribute binds the signature to its certificate, as
// CAdES wants (ETSI EN 319 122-1, Section 5.2.2).
func (v *VerifiedSigner) HasSigningCertificate() bool { return v.signingCertificate }

// Notes returns what is odd about the message though it verifies.
func (v *VerifiedSigner) Notes() []Note { return slices.Clone(v.notes) }

// Note is a remark on a signature that verifies.
type Note string

// The notes.
const (
	NoteAttributesUnsorted  Note = "signed attributes are not in DER order; the signature covers them in DER order"
	NoteAttributesAsWritten Note = "signed attributes are not in DER order; the signature covers them as written"
	NoteNoSignedAttributes  Note = "there are no signed attributes"
	NoteDigestNotListed     Note = "the digest algorithm is not listed at the head of the message"
	NoteSeveralCertificates Note = "several certificates fit the signature"
)

// Result is what became of one signer: either Signer or Err is nil.
type Result struct {
	Info   *SignerInfo
	Signer *VerifiedSigner
	Err    error
}

// VerifySigners verifies every signer of the message by itself, in the order of the message; see
// [SignedData.VerifySigner] for the arguments. Each result counts alone: a message is no better than its worst
// signer. The error, if there is one, is about the message as a whole and wraps [verdict.NoSigners],
// [verdict.ContentMissing] or [verdict.ContentMismatch].
func (sd *SignedData) VerifySigners(content []byte, extra []*cert.Certificate) ([]Result, error) {
	if len(sd.Signers) == 0 { // T23: nothing is not a success
		return nil, verdict.New(verdict.NoSigners, "cms: the message has no signers")
	}
	signed, err := sd.signedContent(content)
	if err != nil {
		return nil, err
	}
	h := newHashed(signed)
	results := make([]Result, len(sd.Signers))
	for i, s := range sd.Signers {
		v, err := sd.verify(s, h, extra)
		results[i] = Result{Info: s, Signer: v, Err: err}
	}
	return results, nil
}

// VerifySigner verifies signer number i, from 0. The content must be given for a detached message, with an empty
// slice that is not nil for empty content. For an attached one it may be nil, or else must equal what is attached.
// The signer's certificate is looked for in the message and in extra; neither place makes it trusted.
//
// Errors wrap [verdict.ContentMissing], [verdict.ContentMismatch], [verdict.UnsupportedAlgorithm],
// [verdict.WeakAlgorithm], [verdict.SignedAttributesInvalid], [verdict.DigestMismatch],
// [verdict.SignerCertificateMissing], [verdict.SignatureInvalid], [verdict.SigningCertificateMismatch] or
// [verdict.LimitExceeded].
func (sd *SignedData) VerifySigner(i int, content []byte, extra []*cert.Certificate) (*VerifiedSigner, error) {
	if i < 0 || i >= len(sd.Signers) {
		return nil, verdict.Misuse("cms: no signer number %d among %d", i, len(sd.Signers))
	}
	signed, err := sd.signedContent(content)
	if err != nil {
		return nil, err
	}
	return sd.verify(sd.Signers[i], newHashed(signed), extra)
}

// verify judges one signer, in the order of RFC 5652, Section 5.6 and what has to come around it.
func (sd *SignedData) verify(s *SignerInfo, h *hashed, extra []*cert.Certificate) (*VerifiedSigner, error) {
	v := &VerifiedSigner{info: s, content: h.content, contentType: sd.ContentType}
	algorithm, digest, err := s.algorithms()
	if err != nil {
		return nil, err
	}
	v.digest = digest
	said, err := sd.checkClaims(s, digest, h)
	if err != nil {
		return nil, err
	}
	candidates := sd.candidates(s, extra)
	if len(candidates) == 0 {
		return nil, verdict.New(verdict.SignerCertificateMissing, "cms: the signer's certificate is not at hand")
	}
	verified, note, err := s.tryKeys(algorithm, s.forms(algorithm, h), candidates)
	if err != nil {
		return nil, err
	}
	if v.certificates, err = said.bind(verified); err != nil {
		return nil, err
	}
	v.signingCertificate = len(said.certificates) > 0
	v.notes = sd.notes(v, note)
	return v, nil
}

// algorithms decodes digestAlgorithm and signatureAlgorithm, which must agree (T20), and refuses weak digests (T22).
func (s *SignerInfo) algorithms() (cert.SignatureAlgorithm, cert.Digest, error) {
	digest, err := cert.ParseDigest(s.DigestAlgorithm)
	if err != nil {
		return cert.SignatureAlgorithm{}, 0, err
	}
	if digest.Weak() {
		return cert.SignatureAlgorithm{}, 0, verdict.New(verdict.WeakAlgorithm, "cms: content hashed with %s", digest)
	}
	algorithm, err := cert.ParseSignatureAlgorithm(s.SignatureAlgorithm, digest)
	if err != nil {
		return cert.SignatureAlgorithm{}, 0, err
	}
	if algorithm.Digest() == 0 && digest != ed25519Digest {
		return cert.SignatureAlgorithm{}, 0, verdict.New(verdict.SignatureInvalid,
			"cms: signature algorithm %s goes with %s, not with %s",
			s.SignatureAlgorithm.Algorithm, ed25519Digest, digest)
	}
	return algorithm, digest, nil
}

// ed25519Digest is the one hash function of the content that goes with Ed25519 (RFC 8419, Section 3.1).
const ed25519Digest = cert.SHA512

// checkClaims checks the signed attributes against the content, or that there may be none.
func (sd *SignedData) checkClaims(s *SignerInfo, digest cert.Digest, h *hashed) (*claims, error) {
	if s.SignedAttributes == nil {
		return new(claims), checkWithoutAttributes(sd.ContentType, h.content)
	}
	said, err := readClaims(s.SignedAttributes)
	if err != nil {
		return nil, err
	}
	if said.contentType != sd.ContentType { // T27
		return nil, badAttributes("content-type is %s, the content is of type %s", said.contentType, sd.ContentType)
	}
	if !equalDigest(said.messageDigest, h.digest(digest)) {
		return nil, verdict.New(verdict.DigestMismatch, "cms: the content does not have the signed %s digest", digest)
	}
	return said, nil
}

// candidates returns the certificates of the message and of extra that the signer identifier fits, each once.
func (sd *SignedData) candidates(s *SignerInfo, extra []*cert.Certificate) []*cert.Certificate {
	var found []*cert.Certificate
	for _, source := range [][]*cert.Certificate{sd.Certificates, extra} {
		for _, c := range source {
			if c != nil && s.Names(c) && !slices.ContainsFunc(found, c.Equal) {
				found = append(found, c)
			}
		}
	}
	return found
}

// A form is one sequence of octets over which the signature may have been made.
type form struct {
	message []byte
	digest  []byte // by the signature algorithm; nil for Ed25519, which signs the message itself
	note    Note
}

// forms returns what the signature may cover: the content, or the signed attributes as a DER SET OF. If the message
// has them in another order than DER, there are two readings: RFC 5652, Section 5.4 wants the DER, and some old
// programs sign what they write (T28).
func (s *SignerInfo) forms(algorithm cert.SignatureAlgorithm, h *hashed) []form {
	if s.SignedAttributes == nil {
		f := form{message: h.content, note: NoteNoSignedAttributes}
		if d := algorithm.Digest(); d != 0 {
			f.digest = h.digest(d)
		}
		return []form{f}
	}
	sorted, received := sortedSet(s.SignedAttributes), receivedSet(s.RawSignedAttributes)
	if bytes.Equal(sorted, received) {
		return []form{newForm(algorithm, sorted, "")}
	}
	return []form{
		newForm(algorithm, sorted, NoteAttributesUnsorted),
		newForm(algorithm, received, NoteAttributesAsWritten),
	}
}

func newForm(algorithm cert.SignatureAlgorithm, message []byte, note Note) form {
	f := form{message: message, note: note}
	if d := algorithm.Digest(); d != 0 {
		f.digest = d.Sum(message)
	}
	return f
}

func (f form) verify(key *cert.PublicKey, algorithm cert.SignatureAlgorithm, signature []byte) error {
	if f.digest != nil {
		return key.VerifyDigest(algorithm, f.digest, signature)
	}
	return key.Verify(algorithm, f.message, signature)
}

// tryKeys tries the signature with the key of each candidate and returns those with whose key it verifies. Equal keys
// are tried once; a message that offers too many different ones is a way to make us work (T13).
func (s *SignerInfo) tryKeys(
	algorithm cert.SignatureAlgorithm, forms []form, candidates []*cert.Certificate,
) (verified []*cert.Certificate, note Note, err error) {
	type outcome struct {
		note Note
		err  error
	}
	limit := maxKeys
	if s.SignedAttributes == nil && algorithm.Digest() == 0 { // each key costs a pass over the whole content
		limit = 1
	}
	tried := make(map[string]outcome)
	for _, c := range candidates {
		key := string(c.PublicKey.Raw())
		o, ok := tried[key]
		if !ok {
			if len(tried) == limit {
				return nil, "", tooMany(limit, "different keys under one signer identifier")
			}
			o.note, o.err = s.tryForms(c.PublicKey, algorithm, forms)
			tried[key] = o
		}
		if o.err != nil {
			err = moreTelling(err, o.err)
			continue
		}
		verified, note = append(verified, c), o.note
	}
	if len(verified) == 0 {
		return nil, "", err
	}
	return verified, note, nil
}

// tryForms verifies the signature over the forms, in order, until one fits.
func (s *SignerInfo) tryForms(key *cert.PublicKey, algorithm cert.SignatureAlgorithm, forms []form) (note Note, err error) {
	for _, f := range forms {
		if err = f.verify(key, algorithm, s.Signature); err == nil {
			return f.note, nil
		}
	}
	return "", err
}

// moreTelling returns the error that says more about the signature: a wrong signature more than a key that could not
// be tried.
func moreTelling(a, b error) error {
	rank := func(err error) int {
		if err == nil {
			return -1
		}
		return slices.Index([]verdict.Reason{
			verdict.UnsupportedAlgorithm, verdict.WeakAlgorithm, verdict.SignatureInvalid,
		}, verdict.From(err).Reason)
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// bind keeps those of the certificates that every signing-certificate attribute names (T32). If there is none, the
// error is that of the first.
func (c *claims) bind(verified []*cert.Certificate) ([]*cert.Certificate, error) {
	var bound []*cert.Certificate
	var first error
	for _, candidate := range verified {
		err := c.check(candidate)
		if err == nil {
			bound = append(bound, candidate)
		} else if first == nil {
			first = err
		}
	}
	if len(bound) == 0 {
		return nil, first
	}
	return bound, nil
}

func (c *claims) check(candidate *cert.Certificate) error {
	for _, id := range c.certificates {
		if err := id.check(candidate); err != nil {
			return err
		}
	}
	return nil
}

func (sd *SignedData) notes(v *VerifiedSigner, note Note) []Note {
	var notes []Note
	if note != "" {
		notes = append(notes, note)
	}
	listed := func(a cert.AlgorithmIdentifier) bool { return a.Algorithm == v.info.DigestAlgorithm.Algorithm }
	if !slices.ContainsFunc(sd.DigestAlgorithms, listed) {
		notes = append(notes, NoteDigestNotListed)
	}
	if len(v.certificates) > 1 {
		notes = append(notes, NoteSeveralCertificates)
	}
	return notes
}
