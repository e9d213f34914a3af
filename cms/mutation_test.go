package cms_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// good is a message whose every part there is: a certificate that nobody refers to, a time, unsigned attributes.
func good(t testing.TB, o cms.SignOptions) []byte {
	t.Helper()
	d := newDraft(t, person(t, "ecdsa-p256"))
	d.certificates = append(d.certificates, person(t, "ed25519").certificate.Raw)
	d.revocation = [][]byte{
		element(asn1.SEQUENCE, octets([]byte("list"))),
		element(der.Explicit(1), objectID(oid.RevocationInfoOCSP), element(asn1.SEQUENCE, octets([]byte("response")))),
	}
	s := d.signers[0]
	s.attributes = append(s.attributes, attr(oid.AttrSigningTime, element(asn1.UTCTime, []byte("260915100000Z"))))
	s.unsigned = [][]byte{attr(oid.AttrTimeStampToken, element(asn1.SEQUENCE, octets([]byte("token"))))}
	if o.Streaming {
		return sign(t, content, o, person(t, "ecdsa-p256"))
	}
	return d.bytes(t)
}

// checkHarmless wants of a changed message that every signer in it either fails or is the one we know, having signed
// the content that we know. It reports whether any verifies.
func checkHarmless(t *testing.T, message []byte, what string) bool {
	t.Helper()
	sd, err := cms.Parse(message)
	if err != nil {
		require.Nil(t, sd, what)
		return false
	}
	results, err := sd.VerifySigners(nil, nil)
	if err != nil {
		require.Nil(t, results, what)
		return false
	}
	verified := false
	for _, r := range results {
		require.NotEqual(t, r.Err == nil, r.Signer == nil, what)
		if r.Err != nil {
			continue
		}
		verified = true
		require.Equal(t, content, r.Signer.Content(), what)
		require.Len(t, r.Signer.Certificates(), 1, what)
		require.True(t, r.Signer.Certificates()[0].Equal(person(t, "ecdsa-p256").certificate), what)
		at, claimed := r.Signer.SigningTime()
		if claimed {
			require.Equal(t, signingTime, at.UTC(), what)
		}
	}
	return verified
}

func TestTruncations(t *testing.T) {
	for name, message := range map[string][]byte{
		"der": good(t, cms.SignOptions{}), "ber": good(t, cms.SignOptions{Streaming: true, ChunkSize: 10}),
	} {
		require.True(t, checkHarmless(t, message, name))
		for i := range message {
			_, _, err := cms.Decode(message[:i])
			require.Error(t, err, "%s cut to %d octets", name, i)
		}
		for _, tail := range []string{"\x00", "\x00\x00", "\n", "x", "\x30\x00"} {
			_, _, err := cms.Decode(append(slices.Clone(message), tail...))
			require.Error(t, err, "%s with %q behind", name, tail)
		}
	}
}

// unprotected names the parts of a message that nothing covers: changes there go unnoticed and change nothing of what
// comes out.
func unprotected(t *testing.T, message []byte) map[string][2]int {
	t.Helper()
	sd, err := cms.Parse(message)
	require.NoError(t, err)
	s := sd.Signers[0]
	part := func(b []byte) [2]int {
		at := bytes.LastIndex(message, b)
		require.Positive(t, at)
		return [2]int{at, at + len(b)}
	}
	info, digests := part(s.Raw), part(element(asn1.SET, marshal(sd.DigestAlgorithms[0])))
	version := integer(int64(sd.Version))
	return map[string][2]int{
		"version":                {digests[0] - len(version), digests[0]},
		"digestAlgorithms":       digests,
		"version of the signer":  {info[0], info[0] + 4 + len(version)},
		"issuer of the signer":   part(s.Issuer.Raw), // compared as RFC 5280 does: letter case
		"unsigned attributes":    part(s.UnsignedAttributes[0].Raw),
		"certificate of nobody":  part(person(t, "ed25519").certificate.Raw),
		"revocation information": {part(sd.CRLs[0])[0], part(sd.OtherRevocation[0].Info)[1]},
	}
}

// Every bit of a message flipped.
func TestFlips(t *testing.T) {
	message := good(t, cms.SignOptions{})
	parts := unprotected(t, message)
	hits := make(map[string]int)
	for i := range message {
		for bit := range 8 {
			flipped := slices.Clone(message)
			flipped[i] ^= 1 << bit
			what := fmt.Sprintf("bit %d of octet %d", bit, i)
			if !checkHarmless(t, flipped, what) {
				continue
			}
			name := ""
			for part, limits := range parts {
				if i >= limits[0] && i < limits[1] {
					name = part
				}
			}
			require.NotEmpty(t, name, "%s is covered by nothing", what)
			hits[name]++
		}
	}
	t.Log("flips that change nothing:", hits)
	require.Len(t, hits, len(parts))
}

// A node is an element of DER.
type node struct {
	tag      byte
	contents []byte // of a primitive one
	children []*node
}

func parseNodes(t *testing.T, b []byte) []*node {
	t.Helper()
	var nodes []*node
	s := cryptobyte.String(b)
	for !s.Empty() {
		var contents cryptobyte.String
		var tag asn1.Tag
		require.True(t, s.ReadAnyASN1(&contents, &tag))
		n := &node{tag: byte(tag), contents: contents}
		if n.tag&0x20 != 0 {
			n.children = parseNodes(t, contents)
		}
		nodes = append(nodes, n)
	}
	return nodes
}

func (n *node) bytes() []byte {
	contents := n.contents
	if n.tag&0x20 != 0 {
		contents = nil
		for _, c := range n.children {
			contents = append(contents, c.bytes()...)
		}
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.OCTET_STRING, func(b *cryptobyte.Builder) { b.AddBytes(contents) })
	out := b.BytesOrPanic()
	out[0] = n.tag
	return out
}

// walk calls f for every element inside n, with its parent and place.
func (n *node) walk(f func(parent *node, i int)) {
	for i := 0; i < len(n.children); i++ {
		f(n, i)
		n.children[i].walk(f)
	}
}

// T5: every element dropped, doubled, swapped with the next one, emptied, wrapped, and with other tags.
func TestStructuralMutations(t *testing.T) {
	message := parseNodes(t, good(t, cms.SignOptions{}))[0]
	require.True(t, checkHarmless(t, message.bytes(), "unchanged"))
	count, harmless := 0, 0
	check := func(name string, parent *node, i int) {
		count++
		if checkHarmless(t, message.bytes(), fmt.Sprintf("%s child %d of %#x", name, i, parent.tag)) {
			harmless++
		}
	}
	message.walk(func(parent *node, i int) {
		children, n := parent.children, parent.children[i]
		restore := func() { parent.children = children }
		for name, changed := range map[string][]*node{
			"dropped": slices.Delete(slices.Clone(children), i, i+1),
			"doubled": slices.Insert(slices.Clone(children), i, n),
			"wrapped": slices.Replace(slices.Clone(children), i, i+1, &node{tag: 0x30, children: []*node{n}}),
			"emptied": slices.Replace(slices.Clone(children), i, i+1, &node{tag: n.tag}),
			"opened":  slices.Replace(slices.Clone(children), i, i+1, n.children...),
		} {
			parent.children = changed
			check(name, parent, i)
			restore()
		}
		if i+1 < len(children) {
			parent.children = slices.Clone(children)
			parent.children[i], parent.children[i+1] = parent.children[i+1], parent.children[i]
			check("swapped", parent, i)
			restore()
		}
		tag := n.tag
		for _, other := range []byte{tag ^ 0x20, tag ^ 0x80, tag ^ 0x40, tag ^ 1, tag ^ 2, 0x02, 0x04, 0x05, 0x06, 0x24, 0x30, 0x31, 0xa0, 0xa1} {
			if other == tag || other&0x1f == 0x1f || other&0x20 != tag&0x20 {
				continue
			}
			n.tag = other
			check(fmt.Sprintf("tag %#x for %#x of", other, tag), parent, i)
			n.tag = tag
		}
	})
	t.Logf("%d mutations, %d verify and change nothing", count, harmless)
	require.Greater(t, count, 1000)
	require.True(t, checkHarmless(t, message.bytes(), "restored"))
}

// T4: an element more at the end of every structure that has a fixed number of fields.
func TestTrailingElements(t *testing.T) {
	message := parseNodes(t, good(t, cms.SignOptions{}))[0]
	signedData := []int{1, 0}
	signer := []int{1, 0, 5, 0}
	for _, c := range []struct {
		name string
		path []int
	}{
		{"ContentInfo", nil},
		{"its content", []int{1}},
		{"SignedData", signedData},
		{"digest algorithm", append(slices.Clone(signedData), 1, 0)},
		{"encapContentInfo", append(slices.Clone(signedData), 2)},
		{"its eContent", append(slices.Clone(signedData), 2, 1)},
		{"revocation information", append(slices.Clone(signedData), 4)},
		{"other revocation information", append(slices.Clone(signedData), 4, 1)},
		{"signerInfos", append(slices.Clone(signedData), 5)},
		{"SignerInfo", signer},
		{"issuer and serial number", append(slices.Clone(signer), 1)},
		{"issuer", append(slices.Clone(signer), 1, 0)},
		{"digestAlgorithm", append(slices.Clone(signer), 2)},
		{"signed attributes", append(slices.Clone(signer), 3)},
		{"signed attribute", append(slices.Clone(signer), 3, 0)},
		{"signatureAlgorithm", append(slices.Clone(signer), 4)},
		{"unsigned attributes", append(slices.Clone(signer), 6)},
		{"unsigned attribute", append(slices.Clone(signer), 6, 0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := message
			for _, i := range c.path {
				n = n.children[i]
			}
			children := n.children
			for _, extra := range []*node{{tag: 5}, {tag: 4, contents: []byte("x")}, {tag: 0xa2}} {
				n.children = append(slices.Clone(children), extra)
				if strings.HasSuffix(c.name, "lgorithm") { // may have one element more, its parameters
					n.children = append(n.children, extra)
				}
				_, err := cms.Parse(message.bytes())
				requireReason(t, verdict.Malformed, err)
			}
			n.children = children
		})
	}
	_, err := cms.Parse(message.bytes())
	require.NoError(t, err)
}

// The national algorithm, with fewer flips: its arithmetic takes longer.
func TestFlipsGOST(t *testing.T) {
	signer := person(t, "gost2015-512")
	message := sign(t, content, cms.SignOptions{SigningTime: signingTime}, signer)
	step := 7
	if testing.Short() {
		step = 71
	}
	for i := 0; i < len(message); i += step {
		flipped := slices.Clone(message)
		flipped[i] ^= 1 << (i % 8)
		v, err := verifyOnlyOne(flipped)
		if err == nil {
			require.Equal(t, content, v.Content())
			require.True(t, v.Certificates()[0].Equal(signer.certificate))
		}
	}
}

func verifyOnlyOne(message []byte) (*cms.VerifiedSigner, error) {
	sd, err := cms.Parse(message)
	if err != nil {
		return nil, err
	}
	return sd.VerifySigner(0, nil, nil)
}
