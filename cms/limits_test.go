package cms_test

import (
	"bytes"
	"crypto/elliptic"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// allocated returns how many octets f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// wrap puts contents into a header with the short, the long or the indefinite form of length.
func wrap(tag byte, indefinite bool, contents []byte) []byte {
	if indefinite {
		return slices.Concat([]byte{tag, 0x80}, contents, []byte{0, 0})
	}
	n := len(contents)
	return slices.Concat([]byte{tag, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, contents)
}

// T1: elements in each other, in the place of the content and in that of an attribute.
func TestNestingBomb(t *testing.T) {
	prefix := objectID(oid.SignedData)
	for _, depth := range []int{10, 1000, 1_000_000} {
		for _, indefinite := range []bool{true, false} {
			if !indefinite && depth > 1000 {
				continue // the long form would be gigabytes to build; the header is refused at the same depth
			}
			for _, tag := range []byte{0x24, 0x30, 0x31, 0xa0} {
				nested := []byte{4, 0}
				if indefinite {
					nested = slices.Concat(bytes.Repeat([]byte{tag, 0x80}, depth), nested, make([]byte, 2*depth))
				} else {
					for range depth {
						nested = wrap(tag, false, nested)
					}
				}
				bomb := wrap(0x30, true, slices.Concat(prefix, wrap(0xa0, true, wrap(0x30, true, nested))))
				budget.Time(t, 100*time.Millisecond, func() {
					_, err := cms.Parse(bomb)
					want := verdict.Malformed
					if depth > der.MaxDepth {
						want = verdict.LimitExceeded
					}
					requireReason(t, want, err)
				})
			}
		}
	}
}

// T2: every length of a message declared huge. No memory is taken for what is not there.
func TestLengthBomb(t *testing.T) {
	message := good(t, cms.SignOptions{})
	lengths := [][]byte{
		{0x84, 0x7f, 0xff, 0xff, 0xff},
		{0x84, 0xff, 0xff, 0xff, 0xff},
		{0x85, 1, 0, 0, 0, 0},
		{0x88, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
		{0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0},
		{0xff},
	}
	for at := 1; at < len(message); at++ {
		for _, length := range lengths {
			bomb := slices.Concat(message[:at], length, message[at+1:])
			used := allocated(func() { checkHarmless(t, bomb, fmt.Sprintf("length %x at %d", length, at)) })
			require.Less(t, used, uint64(1<<20))
		}
	}
}

// T3: the inputs at which other Go libraries for PKCS #7 panicked, as they are and at the end of what begins well.
func TestLengthArithmetic(t *testing.T) {
	begin := wrap(0x30, false, objectID(oid.SignedData))
	for _, seed := range []string{
		"\x30\x82\x06", "\x5f\x4d", "\x1f\x80", "\x1f\x05", "\x30\x81", "\x30\x84\x01", "\x30", "\x30\x80", "\x30\x80\x00",
		"\x30\xff", "\x00\x00", "\x80", "\x1f\xff\xff\xff\xff\xff", "\x24\x80\x04", "\x30\x89\x01\x01\x01\x01\x01\x01\x01\x01\x01",
	} {
		for _, input := range [][]byte{[]byte(seed), slices.Concat(begin, []byte(seed)), wrap(0x30, true, []byte(seed))} {
			_, _, err := cms.Decode(input)
			requireReason(t, verdict.Malformed, err)
		}
	}
}

// T8: streaming form, and what looks like it.
func TestStreaming(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	chunked := func(content []byte, chunks ...[]byte) []byte {
		d := newDraft(t, signer)
		d.content = content
		d.signers[0].set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(cert.SHA256.Sum(content))))
		d.explicit = wrap(0x24, true, slices.Concat(chunks...))
		return d.bytes(t)
	}
	abc := []byte("abc")
	one := func(s string) []byte { return octets([]byte(s)) }
	for _, c := range []struct {
		name   string
		chunks [][]byte
		want   verdict.Reason
	}{
		{"three chunks", [][]byte{one("a"), one("b"), one("c")}, ""},
		{"an empty chunk", [][]byte{one("a"), one(""), one("bc")}, ""},
		{"chunks of chunks", [][]byte{wrap(0x24, true, slices.Concat(one("a"), one("b"))), one("c")}, ""},
		{"chunks of chunks, definite", [][]byte{wrap(0x24, false, slices.Concat(one("a"), one("b"))), one("c")}, ""},
		{"no chunk", nil, verdict.DigestMismatch},
		{"chunk missing", [][]byte{one("a"), one("b")}, verdict.DigestMismatch},
		{"chunks swapped", [][]byte{one("b"), one("a"), one("c")}, verdict.DigestMismatch},
		{"chunk of another tag", [][]byte{one("a"), element(asn1.UTF8String, []byte("bc"))}, verdict.Malformed},
		{"chunk is a SEQUENCE", [][]byte{one("a"), element(asn1.SEQUENCE, one("bc"))}, verdict.Malformed},
		{"chunk in context", [][]byte{one("a"), element(der.Implicit(4), []byte("bc"))}, verdict.Malformed},
		{"end too early", [][]byte{one("a"), {0, 0}, one("bc")}, verdict.Malformed},
		{"end with a length", [][]byte{one("abc"), {0, 1, 0}}, verdict.Malformed},
		{"end in the middle of a chunk", [][]byte{{4, 4}, []byte("abc")}, verdict.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := verifyOnly(t, chunked(abc, c.chunks...), nil)
			requireReason(t, c.want, err)
			if err == nil {
				require.Equal(t, abc, v.Content())
			}
		})
	}
	t.Run("a million chunks of one octet", func(t *testing.T) {
		million := bytes.Repeat([]byte{'x'}, 1<<20)
		message := chunked(million, bytes.Repeat([]byte{4, 1, 'x'}, 1<<20))
		budget.Time(t, 100*time.Millisecond, func() {
			v, err := verifyOnly(t, message, nil)
			require.NoError(t, err)
			require.True(t, bytes.Equal(million, v.Content()))
		})
	})
	t.Run("a million empty chunks", func(t *testing.T) {
		message := chunked([]byte{}, bytes.Repeat([]byte{4, 0}, 1<<20))
		budget.Time(t, 100*time.Millisecond, func() {
			_, err := verifyOnly(t, message, nil)
			require.NoError(t, err)
		})
	})
}

// T34: every limit from both sides.
func TestLimits(t *testing.T) {
	signer := person(t, "ecdsa-p256")
	repeat := func(n int, make func(i int) []byte) [][]byte {
		all := [][]byte{}
		for i := range n {
			all = append(all, make(i))
		}
		return all
	}
	private := func(i int) []byte { return attr(cert.OID(fmt.Sprintf("1.2.398.99.%d", i)), integer(1)) }
	for _, c := range []struct {
		name   string
		limit  int
		change func(d *draft, n int)
	}{
		{"signers", cms.MaxSigners, func(d *draft, n int) { d.signers = slices.Repeat(d.signers, n) }},
		{"certificates", cms.MaxCertificates, func(d *draft, n int) {
			d.certificates = append(d.certificates, slices.Repeat([][]byte{person(t, "ed25519").certificate.Raw}, n-1)...)
		}},
		{"unreadable certificates", cms.MaxCertificates, func(d *draft, n int) {
			d.certificates = append(d.certificates, slices.Repeat([][]byte{element(asn1.SEQUENCE)}, n-1)...)
		}},
		{"revocation lists", cms.MaxRevocationInfos, func(d *draft, n int) {
			d.revocation = slices.Repeat([][]byte{element(asn1.SEQUENCE)}, n)
		}},
		{"digest algorithms", cms.MaxDigestAlgorithms, func(d *draft, n int) { d.digests = slices.Repeat(d.digests, n) }},
		{"signed attributes", cms.MaxAttributes, func(d *draft, n int) {
			s := d.signers[0]
			s.attributes = append(s.attributes, repeat(n-len(s.attributes), private)...)
		}},
		{"unsigned attributes", cms.MaxAttributes, func(d *draft, n int) { d.signers[0].unsigned = repeat(n, private) }},
		{"values of a signed attribute", cms.MaxValues, func(d *draft, n int) {
			d.signers[0].attributes = append(d.signers[0].attributes, attr("1.2.3", repeat(n, func(i int) []byte { return integer(int64(i)) })...))
		}},
		{"values of an unsigned attribute", cms.MaxValues, func(d *draft, n int) {
			d.signers[0].unsigned = [][]byte{attr("1.2.3", repeat(n, func(int) []byte { return integer(1) })...)}
		}},
	} {
		for n, want := range map[int]verdict.Reason{
			c.limit - 1: "", c.limit: "", c.limit + 1: verdict.LimitExceeded, 10_000: verdict.LimitExceeded,
		} {
			t.Run(fmt.Sprintf("%d %s", n, c.name), func(t *testing.T) {
				d := newDraft(t, signer)
				if n > 1000 { // the signatures need not be right
					d.signers[0].signature = []byte{1}
				}
				c.change(d, n)
				message := d.bytes(t)
				budget.Time(t, 200*time.Millisecond, func() {
					sd, err := cms.Parse(message)
					requireReason(t, want, err)
					if err != nil {
						return
					}
					results, err := sd.VerifySigners(nil, nil)
					require.NoError(t, err)
					for _, r := range results {
						require.NoError(t, r.Err)
					}
				})
			})
		}
	}
}

// T34: the size of a message, as octets and as text.
func TestMaxSize(t *testing.T) {
	d := newDraft(t, person(t, "ecdsa-p256"))
	d.signers[0].set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(cert.SHA256.Sum(nil))))
	fill := func(size int) []byte {
		d.content = make([]byte, size)
		d.signers[0].set(oid.AttrMessageDigest, attr(oid.AttrMessageDigest, octets(cert.SHA256.Sum(d.content))))
		return d.bytes(t)
	}
	overhead := len(fill(20<<20)) - 20<<20
	for range 10 { // the length of an ECDSA signature varies
		message := fill(cms.MaxSize - overhead)
		if len(message) != cms.MaxSize {
			continue
		}
		_, err := verifyOnly(t, message, nil)
		require.NoError(t, err)
		_, err = cms.Parse(append(message, 0))
		requireReason(t, verdict.LimitExceeded, err)
		_, _, err = cms.Decode(append(message, 0))
		requireReason(t, verdict.LimitExceeded, err)
		break
	}
	_, _, err := cms.Decode(bytes.Repeat([]byte("MIIB"), 1+cms.MaxSize/2))
	requireReason(t, verdict.LimitExceeded, err)
	_, _, err = cms.Decode(bytes.Repeat([]byte(" "), 2*cms.MaxSize+1)) // not even looked at
	requireReason(t, verdict.LimitExceeded, err)
}

// T13, T30: different keys under one signer identifier.
func TestTooManyKeys(t *testing.T) {
	serial := []byte{1, 2, 3}
	signer := newIdentity(t, key(t, "ecdsa-p256"), template{name: "twin", serial: serial})
	d := newDraft(t, signer)
	d.signers[0].set(oid.AttrSigningCertV2)
	d.certificates = nil
	for range cms.MaxKeys - 1 {
		k, err := ecdsaKey(elliptic.P256())()
		require.NoError(t, err)
		twin := newIdentity(t, k, template{name: "twin", serial: serial})
		d.certificates = append(d.certificates, twin.certificate.Raw)
	}
	genuine := signer.certificate.Raw
	_, err := verifyOnly(t, withBag(t, d, append(slices.Clone(d.certificates), genuine)), nil)
	require.NoError(t, err, "as many as are tried")
	k, err := ecdsaKey(elliptic.P256())()
	require.NoError(t, err)
	more := newIdentity(t, k, template{name: "twin", serial: serial}).certificate.Raw
	_, err = verifyOnly(t, withBag(t, d, append(slices.Clone(d.certificates), more, genuine)), nil)
	requireReason(t, verdict.LimitExceeded, err)
	// The same key over and over is tried once.
	_, err = verifyOnly(t, withBag(t, d, slices.Repeat([][]byte{genuine}, cms.MaxCertificates)), nil)
	require.NoError(t, err)
}

func withBag(t *testing.T, d *draft, bag [][]byte) []byte {
	t.Helper()
	changed := *d
	changed.certificates = bag
	return changed.bytes(t)
}

// T13: more of anything takes more time in proportion, and no more: ten times as much in less than forty times as
// long, where there is anything to measure.
func TestLinearTime(t *testing.T) {
	if testing.Short() {
		t.Skip("takes its time")
	}
	for name, build := range map[string]func(n int) []byte{
		"elements in an attribute": func(n int) []byte {
			d := newDraft(t, person(t, "ecdsa-p256"))
			d.signers[0].unsigned = [][]byte{attr("1.2.3", element(asn1.SEQUENCE, bytes.Repeat([]byte{5, 0}, n)))}
			return d.bytes(t)
		},
		"chunks": func(n int) []byte {
			d := newDraft(t, person(t, "ecdsa-p256"))
			d.explicit = wrap(0x24, true, bytes.Repeat([]byte{4, 1, 'x'}, n))
			return d.bytes(t)
		},
		"lengths that are not minimal": func(n int) []byte {
			d := newDraft(t, person(t, "ecdsa-p256"))
			d.signers[0].unsigned = [][]byte{attr("1.2.3", element(asn1.SEQUENCE, bytes.Repeat([]byte{4, 0x81, 1, 'x'}, n)))}
			return d.bytes(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			measure := func(message []byte) time.Duration {
				best := time.Duration(1<<63 - 1)
				for range 5 {
					start := time.Now()
					_, _ = verifyOnly(t, message, nil)
					best = min(best, time.Since(start))
				}
				return best
			}
			small, large := measure(build(50_000)), measure(build(500_000))
			require.Less(t, large, max(40*small, 50*time.Millisecond))
		})
	}
}

// T40: other containers are told by their first octets, however long they are.
func TestWrongContainer(t *testing.T) {
	long := make([]byte, cms.MaxSize-64)
	info := func(contentType cert.OID) []byte {
		return wrap(0x30, false, slices.Concat(objectID(contentType), wrap(0xa0, false, long)))
	}
	bare := newDraft(t, person(t, "ecdsa-p256")).signedData(t)
	for _, c := range []struct {
		name  string
		input []byte
		says  string
	}{
		{"EnvelopedData", info(oid.EnvelopedData), "EnvelopedData"},
		{"EncryptedData", info(oid.EncryptedData), "EncryptedData"},
		{"Data", info(oid.Data), "Data"},
		{"unknown type", info("1.2.398.99.1"), "1.2.398.99.1"},
		{"bare SignedData", bare, "without ContentInfo"},
		{"certificate", person(t, "ecdsa-p256").certificate.Raw, "certificate"},
		{"PDF", append([]byte("%PDF-1.7\n"), long...), "PDF"},
		{"ZIP", append([]byte("PK\x03\x04"), long...), "ZIP"},
		{"XML", append([]byte("<?xml version=\"1.0\"?><ds:Signature>"), long...), "XML"},
		{"HTML", append([]byte("<!doctype html>"), long...), "HTML"},
		{"JSON", append([]byte(`{"cms":"MII"}`), long...), "JSON"},
		{"PEM of another kind", []byte("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"), "another kind"},
		{"two blocks of PEM", []byte(strings.Repeat("-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n", 2)), "more than one"},
		{"empty", nil, "empty"},
		{"white space", []byte(" \r\n"), "armor"},
		{"text", []byte("Подписано."), "neither"},
	} {
		t.Run(c.name, func(t *testing.T) {
			budget.Time(t, 20*time.Millisecond, func() {
				_, _, err := cms.Decode(c.input)
				requireReason(t, verdict.Malformed, err)
				require.Contains(t, err.Error(), c.says)
				require.Less(t, len(err.Error()), 200)
			})
		})
	}
}
