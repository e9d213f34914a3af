package pkcs12

import "github.com/qoltanba/eds/internal/oid"

// Content types (RFC 5652).
const (
	oidData          oid.OID = "1.2.840.113549.1.7.1"
	oidEncryptedData oid.OID = "1.2.840.113549.1.7.6"
)

// Bags (RFC 7292, Section 4.2), the one kind of certificate in use, and attributes (RFC 2985).
const (
	oidKeyBag          oid.OID = "1.2.840.113549.1.12.10.1.1"
	oidShroudedKeyBag  oid.OID = "1.2.840.113549.1.12.10.1.2"
	oidCertBag         oid.OID = "1.2.840.113549.1.12.10.1.3"
	oidCRLBag          oid.OID = "1.2.840.113549.1.12.10.1.4"
	oidSecretBag       oid.OID = "1.2.840.113549.1.12.10.1.5"
	oidSafeContentsBag oid.OID = "1.2.840.113549.1.12.10.1.6"
	oidX509Certificate oid.OID = "1.2.840.113549.1.9.22.1"
	oidFriendlyName    oid.OID = "1.2.840.113549.1.9.20"
	oidLocalKeyID      oid.OID = "1.2.840.113549.1.9.21"
)

// Password-based encryption of RFC 7292, Appendix C.
const (
	oidPBETripleDES3 oid.OID = "1.2.840.113549.1.12.1.3" // pbeWithSHAAnd3-KeyTripleDES-CBC
	oidPBETripleDES2 oid.OID = "1.2.840.113549.1.12.1.4" // pbeWithSHAAnd2-KeyTripleDES-CBC
	oidPBERC2128     oid.OID = "1.2.840.113549.1.12.1.5" // pbeWithSHAAnd128BitRC2-CBC
	oidPBERC240      oid.OID = "1.2.840.113549.1.12.1.6" // pbewithSHAAnd40BitRC2-CBC
)

// PKCS #5 (RFC 8018) and what it is used with.
const (
	oidPBKDF2     oid.OID = "1.2.840.113549.1.5.12"
	oidPBES2      oid.OID = "1.2.840.113549.1.5.13"
	oidPBMAC1     oid.OID = "1.2.840.113549.1.5.14"
	oidHMACSHA1   oid.OID = "1.2.840.113549.2.7"
	oidHMACSHA224 oid.OID = "1.2.840.113549.2.8"
	oidHMACSHA256 oid.OID = "1.2.840.113549.2.9"
	oidHMACSHA384 oid.OID = "1.2.840.113549.2.10"
	oidHMACSHA512 oid.OID = "1.2.840.113549.2.11"
	oidTripleDES  oid.OID = "1.2.840.113549.3.7" // des-EDE3-CBC
	oidAES128CBC  oid.OID = "2.16.840.1.101.3.4.1.2"
	oidAES192CBC  oid.OID = "2.16.840.1.101.3.4.1.22"
	oidAES256CBC  oid.OID = "2.16.840.1.101.3.4.1.42"
)
