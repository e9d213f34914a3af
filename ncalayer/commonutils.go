package ncalayer

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Storages by the names of NCALayer. All but files are hardware.
const (
	StoragePKCS12   = "PKCS12"
	StorageJKS      = "JKS"
	StorageKaztoken = "AKKaztokenStore"
	StorageIDCard   = "AKKZIDCardStore"
	StorageEToken   = "AKEToken72KStore"
	StorageEToken5  = "AKEToken5110Store"
	StorageJaCarta  = "AKJaCartaStore"
	StorageAKey     = "AKAKEYStore"
)

// Storages returns the names of all storages.
func Storages() []string {
	return []string{
		StoragePKCS12, StorageJKS, StorageKaztoken, StorageIDCard, StorageEToken, StorageEToken5, StorageJaCarta, StorageAKey,
	}
}

// Key types of CommonUtils. Any other text stands for any key.
const (
	KeyTypeSignature      = "SIGNATURE"
	KeyTypeAuthentication = "AUTHENTICATION"
	KeyTypeAny            = "ANY"
)

// ErrArgument says that arguments do not have the types that a method of CommonUtils declares. The module calls its
// methods by reflection and is as strict as Java: the string "true" is no boolean.
var ErrArgument = errors.New("ncalayer: argument type mismatch")

// CreateCAdES are the arguments of [MethodCreateCAdES].
type CreateCAdES struct {
	Storage string
	KeyType string
	Data    string // Base64 of what to sign
	Attach  bool   // the document stands in the CMS
}

// Request makes the message that carries the arguments.
func (a CreateCAdES) Request() (Request, error) {
	return commonRequest(MethodCreateCAdES, a.Storage, a.KeyType, a.Data, a.Attach)
}

// DecodeCreateCAdES reads the arguments of [MethodCreateCAdES]. The error is [ErrArgument].
func DecodeCreateCAdES(raw json.RawMessage) (CreateCAdES, error) {
	var a CreateCAdES
	err := readArguments(raw, &a.Storage, &a.KeyType, &a.Data, &a.Attach)
	return a, err
}

// DecodeText reads the arguments of a method that takes one string, such as [MethodKeyInfo]. The error is
// [ErrArgument].
func DecodeText(raw json.RawMessage) (string, error) {
	var text string
	err := readArguments(raw, &text)
	return text, err
}

// readArguments reads a list of arguments of exactly the types of into.
func readArguments(raw json.RawMessage, into ...any) error {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || len(list) != len(into) {
		return ErrArgument
	}
	for i, argument := range list {
		if isNull(argument) || json.Unmarshal(argument, into[i]) != nil {
			return ErrArgument
		}
	}
	return nil
}

// commonRequest makes a request to CommonUtils.
func commonRequest(method string, args ...any) (Request, error) {
	r := Request{Module: CommonUtils, Method: method}
	if len(args) == 0 {
		return r, nil
	}
	raw, err := encode(args)
	r.Args = raw
	return r, err
}

// KeyInfo is what [MethodKeyInfo] tells about the key that the person chose. It is public data, which anybody can
// send: it does not show that the person has the key. It holds the person's number, so it prints without it.
type KeyInfo struct {
	Alias, KeyID           string
	Algorithm              string
	SubjectCN, SubjectDN   string
	IssuerCN, IssuerDN     string
	SerialNumber           string    // hexadecimal
	NotBefore, NotAfter    time.Time // zero where the text could not be read
	AuthorityKeyIdentifier string    // hexadecimal
	PEM                    string    // the certificate
}

// String names the key by its serial number.
func (k KeyInfo) String() string { return "key of certificate " + k.SerialNumber }

// GoString is String: %#v shows no more.
func (k KeyInfo) GoString() string { return k.String() }

// DecodeKeyInfo reads the object that [MethodKeyInfo] answers with. Fields that are absent are empty.
func DecodeKeyInfo(raw json.RawMessage) (KeyInfo, error) {
	var k KeyInfo
	var notBefore, notAfter string
	o := readObject(raw, "key")
	for name, out := range k.texts() {
		o.text(name, out)
	}
	o.value("pem", &k.PEM, "a string")
	o.text("certNotBefore", &notBefore)
	o.text("certNotAfter", &notAfter)
	if o.err != nil {
		return KeyInfo{}, o.err
	}
	k.NotBefore, k.NotAfter = parseDate(notBefore), parseDate(notAfter)
	return k, nil
}

// texts maps the names of short fields to where they stand.
func (k *KeyInfo) texts() map[string]*string {
	return map[string]*string{
		"alias": &k.Alias, "keyId": &k.KeyID, "algorithm": &k.Algorithm,
		"subjectCn": &k.SubjectCN, "subjectDn": &k.SubjectDN, "issuerCn": &k.IssuerCN, "issuerDn": &k.IssuerDN,
		"serialNumber": &k.SerialNumber, "authorityKeyIdentifier": &k.AuthorityKeyIdentifier,
	}
}

// Encode writes the object, with dates in milliseconds since 1970 as a string.
func (k KeyInfo) Encode() (json.RawMessage, error) {
	fields := map[string]string{
		"pem": k.PEM, "certNotBefore": formatDate(k.NotBefore), "certNotAfter": formatDate(k.NotAfter),
	}
	for name, value := range k.texts() {
		fields[name] = *value
	}
	return encode(fields)
}

func formatDate(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// parseDate reads milliseconds since 1970, or a text, which tells no time zone and is taken for UTC.
func parseDate(text string) time.Time {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(ms).UTC()
	}
	for _, layout := range []string{"02.01.2006 15:04:05", time.RFC3339, "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
