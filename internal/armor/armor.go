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

// sequence is the first octet of every DER or BER structure that is read here. It is also the character 0, with
// which the Base64 of none of them begins.
const sequence = 0x30

// begin starts every PEM block.
var begin = []byte("-----BEGIN ")

// Decode returns the binary form of b. PEM must be one block without headers under one of the labels (any label if
// none are given), with nothing but white space around it. Base64 may be broken into lines and may lack its
// padding. Binary input comes back as it is, not copied.
func Decode(b []byte, labels ...string) ([]byte, Encoding, error) {
	text := trim(b)
	switch {
	case len(text) == 0:
		return nil, Binary, ErrEmpty
	case b[0] == sequence:
		return b, Binary, nil
	case bytes.HasPrefix(text, begin):
		out, err := decodePEM(text, labels)
		return out, PEM, err
	}
	out, err := decodeBase64(text)
	return out, Base64, err
}

// trim takes off white space and a UTF-8 byte order mark.
func trim(b []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(b), []byte("\xef\xbb\xbf")))
}

// decodePEM counts the blocks by itself, because [pem.Decode] passes over a damaged one in silence.
func decodePEM(text []byte, labels []string) ([]byte, error) {
	if bytes.Count(text, begin) > 1 {
		return nil, ErrSeveral
	}
	block, rest := pem.Decode(text)
	switch {
	case block == nil:
		return nil, ErrForm
	case !wanted(block, labels):
		return nil, ErrLabel
	case !plain(block) || len(bytes.TrimSpace(rest)) > 0:
		return nil, ErrForm
	}
	return block.Bytes, nil
}

func wanted(block *pem.Block, labels []string) bool {
	return len(labels) == 0 || slices.Contains(labels, block.Type)
}

// plain reports whether a block has contents and no headers (RFC 7468, Section 2).
func plain(block *pem.Block) bool { return len(block.Bytes) > 0 && len(block.Headers) == 0 }

func decodeBase64(text []byte) ([]byte, error) {
	if _, data, found := bytes.Cut(text, []byte(";base64,")); found && bytes.HasPrefix(text, []byte("data:")) {
		text = data
	}
	text = removeSpace(text)
	encoding := base64.RawStdEncoding.Strict()
	if bytes.HasSuffix(text, []byte("=")) {
		encoding = base64.StdEncoding.Strict()
	}
	out := make([]byte, encoding.DecodedLen(len(text)))
	n, err := encoding.Decode(out, text)
	if err != nil || n == 0 {
		return nil, ErrForm
	}
	return out[:n], nil
}

func removeSpace(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case '\r', '\n', '\t', ' ':
		default:
			out = append(out, c)
		}
	}
	return out
}

// DecodeAll returns every block of a file that may hold several: the PEM blocks under the labels, those of other
// kinds and text between them skipped; or the one object of a binary or Base64 file. A damaged block is an error,
// whatever its kind: a list of certificates must not get shorter in silence.
func DecodeAll(b []byte, labels ...string) ([][]byte, error) {
	text := trim(b)
	left := bytes.Count(text, begin)
	if left == 0 || b[0] == sequence {
		one, _, err := Decode(b, labels...)
		if err != nil {
			return nil, err
		}
		return [][]byte{one}, nil
	}
	var all [][]byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		left--
		if !wanted(block, labels) {
			continue
		}
		if !plain(block) {
			return nil, ErrForm
		}
		all = append(all, block.Bytes)
	}
	switch {
	case left > 0:
		return nil, ErrForm
	case len(all) == 0:
		return nil, ErrLabel
	}
	return all, nil
}
