package cms_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// sign makes a message by people with default settings.
func sign(t testing.TB, content []byte, o cms.SignOptions, people ...identity) []byte {
	t.Helper()
	signers := make([]cms.Signer, len(people))
	for i, p := range people {
		signers[i] = cms.Signer{Certificate: p.certificate, Key: p.key}
	}
	message, err := cms.Sign(content, signers, o)
	require.NoError(t, err)
	return message
}

var signingTime = time.Date(2026, 9, 15, 10, 0, 0, 0, time.UTC)

// algorithms are all that we sign with: keys by their names, with the digests that go with them.
var algorithms = []struct {
	key    string
	pss    bool
	digest cert.Digest // of the content
	choose bool        // ask for it; else it is what the key asks for
}{
	{"gost2015-512", false, cert.Streebog512, false},
	{"gost2015-256", false, cert.Streebog256, false},
	{"gost2004", false, cert.GOST34311, false},
	{"gost2012-512", false, cert.Streebog512, false},
	{"gost2012-256", false, cert.Streebog256, false},
	{"rsa-2048", false, cert.SHA256, false},
	{"rsa-2048", false, cert.SHA384, true},
	{"rsa-2048", false, cert.SHA512, true},
	{"rsa-2048", true, cert.SHA256, false},
	{"rsa-2048", true, cert.SHA384, true},
	{"rsa-2048", true, cert.SHA512, true},
	{"ecdsa-p256", false, cert.SHA256, false},
	{"ecdsa-p384", false, cert.SHA384, false},
	{"ecdsa-p521", false, cert.SHA512, false},
	{"ecdsa-p256", false, cert.SHA512, true},
	{"ed25519", false, cert.SHA512, false},
	{"ed25519", false, cert.SHA512, true},
}

func TestSignRoundTrip(t *testing.T) {
	for _, a := range algorithms {
		for _, form := range []struct {
			name string
			o    cms.SignOptions
		}{
			{"attached", cms.SignOptions{}},
			{"attached with time", cms.SignOptions{SigningTime: signingTime}},
			{"detached", cms.SignOptions{Detached: true, SigningTime: signingTime}},
			{"streaming", cms.SignOptions{Streaming: true, ChunkSize: 7}},
			{"streaming detached", cms.SignOptions{Streaming: true, Detached: true}},
			{"no attributes", cms.SignOptions{WithoutSignedAttributes: true}},
			{"no attributes detached", cms.SignOptions{WithoutSignedAttributes: true, Detached: true}},
			{"no signing-certificate", cms.SignOptions{WithoutSigningCertificate: true}},
		} {
			t.Run(fmt.Sprintf("%s pss=%t %s/%s", a.key, a.pss, a.digest, form.name), func(t *testing.T) {
				t.Parallel()
				p := person(t, a.key)
				signer := cms.Signer{Certificate: p.certificate, Key: p.key, PSS: a.pss}
				if a.choose {
					signer.Digest = a.digest
				}
				message, err := cms.Sign(content, []cms.Signer{signer}, form.o)
				require.NoError(t, err)
				checkRoundTrip(t, message, form.o, p, a.digest)
			})
		}
	}
}

func checkRoundTrip(t *testing.T, message []byte, o cms.SignOptions, p identity, digest cert.Digest) {
	t.Helper()
	sd, encoding, err := cms.Decode(message)
	require.NoError(t, err)
	require.Equal(t, o.Streaming, sd.BER)
	require.Equal(t, o.Streaming, encoding == cms.BER)
	require.Equal(t, o.Detached, sd.Detached)
	require.Equal(t, 1, sd.Version)
	var given []byte
	if o.Detached {
		given = content
	}
	v, err := sd.VerifySigner(0, given, nil)
	require.NoError(t, err)
	require.Equal(t, content, v.Content())
	require.Equal(t, oid.Data, v.ContentType())
	require.Equal(t, digest, v.Digest())
	require.Equal(t, !o.WithoutSignedAttributes, v.HasSignedAttributes())
	require.Equal(t, !o.WithoutSignedAttributes && !o.WithoutSigningCertificate, v.HasSigningCertificate())
	require.Equal(t, p.certificate.SerialNumber(), v.Info().SerialNumber())
	require.True(t, v.Certificates()[0].Equal(p.certificate))
	at, ok := v.SigningTime()
	require.Equal(t, !o.SigningTime.IsZero(), ok)
	require.True(t, at.Equal(o.SigningTime))
	if !o.WithoutSignedAttributes {
		require.Empty(t, v.Notes())
	}

	changed := append(slices.Clone(content), 'x')
	if o.Detached {
		_, err = sd.VerifySigner(0, changed, nil)
		require.Error(t, err)
	}
	other := bytes.Clone(v.Info().Signature)
	other[len(other)/2] ^= 1
	_, err = verifyOnly(t, bytes.Replace(message, v.Info().Signature, other, 1), given)
	requireReason(t, verdict.SignatureInvalid, err)
}

func TestSignContents(t *testing.T) {
	p := person(t, "rsa-2048")
	for _, size := range []int{0, 1, 999, 1000, 1001, 1 << 20} {
		document := bytes.Repeat([]byte{0xa5}, size)
		for _, o := range []cms.SignOptions{{}, {Detached: true}, {Streaming: true}, {Streaming: true, ChunkSize: 1 << 16}} {
			sd, err := cms.Parse(sign(t, document, o, p))
			require.NoError(t, err)
			v, err := sd.VerifySigner(0, document, nil)
			require.NoError(t, err)
			require.True(t, bytes.Equal(document, v.Content()))
		}
	}
}

func TestSignSeveral(t *testing.T) {
	names := []string{"gost2015-512", "rsa-2048", "ecdsa-p256", "ed25519", "gost2015-512", "gost2012-256"}
	var all []identity
	for _, n := range names {
		all = append(all, person(t, n))
	}
	for _, o := range []cms.SignOptions{{}, {Streaming: true}, {Detached: true}} {
		sd, err := cms.Parse(sign(t, content, o, all...))
		require.NoError(t, err)
		require.Len(t, sd.Signers, 6)
		require.Len(t, sd.Certificates, 5, "the same certificate is there once")
		require.Len(t, sd.DigestAlgorithms, 4, "the same digest is there once")
		results, err := sd.VerifySigners(content, nil)
		require.NoError(t, err)
		found := make(map[string]int)
		for _, r := range results {
			require.NoError(t, r.Err)
			require.Empty(t, r.Signer.Notes())
			found[r.Signer.Certificates()[0].PublicKey.Algorithm()]++
		}
		require.Equal(t, 2, found["gost2015-512"])
		require.Len(t, found, 5)
	}
}

func TestSignOptions(t *testing.T) {
	p, other := person(t, "ecdsa-p256"), person(t, "other-p256")
	signer := cms.Signer{Certificate: p.certificate, Key: p.key}
	read := func(t *testing.T, o cms.SignOptions, signers ...cms.Signer) *cms.SignedData {
		message, err := cms.Sign(content, signers, o)
		require.NoError(t, err)
		sd, err := cms.Parse(message)
		require.NoError(t, err)
		return sd
	}
	t.Run("by key identifier", func(t *testing.T) {
		s := signer
		s.ByKeyID = true
		sd := read(t, cms.SignOptions{}, s)
		require.Equal(t, p.certificate.SubjectKeyID, sd.Signers[0].SubjectKeyID)
		require.Nil(t, sd.Signers[0].RawSerial)
		require.Equal(t, []int{3, 3}, []int{sd.Version, sd.Signers[0].Version})
		_, err := sd.VerifySigner(0, nil, nil)
		require.NoError(t, err)
	})
	t.Run("without certificates", func(t *testing.T) {
		sd := read(t, cms.SignOptions{WithoutCertificates: true}, signer)
		require.Empty(t, sd.Certificates)
		_, err := sd.VerifySigner(0, nil, nil)
		requireReason(t, verdict.SignerCertificateMissing, err)
		_, err = sd.VerifySigner(0, nil, []*cert.Certificate{other.certificate, p.certificate})
		require.NoError(t, err)
	})
	t.Run("extra certificates", func(t *testing.T) {
		sd := read(t, cms.SignOptions{Certificates: []*cert.Certificate{other.certificate, p.certificate}}, signer)
		require.Len(t, sd.Certificates, 2)
	})
	t.Run("content type", func(t *testing.T) {
		sd := read(t, cms.SignOptions{ContentType: oid.TSTInfo}, signer)
		require.Equal(t, oid.TSTInfo, sd.ContentType)
		require.Equal(t, 3, sd.Version)
		v, err := sd.VerifySigner(0, nil, nil)
		require.NoError(t, err)
		require.Equal(t, oid.TSTInfo, v.ContentType())
	})
	t.Run("time after 2049", func(t *testing.T) {
		at := time.Date(2051, 2, 3, 4, 5, 6, 7, time.FixedZone("", 5*3600))
		sd := read(t, cms.SignOptions{SigningTime: at}, signer)
		got, ok := sd.Signers[0].SigningTime()
		require.True(t, ok)
		require.True(t, got.Equal(at.Truncate(time.Second)))
	})
}

// The same message comes out of the same input if the signatures do: nothing else is random.
func TestSignIsDeterministic(t *testing.T) {
	for _, key := range []string{"rsa-2048", "ed25519"} {
		o := cms.SignOptions{SigningTime: signingTime}
		require.Equal(t, sign(t, content, o, person(t, key)), sign(t, content, o, person(t, key)))
	}
}

func TestSignRefuses(t *testing.T) {
	p, other := person(t, "ecdsa-p256"), person(t, "other-p256")
	good := cms.Signer{Certificate: p.certificate, Key: p.key}
	set := element(0x31, attr(oid.AttrContentType, objectID(oid.Data)), attr(oid.AttrMessageDigest, octets(nil)))
	noID := newIdentity(t, p.key, template{name: "no key identifier", noID: true})
	weak := person(t, "rsa-2048")
	for _, c := range []struct {
		name    string
		content []byte
		signers []cms.Signer
		o       cms.SignOptions
		want    error
	}{
		{"good", content, []cms.Signer{good}, cms.SignOptions{}, nil},
		{"nobody", content, nil, cms.SignOptions{}, verdict.KindMisuse},
		{"too many", content, slices.Repeat([]cms.Signer{good}, cms.MaxSigners+1), cms.SignOptions{}, verdict.KindMisuse},
		{"no certificate", content, []cms.Signer{{Key: p.key}}, cms.SignOptions{}, verdict.KindMisuse},
		{"no key", content, []cms.Signer{{Certificate: p.certificate}}, cms.SignOptions{}, verdict.KindMisuse},
		{"key of another", content, []cms.Signer{{Certificate: p.certificate, Key: other.key}}, cms.SignOptions{}, verdict.KindMisuse},
		{"key of another kind", content, []cms.Signer{{Certificate: p.certificate, Key: weak.key}}, cms.SignOptions{}, verdict.KindMisuse},
		{"no key identifier", content, []cms.Signer{{Certificate: noID.certificate, Key: p.key, ByKeyID: true}}, cms.SignOptions{}, verdict.KindMisuse},
		{"no attributes for another type", content, []cms.Signer{good}, cms.SignOptions{WithoutSignedAttributes: true, ContentType: oid.TSTInfo}, verdict.KindMisuse},
		{"attributes as content", set, []cms.Signer{good}, cms.SignOptions{WithoutSignedAttributes: true}, verdict.KindMisuse},
		{"attributes as content, with attributes", set, []cms.Signer{good}, cms.SignOptions{}, nil},
		{"bad content type", content, []cms.Signer{good}, cms.SignOptions{ContentType: "data"}, verdict.KindMisuse},
		{"negative chunks", content, []cms.Signer{good}, cms.SignOptions{Streaming: true, ChunkSize: -1}, verdict.KindMisuse},
		{"SHA-1", content, []cms.Signer{{Certificate: weak.certificate, Key: weak.key, Digest: cert.SHA1}}, cms.SignOptions{}, verdict.WeakAlgorithm},
		{"Streebog with ECDSA", content, []cms.Signer{{Certificate: p.certificate, Key: p.key, Digest: cert.Streebog256}}, cms.SignOptions{}, verdict.UnsupportedAlgorithm},
		{"PSS with ECDSA", content, []cms.Signer{{Certificate: p.certificate, Key: p.key, PSS: true}}, cms.SignOptions{}, verdict.UnsupportedAlgorithm},
		{"nil certificate", content, []cms.Signer{good}, cms.SignOptions{Certificates: []*cert.Certificate{nil}}, verdict.KindMisuse},
		{"too large", make([]byte, cms.MaxSize), []cms.Signer{good}, cms.SignOptions{}, verdict.LimitExceeded},
		{"too large to attach", make([]byte, cms.MaxSize), []cms.Signer{good}, cms.SignOptions{Detached: true}, nil},
		{"too many certificates", content, []cms.Signer{good}, cms.SignOptions{Certificates: slices.Repeat([]*cert.Certificate{p.certificate}, cms.MaxCertificates)}, verdict.KindMisuse},
	} {
		t.Run(c.name, func(t *testing.T) {
			message, err := cms.Sign(c.content, c.signers, c.o)
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, c.want)
			require.Nil(t, message)
		})
	}
}
