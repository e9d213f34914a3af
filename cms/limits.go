package cms

import "github.com/qoltanba/eds/verdict"

// Limits of what is read. All errors that come of them wrap [verdict.LimitExceeded].
const (
	MaxSize         = 32 << 20 // octets of a message in binary form
	MaxSigners      = 16
	MaxCertificates = 64 // in the message, those that cannot be read among them

	maxRevocationInfos  = 256 // CRLs and OCSP responses in the message
	maxDigestAlgorithms = 64
	maxAttributes       = 64 // of one signer, signed or unsigned
	maxValues           = 64 // of one attribute
	maxKeys             = 8  // that one signature is tried with
)

// maxText bounds PEM and Base64: four characters for three octets, and generous line breaks.
const maxText = 2 * MaxSize

func malformed(format string, args ...any) error {
	return verdict.New(verdict.Malformed, "cms: "+format, args...)
}

func tooMany(limit int, of string) error {
	return verdict.New(verdict.LimitExceeded, "cms: more than %d %s", limit, of)
}

func tooLarge(size, limit int) error {
	return verdict.New(verdict.LimitExceeded, "cms: %d octets, at most %d are read", size, limit)
}
