package ncalayer

import (
	"encoding/base64"
	"encoding/json"
)

// Format is what kind of signature is asked for.
type Format string

// The formats of Basics.
const (
	FormatCMS Format = "cms"
	FormatXML Format = "xml" // XMLDSig, enveloped
	FormatRaw Format = "raw" // the bare signature
)

// SignArgs are the arguments of [MethodSign]. [Attached] and [Detached] make the usual ones.
type SignArgs struct {
	AllowedStorages []string // nil: all
	Format          Format
	Data            Data
	SigningParams   SigningParams
	SignerParams    SignerParams
	Locale          string // "kk", "ru"; "": the program's own
	Logo            string // Base64 of an image that the dialog shows: chosen by the page, so it proves nothing
}

// Data are the documents to sign, as they travel: Base64 if SigningParams.Decode, else text.
type Data struct {
	Items   []string
	Several bool // they travel as a list, even a single one; versions before 1.4 know no lists
}

// SigningParams say how to sign.
type SigningParams struct {
	Decode       bool // data is Base64 of what to sign; else the text itself is signed, Base64 or not
	Encapsulate  bool // the document stands in the CMS
	Digested     bool // data is the digest of the document
	Timestamp    bool // tsaProfile is there: ask the national service for a time stamp
	OutputCert   bool // reply with the certificate, too
	AllowExpired bool // for tests
	AllowRevoked bool // for tests
}

// SignerParams say which keys the person may choose.
type SignerParams struct {
	ExtKeyUsageOIDs []string // the certificate must have all of them
	IIN, BIN        string   // "": any
	SerialNumber    string   // hexadecimal; "": any
	// Chain is nil for keys of the national authority alone, empty for any key, as test keys need, or the certificates
	// of the authorities wanted, as PEM texts.
	Chain []string
}

// Attached asks to sign contents, each inside its message. It is what a login needs.
func Attached(contents ...[]byte) SignArgs {
	a := SignArgs{Format: FormatCMS, SigningParams: SigningParams{Decode: true, Encapsulate: true}}
	a.Data.Several = len(contents) != 1
	for _, c := range contents {
		a.Data.Items = append(a.Data.Items, base64.StdEncoding.EncodeToString(c))
	}
	return a
}

// Detached asks to sign contents without putting them into the messages.
func Detached(contents ...[]byte) SignArgs {
	a := Attached(contents...)
	a.SigningParams.Encapsulate = false
	return a
}

// Request makes the message that carries the arguments.
func (a SignArgs) Request() (Request, error) {
	args, err := encode(a.wire())
	if err != nil {
		return Request{}, err
	}
	return Request{Module: Basics, Method: MethodSign, Args: args}, nil
}

// DecodeSignArgs reads the arguments of [MethodSign]: booleans as such or as strings, data as a string or a list.
// What is absent has the value that NCALayer documents: decode and digested false, encapsulate true, any storage.
// Only data must be there.
func DecodeSignArgs(raw json.RawMessage) (SignArgs, error) {
	a := SignArgs{SigningParams: SigningParams{Encapsulate: true}}
	o := readObject(raw, "arguments of sign")
	o.list("allowedStorages", &a.AllowedStorages)
	o.text("format", (*string)(&a.Format))
	o.text("locale", &a.Locale)
	o.value("logo", &a.Logo, "a string")
	o.data(&a.Data)
	signing := o.object("signingParams")
	a.SigningParams.read(signing)
	signer := o.object("signerParams")
	a.SignerParams.read(signer)
	for _, err := range []error{o.err, signing.err, signer.err} {
		if err != nil {
			return SignArgs{}, err
		}
	}
	if len(a.Logo) > MaxLogo {
		return SignArgs{}, tooMuch("logo of %d characters, at most %d are read", len(a.Logo), MaxLogo)
	}
	return a, nil
}

func (o *object) data(out *Data) {
	var one string
	switch raw := o.fields["data"]; {
	case o.err != nil:
	case !o.has("data"):
		o.fail("data", "there")
	case raw[0] == '[':
		out.Several = true
		o.list("data", &out.Items)
	default:
		o.value("data", &one, "a string or a list of strings")
		out.Items = []string{one}
	}
}

func (p *SigningParams) read(o *object) {
	o.flag("decode", &p.Decode)
	o.flag("encapsulate", &p.Encapsulate)
	o.flag("digested", &p.Digested)
	o.flag("outputCert", &p.OutputCert)
	o.flag("allowExpired", &p.AllowExpired)
	o.flag("allowRevoked", &p.AllowRevoked)
	p.Timestamp = o.has("tsaProfile")
}

func (p *SignerParams) read(o *object) {
	o.list("extKeyUsageOids", &p.ExtKeyUsageOIDs)
	o.text("iin", &p.IIN)
	o.text("bin", &p.BIN)
	o.text("serialNumber", &p.SerialNumber)
	o.list("chain", &p.Chain)
}

// The form in which arguments are sent. What has no agreed default is always there.
type wireSignArgs struct {
	AllowedStorages []string   `json:"allowedStorages,omitempty"` // the meaning of an empty list is unknown
	Format          Format     `json:"format"`
	Data            any        `json:"data"`
	SigningParams   any        `json:"signingParams"`
	SignerParams    wireSigner `json:"signerParams"`
	Locale          string     `json:"locale,omitempty"`
	Logo            string     `json:"logo,omitempty"`
}

type wireSigning struct {
	Decode       bool      `json:"decode"`
	Encapsulate  bool      `json:"encapsulate"`
	Digested     bool      `json:"digested"`
	TSAProfile   *struct{} `json:"tsaProfile,omitempty"`
	OutputCert   bool      `json:"outputCert,omitempty"`
	AllowExpired bool      `json:"allowExpired,omitempty"`
	AllowRevoked bool      `json:"allowRevoked,omitempty"`
}

type wireSigner struct {
	ExtKeyUsageOIDs []string `json:"extKeyUsageOids"`
	IIN             string   `json:"iin"`
	BIN             string   `json:"bin"`
	SerialNumber    string   `json:"serialNumber"`
	Chain           []string `json:"chain"`
}

func (a SignArgs) wire() wireSignArgs {
	w := wireSignArgs{
		AllowedStorages: a.AllowedStorages, Format: a.Format, Data: a.Data.wire(), SigningParams: a.SigningParams.wire(),
		SignerParams: wireSigner(a.SignerParams), Locale: a.Locale, Logo: a.Logo,
	}
	if w.SignerParams.ExtKeyUsageOIDs == nil {
		w.SignerParams.ExtKeyUsageOIDs = []string{}
	}
	if a.Format == FormatXML {
		w.SigningParams = struct{}{}
	}
	return w
}

func (d Data) wire() any {
	if len(d.Items) == 1 && !d.Several {
		return d.Items[0]
	}
	return append([]string{}, d.Items...)
}

func (p SigningParams) wire() wireSigning {
	w := wireSigning{
		Decode: p.Decode, Encapsulate: p.Encapsulate, Digested: p.Digested,
		OutputCert: p.OutputCert, AllowExpired: p.AllowExpired, AllowRevoked: p.AllowRevoked,
	}
	if p.Timestamp {
		w.TSAProfile = &struct{}{}
	}
	return w
}
