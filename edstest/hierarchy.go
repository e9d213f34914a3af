package edstest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/mint"
	"github.com/qoltanba/eds/internal/oid"
)

// Hierarchy is a root with an issuing authority, of one algorithm and one generation of the national PKI.
type Hierarchy uint8

// The hierarchies. GOST512 is that of today; GOST256 is like it, with keys that the national authority never issued.
// RSA and GOST2004 are the generations before 2024 with two keys for a person: see [ForSigning].
const (
	GOST512 Hierarchy = iota
	GOST256
	GOST2004
	RSA
)

// A generation is what the hierarchies differ in.
type generation struct {
	name              string // as in the table of names of the library
	generateKey       func(random io.Reader) (crypto.Signer, error)
	keyID             func(crypto.PublicKey) ([]byte, error)
	paired            bool // two keys for a person, certificates in the profile of before 2022
	root, nca         string
	rootFile, ncaFile string // below /cert/
	rootList, ncaList string // below /crl/
	deltaList         string
	authFile, file    string // how the names of key files begin
}

var generations = map[Hierarchy]generation{
	GOST512: {
		name: "gost2015-512", generateKey: gostKey(gost.KZ512), keyID: mint.BitsKeyID,
		root: "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022", nca: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST) 2022",
		rootFile: "root_gost_2022.cer", ncaFile: "nca_gost_2022.cer",
		rootList: "gost2015_2022.crl", ncaList: "nca_gost_2022.crl", deltaList: "nca_d_gost_2022.crl",
		authFile: "GOST512", file: "GOST512",
	},
	GOST256: {
		name: "gost2015-256", generateKey: gostKey(gost.KZ256), keyID: mint.BitsKeyID,
		root: "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST 256)", nca: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST 256)",
		rootFile: "root_gost256.cer", ncaFile: "nca_gost256.cer",
		rootList: "gost256.crl", ncaList: "nca_gost256.crl", deltaList: "nca_d_gost256.crl",
		authFile: "GOST256", file: "GOST256",
	},
	GOST2004: {
		name: "gost2004", generateKey: gostKey(gost.KZ2004), keyID: mint.KeyID, paired: true,
		root: "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)", nca: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (GOST)",
		rootFile: "root_gost.cer", ncaFile: "nca_gost.cer",
		rootList: "gost.crl", ncaList: "nca_gost.crl", deltaList: "nca_d_gost.crl",
		authFile: "AUTH_GOSTKNCA", file: "GOSTKNCA",
	},
	RSA: {
		name: "rsa-2048", generateKey: rsaKey, keyID: mint.KeyID, paired: true,
		root: "НЕГІЗГІ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA)", nca: "ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ (RSA) 2022",
		rootFile: "root_rsa_2020.cer", ncaFile: "nca_rsa_2022.cer",
		rootList: "rsa2020.crl", ncaList: "nca_rsa_2022.crl", deltaList: "nca_d_rsa_2022.crl",
		authFile: "AUTH_RSA256", file: "RSA256",
	},
}

// String returns the name of the keys' algorithm, such as "gost2015-512".
func (h Hierarchy) String() string {
	if g, ok := generations[h]; ok {
		return g.name
	}
	return fmt.Sprintf("Hierarchy(%d)", uint8(h))
}

func gostKey(a gost.Algorithm) func(io.Reader) (crypto.Signer, error) {
	return func(random io.Reader) (crypto.Signer, error) {
		key, err := gost.GenerateKey(a, random)
		if err != nil {
			return nil, err
		}
		return key, nil
	}
}

// rsaBits is the length of all RSA keys. The national authorities have 4,096, which take seconds to make.
const rsaBits = 2048

func rsaKey(random io.Reader) (crypto.Signer, error) {
	if random != nil {
		return seededRSA(random), nil
	}
	return rsa.GenerateKey(rand.Reader, rsaBits)
}

// name returns the name of an authority, in the order of its generation.
func (g generation) caName(commonName string) []byte {
	cn, c := mint.Attribute{Type: oid.CommonName, Value: commonName}, mint.Attribute{Type: oid.Country, Value: "KZ"}
	if g.paired {
		return mint.Name(c, cn)
	}
	return mint.Name(cn, c)
}

const (
	cpsRoot = "http://root.gov.kz/cps"
	cpsNCA  = "http://pki.gov.kz/cps"

	policyRoot     cert.OID = "1.2.398.3.1.2"
	policyNCA2018  cert.OID = "1.2.398.3.3.1.1"
	policyNational cert.OID = "1.2.398.3.3.2"
)
