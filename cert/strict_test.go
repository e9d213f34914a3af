package cert_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// mutants returns the certificate of everything() with one element of its TBSCertificate changed by change, once for
// each element where change reports true. The signature is made over the mutant.
func mutants(t *testing.T, change func(*certtest.Node) bool) map[string][]byte {
	t.Helper()
	template := everything()
	tbs := template.TBS(t)
	all := make(map[string][]byte)
	var paths []string
	certtest.Tree(tbs).Walk(func(n *certtest.Node) { paths = append(paths, n.Path) })
	for _, path := range paths {
		tree := certtest.Tree(tbs)
		changed := false
		tree.Walk(func(n *certtest.Node) {
			if n.Path == path {
				changed = change(n)
			}
		})
		if changed {
			all[path] = template.Wrap(t, tree.Bytes())
		}
	}
	require.NotEmpty(t, all)
	return all
}

// inKeyStorage are the elements below the one extension of everything() that the package leaves unread, which is the
// last of them: [3], the list, the last extension, its OCTET STRING.
func inKeyStorage(path string) bool { return strings.HasPrefix(path, ".0.9.0.:.1.") }

// T4: an octet after the last field, at every level.
func TestTrailingOctetAtEveryLevel(t *testing.T) {
	for _, extra := range [][]byte{{0}, {0, 0}, {0x30}} {
		for path, raw := range mutants(t, func(n *certtest.Node) bool {
			n.Extra = extra
			return n.Holds() && !inKeyStorage(n.Path)
		}) {
			if path == ".0.9.0.:.1" { // behind the unread value
				continue
			}
			c, err := cert.Parse(raw)
			require.Error(t, err, "%x after %s", extra, path)
			requireMalformed(t, c, err)
		}
	}
	raw := everything().DER(t)
	tree := certtest.Tree(raw)
	for _, n := range []*certtest.Node{tree, tree.Children[1]} {
		n.Extra = []byte{4, 0}
		c, err := cert.Parse(tree.Bytes())
		requireMalformed(t, c, err)
		n.Extra = nil
	}
	for _, after := range [][]byte{{0}, {5, 0}, raw} {
		c, err := cert.Parse(append(bytes.Clone(raw), after...))
		requireMalformed(t, c, err)
	}
	_, err := cert.Parse(tree.Bytes())
	require.NoError(t, err)
}

// anyPlaces hold a type that another field chooses, or a list without end: one more element is none too many there.
var anyPlaces = []string{
	".0.9.0.5.1.0.0.1.1.1", // a user notice (RFC 5280, Section 4.2.1.4)
	".0.9.0.9.1.0.0",       // contents of an other name
	".0.9.0.9.1.0.0.1",     // its value
	".0.2",                 // NULL in place of absent parameters
}

// T4, T5: one more well-formed element at every level, a field twice, and every field left out.
func TestFieldsTooManyAndTooFew(t *testing.T) {
	t.Run("null at the end", func(t *testing.T) {
		for path, raw := range mutants(t, func(n *certtest.Node) bool {
			n.Extra = []byte{5, 0}
			return n.Holds() && !inKeyStorage(n.Path) && !slices.Contains(anyPlaces, n.Path) && n.Path != ".0.9.0.:.1"
		}) {
			c, err := cert.Parse(raw)
			require.Error(t, err, path)
			requireMalformed(t, c, err)
		}
	})
	// Lists, where a second one of the same is good form. Names and extensions that stand twice are not.
	lists := []string{
		".0.3", ".0.5", // RDNs
		".0.9.0.2.1.0",                                                             // usages
		".0.9.0.5.1.0.0.1",                                                         // qualifiers
		".0.9.0.6.1.0",                                                             // access descriptions
		".0.9.0.7.1.0", ".0.9.0.7.1.0.0.0.0", ".0.9.0.8.1.0", ".0.9.0.8.1.0.0.0.0", // points and their names
		".0.9.0.9.1.0",                                           // alternative names
		".0.9.0.4.1.0.1.0", ".0.9.0.4.1.0.1", ".0.9.0.7.1.0.1.2", // names
		".0.9.0.6.1.0.4.1.0", ".0.9.0.4.1.0.1.0.0", ".0.9.0.7.1.0.1.2.0.0", ".0.9.0.9.1.0.3.0", ".0.9.0.7.1.0.1.0.0", // names in names
	}
	for path, raw := range mutants(t, func(n *certtest.Node) bool {
		if len(n.Children) == 0 || inKeyStorage(n.Path) || n.Path == ".0.9.0.:.1" || slices.Contains(lists, n.Path) ||
			slices.Contains(anyPlaces, n.Path) {
			return false
		}
		n.Children = append(n.Children, n.Children[len(n.Children)-1])
		return true
	}) {
		c, err := cert.Parse(raw)
		if err == nil && isSet(raw, path) {
			continue
		}
		require.Error(t, err, "last child twice in %s", path)
		requireMalformed(t, c, err)
	}
}

// isSet reports whether the element at path is a SET: of two equal members each is in order.
func isSet(raw []byte, path string) (set bool) {
	certtest.Tree(certtest.Tree(raw).Children[0].Bytes()).Walk(func(n *certtest.Node) {
		if n.Path == path {
			set = n.Tag == byte(asn1.SET)
		}
	})
	return set
}

// T5, T10: each element under another tag.
func TestWrongTags(t *testing.T) {
	// Where any type may stand, or the other tag has a meaning too.
	anyType := func(n *certtest.Node, tag byte) bool {
		text := func(b byte) bool { return slices.Contains([]byte{12, 18, 19, 20, 22, 26}, b) }
		return inKeyStorage(n.Path) || n.Path == ".0.9.0.:.1.0" || text(n.Tag) || n.Tag&0xc0 == 0x80 && tag&0xc0 == 0x80 ||
			slices.ContainsFunc(anyPlaces, func(place string) bool { return strings.HasPrefix(n.Path, place+".") }) ||
			strings.HasPrefix(n.Path, ".0.9.0.5.1.0.0.1.0.1") || strings.HasPrefix(n.Path, ".0.9.0.5.1.0.0.1.1.1") // qualifiers
	}
	for _, tag := range []byte{1, 2, 3, 4, 5, 6, 9, 10, 0x10, 0x11, 0x13, 0x17, 0x30, 0x31, 0x80, 0xa0, 0xa9, 0x41, 0xe1, 0x1f, 0x24} {
		for path, raw := range mutants(t, func(n *certtest.Node) bool {
			if n.Tag == tag || anyType(n, tag) || isAttributeValue(n) {
				return false
			}
			n.Tag = tag
			return true
		}) {
			c, err := cert.Parse(raw)
			require.Error(t, err, "tag %02x at %s", tag, path)
			requireMalformed(t, c, err)
		}
	}
}

func isAttributeValue(n *certtest.Node) bool {
	return strings.HasPrefix(n.Path, ".0.3.") && strings.Count(n.Path, ".") == 5 && strings.HasSuffix(n.Path, ".1")
}

// T6: lengths one octet longer than they need be.
func TestLongLengths(t *testing.T) {
	for path, raw := range mutants(t, func(n *certtest.Node) bool {
		n.Long = true
		return !inKeyStorage(n.Path)
	}) {
		if strings.HasPrefix(path, ".0.9.0.:.1.") {
			continue
		}
		c, err := cert.Parse(raw)
		require.Error(t, err, path)
		requireMalformed(t, c, err)
	}
	outer := certtest.Tree(everything().DER(t))
	outer.Walk(func(n *certtest.Node) {
		if strings.Count(n.Path, ".") > 2 {
			return
		}
		n.Long = true
		c, err := cert.Parse(outer.Bytes())
		require.Error(t, err, n.Path)
		requireMalformed(t, c, err)
		n.Long = false
	})
}

// T6: every other way to say the same in more octets.
func TestNotTheShortestForm(t *testing.T) {
	ext := func(id cert.OID, value []byte) certtest.Template {
		return certtest.Template{Extensions: []cert.Extension{certtest.Ext(id, value)}}
	}
	seq := func(parts ...[]byte) []byte { return certtest.TLV(asn1.SEQUENCE, parts...) }
	rawExtension := func(parts ...[]byte) certtest.Template {
		return certtest.Template{Tail: certtest.TLV(der.Explicit(3), seq(seq(parts...)))}
	}
	value := certtest.TLV(asn1.OCTET_STRING, seq())
	a := certtest.Attribute{Type: oid.CommonName, Value: "a"}
	b := certtest.Attribute{Type: oid.CommonName, Value: "b"}
	for _, c := range []struct {
		name     string
		template certtest.Template
		good     bool
	}{
		{"critical true", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 1, 0xff}, value), true},
		{"critical written out as false", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 1, 0}, value), false},
		{"critical 01", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 1, 1}, value), false},
		{"critical of two octets", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 2, 0xff, 0xff}, value), false},
		{"critical of no octets", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 0}, value), false},
		{"critical after the value", rawExtension(certtest.OID(oid.BasicConstraints), value, []byte{1, 1, 0xff}), false},
		{"critical twice", rawExtension(certtest.OID(oid.BasicConstraints), []byte{1, 1, 0xff}, []byte{1, 1, 0xff}, value), false},
		{"padded arc", rawExtension([]byte{6, 4, 0x55, 0x1d, 0x80, 0x13}, value), false}, // T9
		{"arc cut short", rawExtension([]byte{6, 3, 0x55, 0x1d, 0x93}, value), false},
		{"empty identifier", rawExtension([]byte{6, 0}, value), false},
		{"no extensions in the list", certtest.Template{Tail: certtest.TLV(der.Explicit(3), seq())}, false},

		{"cA true", ext(oid.BasicConstraints, seq([]byte{1, 1, 0xff})), true},
		{"cA 01", ext(oid.BasicConstraints, seq([]byte{1, 1, 1})), false},
		{"cA written out as false", ext(oid.BasicConstraints, seq([]byte{1, 1, 0})), true}, // the one tolerance, see decodeBasicConstraints
		{"pathLen", ext(oid.BasicConstraints, seq([]byte{1, 1, 0xff}, []byte{2, 1, 0})), true},
		{"pathLen padded", ext(oid.BasicConstraints, seq([]byte{1, 1, 0xff}, []byte{2, 2, 0, 1})), false},
		{"pathLen negative", ext(oid.BasicConstraints, seq([]byte{1, 1, 0xff}, []byte{2, 1, 0xff})), false},
		{"pathLen of no octets", ext(oid.BasicConstraints, seq([]byte{1, 1, 0xff}, []byte{2, 0})), false},
		{"pathLen before cA", ext(oid.BasicConstraints, seq([]byte{2, 1, 0}, []byte{1, 1, 0xff})), false},

		{"usage", ext(oid.KeyUsage, []byte{3, 2, 6, 0xc0}), true},
		{"usage with unused bits undeclared", ext(oid.KeyUsage, []byte{3, 2, 5, 0xc0}), false},
		{"usage with unused bits set", ext(oid.KeyUsage, []byte{3, 2, 6, 0xe0}), false},
		{"usage with an octet of zeros", ext(oid.KeyUsage, []byte{3, 3, 7, 0xc0, 0}), false},
		{"usage with eight unused bits", ext(oid.KeyUsage, []byte{3, 2, 8, 0}), false},
		{"usage of no bits", ext(oid.KeyUsage, []byte{3, 1, 0}), false},
		{"usage of no octets", ext(oid.KeyUsage, []byte{3, 0}), false},
		{"usage of nine bits", ext(oid.KeyUsage, []byte{3, 3, 7, 0x80, 0x80}), true},
		{"usage constructed", ext(oid.KeyUsage, []byte{0x23, 4, 3, 2, 6, 0xc0}), false},

		{"key identifier of an issuer alone", ext(oid.AuthorityKeyIdentifier, seq(certtest.TLV(der.Explicit(1), certtest.TLV(der.Explicit(4), certtest.CN("x"))))), false},
		{"key identifier of a serial alone", ext(oid.AuthorityKeyIdentifier, seq(certtest.TLV(der.Implicit(2), []byte{1}))), false},
		{"key identifier with a padded serial", ext(oid.AuthorityKeyIdentifier, seq(
			certtest.TLV(der.Explicit(1), certtest.TLV(der.Explicit(4), certtest.CN("x"))), certtest.TLV(der.Implicit(2), []byte{0, 1}))), false},
		{"key identifier with a serial", ext(oid.AuthorityKeyIdentifier, seq(
			certtest.TLV(der.Explicit(1), certtest.TLV(der.Explicit(4), certtest.CN("x"))), certtest.TLV(der.Implicit(2), []byte{1}))), true},
		{"key identifier of nothing", ext(oid.AuthorityKeyIdentifier, seq()), true},
		{"subject key identifier of nothing", ext(oid.SubjectKeyIdentifier, []byte{4, 0}), false},

		{"set in order", certtest.Template{Subject: certtest.NameOf([]certtest.Attribute{a, b})}, true},
		{"set out of order", certtest.Template{Subject: certtest.NameOf([]certtest.Attribute{b, a})}, false},
		{"set of nothing", certtest.Template{Subject: certtest.NameOf([]certtest.Attribute{})}, false},
		{"name of nothing", certtest.Template{Subject: certtest.NameOf()}, true},

		{"no usages", ext(oid.ExtKeyUsage, seq()), false},
		{"no policies", ext(oid.CertificatePolicies, seq()), false},
		{"a policy twice", ext(oid.CertificatePolicies, seq(seq(certtest.OID("1.2.3")), seq(certtest.OID("1.2.3")))), false},
		{"two policies", ext(oid.CertificatePolicies, seq(seq(certtest.OID("1.2.3")), seq(certtest.OID("1.2.4")))), true},
		{"no qualifiers in their list", ext(oid.CertificatePolicies, seq(seq(certtest.OID("1.2.3"), seq()))), false},
		{"a qualifier of no type", ext(oid.CertificatePolicies, seq(seq(certtest.OID("1.2.3"), seq(seq())))), false},
		{"no access descriptions", ext(oid.AuthorityInfoAccess, seq()), false},
		{"no points", ext(oid.CRLDistributionPoints, seq()), false},
		{"a point of nothing", ext(oid.CRLDistributionPoints, seq(seq())), false},
		{"a point of reasons alone", ext(oid.CRLDistributionPoints, seq(seq(certtest.TLV(der.Implicit(1), []byte{5, 0x60})))), false},
		{"a point of an issuer alone", ext(oid.CRLDistributionPoints, seq(seq(certtest.TLV(der.Explicit(2), certtest.TLV(der.Explicit(4), certtest.CN("x")))))), true},
		{"a relative name that is none", ext(oid.CRLDistributionPoints, seq(seq(certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(1), []byte{5, 0}))))), false},
		{"no alternative names", ext(oid.SubjectAltName, seq()), false},
		{"an alternative name of no kind", ext(oid.SubjectAltName, seq(certtest.TLV(der.Implicit(9)))), false},
		{"an address with octets above 127", ext(oid.SubjectAltName, seq(certtest.TLV(der.Implicit(6), []byte("http://\xd0\xb0/")))), false},
		{"a constructed address", ext(oid.SubjectAltName, seq(certtest.TLV(der.Explicit(6), certtest.TLV(asn1.IA5String, []byte("a"))))), false},

		{"unknown parameters in DER", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3"), seq([]byte{1, 1, 0xff})), []byte{3, 2, 0, 1})}, true},
		{"unknown parameters with a boolean 01", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3"), seq([]byte{1, 1, 1})), []byte{3, 2, 0, 1})}, false},
		{"unknown parameters with a padded integer", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3"), seq([]byte{2, 2, 0, 1})), []byte{3, 2, 0, 1})}, false},
		{"unknown parameters with end-of-contents", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3"), seq([]byte{0, 0})), []byte{3, 2, 0, 1})}, false},
		{"unknown key with unused bits set", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3")), []byte{3, 2, 1, 1})}, false},
		{"unknown key with unused bits", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3")), []byte{3, 2, 1, 2})}, true},
		{"unknown key with nine unused bits", certtest.Template{SPKI: seq(seq(certtest.OID("1.2.3")), []byte{3, 2, 9, 0})}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed, err := cert.Parse(c.template.DER(t))
			if c.good {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			requireMalformed(t, parsed, err)
		})
	}
	t.Run("signature with unused bits", func(t *testing.T) {
		tree := certtest.Tree(certtest.Template{}.DER(t))
		tree.Children[2] = &certtest.Node{Tag: 3, Content: []byte{1, 0x80}}
		c, err := cert.Parse(tree.Bytes())
		requireMalformed(t, c, err)
	})
	t.Run("constructed string", func(t *testing.T) {
		c, err := cert.Parse(certtest.Template{Subject: certtest.Name(certtest.Attribute{Type: oid.CommonName, Tag: 0x2c, Value: "\x0c\x01a"})}.DER(t))
		requireMalformed(t, c, err)
	})
}

// T5: each extension twice, known or not, first and second alike or not.
func TestExtensionTwice(t *testing.T) {
	known := everything().Extensions
	for _, e := range known {
		for _, other := range []cert.Extension{e, {ID: e.ID, Critical: !e.Critical, Value: e.Value}} {
			c, err := cert.Parse(certtest.Template{Extensions: []cert.Extension{e, certtest.Ext("1.2.3", nil), other}}.DER(t))
			requireMalformed(t, c, err)
			require.Contains(t, err.Error(), "twice")
		}
	}
}

// pathLenConstraint has no upper bound in ASN.1.
func TestPathLenOfAnySize(t *testing.T) {
	for contents, want := range map[string]int{
		"\x00": 0, "\x7f": 127, "\x00\x80": 128, "\x7f\xff": 0x7fff, "\x01\x00\x01": 1 << 16,
		"\x00\xff\xff\xff\xff\xff\xff\xff\xff": 1 << 16, "\x7f" + strings.Repeat("\xff", 300): 1 << 16, "\x01" + strings.Repeat("\x00", 8): 1 << 16,
	} {
		value := certtest.TLV(asn1.SEQUENCE, []byte{1, 1, 0xff}, certtest.TLV(asn1.INTEGER, []byte(contents)))
		c := certtest.Template{Extensions: []cert.Extension{certtest.Ext(oid.BasicConstraints, value)}}.Parse(t)
		require.Equal(t, want, c.BasicConstraints.PathLen, "%x", contents)
	}
}

// T3: every prefix of a certificate is an error, and so is every one with its outer length mended.
func TestPrefixes(t *testing.T) {
	raw := everything().DER(t)
	for i := range raw {
		c, err := cert.Parse(raw[:i])
		requireMalformed(t, c, err)
	}
	body := raw[4:]
	for i := range body {
		c, err := cert.Parse(certtest.TLV(asn1.SEQUENCE, body[:i]))
		requireMalformed(t, c, err)
	}
	for _, seed := range []string{"308206", "5f4d", "1f80", "1f05", "3081", "308401", "3080", "30ff", "30888000000000000000", "3089010000000000000000"} {
		c, err := cert.Parse(unhex(t, seed))
		requireMalformed(t, c, err)
	}
}

// T1: nesting has a limit, from both sides.
func TestNesting(t *testing.T) {
	nest := func(depth int) certtest.Template {
		value := []byte{5, 0}
		for range depth {
			value = certtest.TLV(asn1.SEQUENCE, value)
		}
		return certtest.Template{SPKI: certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3"), value), []byte{3, 2, 0, 1})}
	}
	_, err := cert.Parse(nest(20).DER(t))
	require.NoError(t, err)
	for _, depth := range []int{40, 1000, 10_000} {
		raw := nest(depth).DER(t)
		budget.Time(t, 100*time.Millisecond, func() { _, err = cert.Parse(raw) })
		require.ErrorIs(t, err, verdict.LimitExceeded)
	}
	// The same inside an extension's value.
	value := []byte{5, 0}
	for range 40 {
		value = certtest.TLV(der.Explicit(0), value)
	}
	_, err = cert.Parse(certtest.Template{Extensions: []cert.Extension{certtest.Ext(oid.SubjectAltName, certtest.TLV(asn1.SEQUENCE, value))}}.DER(t))
	require.ErrorIs(t, err, verdict.LimitExceeded)
}

// T2: lengths that say more than there is.
func TestDeclaredLengths(t *testing.T) {
	raw := everything().DER(t)
	for _, header := range []string{"30847fffffff", "3084ffffffff", "30887fffffffffffffff", "3085010000000000", "308400ffffff"} {
		input := append(unhex(t, header), raw[4:]...)
		var err error
		allocated := testing.AllocsPerRun(5, func() { _, err = cert.Parse(input) })
		require.ErrorIs(t, err, verdict.Malformed)
		require.Less(t, allocated, 20.0)
	}
}

// T13: much of everything is refused by a limit, and read in linear time below it.
func TestMuchOfEverything(t *testing.T) {
	many := func(n int, one func(i int) []byte) []byte {
		var all bytes.Buffer
		for i := range n {
			all.Write(one(i))
		}
		return all.Bytes()
	}
	rdn := func(i int) []byte {
		return certtest.TLV(asn1.SET, certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.CommonName), certtest.TLV(asn1.UTF8String, []byte("x"))))
	}
	member := func(i int) []byte {
		return certtest.TLV(asn1.SEQUENCE, certtest.OID(oid.CommonName), certtest.TLV(asn1.UTF8String, []byte(fmt.Sprintf("%06d", i))))
	}
	extension := func(i int) []byte {
		return certtest.Extension(certtest.Ext(cert.OID(fmt.Sprintf("1.2.3.%d", i)), nil))
	}
	alternative := func(i int) []byte { return certtest.TLV(der.Implicit(2), []byte("a.kz")) }
	usage := func(i int) []byte { return certtest.OID(cert.OID(fmt.Sprintf("1.2.3.%d", i))) }
	policy := func(i int) []byte { return certtest.TLV(asn1.SEQUENCE, usage(i)) }
	point := func(i int) []byte {
		return certtest.TLV(asn1.SEQUENCE, certtest.TLV(der.Explicit(0), certtest.TLV(der.Explicit(0), certtest.TLV(der.Implicit(6), []byte("http://a")))))
	}
	list := func(id cert.OID, one func(int) []byte) func(n int) certtest.Template {
		return func(n int) certtest.Template {
			return certtest.Template{Extensions: []cert.Extension{certtest.Ext(id, certtest.TLV(asn1.SEQUENCE, many(n, one)))}}
		}
	}
	for _, c := range []struct {
		name  string
		build func(n int) certtest.Template
		limit int // the greatest number that is read
	}{
		{"relative names", func(n int) certtest.Template {
			return certtest.Template{Subject: certtest.TLV(asn1.SEQUENCE, many(n, rdn))}
		}, 128},
		{"attributes of one relative name", func(n int) certtest.Template {
			return certtest.Template{Issuer: certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SET, many(n, member)))}
		}, 128},
		{"extensions", func(n int) certtest.Template {
			return certtest.Template{Tail: certtest.TLV(der.Explicit(3), certtest.TLV(asn1.SEQUENCE, many(n, extension)))}
		}, 128},
		{"alternative names", list(oid.SubjectAltName, alternative), 4096},
		{"usages", list(oid.ExtKeyUsage, usage), 10_000},
		{"policies", list(oid.CertificatePolicies, policy), 7000},
		{"points", list(oid.CRLDistributionPoints, point), 4000},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, n := range []int{c.limit, 1000, 10_000, 100_000} {
				raw := c.build(n).DER(t)
				var err error
				budget.Time(t, 100*time.Millisecond, func() { _, err = cert.Parse(raw) })
				if n <= c.limit {
					require.NoError(t, err, "%d", n)
					continue
				}
				require.ErrorIs(t, err, verdict.LimitExceeded, "%d", n)
				require.Less(t, len(err.Error()), 1000)
			}
			if c.limit == 128 {
				_, err := cert.Parse(c.build(129).DER(t))
				require.ErrorIs(t, err, verdict.LimitExceeded)
			}
		})
	}
}

// T13: what nobody reads is looked through quickly: a message of 32 MiB may consist of it.
func TestFormIsCheckedQuickly(t *testing.T) {
	parameters := certtest.TLV(asn1.SEQUENCE, bytes.Repeat(certtest.OID("1.2"), 300_000))
	algorithm := certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.3.4"), parameters)
	raw := certtest.Template{SPKI: certtest.TLV(asn1.SEQUENCE, algorithm, certtest.TLV(asn1.BIT_STRING, []byte{0, 1}))}.DER(t)
	budget.Memory(t, 16<<20, func() {
		_, err := cert.Parse(raw)
		require.NoError(t, err)
	})
}

// T2: names of two octets, which take much more memory, are few. A message brings 64 certificates.
func TestShortNamesTakeLittleMemory(t *testing.T) {
	name := certtest.TLV(der.Implicit(2))
	names := certtest.TLV(asn1.SEQUENCE, bytes.Repeat(name, 32_000))
	points := certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.TLV(der.Explicit(2), bytes.Repeat(name, 32_000))))
	for id, value := range map[cert.OID][]byte{oid.SubjectAltName: names, oid.CRLDistributionPoints: points, oid.FreshestCRL: points} {
		_, err := cert.Parse(certtest.Template{Extensions: []cert.Extension{certtest.Ext(id, value)}}.DER(t))
		require.ErrorIs(t, err, verdict.LimitExceeded)
	}
	half := certtest.TLV(asn1.SEQUENCE, bytes.Repeat(name, 2049))
	point := certtest.TLV(asn1.SEQUENCE, certtest.TLV(asn1.SEQUENCE, certtest.TLV(der.Explicit(2), bytes.Repeat(name, 2048))))
	_, err := cert.Parse(certtest.Template{Extensions: []cert.Extension{
		certtest.Ext(oid.SubjectAltName, half), certtest.Ext(oid.CRLDistributionPoints, point),
	}}.DER(t))
	require.ErrorIs(t, err, verdict.LimitExceeded, "they are counted together")
}

// The limits on octets, from both sides.
func TestLimits(t *testing.T) {
	value := func(n int) certtest.Template {
		return certtest.Template{Subject: certtest.CN(strings.Repeat("a", n))}
	}
	_, err := cert.Parse(value(16 << 10).DER(t))
	require.NoError(t, err)
	_, err = cert.Parse(value(16<<10 + 1).DER(t))
	require.ErrorIs(t, err, verdict.LimitExceeded)
	_, err = cert.Parse(value(1 << 20).DER(t)) // T11
	require.ErrorIs(t, err, verdict.LimitExceeded)

	unread := func(n int) certtest.Template {
		return certtest.Template{Extensions: []cert.Extension{certtest.Ext("1.2.3", make([]byte, n))}}
	}
	empty := len(unread(1<<19).DER(t)) - 1<<19
	for _, c := range []struct {
		size int
		good bool
	}{{cert.MaxSize, true}, {cert.MaxSize + 8, false}} {
		raw := unread(c.size - empty - 4).DER(t)
		_, err = cert.Parse(raw)
		if c.good {
			require.NoError(t, err)
			continue
		}
		require.Greater(t, len(raw), cert.MaxSize)
		require.ErrorIs(t, err, verdict.LimitExceeded)
	}
}
