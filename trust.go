package eds

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// Trust says whom a [Verifier] believes. Being listed under Anchors is the only way to be trusted.
type Trust struct {
	// Anchors are trusted to certify signers, through paths of any length.
	Anchors []*cert.Certificate
	// TimestampAnchors are trusted to certify time-stamping authorities, apart from the signers' anchors: the
	// national service stamps GOST signatures under the RSA hierarchy.
	TimestampAnchors []*cert.Certificate
	// Untrusted are certificates at hand for building paths, such as the issuing CAs. They are not trusted for
	// being here.
	Untrusted []*cert.Certificate
}

// LoadTrust reads certificates in DER, PEM or Base64. Of a file every certificate becomes an anchor; of a folder
// the self-signed ones do, and the others are at hand. Files of a folder that do not end in .cer, .crt, .der or
// .pem are passed over. A file that holds anything else is malformed; a path that cannot be read, and finding no anchor
// at all, are misuse.
func LoadTrust(paths ...string) (Trust, error) {
	var t Trust
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return Trust{}, verdict.Misuse("eds: trust: %w", err)
		}
		if !info.IsDir() {
			anchors, err := readCertificates(path)
			if err != nil {
				return Trust{}, err
			}
			t.Anchors = append(t.Anchors, anchors...)
			continue
		}
		if err := t.addFolder(path); err != nil {
			return Trust{}, err
		}
	}
	if len(t.Anchors) == 0 {
		return Trust{}, verdict.Misuse("eds: trust: no anchor in %s", strings.Join(paths, ", "))
	}
	return t, nil
}

var certificateEndings = []string{".cer", ".crt", ".der", ".pem"}

func (t *Trust) addFolder(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		return verdict.Misuse("eds: trust: %w", err)
	}
	for _, entry := range entries {
		if entry.IsDir() || !slices.Contains(certificateEndings, strings.ToLower(filepath.Ext(entry.Name()))) {
			continue
		}
		found, err := readCertificates(filepath.Join(path, entry.Name()))
		if err != nil {
			return err
		}
		for _, c := range found {
			if c.SelfIssued() && c.CheckSignature(c.PublicKey) == nil {
				t.Anchors = append(t.Anchors, c)
			} else {
				t.Untrusted = append(t.Untrusted, c)
			}
		}
	}
	return nil
}

func readCertificates(path string) ([]*cert.Certificate, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, verdict.Misuse("eds: trust: %w", err)
	}
	found, err := cert.DecodeAll(b)
	if err != nil {
		return nil, verdict.New(verdict.Malformed, "eds: %s: %w", path, err)
	}
	return found, nil
}

// check refuses a Trust that cannot mean what the caller wants.
func (t Trust) check(testAnchors bool) error {
	if len(t.Anchors) == 0 {
		return verdict.Misuse("eds: no anchors: nobody would be trusted")
	}
	for _, list := range [][]*cert.Certificate{t.Anchors, t.TimestampAnchors, t.Untrusted} {
		if slices.Contains(list, nil) {
			return verdict.Misuse("eds: a certificate of the trust is nil")
		}
	}
	for _, anchor := range slices.Concat(t.Anchors, t.TimestampAnchors) {
		if p, ok := nca.PinOf(anchor); ok && p.Class == nca.Test && !testAnchors {
			return verdict.Misuse("eds: anchor %s belongs to the test hierarchy; Options.TestAnchors accepts it", p.Name)
		}
	}
	return nil
}

func (t Trust) clone() Trust {
	return Trust{
		Anchors:          slices.Clone(t.Anchors),
		TimestampAnchors: slices.Clone(t.TimestampAnchors),
		Untrusted:        slices.Clone(t.Untrusted),
	}
}

// atHand returns all certificates that may turn out to be a signer's. A signer's certificate may itself be an anchor.
func (v *Verifier) atHand() []*cert.Certificate {
	return slices.Concat(v.trust.Untrusted, v.trust.Anchors)
}
