package main

import (
	"fmt"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/verdict"
)

type sigVerifyCommand struct {
	File      string `arg:"" help:"What was signed; - for stdin."`
	Key       string `required:"" placeholder:"FILE" help:"SubjectPublicKeyInfo in DER, PEM or Base64."`
	Signature string `required:"" placeholder:"FILE" help:"The bare signature, its octets as they are: no Base64, no hexadecimal digits."`
	Prehashed bool   `help:"FILE holds the digest instead of what was signed."`
}

// A signatureObject is the verdict on a bare signature.
type signatureObject struct{ head }

// Limits of the small files.
const (
	maxSignature = 64 << 10 // and of a key
	maxPrehashed = 1 << 10
)

func (c *sigVerifyCommand) Run(a *app) error {
	a.do(job{
		files: []string{c.File},
		judge: func(file string) (answer, error) { return c.judge(a, file) },
		blank: func(h head) any { return signatureObject{h} },
	})
	return nil
}

func (c *sigVerifyCommand) judge(a *app, file string) (answer, error) {
	key, err := a.publicKey(c.Key)
	if err != nil {
		return nil, fmt.Errorf("--key: %w", err)
	}
	signature, err := a.read(c.Signature, maxSignature)
	if err != nil {
		return nil, fmt.Errorf("--signature: %w", err)
	}
	algorithm, err := algorithmFor(key)
	if err != nil {
		return signatureVerdict(file, err), nil
	}
	wrong, err := c.check(a, key, algorithm, signature)
	if err != nil {
		return nil, err
	}
	return signatureVerdict(file, wrong), nil
}

func (a *app) publicKey(file string) (*cert.PublicKey, error) {
	b, err := a.read(file, maxSignature)
	if err != nil {
		return nil, err
	}
	spki, _, err := armor.Decode(b, armor.LabelsPublicKey...)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "%w", err)
	}
	return cert.ParsePublicKey(spki)
}

// algorithmFor: GOST keys hash by their own algorithm, the others by SHA-256 if they hash at all.
func algorithmFor(key *cert.PublicKey) (cert.SignatureAlgorithm, error) {
	digest := key.Digest()
	if digest == cert.SHA384 || digest == cert.SHA512 { // what goes with the larger ECDSA curves
		digest = cert.SHA256
	}
	algorithm, _, err := key.SignatureAlgorithm(digest)
	return algorithm, err
}

// check returns what is wrong with the signature; err says why that cannot be told: the file cannot be read, or is no
// digest of the right length.
func (c *sigVerifyCommand) check(a *app, key *cert.PublicKey, algorithm cert.SignatureAlgorithm, signature []byte) (wrong, err error) {
	hashed := algorithm.Digest()
	if hashed == 0 { // Ed25519 signs the message itself
		return c.checkMessage(a, key, algorithm, signature)
	}
	sum, err := c.sum(a, hashed)
	if err != nil {
		return nil, err
	}
	return key.VerifyDigest(algorithm, sum, signature), nil
}

func (c *sigVerifyCommand) checkMessage(a *app, key *cert.PublicKey, algorithm cert.SignatureAlgorithm, signature []byte) (wrong, err error) {
	if c.Prehashed {
		return nil, note{id: "sig.no-digest"}
	}
	message, err := a.read(c.File, maxDocument)
	if err != nil {
		return nil, err
	}
	return key.Verify(algorithm, message, signature), nil
}

// sum makes the digest of the file, or takes the file for the digest.
func (c *sigVerifyCommand) sum(a *app, hashed cert.Digest) ([]byte, error) {
	if !c.Prehashed {
		return a.digest(hashed.New(), c.File)
	}
	sum, err := a.read(c.File, maxPrehashed)
	if err == nil && len(sum) != hashed.Size() {
		err = verdict.New(verdict.Malformed, "a digest of %d bytes, want %d for %s", len(sum), hashed.Size(), hashed)
	}
	return sum, err
}

func signatureVerdict(file string, err error) signatureObject {
	h := head{Schema: schema, File: file, Verdict: verdict.Good}
	if err != nil {
		e := verdict.From(err)
		h.Verdict, h.Reason, h.Detail = e.Reason.Verdict(), e.Reason, err.Error()
	}
	return signatureObject{h}
}

func (o signatureObject) status() status { return statusOf(o.Verdict) }

func (o signatureObject) show(p *page) {
	p.title(fmt.Sprintf("%s: %s", o.File, p.verdict(o.Verdict)), colourOf(o.Verdict))
	p.reason(o.Reason, o.Detail)
}
