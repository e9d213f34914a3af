package eds_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/vectors"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/verdict"
)

// waits tells why a CMS case cannot be judged yet, or "".
func waits(c vectors.Case) string {
	switch {
	case c.Timestamp != "":
		return "needs a verified time stamp"
	case c.CheckRevoked:
		return "needs revocation"
	}
	return ""
}

// Every CMS case of the manifest that needs neither a time stamp nor revocation gets the manifest's answer, those
// of severity should too.
func TestManifestCMS(t *testing.T) {
	for _, c := range vectors.Load(t, "cms") {
		t.Run(c.ID, func(t *testing.T) {
			if why := waits(c); why != "" {
				t.Skip(why)
			}
			report, err := verifyCase(t, c)
			switch c.Expect {
			case "valid":
				require.NoError(t, err)
				checkValid(t, c, report)
			case "invalid":
				if err == nil {
					require.NotEqual(t, verdict.Good, report.Verdict)
					require.NotEmpty(t, report.Reason)
				}
			}
			if c.ValidSigners != nil {
				require.NoError(t, err)
				good := slices.DeleteFunc(slices.Clone(report.Signers), func(s eds.SignerReport) bool { return s.Verdict != verdict.Good })
				require.Len(t, good, *c.ValidSigners)
			}
		})
	}
}

func verifyCase(t *testing.T, c vectors.Case) (*eds.Report, error) {
	t.Helper()
	o := eds.Options{
		Clock:       func() time.Time { return c.At },
		TestAnchors: true,
		Revocation:  eds.InsecureRevocationOff,
		Documents:   eds.DocumentPolicy{Purpose: nca.Purpose(c.Purpose)},
	}
	if c.Purpose == "" {
		o.Documents.Purpose = eds.AnyPurpose
	}
	trust := eds.Trust{
		Anchors:   readCertificates(t, c.Roots),
		Untrusted: readCertificates(t, append(c.Intermediates, c.ExtraCerts...)),
	}
	v, err := eds.New("", trust, o)
	require.NoError(t, err)
	var content io.Reader
	if c.Detached && !c.ContentMissing {
		content = bytes.NewReader(vectors.Read(t, c.ContentFile))
	}
	return v.Verify(t.Context(), bytes.NewReader(vectors.Read(t, c.File)), content)
}

// checkValid compares a report with all that the manifest says of a good message.
func checkValid(t *testing.T, c vectors.Case, report *eds.Report) {
	t.Helper()
	if c.Level == "signature" { // the certificates had expired: only the signatures are good
		for _, s := range report.Signers {
			require.Equal(t, verdict.Passed, outcome(s.Steps, verdict.StepSignature), s.Detail)
			require.Equal(t, verdict.Passed, outcome(s.Steps, verdict.StepPath), s.Detail)
		}
	} else {
		require.Equal(t, verdict.Good, report.Verdict, report.Detail)
		require.Empty(t, report.Reason)
	}
	require.Equal(t, c.Detached, report.Detached)
	if c.ContentFile != "" {
		require.True(t, bytes.Equal(vectors.Read(t, c.ContentFile), report.Content))
	}
	if c.ContentType != "" {
		require.Equal(t, cert.OID(c.ContentType), report.ContentType)
	}
	var got []vectors.Signer
	for _, s := range report.Signers {
		got = append(got, vectors.Signer{
			Serial:      s.Certificate.SerialNumber(),
			Alg:         manifestName(s.KeyAlgorithm),
			IIN:         s.Subject.IIN.Digits(),
			BIN:         string(s.Subject.BIN),
			SigningTime: s.SigningTime,
		})
	}
	if len(c.Signers) > 0 {
		require.ElementsMatch(t, c.Signers, got)
	}
}

func manifestName(key string) string {
	switch key {
	case "gost2004":
		return "gost34310-2004"
	case "rsa-2048":
		return "rsa-2048-sha256"
	}
	return key
}

func outcome(steps []eds.Step, name verdict.StepName) verdict.Outcome {
	i := slices.IndexFunc(steps, func(s eds.Step) bool { return s.Name == name })
	return steps[i].Outcome
}

func readCertificates(t *testing.T, files []string) []*cert.Certificate {
	t.Helper()
	var all []*cert.Certificate
	for _, file := range files {
		c, err := cert.Decode(vectors.Read(t, file))
		require.NoError(t, err, file)
		all = append(all, c)
	}
	return all
}
