package cert

import "strconv"

// RevocationStatus is what an OCSP response or a revocation list says of a certificate. The zero value says nothing:
// an answer that nobody gave is not good.
type RevocationStatus uint8

// The statuses (RFC 6960, Section 2.2). A list knows good and revoked alone.
const (
	StatusUnavailable RevocationStatus = iota // no answer
	StatusGood                                // not revoked
	StatusRevoked                             // revoked, or on hold, or never issued
	StatusUnknown                             // the responder does not know the certificate
)

// String returns "unavailable", "good", "revoked" or "unknown".
func (s RevocationStatus) String() string {
	switch s {
	case StatusGood:
		return "good"
	case StatusRevoked:
		return "revoked"
	case StatusUnknown:
		return "unknown"
	}
	return "unavailable"
}

// RevocationReason is the reason of a revocation, with the numbers of CRLReason (RFC 5280, Section 5.3.1).
type RevocationReason uint8

// The reasons. A revocation that gives none is Unspecified, which is how RFC 5280 wants the absent reason read.
const (
	Unspecified          RevocationReason = 0
	KeyCompromise        RevocationReason = 1
	CACompromise         RevocationReason = 2
	AffiliationChanged   RevocationReason = 3
	Superseded           RevocationReason = 4
	CessationOfOperation RevocationReason = 5
	CertificateHold      RevocationReason = 6
	RemoveFromCRL        RevocationReason = 8 // in delta lists alone
	PrivilegeWithdrawn   RevocationReason = 9
	AACompromise         RevocationReason = 10
)

var revocationReasons = [...]string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation",
	"certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

// Known reports whether the number is one that the standard gives a name.
func (r RevocationReason) Known() bool {
	return int(r) < len(revocationReasons) && revocationReasons[r] != ""
}

// String returns the standard's name, such as "keyCompromise", or the bare number where there is none.
func (r RevocationReason) String() string {
	if r.Known() {
		return revocationReasons[r]
	}
	return strconv.Itoa(int(r))
}

// ReadDistributionPointName reads the contents of a DistributionPointName (RFC 5280, Section 4.2.1.13), which the
// distribution points of certificates and the issuing distribution point of a revocation list share, into FullName
// or RelativeName of out.
func ReadDistributionPointName(content []byte, out *DistributionPoint) bool {
	return readDistributionPointName(content, out)
}
