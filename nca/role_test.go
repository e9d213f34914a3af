package nca_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/certtest"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/nca"
)

func purposes(list ...nca.Purpose) []nca.Purpose { return append([]nca.Purpose{}, list...) }

// The key sets of 2020: two keys for a person, one for logging in and one for documents.
func TestKeysOf2020(t *testing.T) {
	for file, want := range map[string]struct {
		purposes []nca.Purpose
		roles    []nca.Role
		kind     nca.Kind
		bin      nca.BIN
	}{
		"personal_active_AUTH_RSA256_b2c70a9ff7a5dc59de0ccc3c0ddde3437cc1f12d.cer":  {purposes(nca.Auth), []nca.Role{nca.Individual}, nca.KindPerson, ""},
		"personal_active_RSA256_11c707bd54cbfcccb3815e39c4eb57b1dc7dfea9.cer":       {purposes(nca.Sign), []nca.Role{nca.Individual}, nca.KindPerson, ""},
		"organization_active_GOSTKNCA_13a3741b52d7bf860aab199b56fad1f4652e357b.cer": {purposes(nca.Sign), []nca.Role{nca.Organization, nca.Head}, nca.KindOrganization, "123456789021"},
	} {
		c := read(t, "ncalayer-2020", file)
		require.Equal(t, want.purposes, nca.PurposesOf(c), file)
		require.Equal(t, want.roles, nca.RolesOf(c), file)
		require.Equal(t, want.kind, nca.KindOf(c), file)
		s := nca.SubjectOf(c)
		require.Equal(t, "123456789011", s.IIN.Digits())
		require.Equal(t, want.bin, s.BIN)
		require.Equal(t, "ТЕСТОВ", s.Surname)
		require.Equal(t, "ТЕСТ", s.GivenName)
		require.Equal(t, "ТЕСТОВИЧ", s.Patronymic)
	}
	for _, file := range []string{"nca_gost_test.crt", "nca_rsa_test.crt"} {
		c := read(t, "ncalayer-2020", file)
		require.Empty(t, nca.PurposesOf(c))
		require.Empty(t, nca.RolesOf(c))
		require.Equal(t, nca.KindUnknown, nca.KindOf(c))
		require.Equal(t, nca.Test, nca.ClassOf([]*cert.Certificate{c}))
	}
}

// Every row of nca-test/README.md: numbers, roles, algorithm, purposes and storage of the published test keys.
func TestPublishedTestCertificates(t *testing.T) {
	f, err := os.Open(shared.Dir(t, "vectors", "nca-test", "README.md"))
	require.NoError(t, err)
	defer f.Close()
	bySerial := make(map[string]*cert.Certificate)
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "vectors", "nca-test"), "c*", "*.cer"))
	require.NoError(t, err)
	for _, file := range files {
		c := read(t, "vectors", "nca-test", filepath.Base(filepath.Dir(file)), filepath.Base(file))
		bySerial[c.SerialNumber()] = c
	}
	words := map[string]nca.Role{
		"individual": nca.Individual, "organization": nca.Organization, "head": nca.Head, "employee": nca.Employee,
		"can-sign": nca.CanSign, "1.2.398.5.19.1.2.2.1": nca.TreasuryClient, "1.2.398.3.3.4.1.2.6 (information system)": nca.DigitalSystem,
	}
	algorithms := map[string]string{"gost2015-512": "gost2015-512", "gost34310-2004": "gost2004", "RSA-2048": "rsa-2048", "RSA-4096": "rsa-4096"}
	rows := 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 12 || !strings.Contains(cells[1], "/") {
			continue
		}
		for i := range cells {
			cells[i] = strings.Trim(strings.TrimSpace(cells[i]), "`")
		}
		file, number, bin, key, usages, serial := cells[1], cells[3], cells[4], cells[7], cells[8], cells[9]
		rows++
		c := bySerial[serial]
		require.NotNil(t, c, "%s: no certificate %s", file, serial)
		s := nca.SubjectOf(c)
		require.Equal(t, strings.Trim(number, "-"), s.IIN.Digits(), file)
		require.Equal(t, strings.Trim(bin, "-"), string(s.BIN), file)
		require.Equal(t, algorithms[key], c.PublicKey.Algorithm(), file)
		want := []nca.Role{}
		clientAuth, email := false, false
		for _, usage := range strings.Split(usages, ", ") {
			clientAuth, email = clientAuth || usage == "clientAuth", email || usage == "emailProtection"
			if role, ok := words[usage]; ok {
				want = append(want, role)
			}
		}
		require.ElementsMatch(t, want, nca.RolesOf(c), file)
		switch {
		case strings.HasPrefix(file, "ca/"):
			require.Empty(t, nca.PurposesOf(c), file)
			require.False(t, nca.CanSignAnything(c))
			require.Equal(t, nca.KindUnknown, nca.KindOf(c))
		case clientAuth:
			require.Equal(t, purposes(nca.Auth), nca.PurposesOf(c), file)
		case key == "gost2015-512": // one key for both
			require.Equal(t, purposes(nca.Auth, nca.Sign), nca.PurposesOf(c), file)
			if strings.Contains(file, "2026-") {
				require.Equal(t, nca.StoragePKCS12, nca.StorageOf(c), file)
			}
		default:
			require.Equal(t, purposes(nca.Sign), nca.PurposesOf(c), file)
		}
		switch {
		case strings.Contains(usages, "information system"):
			require.Equal(t, nca.KindSystem, nca.KindOf(c), file)
			require.NotEmpty(t, s.SystemID)
		case bin != "-":
			require.Equal(t, nca.KindOrganization, nca.KindOf(c), file)
		case number != "-":
			require.Equal(t, nca.KindPerson, nca.KindOf(c), file)
		}
		if strings.Contains(usages, "1.2.398.5.19") {
			require.Equal(t, "ROLE02", s.TreasuryRole)
			require.NotEmpty(t, s.TreasuryCode)
		}
	}
	require.Greater(t, rows, 25)
}

// Responders and time-stamping authorities sign nothing of their own.
func TestServicesSignNothing(t *testing.T) {
	for _, pattern := range []string{"vectors/pki/*/ocsp.cer", "vectors/pki/*/tsa.cer", "vectors/pki/*/ca.cer", "vectors/pki/*/root.cer"} {
		files, err := filepath.Glob(filepath.Join(shared.Dir(t), filepath.FromSlash(pattern)))
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			raw, err := os.ReadFile(file)
			require.NoError(t, err)
			c, err := cert.Decode(raw)
			require.NoError(t, err, file)
			require.False(t, nca.CanSignAnything(c), file)
			require.Empty(t, nca.PurposesOf(c), file)
			require.True(t, nca.SubjectOf(c).IIN.IsZero(), file)
		}
	}
}

// T44: every template against logging in and signing.
func TestPurposes(t *testing.T) {
	const person, organization = "1.2.398.3.3.4.1.1", "1.2.398.3.3.4.1.2"
	usage := func(u cert.KeyUsage) cert.Extension { return certtest.KeyUsage(u) }
	eku, policy := certtest.ExtKeyUsage, certtest.Policies
	for _, c := range []struct {
		name string
		key  string
		list []cert.Extension
		want []nca.Purpose
	}{
		{"one key for both", "gost2015-512", []cert.Extension{usage(usageSign | cert.UsageKeyAgreement), eku(oid.EmailProtection, person), policy("1.2.398.3.3.2")}, purposes(nca.Auth, nca.Sign)},
		{"one key for both, no policy", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person)}, purposes(nca.Auth, nca.Sign)},
		{"one key for both, 256 bit", "gost2015-256", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person)}, purposes(nca.Auth, nca.Sign)},
		{"one key for both, of another kind", "ecdsa-p256", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person), policy("1.2.398.3.3.2")}, purposes(nca.Auth, nca.Sign)},
		{"digital system", "gost2015-512", []cert.Extension{usage(usageSign), eku(organization, "1.2.398.3.3.4.1.2.6"), policy("1.2.398.3.3.2")}, purposes(nca.Auth, nca.Sign)},
		{"old login key", "rsa-2048", []cert.Extension{usage(usageAuth), eku(oid.ClientAuth, person), policy("1.2.398.3.3.2.4")}, purposes(nca.Auth)},
		{"old login key of an organization", "rsa-2048", []cert.Extension{usage(usageAuth), eku(oid.ClientAuth, organization), policy("1.2.398.3.3.2.2")}, purposes(nca.Auth)},
		{"old login key with nonRepudiation", "rsa-2048", []cert.Extension{usage(usageSign), eku(oid.ClientAuth, person), policy("1.2.398.3.3.2.4")}, purposes(nca.Auth)},
		{"old signing key", "rsa-2048", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person), policy("1.2.398.3.3.2.3")}, purposes(nca.Sign)},
		{"old signing key without policy", "gost2004", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person)}, purposes(nca.Sign)},
		{"signing policy on a new key", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, person), policy("1.2.398.3.3.2.3")}, purposes(nca.Sign)},
		{"signing policy of an organization with clientAuth", "rsa-2048", []cert.Extension{usage(usageSign), eku(oid.ClientAuth, oid.EmailProtection), policy("1.2.398.3.3.2.1")}, purposes(nca.Sign)},
		{"a longer policy is another", "rsa-2048", []cert.Extension{usage(usageSign), eku(oid.EmailProtection), policy("1.2.398.3.3.2.40")}, purposes(nca.Sign)},
		{"new key without nonRepudiation", "gost2015-512", []cert.Extension{usage(usageAuth), eku(oid.EmailProtection, person)}, purposes(nca.Auth)},
		{"new key without digitalSignature", "gost2015-512", []cert.Extension{usage(cert.UsageNonRepudiation), eku(oid.EmailProtection, person)}, purposes(nca.Sign)},
		{"both usages by name", "rsa-2048", []cert.Extension{usage(usageSign), eku(oid.ClientAuth, oid.EmailProtection)}, purposes(nca.Auth, nca.Sign)},
		{"any usage is no wildcard", "rsa-2048", []cert.Extension{usage(usageAuth), eku(oid.AnyExtKeyUsage)}, purposes()},
		{"encryption alone", "gost2015-512", []cert.Extension{usage(cert.UsageKeyEncipherment | cert.UsageKeyAgreement), eku(oid.EmailProtection, person)}, purposes()},
		{"no key usage", "gost2015-512", []cert.Extension{eku(oid.EmailProtection, person)}, purposes()},
		{"no extensions", "gost2015-512", nil, purposes()},
		{"a CA", "gost2015-512", []cert.Extension{certtest.BasicConstraints(true, -1), usage(usageSign), eku(oid.EmailProtection, person)}, purposes()},
		{"basicConstraints without CA", "gost2015-512", []cert.Extension{certtest.BasicConstraints(false, -1), usage(usageSign), eku(oid.EmailProtection, person)}, purposes(nca.Auth, nca.Sign)},
		{"keyCertSign without CA", "gost2015-512", []cert.Extension{usage(usageSign | cert.UsageKeyCertSign), eku(oid.EmailProtection, person)}, purposes()},
		{"OCSP responder", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.OCSPSigning)}, purposes()},
		{"OCSP responder and person", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.EmailProtection, oid.OCSPSigning, person)}, purposes()},
		{"time-stamping authority", "gost2015-512", []cert.Extension{usage(usageSign), certtest.Critical(eku(oid.TimeStamping))}, purposes()},
		{"server", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.ServerAuth)}, purposes()},
		{"server and client", "rsa-2048", []cert.Extension{usage(usageAuth), eku(oid.ServerAuth, oid.ClientAuth)}, purposes()},
		{"server usage of a person", "gost2015-512", []cert.Extension{usage(usageSign), eku(oid.ServerAuth, oid.EmailProtection, person)}, purposes(nca.Auth, nca.Sign)},
	} {
		t.Run(c.name, func(t *testing.T) {
			parsed := certtest.Template{Version: 3, Key: certtest.Key(t, c.key).Public(), Extensions: c.list}.Parse(t)
			require.Equal(t, c.want, nca.PurposesOf(parsed))
		})
	}
}

func TestCanSignAnything(t *testing.T) {
	for name, c := range map[string]struct {
		list []cert.Extension
		want bool
	}{
		"no extensions":    {nil, true}, // PKITS signers look like that
		"digitalSignature": {[]cert.Extension{certtest.KeyUsage(cert.UsageDigitalSignature)}, true},
		"nonRepudiation":   {[]cert.Extension{certtest.KeyUsage(cert.UsageNonRepudiation)}, true},
		"keyEncipherment":  {[]cert.Extension{certtest.KeyUsage(cert.UsageKeyEncipherment)}, false},
		"cRLSign":          {[]cert.Extension{certtest.KeyUsage(cert.UsageCRLSign)}, false},
		"CA":               {[]cert.Extension{certtest.BasicConstraints(true, -1)}, false},
		"code signing":     {[]cert.Extension{certtest.ExtKeyUsage(oid.CodeSigning)}, true},
		"server":           {[]cert.Extension{certtest.ExtKeyUsage(oid.ServerAuth)}, false},
		"server with role": {[]cert.Extension{certtest.ExtKeyUsage(oid.ServerAuth, "1.2.398.3.3.4.1.1")}, true},
	} {
		require.Equal(t, c.want, nca.CanSignAnything(certtest.Template{Extensions: c.list}.Parse(t)), name)
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		name string
		list []cert.Extension
		want []nca.Role
	}{
		{"none", nil, []nca.Role{}},
		{"generic usages", []cert.Extension{certtest.ExtKeyUsage(oid.EmailProtection, oid.ClientAuth)}, []nca.Role{}},
		{"individual", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.1")}, []nca.Role{nca.Individual}},
		{"a role brings its parent", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.2.1")}, []nca.Role{nca.Organization, nca.Head}},
		{"once", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.2.5", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.5")}, []nca.Role{nca.Organization, nca.Employee}},
		{"compared whole", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.20", "1.2.398.3.3.4.1.2.10", "1.2.398.3.3.4.1.1.10")}, []nca.Role{}},
		{"treasury", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.2", "1.2.398.5.19.1.2.2.1")}, []nca.Role{nca.Organization, nca.TreasuryClient}},
		{"another authority", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.17.3.2", "1.2.398.3.17.3.3")}, []nca.Role{nca.Organization, nca.Head}},
		{"staff", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.2.3")}, []nca.Role{nca.AuthorityOperator}},
		{"old policy of a person", []cert.Extension{certtest.Policies("1.2.398.3.3.2.4")}, []nca.Role{nca.Individual}},
		{"old policy of an organization", []cert.Extension{certtest.Policies("1.2.398.3.3.2.1")}, []nca.Role{nca.Organization}},
		{"usages before policies", []cert.Extension{certtest.ExtKeyUsage("1.2.398.3.3.4.1.2"), certtest.Policies("1.2.398.3.3.2.3")}, []nca.Role{nca.Organization}},
		{"new policy", []cert.Extension{certtest.Policies("1.2.398.3.3.2")}, []nca.Role{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, nca.RolesOf(certtest.Template{Extensions: c.list}.Parse(t)))
		})
	}
}

// T93: who stands behind a certificate.
func TestKinds(t *testing.T) {
	person := []certtest.Attribute{utf8(oid.CommonName, "A"), iin("123456789011")}
	with := func(more ...certtest.Attribute) []byte {
		return certtest.Name(append(append([]certtest.Attribute{}, person...), more...)...)
	}
	for _, c := range []struct {
		name   string
		name_  []byte
		usages []cert.OID
		want   nca.Kind
	}{
		{"person", with(), []cert.OID{"1.2.398.3.3.4.1.1"}, nca.KindPerson},
		{"person without role", with(), nil, nca.KindPerson},
		{"with a BIN", with(utf8(oid.OrganizationalUnit, "BIN123456789021")), []cert.OID{"1.2.398.3.3.4.1.1"}, nca.KindOrganization},
		{"with two BINs", with(utf8(oid.OrganizationalUnit, "BIN123456789021"), utf8(oid.OrganizationalUnit, "BIN123456789022")), nil, nca.KindOrganization},
		{"with a BIN of another type", with(attribute(oid.OrganizationalUnit, 30, wide("BIN123456789021"))), nil, nca.KindOrganization},
		{"with a word that begins so", with(utf8(oid.OrganizationalUnit, "BINARY")), nil, nca.KindPerson},
		{"employee by the other authority's list", with(), []cert.OID{"1.2.398.3.17.3.7"}, nca.KindOrganization},
		{"head by the other authority's list", with(), []cert.OID{"1.2.398.3.17.3.3"}, nca.KindOrganization},
		{"with an organization", with(utf8(oid.Organization, "o")), nil, nca.KindOrganization},
		{"with a role", with(), []cert.OID{"1.2.398.3.3.4.1.2.5"}, nca.KindOrganization},
		{"individual and organization", with(), []cert.OID{"1.2.398.3.3.4.1.1", "1.2.398.3.3.4.1.2"}, nca.KindOrganization},
		{"treasury client", with(), []cert.OID{"1.2.398.5.19.1.2.2.1"}, nca.KindOrganization},
		{"digital system", with(), []cert.OID{"1.2.398.3.3.4.1.2.6"}, nca.KindSystem},
		{"digital system of a person", with(), []cert.OID{"1.2.398.3.3.4.1.1.1"}, nca.KindSystem},
		{"nobody", certtest.CN("A"), nil, nca.KindUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			template := certtest.Template{Subject: c.name_}
			if c.usages != nil {
				template.Extensions = []cert.Extension{certtest.ExtKeyUsage(c.usages...)}
			}
			parsed := template.Parse(t)
			require.Equal(t, c.want, nca.KindOf(parsed))
			require.Equal(t, c.want == nca.KindSystem || c.want == nca.KindUnknown, nca.SubjectOf(parsed).IIN.IsZero())
		})
	}
}

func TestStorage(t *testing.T) {
	storage := func(value []byte) nca.Storage {
		return nca.StorageOf(certtest.Template{Extensions: []cert.Extension{certtest.Ext(oid.KeyStorage, value)}}.Parse(t))
	}
	for o, want := range map[cert.OID]nca.Storage{
		"1.2.398.3.3.5.1.1": nca.StoragePKCS12, "1.2.398.3.3.5.1.2": nca.StorageJKS, "1.2.398.3.3.5.2.1": nca.StorageIDCard,
		"1.2.398.3.3.5.2.2": nca.StorageKaztoken, "1.2.398.3.3.5.2.3": nca.StorageEToken, "1.2.398.3.3.5.2.4": nca.StorageEToken5110,
		"1.2.398.3.3.5.2.5": nca.StorageJaCarta, "1.2.398.3.3.5.2.6": nca.StorageAKey, "1.2.398.3.3.5.3.1": nca.StorageCloud,
		"1.2.398.3.3.5.2.20": nca.StorageUnknown,
	} {
		require.Equal(t, want, storage(certtest.TLV(asn1.SEQUENCE, certtest.OID(o))))
	}
	good := certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.398.3.3.5.1.1"))
	for _, damaged := range [][]byte{
		nil,
		{0x30, 0},
		certtest.OID("1.2.398.3.3.5.1.1"), good[:len(good)-1], append(append([]byte{}, good...), 5, 0),
		certtest.TLV(asn1.SEQUENCE, certtest.OID("1.2.398.3.3.5.1.1"), certtest.OID("1.2.398.3.3.5.2.1")),
	} {
		require.Equal(t, nca.StorageUnknown, storage(damaged))
	}
	require.Equal(t, nca.StorageUnknown, nca.StorageOf(certtest.Template{}.Parse(t)))
}
