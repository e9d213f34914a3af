package eds

import (
	"context"
	"errors"
	"io"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/chain"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Limits of what Verify holds in memory.
const (
	maxMessage = 32 << 20
	maxContent = 256 << 20
)

// Verify judges every signature of a CMS message. content is the signed document for a detached message and nil
// for an attached one; given with an attached message, it must be equal to what is inside. A sign-in challenge is
// refused as a document unless Options.Documents.Purpose is [nca.Auth].
//
// The error is of kind malformed, limit, undecided (a reader that failed) or misuse, and means that there is nothing
// to report on; whatever is wrong with a signature is in the Report.
func (v *Verifier) Verify(ctx context.Context, message, content io.Reader) (*Report, error) {
	if message == nil {
		return nil, verdict.Misuse("eds: no message given")
	}
	raw, err := readAll(message, maxMessage)
	if err != nil {
		return nil, err
	}
	var document []byte
	if content != nil {
		if document, err = readAll(content, maxContent); err != nil {
			return nil, err
		}
	}
	signed, encoding, err := cms.Decode(raw)
	if err != nil {
		return nil, verdict.From(err)
	}
	report := &Report{
		Detached:    signed.Detached,
		ContentType: signed.ContentType,
		Content:     signed.Content,
		Encoding:    string(encoding),
		Signers:     []SignerReport{},
	}
	if signed.Detached {
		report.Content = document
	}
	results, whole := signed.VerifySigners(document, v.atHand())
	for i, info := range signed.Signers {
		if err := ctx.Err(); err != nil {
			return nil, verdict.From(err)
		}
		s := &signature{run: v.begin("verify"), signed: signed, info: info, content: report.Content, err: whole}
		s.signers = len(signed.Signers)
		if whole == nil {
			s.verified, s.err = results[i].Signer, results[i].Err
		}
		report.Signers = append(report.Signers, s.judge(ctx))
	}
	report.conclude()
	return report, nil
}

// readAll reads a whole input, and one byte more than the limit to know that it is too long. Like that of io.ReadAll
// the result is never nil: an empty document is a document.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, verdict.From(err)
	case int64(len(b)) > limit:
		return nil, verdict.New(verdict.LimitExceeded, "eds: more than %d bytes", limit)
	}
	return b, nil
}

// conclude derives the verdict on the message from those on its signers.
func (r *Report) conclude() {
	verdicts := make([]verdict.Verdict, len(r.Signers))
	for i, s := range r.Signers {
		verdicts[i] = s.Verdict
	}
	r.Verdict = verdict.Worst(verdicts...)
	if len(r.Signers) == 0 {
		r.Reason, r.Detail = verdict.NoSigners, "eds: no signer"
		return
	}
	for _, s := range r.Signers {
		if s.Verdict == r.Verdict {
			r.Reason, r.Detail = s.Reason, s.Detail
			return
		}
	}
}

// A signature is one signer of a message on its way through the steps.
type signature struct {
	*run
	signed   *cms.SignedData
	info     *cms.SignerInfo
	content  []byte
	verified *cms.VerifiedSigner // or else err, which may concern the message as a whole
	err      error

	path   *chain.Path
	report SignerReport
}

func (s *signature) judge(ctx context.Context) SignerReport {
	s.report = SignerReport{
		JudgedAt:     s.at,
		Roles:        []nca.Role{},
		SerialNumber: s.info.SerialNumber(),
		Issuer:       s.info.Issuer,
	}
	if claimed, ok := s.info.SigningTime(); ok {
		s.report.SigningTime = claimed
	}
	if digest, err := cert.ParseDigest(s.info.DigestAlgorithm); err == nil {
		s.report.DigestAlgorithm = digest.String()
	}
	s.add(Step{Name: verdict.StepForm, Outcome: verdict.Passed}, 0)
	s.judgeSteps(ctx)
	s.report.Steps = s.finish()
	s.report.Verdict, s.report.Reason, s.report.Detail = conclude(s.report.Steps)
	return s.report
}

// judgeSteps goes on after a failure as far as the next step still makes sense: a usage that is not allowed does
// not hide that the certificate has expired, but without a path there is nothing to say about dates.
func (s *signature) judgeSteps(ctx context.Context) {
	if s.step(verdict.StepContent, s.checkContent) != nil || s.step(verdict.StepSignature, s.checkSignature) != nil {
		return
	}
	s.noteTimestamp()
	s.report.setCertificate(s.verified.Certificates()[0])
	if s.step(verdict.StepPath, s.checkPath) != nil {
		return
	}
	leaf := s.path.Leaf()
	s.report.setCertificate(leaf)
	s.report.Path = s.path.Certificates()
	s.report.Class = nca.ClassOf(s.report.Path)
	s.report.Revocation = s.judgePath(ctx, s.path, s.v.documentUsage().check)
	p := personOf(leaf)
	s.report.Subject, s.report.Roles, s.report.Kind = p.subject, p.roles, p.kind
}

func (r *SignerReport) setCertificate(c *cert.Certificate) {
	r.Certificate, r.KeyAlgorithm = c, c.PublicKey.Algorithm()
	r.SerialNumber, r.Issuer = c.SerialNumber(), c.Issuer
}

// checkContent checks that there is a content, that it is the caller's, and that it may be a document.
func (s *signature) checkContent() error {
	if errors.Is(s.err, verdict.ContentMissing) || errors.Is(s.err, verdict.ContentMismatch) {
		return s.err
	}
	contentType, wanted := s.signed.ContentType, s.v.o.Documents.ContentType
	switch {
	case wanted != "" && contentType != wanted:
		return verdict.New(verdict.ContentMismatch, "eds: content type %s, want %s", contentType, wanted)
	case wanted == "" && contentType == oid.TSTInfo:
		return verdict.New(verdict.ContentMismatch, "eds: a time-stamp token is no document")
	case s.v.o.Documents.Purpose != nca.Auth && isChallenge(s.content):
		return verdict.New(verdict.ContentMismatch, "eds: a sign-in challenge is no document")
	}
	return nil
}

func (s *signature) checkSignature() error { return s.err }

// noteTimestamp says whether there is a time stamp. It is not judged yet, so it moves no date.
func (s *signature) noteTimestamp() {
	detail := "no time stamp"
	if len(s.info.Unsigned(oid.AttrTimeStampToken)) > 0 {
		detail = "a time stamp is present and was not judged"
	}
	s.add(Step{Name: verdict.StepTimestamp, Detail: detail}, 0)
}

func (s *signature) checkPath() error {
	var err error
	s.path, err = s.buildPath(s.verified.Certificates(), s.signed.Certificates)
	return err
}

// VerifyCertificate judges one certificate: path, usage, dates and revocation. others are at hand for building the
// path, beside Trust.Untrusted. Options.Documents says which usage is asked for; [AnyPurpose] asks for none, so
// that an authority's certificate may be good.
//
// The error is misuse for no certificate, or undecided for a context that has ended; whatever is wrong with the
// certificate is in the report.
func (v *Verifier) VerifyCertificate(ctx context.Context, c *cert.Certificate, others ...*cert.Certificate) (*CertificateReport, error) {
	if c == nil {
		return nil, verdict.Misuse("eds: no certificate given")
	}
	if err := ctx.Err(); err != nil {
		return nil, verdict.From(err)
	}
	r := v.begin("verify-certificate")
	p := personOf(c)
	report := &CertificateReport{
		Certificate: c,
		Subject:     p.subject,
		Roles:       p.roles,
		Kind:        p.kind,
		Purposes:    nca.PurposesOf(c),
		JudgedAt:    r.at,
	}
	r.add(Step{Name: verdict.StepForm, Outcome: verdict.Passed}, 0)
	var path *chain.Path
	err := r.step(verdict.StepPath, func() (err error) {
		path, err = r.buildPath([]*cert.Certificate{c}, others)
		return err
	})
	if err == nil {
		report.Path = path.Certificates()
		report.Class = nca.ClassOf(report.Path)
		report.Revocation = r.judgePath(ctx, path, v.checkCertificateUsage)
	}
	report.Steps = r.finish()
	report.Verdict, report.Reason, report.Detail = conclude(report.Steps)
	return report, nil
}

func (v *Verifier) checkCertificateUsage(c *cert.Certificate) error {
	policy := v.o.Documents
	if policy.Purpose == AnyPurpose && len(policy.Accept) == 0 {
		return nil
	}
	return v.documentUsage().check(c)
}
