// Package armor takes off the text forms in which certificates, messages and key stores travel: PEM under any
// label of the field, Base64 with or without line breaks, data URIs.
package armor

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"slices"
)

// Encoding is the outer form of an input.
type Encoding string

// Encodings that [Decode] tells apart. Whether binary input is DER or needs BER shows only when it is parsed.
const (
	Binary Encoding = "binary"
	PEM    Encoding = "pem"
	Base64 Encoding = "base64"
)

// Errors of [Decode]. ErrLabel is wrapped nowhere: the label is for the caller's message.
var (
	ErrEmpty   = errors.New("armor: empty input")
	ErrForm    = errors.New("armor: neither DER, PEM nor Base64")
	ErrLabel   = errors.New("armor: PEM block of another kind")
	ErrSeveral = errors.New("armor: more than one PEM block")
)

// PEM labels in use.
var (
	LabelsCMS         = []string{"CMS", "PKCS7", "PKCS #7 SIGNED DATA"}
	LabelsCertificate = []string{"CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"}
	LabelsCRL         = []string{"X509 CRL"}
	LabelsPublicKey   = []string{"PUBLIC KEY"}
	LabelsPKCS12      = []string{"PKCS12"}
)

// sequence is the first octet of every DER or BER structure that is read here.
const sequence = 0x30

// Decode returns the binary form of b. PEM must be one block under one of the labels (any label if none are
// given), with nothing but white space around it. Base64 may be broken into lines and may lack its padding.
// Binary input comes back as it is, not copied.
func Decode(b []byte, labels ...string) ([]byte, Encoding, error) {
	text := trim(b)
	switch {
	case len(text) == 0 && len(b) == 0:
		return nil, Binary, ErrEmpty
	case b[0] == sequence && !allBase64(text):
		return b, Binary, nil
	case bytes.HasPrefix(text, []byte("-----BEGIN ")):
		return decodePEM(text, labels)
	}
	out, err := decodeBase64(text)
	return out, Base64, err
}

// trim takes off white space and a UTF-8 byte order mark.
func trim(b []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(b), []byte("\xef\xbb\xbf")))
}

func decodePEM(text []byte, labels []string) ([]byte, Encoding, error) {
	block, rest := pem.Decode(text)
	if block == nil || len(block.Headers) > 0 {
		return nil, PEM, ErrForm
	}
	if len(labels) > 0 && !slices.Contains(labels, block.Type) {
		return nil, PEM, ErrLabel
	}
	if len(bytes.TrimSpace(rest)) > 0 {
		return nil, PEM, ErrSeveral
	}
	return block.Bytes, PEM, nil
}

func decodeBase64(text []byte) ([]byte, error) {
	if _, data, found := bytes.Cut(text, []byte(";base64,")); found && bytes.HasPrefix(text, []byte("data:")) {
		text = data
	}
	if !allBase64(text) {
		return nil, ErrForm
	}
	text = bytes.TrimRight(removeSpace(text), "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(text)))
	n, err := base64.RawStdEncoding.Strict().Decode(out, text)
	if err != nil || n == 0 {
		return nil, ErrForm
	}
	return out[:n], nil
}

// allBase64 reports whether text holds nothing but the Base64 alphabet, padding at its end, and white space.
func allBase64(text []byte) bool {
	for _, c := range bytes.TrimRight(text, "=\r\n\t ") {
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == '+', c == '/':
		case c == '\r', c == '\n', c == '\t', c == ' ':
		default:
			return false
		}
	}
	return true
}

func removeSpace(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		if c > ' ' {
			out = append(out, c)
		}
	}
	return out
}

// DecodeAll returns every block of a file that may hold several: the PEM blocks under the labels, others
// skipped; or the one object of a binary or Base64 file.
func DecodeAll(b []byte, labels ...string) ([][]byte, error) {
	text := trim(b)
	if !bytes.Contains(text, []byte("-----BEGIN ")) {
		one, _, err := Decode(b, labels...)
		if err != nil {
			return nil, err
		}
		return [][]byte{one}, nil
	}
	var all [][]byte
	for len(text) > 0 {
		block, rest := pem.Decode(text)
		if block == nil {
			break
		}
		if len(labels) == 0 || slices.Contains(labels, block.Type) {
			all = append(all, block.Bytes)
		}
		text = rest
	}
	if len(all) == 0 {
		return nil, ErrLabel
	}
	return all, nil
}
