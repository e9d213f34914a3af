package main

import (
	"encoding/hex"
	"math/big"
	"strconv"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/ocsp"
)

// An inspectedList is a revocation list as it stands.
type inspectedList struct {
	inspectHead
	Version            int      `json:"version"`
	Issuer             string   `json:"issuer"`
	Number             string   `json:"number"` // decimal
	Delta              bool     `json:"delta"`
	BaseNumber         string   `json:"base_number"` // of the list that a delta builds on
	ThisUpdate         string   `json:"this_update"`
	NextUpdate         string   `json:"next_update"`
	Entries            int      `json:"entries"`
	Scope              []string `json:"scope"`               // what it leaves out, empty if nothing
	DistributionPoints []string `json:"distribution_points"` // whose list it is, if it says so
	DigestAlgorithm    string   `json:"digest_algorithm"`
	SignatureAlgorithm cert.OID `json:"signature_algorithm"`
}

func (a *app) inspectList(h inspectHead, raw []byte) (answer, error) {
	l, err := crl.Parse(raw)
	if err != nil {
		return nil, err
	}
	return inspectedList{
		inspectHead:        h,
		Version:            l.Version,
		Issuer:             a.name(l.Issuer),
		Number:             decimal(l.Number),
		Delta:              l.IsDelta(),
		BaseNumber:         decimal(l.BaseNumber),
		ThisUpdate:         stamp(l.ThisUpdate),
		NextUpdate:         stamp(l.NextUpdate),
		Entries:            l.Len(),
		Scope:              scopeOf(l),
		DistributionPoints: pointsOf(l),
		DigestAlgorithm:    digestOf(l.SignatureAlgorithm),
		SignatureAlgorithm: l.SignatureAlgorithm.Algorithm,
	}, nil
}

func decimal(n *big.Int) string {
	if n == nil {
		return ""
	}
	return n.String()
}

// scopeOf lists the restrictions of a list, in the words of RFC 5280, Section 5.2.5.
func scopeOf(l *crl.List) []string {
	words := []string{}
	if l.Scope == nil {
		return words
	}
	for _, restriction := range []struct {
		word string
		has  bool
	}{
		{"onlyContainsUserCerts", l.Scope.OnlyUserCerts},
		{"onlyContainsCACerts", l.Scope.OnlyCACerts},
		{"onlyContainsAttributeCerts", l.Scope.OnlyAttributeCerts},
		{"onlySomeReasons", l.Scope.HasReasons},
		{"indirectCRL", l.Scope.Indirect},
	} {
		if restriction.has {
			words = append(words, restriction.word)
		}
	}
	return words
}

func pointsOf(l *crl.List) []string {
	if l.Scope == nil {
		return []string{}
	}
	return list(cert.DistributionPoint{FullName: l.Scope.FullName}.URIs(), func(s string) string { return s })
}

// digestOf is the hash function of a signature algorithm, "" if it is unknown or has none.
func digestOf(a cert.AlgorithmIdentifier) string {
	algorithm, err := cert.ParseSignatureAlgorithm(a, 0)
	if err != nil || algorithm.Digest() == 0 {
		return ""
	}
	return algorithm.Digest().String()
}

func (inspectedList) status() status { return statusGood }

func (o inspectedList) show(p *page) {
	o.begin(p)
	if o.Delta {
		p.row("hint", p.words.text("hint.delta"))
	}
	p.row("issuer", o.Issuer)
	p.row("number", o.Number)
	p.row("base_number", o.BaseNumber)
	p.row("this_update", moment(o.ThisUpdate))
	p.row("next_update", moment(o.NextUpdate))
	p.row("entries", strconv.Itoa(o.Entries))
	p.listed("scope", o.Scope)
	p.listed("distribution_points", o.DistributionPoints)
	p.row("digest", o.DigestAlgorithm)
	p.row("signature", string(o.SignatureAlgorithm))
	o.end(p)
}

// An inspectedResponse is an OCSP response as it stands. One that reports an error has its status and nothing else.
type inspectedResponse struct {
	inspectHead
	Status             string              `json:"status"`    // successful, tryLater …
	Responder          string              `json:"responder"` // by name,
	ResponderKeyHash   string              `json:"responder_key_hash"`
	ProducedAt         string              `json:"produced_at"`
	Nonce              string              `json:"nonce"` // as --ocsp-nonce takes it
	DigestAlgorithm    string              `json:"digest_algorithm"`
	SignatureAlgorithm cert.OID            `json:"signature_algorithm"`
	Responses          []inspectedSingle   `json:"responses"`
	Certificates       []certificateObject `json:"certificates"`
}

// An inspectedSingle is what a response says of one certificate.
type inspectedSingle struct {
	Serial         string `json:"serial"`
	HashAlgorithm  string `json:"hash_algorithm"`
	IssuerNameHash string `json:"issuer_name_hash"`
	IssuerKeyHash  string `json:"issuer_key_hash"`
	Status         string `json:"status"` // good, revoked or unknown
	Time           string `json:"time"`   // since when it is revoked
	Reason         string `json:"reason"`
	ThisUpdate     string `json:"this_update"`
	NextUpdate     string `json:"next_update"`
}

func (a *app) inspectResponse(h inspectHead, raw []byte) (answer, error) {
	r, err := ocsp.ParseResponse(raw)
	if err != nil {
		return nil, err
	}
	o := inspectedResponse{
		inspectHead:        h,
		Status:             r.Status.String(),
		ResponderKeyHash:   hex.EncodeToString(r.ResponderKey),
		ProducedAt:         stamp(r.ProducedAt),
		Nonce:              hex.EncodeToString(r.Nonce),
		DigestAlgorithm:    digestOf(r.SignatureAlgorithm),
		SignatureAlgorithm: r.SignatureAlgorithm.Algorithm,
		Responses:          list(r.Responses, inspectSingle),
		Certificates:       list(r.Certificates, a.certificateObject),
	}
	if r.ResponderName != nil {
		o.Responder = a.name(*r.ResponderName)
	}
	return o, nil
}

func inspectSingle(s ocsp.SingleResponse) inspectedSingle {
	o := inspectedSingle{
		Serial:         s.CertID.SerialNumber(),
		HashAlgorithm:  string(s.CertID.Hash.Algorithm),
		IssuerNameHash: hex.EncodeToString(s.CertID.IssuerNameHash),
		IssuerKeyHash:  hex.EncodeToString(s.CertID.IssuerKeyHash),
		Status:         s.Status.String(),
		ThisUpdate:     stamp(s.ThisUpdate),
		NextUpdate:     stamp(s.NextUpdate),
	}
	if d, err := cert.ParseDigest(s.CertID.Hash); err == nil {
		o.HashAlgorithm = d.String()
	}
	if s.Status == cert.StatusRevoked {
		o.Time, o.Reason = stamp(s.RevokedAt), s.Reason.String()
	}
	return o
}

func (inspectedResponse) status() status { return statusGood }

func (o inspectedResponse) show(p *page) {
	o.begin(p)
	p.row("status", o.Status)
	p.row("responder", o.Responder)
	p.row("responder_key_hash", o.ResponderKeyHash)
	p.row("produced_at", moment(o.ProducedAt))
	p.row("nonce", o.Nonce)
	p.row("digest", o.DigestAlgorithm)
	p.row("signature", string(o.SignatureAlgorithm))
	for i, s := range o.Responses {
		p.gap()
		p.title(p.words.text("title.single", data{"Number": i + 1, "Of": len(o.Responses)}), 0)
		s.rows(p)
	}
	for i, c := range o.Certificates {
		p.gap()
		p.title(p.words.text("title.certificate", data{"Number": i + 1, "Of": len(o.Certificates)}), 0)
		c.rows(p)
	}
	o.end(p)
}

func (s inspectedSingle) rows(p *page) {
	p.row("serial", s.Serial)
	text := p.words.text("revocation." + s.Status)
	if s.Status == cert.StatusRevoked.String() {
		text += " " + p.words.text("revocation.since", data{"Time": moment(s.Time), "Reason": p.revocationReason(s.Reason)})
	}
	p.row("revocation", text)
	p.row("this_update", moment(s.ThisUpdate))
	p.row("next_update", moment(s.NextUpdate))
	p.row("hash", s.HashAlgorithm)
	p.row("issuer_name_hash", s.IssuerNameHash)
	p.row("issuer_key_hash", s.IssuerKeyHash)
}
