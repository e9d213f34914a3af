package nca_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
)

const (
	usageSign = cert.UsageDigitalSignature | cert.UsageNonRepudiation
	usageAuth = cert.UsageDigitalSignature | cert.UsageKeyEncipherment
)

func attribute(o cert.OID, tag asn1.Tag, value string) certtest.Attribute {
	return certtest.Attribute{Type: o, Tag: tag, Value: value}
}

func printable(o cert.OID, value string) certtest.Attribute {
	return attribute(o, asn1.PrintableString, value)
}

func utf8(o cert.OID, value string) certtest.Attribute { return attribute(o, asn1.UTF8String, value) }

// iin is the attribute that the national PKI writes.
func iin(digits string) certtest.Attribute { return printable(oid.SerialNumber, "IIN"+digits) }

// subject makes a certificate of a name.
func subject(t testing.TB, attributes ...certtest.Attribute) *cert.Certificate {
	t.Helper()
	return certtest.Template{Subject: certtest.Name(attributes...)}.Parse(t)
}

func read(t testing.TB, elem ...string) *cert.Certificate {
	t.Helper()
	raw, err := os.ReadFile(shared.Dir(t, elem...))
	require.NoError(t, err)
	c, err := cert.Decode(raw)
	require.NoError(t, err, filepath.Join(elem...))
	return c
}
