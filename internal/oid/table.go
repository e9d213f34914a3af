package oid

// GOST algorithms of the national PKI (arc 1.2.398.3.10.1).
const (
	KZ2015Key512       OID = "1.2.398.3.10.1.1.2.2"   // GOST R 34.10-2015 public key, 512 bit
	KZ2015Params512A   OID = "1.2.398.3.10.1.1.2.2.1" // its curve: id-tc26-gost-3410-12-512-paramSetA
	KZ2015Signature512 OID = "1.2.398.3.10.1.1.2.3.2" // signature with Streebog-512
	KZ2015Key256       OID = "1.2.398.3.10.1.1.2.1"   // GOST R 34.10-2015 public key, 256 bit
	KZ2015Params256A   OID = "1.2.398.3.10.1.1.2.1.1" // its curve: id-tc26-gost-3410-2012-256-paramSetA
	KZ2015Signature256 OID = "1.2.398.3.10.1.1.2.3.1" // signature with Streebog-256
	KZ2004Key          OID = "1.2.398.3.10.1.1.1.1"   // GOST 34.310-2004 public key
	KZ2004ParamsA      OID = "1.2.398.3.10.1.1.1.1.1" // its curve: id-GostR3410-2001-CryptoPro-A
	KZ2004Signature    OID = "1.2.398.3.10.1.1.1.2"   // signature with GOST 34.311-95
	KZStreebog512      OID = "1.2.398.3.10.1.3.3"     // hash GOST R 34.11-2015, 512 bit
	KZStreebog256      OID = "1.2.398.3.10.1.3.2"     // hash GOST R 34.11-2015, 256 bit
	KZGOST34311        OID = "1.2.398.3.10.1.3.1"     // hash GOST 34.311-95
	KZGOST34311Params  OID = "1.2.398.3.10.1.3.1.1.0" // its S-box: id-GostR3411-94-TestParamSet
	RUKey512           OID = "1.2.643.7.1.1.1.2"      // id-tc26-gost3410-12-512 (RFC 9215)
	RUKey256           OID = "1.2.643.7.1.1.1.1"      // id-tc26-gost3410-12-256
	RUParams512A       OID = "1.2.643.7.1.2.1.2.1"    // id-tc26-gost-3410-12-512-paramSetA
	RUParams256A       OID = "1.2.643.7.1.2.1.1.1"    // id-tc26-gost-3410-2012-256-paramSetA
	RUParamsCryptoProA OID = "1.2.643.2.2.35.1"       // id-GostR3410-2001-CryptoPro-A-ParamSet
	RUSignature512     OID = "1.2.643.7.1.1.3.3"      // id-tc26-signwithdigest-gost3410-12-512
	RUSignature256     OID = "1.2.643.7.1.1.3.2"      // id-tc26-signwithdigest-gost3410-12-256
	RUStreebog512      OID = "1.2.643.7.1.1.2.3"      // id-tc26-gost3411-12-512
	RUStreebog256      OID = "1.2.643.7.1.1.2.2"      // id-tc26-gost3411-12-256
)

// Algorithms of the wider world.
const (
	RSAEncryption   OID = "1.2.840.113549.1.1.1"
	MD5WithRSA      OID = "1.2.840.113549.1.1.4"
	SHA1WithRSA     OID = "1.2.840.113549.1.1.5"
	MGF1            OID = "1.2.840.113549.1.1.8"
	RSASSAPSS       OID = "1.2.840.113549.1.1.10"
	SHA256WithRSA   OID = "1.2.840.113549.1.1.11"
	SHA384WithRSA   OID = "1.2.840.113549.1.1.12"
	SHA512WithRSA   OID = "1.2.840.113549.1.1.13"
	ECPublicKey     OID = "1.2.840.10045.2.1"
	P256            OID = "1.2.840.10045.3.1.7"
	P384            OID = "1.3.132.0.34"
	P521            OID = "1.3.132.0.35"
	ECDSAWithSHA1   OID = "1.2.840.10045.4.1"
	ECDSAWithSHA256 OID = "1.2.840.10045.4.3.2"
	ECDSAWithSHA384 OID = "1.2.840.10045.4.3.3"
	ECDSAWithSHA512 OID = "1.2.840.10045.4.3.4"
	Ed25519         OID = "1.3.101.112"
	MD5             OID = "1.2.840.113549.2.5"
	SHA1            OID = "1.3.14.3.2.26"
	SHA224          OID = "2.16.840.1.101.3.4.2.4"
	SHA256          OID = "2.16.840.1.101.3.4.2.1"
	SHA384          OID = "2.16.840.1.101.3.4.2.2"
	SHA512          OID = "2.16.840.1.101.3.4.2.3"
)

// Attribute types of names (X.520, RFC 4519).
const (
	CommonName         OID = "2.5.4.3"
	Surname            OID = "2.5.4.4"
	SerialNumber       OID = "2.5.4.5"
	Country            OID = "2.5.4.6"
	Locality           OID = "2.5.4.7"
	Province           OID = "2.5.4.8"
	Street             OID = "2.5.4.9"
	Organization       OID = "2.5.4.10"
	OrganizationalUnit OID = "2.5.4.11"
	Title              OID = "2.5.4.12"
	BusinessCategory   OID = "2.5.4.15"
	PostalCode         OID = "2.5.4.17"
	GivenName          OID = "2.5.4.42"
	Initials           OID = "2.5.4.43"
	Generation         OID = "2.5.4.44"
	DNQualifier        OID = "2.5.4.46"
	Pseudonym          OID = "2.5.4.65"
	EmailAddress       OID = "1.2.840.113549.1.9.1"
	UserID             OID = "0.9.2342.19200300.100.1.1"
	DomainComponent    OID = "0.9.2342.19200300.100.1.25"
)

// Certificate extensions (RFC 5280, Section 4.2) and access methods.
const (
	SubjectKeyIdentifier   OID = "2.5.29.14"
	KeyUsage               OID = "2.5.29.15"
	SubjectAltName         OID = "2.5.29.17"
	IssuerAltName          OID = "2.5.29.18"
	BasicConstraints       OID = "2.5.29.19"
	NameConstraints        OID = "2.5.29.30"
	CRLDistributionPoints  OID = "2.5.29.31"
	CertificatePolicies    OID = "2.5.29.32"
	AnyPolicy              OID = "2.5.29.32.0"
	PolicyMappings         OID = "2.5.29.33"
	AuthorityKeyIdentifier OID = "2.5.29.35"
	PolicyConstraints      OID = "2.5.29.36"
	ExtKeyUsage            OID = "2.5.29.37"
	AnyExtKeyUsage         OID = "2.5.29.37.0"
	FreshestCRL            OID = "2.5.29.46"
	InhibitAnyPolicy       OID = "2.5.29.54"
	AuthorityInfoAccess    OID = "1.3.6.1.5.5.7.1.1"
	AccessOCSP             OID = "1.3.6.1.5.5.7.48.1"
	AccessCAIssuers        OID = "1.3.6.1.5.5.7.48.2"
	OCSPNoCheck            OID = "1.3.6.1.5.5.7.48.1.5"
	KeyStorage             OID = "1.2.398.3.3.5" // national: where the private key lives
)

// Extensions of revocation lists and their entries (RFC 5280, Sections 5.2 and 5.3).
const (
	CRLNumber                OID = "2.5.29.20"
	ReasonCode               OID = "2.5.29.21"
	InvalidityDate           OID = "2.5.29.24"
	DeltaCRLIndicator        OID = "2.5.29.27"
	IssuingDistributionPoint OID = "2.5.29.28"
	CertificateIssuer        OID = "2.5.29.29"
)

// OCSP (RFC 6960, Section 4.4).
const (
	OCSPBasic          OID = "1.3.6.1.5.5.7.48.1.1"
	OCSPNonce          OID = "1.3.6.1.5.5.7.48.1.2"
	OCSPListReference  OID = "1.3.6.1.5.5.7.48.1.3"
	OCSPArchiveCutoff  OID = "1.3.6.1.5.5.7.48.1.6"
	OCSPExtendedRevoke OID = "1.3.6.1.5.5.7.48.1.9"
)

// Extended key usages (RFC 5280, Section 4.2.1.12; national roles).
const (
	ServerAuth      OID = "1.3.6.1.5.5.7.3.1"
	ClientAuth      OID = "1.3.6.1.5.5.7.3.2"
	CodeSigning     OID = "1.3.6.1.5.5.7.3.3"
	EmailProtection OID = "1.3.6.1.5.5.7.3.4"
	TimeStamping    OID = "1.3.6.1.5.5.7.3.8"
	OCSPSigning     OID = "1.3.6.1.5.5.7.3.9"
)

// CMS and its attributes (RFC 5652, RFC 5035, RFC 5126).
const (
	Data                 OID = "1.2.840.113549.1.7.1"
	SignedData           OID = "1.2.840.113549.1.7.2"
	EnvelopedData        OID = "1.2.840.113549.1.7.3"
	EncryptedData        OID = "1.2.840.113549.1.7.6"
	AttrContentType      OID = "1.2.840.113549.1.9.3"
	AttrMessageDigest    OID = "1.2.840.113549.1.9.4"
	AttrSigningTime      OID = "1.2.840.113549.1.9.5"
	AttrCounterSignature OID = "1.2.840.113549.1.9.6"
	AttrSigningCert      OID = "1.2.840.113549.1.9.16.2.12"
	AttrTimeStampToken   OID = "1.2.840.113549.1.9.16.2.14"
	AttrSigningCertV2    OID = "1.2.840.113549.1.9.16.2.47"
	TSTInfo              OID = "1.2.840.113549.1.9.16.1.4"
	RevocationInfoOCSP   OID = "1.3.6.1.5.5.7.16.2" // id-ri-ocsp-response (RFC 5940)
)

// byContent finds the known identifiers by their DER content octets, so that reading one allocates nothing.
var byContent = index(
	KZ2015Key512, KZ2015Params512A, KZ2015Signature512, KZ2015Key256, KZ2015Params256A, KZ2015Signature256,
	KZ2004Key, KZ2004ParamsA, KZ2004Signature, KZStreebog512, KZStreebog256, KZGOST34311, KZGOST34311Params,
	RSAEncryption, SHA256WithRSA, SHA256, SHA1,
	CommonName, Surname, SerialNumber, Country, Locality, Province, Organization, OrganizationalUnit, GivenName,
	BusinessCategory, UserID, DomainComponent, EmailAddress,
	SubjectKeyIdentifier, KeyUsage, SubjectAltName, BasicConstraints, CRLDistributionPoints, CertificatePolicies,
	AuthorityKeyIdentifier, ExtKeyUsage, FreshestCRL, AuthorityInfoAccess, AccessOCSP, AccessCAIssuers, KeyStorage,
	ClientAuth, EmailProtection, TimeStamping, OCSPSigning,
	"1.2.398.3.3.4.1.1", "1.2.398.3.3.4.1.2", "1.2.398.3.3.4.1.2.1", "1.2.398.3.3.4.1.2.2", "1.2.398.3.3.4.1.2.5",
	"1.2.398.3.3.2", "1.2.398.3.3.5.1.1", "1.3.6.1.5.5.7.2.1",
	Data, SignedData, AttrContentType, AttrMessageDigest, AttrSigningTime, AttrSigningCertV2, AttrTimeStampToken,
)

func index(oids ...OID) map[string]OID {
	m := make(map[string]OID, len(oids))
	for _, o := range oids {
		m[string(o.Content())] = o
	}
	return m
}
