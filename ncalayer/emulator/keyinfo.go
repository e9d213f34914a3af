package emulator

import (
	"encoding/hex"
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ncalayer"
)

// info is what NCALayer tells about a key.
func (k Key) info() ncalayer.KeyInfo {
	c := k.Certificate
	id := hex.EncodeToString(c.SubjectKeyID)
	alias := k.Alias
	setDefault(&alias, id)
	return ncalayer.KeyInfo{
		Alias: alias, KeyID: id, Algorithm: c.PublicKey.Algorithm(),
		SubjectCN: c.Subject.First(oid.CommonName), SubjectDN: distinguishedName(c.Subject),
		IssuerCN: c.Issuer.First(oid.CommonName), IssuerDN: distinguishedName(c.Issuer),
		SerialNumber: c.SerialNumber(), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		AuthorityKeyIdentifier: hex.EncodeToString(c.AuthorityKeyID), PEM: certificatePEM(c),
	}
}

// labels are the names of attributes that NCALayer writes.
var labels = map[cert.OID]string{
	oid.CommonName: "CN", oid.Surname: "SURNAME", oid.SerialNumber: "SERIALNUMBER", oid.Country: "C", oid.GivenName: "G",
	oid.Organization: "O", oid.OrganizationalUnit: "OU", oid.Locality: "L", oid.Province: "ST", oid.EmailAddress: "E",
	oid.UserID: "UID", oid.DomainComponent: "DC", oid.BusinessCategory: "BusinessCategory", oid.Title: "T",
}

// distinguishedName writes a name in the order of the certificate, with the person's number: the page asked for it,
// and the person chose the key.
func distinguishedName(n cert.Name) string {
	var parts []string
	for _, a := range n.Attributes {
		label, ok := labels[a.Type]
		if !ok {
			label = string(a.Type)
		}
		parts = append(parts, label+"="+escape.Replace(a.Value))
	}
	return strings.Join(parts, ",")
}

// escape marks the characters that part a name (RFC 4514, Section 2.4).
var escape = strings.NewReplacer(`\`, `\\`, `,`, `\,`, `+`, `\+`, `"`, `\"`, `<`, `\<`, `>`, `\>`, `;`, `\;`, "\x00", `\00`)
