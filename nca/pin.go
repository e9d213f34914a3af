package nca

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"github.com/qoltanba/eds/cert"
)

// Class tells the hierarchies apart: a signature under a test authority must never pass for a real one.
type Class string

// The classes.
const (
	Production Class = "production"
	Test       Class = "test"
	Other      Class = "other" // not of the national PKI: a private or a fake one
)

// Pin is one certificate of the national authorities, known by its fingerprint. The certificates themselves are
// not part of this library: "eds trust fetch" gets them from the official addresses and keeps what fits the pin.
type Pin struct {
	Name       string // short name in the field's use
	CommonName string
	SHA256     [sha256.Size]byte
	Class      Class
	Root       bool // self-signed; the others are CAs below a root
	NotBefore  time.Time
	NotAfter   time.Time
	Addresses  []string // where the authority publishes it
}

// SHA256Text returns the fingerprint as 64 lower-case hexadecimal digits.
func (p Pin) SHA256Text() string { return hex.EncodeToString(p.SHA256[:]) }

// Expired reports whether the certificate is no longer valid at the moment at.
func (p Pin) Expired(at time.Time) bool { return at.After(p.NotAfter) }

// pins were read off the published certificates, whose signatures were verified.
var pins = []Pin{
	pin("root_gost_2022", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022", Production, true, "20220615 20450908",
		"af77725f8328bb24f89d81da3acdf7cee4324248538b7ba2cd2a860517fb9dca",
		"https://pki.gov.kz/cert/root_gost_2022.cer", "https://root.gov.kz/cert/root_gost2015_2022.cer"),
	pin("nca_gost_2022", "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022", Production, false, "20220615 20450907",
		"32c7d233a42703a327f3025543a05b930e3f39a786c68dfa196baa86d5618524",
		"https://pki.gov.kz/cert/nca_gost_2022.cer"),
	pin("root_rsa_2020", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)", Production, true, "20200908 20450908",
		"9ba06354b626641715182e4d07c9dbaa1777720fa795d03174ffc68876535dcd",
		"https://pki.gov.kz/cert/root_rsa_2020.cer", "https://root.gov.kz/cert/root_rsa_2020.cer"),
	pin("nca_rsa_2022", "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA) 2022", Production, false, "20220922 20450907",
		"84fb799a66140950818c056a5d9730acc2a7622cdd4ef0d47113b132fb892905",
		"https://pki.gov.kz/cert/nca_rsa_2022.cer"),
	pin("root_gost_2020", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", Production, true, "20200908 20450908",
		"c48164ab5ccaaee6b938299a1e3aeebd6f698bb2bd716a0f0d85befc46166aa2",
		"https://root.gov.kz/cert/root_gost_2020.cer"),
	pin("ucgo_gost", "Удостоверяющий центр Государственных органов", Production, false, "20220712 20450907",
		"eb5a5318299db447a46619d2a541f026b52c1fce8a1d371262da8f6f2d7bb6f5"), // published in an archive only
	pin("btsd_gost", "BTSD CA", Production, false, "20190801 20290729",
		"74bb80edf34f4594e5e69b79029c64214e67630e3d16b82f952ab6e5956c5fa8",
		"https://root.gov.kz/cert/uc/btsd_gost.cer"),
	pin("root_gost", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", Production, true, "20150727 20250727",
		"9ab210e54e6b0343321131202d9edcc2598f598cfdd9ee4ec1056021ab2e9759",
		"https://root.gov.kz/cert/root_gost.cer", "https://pki.gov.kz/cert/root_gost.crt"),
	pin("nca_gost", "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", Production, false, "20180808 20250625",
		"908521d0531e5645e64b34d3588374a3a83582c860e5f7293a04c41217e8cc18",
		"https://pki.gov.kz/cert/nca_gost.cer"),
	pin("root_rsa", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)", Production, true, "20150727 20250727",
		"a7064abc5699827f370c67b09f1a1bfd7ad5e1514d471223df209c08300ea972",
		"https://root.gov.kz/cert/root_rsa.cer", "https://pki.gov.kz/cert/root_rsa.crt"),
	pin("nca_rsa", "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)", Production, false, "20180808 20250625",
		"34d1b311a9873191ae3382805df51e0a5da23315c512a8deeb885668ceeb5834",
		"https://pki.gov.kz/cert/nca_rsa.cer"),
	pin("root_test_gost_2022", "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST 2022", Test, true, "20220707 20320707",
		"b995e79e7c07429f8f79e185451e5599ce342ac720000f01b3854fdfa03031a6",
		"http://test.pki.gov.kz/cert/root_test_gost_2022.cer", "https://root.gov.kz/cert/root_test_gost_2022.cer"),
	pin("nca_gost2022_test", "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) TEST 2022", Test, false, "20220707 20320704",
		"beeffc0bdb77cd798c35983eb0715f6ef0051cccb71d7cd05505e8a4fb2c6f4d",
		"http://test.pki.gov.kz/cert/nca_gost2022_test.cer"),
	pin("nca_gost_test", "ҰКО 3.0 (GOST TEST)", Test, false, "20190314 20240312", // its root was never published
		"0307e8bdf77cb708b7c9d9a5799facdc6de7154447cb394af9ac9b528c3d82c7"),
	pin("nca_rsa_test", "ҰКО 3.0 (RSA TEST)", Test, false, "20190315 20240313",
		"7e96a36409dc11e0fc99efae41f8c639e16a495d77c2f2278edb98580f997231"),
}

// pin makes a row of the table. A date stands for its whole day.
func pin(name, commonName string, class Class, root bool, dates, fingerprint string, addresses ...string) Pin {
	p := Pin{Name: name, CommonName: commonName, Class: class, Root: root, Addresses: addresses}
	from, errFrom := time.Parse("20060102", dates[:8])
	to, errTo := time.Parse("20060102", dates[9:])
	n, errHex := hex.Decode(p.SHA256[:], []byte(fingerprint))
	if errFrom != nil || errTo != nil || errHex != nil || n != sha256.Size {
		panic("nca: the table of pins is broken at " + name)
	}
	p.NotBefore, p.NotAfter = from, to.Add(24*time.Hour-time.Second)
	return p
}

// Pins returns the pinned certificates of the authorities, the current ones first.
func Pins() []Pin {
	all := make([]Pin, len(pins))
	for i, p := range pins {
		all[i] = p.clone()
	}
	return all
}

// clone returns a copy that shares nothing with the table.
func (p Pin) clone() Pin {
	p.Addresses = slices.Clone(p.Addresses)
	return p
}

// PinOf returns the pin of c, if it has one.
func PinOf(c *cert.Certificate) (Pin, bool) {
	sum := c.Fingerprint()
	i := slices.IndexFunc(pins, func(p Pin) bool { return p.SHA256 == sum })
	if i < 0 {
		return Pin{}, false
	}
	return pins[i].clone(), true
}

// ClassOf returns the class of a verified path, given leaf first, anchor last: test if any certificate in it is a
// pinned test authority, production if its anchor is a pinned production authority, else other.
func ClassOf(path []*cert.Certificate) Class {
	class := Other
	for i, c := range path {
		p, ok := PinOf(c)
		switch {
		case ok && p.Class == Test:
			return Test
		case ok && i == len(path)-1:
			class = p.Class
		}
	}
	return class
}
