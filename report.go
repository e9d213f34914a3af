package eds

import (
	"time"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

// Report is what [Verifier.Verify] found out about a message. The zero value is undecided.
type Report struct {
	// Verdict on the whole: bad if any signer is, else undecided if any is, else good; no signers is bad.
	Verdict verdict.Verdict
	// Reason and Detail are those of the first signer with this verdict.
	Reason Reason
	Detail string

	Detached    bool
	ContentType cert.OID
	Content     []byte // what the signatures are over; believe it only if Verdict is good
	Encoding    string // of the message: "der", "ber", "pem" or "base64"
	Signers     []SignerReport
}

// SignerReport is the verdict on one signature.
type SignerReport struct {
	Verdict verdict.Verdict
	Reason  Reason // of the first step that failed, or else was undecided
	Detail  string

	SerialNumber    string            // of the signer's certificate, as the message names it; "" if by key identifier
	Issuer          cert.Name         // likewise
	Certificate     *cert.Certificate // that signed; nil as long as the signature has not verified
	Path            []*cert.Certificate
	Class           nca.Class // of the path; "" without one
	KeyAlgorithm    string
	DigestAlgorithm string
	SigningTime     time.Time // the signer's claim, zero if there is none; nothing depends on it
	JudgedAt        time.Time // the moment at which the certificates were judged

	// Who signed, read from the certificate once its path has verified; zero before.
	Subject nca.Subject
	Roles   []nca.Role
	Kind    nca.Kind

	// Revocation is what was found out about each certificate of the path; nil if nobody was asked.
	Revocation *revocation.Result

	Steps []Step // all nine, in the order of [verdict.StepNames]
}

// CertificateReport is what [Verifier.VerifyCertificate] found out about a certificate.
type CertificateReport struct {
	Verdict verdict.Verdict
	Reason  Reason
	Detail  string

	Certificate *cert.Certificate
	Path        []*cert.Certificate // nil if none was found
	Class       nca.Class
	Subject     nca.Subject // as the certificate says; believe it only if the step "path" passed
	Roles       []nca.Role
	Kind        nca.Kind
	Purposes    []nca.Purpose
	Revocation  *revocation.Result // nil if nobody was asked
	JudgedAt    time.Time
	Steps       []Step
}

// conclude derives a verdict from steps: bad with the first that failed, else undecided with the first that was
// undecided, else good if any check was made at all.
func conclude(steps []Step) (v verdict.Verdict, reason Reason, detail string) {
	var undecided *Step
	passed := false
	for i, s := range steps {
		switch s.Outcome {
		case verdict.Failed:
			return verdict.Bad, s.Reason, s.Detail
		case verdict.UndecidedStep:
			if undecided == nil {
				undecided = &steps[i]
			}
		case verdict.Passed:
			passed = true
		}
	}
	switch {
	case undecided != nil:
		return verdict.Undecided, undecided.Reason, undecided.Detail
	case passed:
		return verdict.Good, "", ""
	}
	return verdict.Undecided, "", ""
}
