package ncalayer

import (
	"bytes"
	"encoding/json"
)

// The modules of NCALayer that are known here.
const (
	Basics      = "kz.gov.pki.knca.basics"                // the current one
	CommonUtils = "kz.gov.pki.knca.commonUtils"           // the one before, still everywhere
	Applet      = "kz.gov.pki.knca.applet.Applet"         // the oldest, switched off in October 2024
	Kaztoken    = "kz.digiflow.mobile.extensions"         // KAZTOKEN's own, by which clients tell it from NCALayer
	Accessory   = "kz.gov.pki.ncalayerservices.accessory" // NCALayer's own windows
)

// The methods that are known here.
const (
	MethodSign         = "sign"                  // of Basics
	MethodActiveTokens = "getActiveTokens"       // this and the following of CommonUtils
	MethodKeyInfo      = "getKeyInfo"            // the person chooses a key; its public data come back
	MethodCreateCAdES  = "createCAdESFromBase64" // a signature, attached or detached
	MethodChangeLocale = "changeLocale"          // some versions send no reply, and some clients wait for one
	MethodVersion      = "getVersion"            // of Kaztoken
)

// Heartbeat is the text that keeps an idle connection open, in both directions. It is not JSON.
const Heartbeat = "--heartbeat--"

// IsHeartbeat reports whether a message is one.
func IsHeartbeat(message []byte) bool { return string(bytes.TrimSpace(message)) == Heartbeat }

// Request is a message to NCALayer. The old applet is addressed by leaving Module out.
type Request struct {
	Module string          `json:"module,omitempty"`
	Method string          `json:"method,omitempty"`
	Args   json.RawMessage `json:"args,omitempty"` // an object for Basics, a list for CommonUtils
	UUID   string          `json:"uuid,omitempty"` // CommonUtils repeats it in the reply
}

// DecodeRequest reads a request. The error is [verdict.Malformed] for what is no JSON object or names its module or
// method by anything but a string, and [verdict.LimitExceeded]. Args are not looked at: see [DecodeSignArgs] and
// [DecodeCreateCAdES].
func DecodeRequest(message []byte) (Request, error) {
	var r Request
	o := readObject(message, "request")
	o.text("module", &r.Module)
	o.text("method", &r.Method)
	o.text("uuid", &r.UUID)
	if o.has("args") {
		r.Args = bytes.Clone(o.fields["args"])
	}
	if o.err != nil {
		return Request{}, o.err
	}
	return r, nil
}

// Encode writes the request. It fails only for Args that are no JSON.
func (r Request) Encode() ([]byte, error) { return encode(r) }
