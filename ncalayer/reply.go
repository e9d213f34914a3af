package ncalayer

import (
	"bytes"
	"encoding/json"

	"github.com/qoltanba/eds/internal/armor"
)

// A Reply is what NCALayer says: one of [Greeting], [Pulse], [Signed], [Response], [Cancelled], [Failure],
// [ModuleNotFound].
type Reply interface {
	// wire returns what is encoded.
	wire() any
}

// Greeting comes unasked when the connection is open.
type Greeting struct {
	Version string // "1.4", but some send words: an opaque text
}

// Pulse is the echo of [Heartbeat].
type Pulse struct{}

// Signed is the result of [MethodSign].
type Signed struct {
	Signatures  []string // PEM with the label CMS, or Base64, or XML
	Certificate string   // PEM; "" if not asked for
	Shape       Shape
}

// Shape is the form in which a version sends its result.
type Shape string

// The shapes.
const (
	ShapeList   Shape = "list"   // 1.4, for a single document too
	ShapeText   Shape = "text"   // earlier versions
	ShapeObject Shape = "object" // 1.4, with the certificate
)

// Response is the result of a method of CommonUtils.
type Response struct {
	Object json.RawMessage // a string, a list or an object; nil if there is none
	UUID   string          // that of the request
}

// Envelope is the form of replies of one part of NCALayer.
type Envelope string

// The envelopes.
const (
	EnvelopeBasics      Envelope = "basics"      // {"status":…}
	EnvelopeCommonUtils Envelope = "commonUtils" // {"code":…}
	EnvelopeService     Envelope = "service"     // {"success":false,"errorCode":…}
)

// Cancelled says that the person closed the dialog. Note that Basics wraps it as a success without a result.
type Cancelled struct {
	Envelope Envelope // EnvelopeBasics or EnvelopeCommonUtils
	UUID     string
}

// Failure is the reply of a request that failed. It is an error, too; its texts come from outside and are quoted in
// Error.
type Failure struct {
	Envelope Envelope
	Code     string // "SIGNING_FAILURE"; for CommonUtils "500"
	Message  string // "storage.empty"; may be empty
	Details  string // Basics only
	UUID     string
}

// ModuleNotFound says that the program does not have the module.
type ModuleNotFound struct{}

// Codes of Basics.
const (
	CodeInvalidSigningParams = "INVALID_SIGNING_PARAMS"
	CodeSigningFailure       = "SIGNING_FAILURE"
	CodeGeneralError         = "GENERAL_ERROR"
	CodeInvocationError      = "INVOCATION_ERROR" // there is no such method
)

// Codes of the program itself, and of CommonUtils.
const (
	CodeNotJSON         = "COMMON_JSON_WRAPPING_EXCEPTION"
	codeModuleNotFound  = "MODULE_NOT_FOUND"
	codeOK, codeFailure = "200", "500"
)

// Messages of CommonUtils.
const (
	MessageCancelled        = "action.canceled"
	MessageStorageUnknown   = "storage.unknown"
	MessageStorageEmpty     = "storage.empty"
	MessageStorageNameEmpty = "storageName.param.empty"
)

// CMS returns the messages of a result, as DER or BER. It does not look inside: package cms does.
func (s Signed) CMS() ([][]byte, error) {
	var all [][]byte
	for _, text := range s.Signatures {
		message, err := DecodeCMS(text)
		if err != nil {
			return nil, err
		}
		all = append(all, message)
	}
	return all, nil
}

// DecodeCMS takes off the form in which a message came: Basics sends PEM with the label CMS, CommonUtils bare Base64.
func DecodeCMS(text string) ([]byte, error) {
	if len(text) > MaxMessage {
		return nil, tooMuch("signature of %d characters, at most %d are read", len(text), MaxMessage)
	}
	message, encoding, err := armor.Decode([]byte(text), armor.LabelsCMS...)
	if err != nil || encoding == armor.Binary || message[0] != 0x30 {
		return nil, malformed("the signature is no CMS in PEM or Base64")
	}
	return message, nil
}

// DecodeReply reads a reply of any part and version. The error is [verdict.Malformed] or [verdict.LimitExceeded].
func DecodeReply(message []byte) (Reply, error) {
	if IsHeartbeat(message) {
		return Pulse{}, nil
	}
	o := readObject(message, "reply")
	switch {
	case o.err != nil:
		return nil, o.err
	case o.has("status"):
		return o.basics()
	case o.has("code"):
		return o.commonUtils()
	case o.has("errorCode"):
		return o.service()
	case o.has("result"):
		return o.greeting()
	}
	return nil, malformed("reply of no known form")
}

func (o *object) greeting() (Reply, error) {
	var g Greeting
	result := o.object("result")
	if result.err == nil && !result.has("version") {
		result.fail("version", "there")
	}
	result.text("version", &g.Version)
	if result.err != nil {
		return nil, result.err
	}
	return g, nil
}

func (o *object) service() (Reply, error) {
	f := Failure{Envelope: EnvelopeService}
	o.text("errorCode", &f.Code)
	o.text("message", &f.Message)
	if o.err == nil && (f.Code == "NONE" || f.Code == "") {
		o.fail("errorCode", "that of a failure")
	}
	switch {
	case o.err != nil:
		return nil, o.err
	case f.Code == codeModuleNotFound:
		return ModuleNotFound{}, nil
	}
	return f, nil
}

func (o *object) commonUtils() (Reply, error) {
	f := Failure{Envelope: EnvelopeCommonUtils}
	o.text("code", &f.Code)
	o.text("message", &f.Message)
	o.text("uuid", &f.UUID)
	switch {
	case o.err != nil:
		return nil, o.err
	case f.Code != codeOK && f.Message == MessageCancelled:
		return Cancelled{Envelope: EnvelopeCommonUtils, UUID: f.UUID}, nil
	case f.Code != codeOK:
		return f, nil
	case !o.has("responseObject"):
		return Response{UUID: f.UUID}, nil
	}
	return Response{Object: bytes.Clone(o.fields["responseObject"]), UUID: f.UUID}, nil
}

func (o *object) basics() (Reply, error) {
	var success bool
	f := Failure{Envelope: EnvelopeBasics}
	o.flag("status", &success)
	o.text("code", &f.Code)
	o.text("message", &f.Message)
	o.text("details", &f.Details)
	if o.err != nil {
		return nil, o.err
	}
	if !success {
		return f, nil
	}
	body := o.object("body")
	if body.err == nil && !body.has("result") {
		return Cancelled{Envelope: EnvelopeBasics}, nil
	}
	s, err := body.signed()
	if err != nil {
		return nil, err
	}
	return s, nil
}

// signed reads the result, whose shape depends on the version.
func (o *object) signed() (Signed, error) {
	if o.err != nil {
		return Signed{}, o.err
	}
	s := Signed{Shape: ShapeList}
	switch o.fields["result"][0] {
	case '[':
		o.list("result", &s.Signatures)
	case '{':
		s.Shape, s.Signatures = ShapeObject, []string{}
		result := o.object("result")
		result.list("signatures", &s.Signatures)
		result.value("certificate", &s.Certificate, "a string")
		o = result
	default:
		s.Shape, s.Signatures = ShapeText, []string{""}
		o.value("result", &s.Signatures[0], "a string, a list or an object")
	}
	if o.err != nil {
		return Signed{}, o.err
	}
	return s, nil
}

// EncodeReply writes a reply in the form of its envelope.
func EncodeReply(r Reply) ([]byte, error) {
	if _, ok := r.(Pulse); ok {
		return []byte(Heartbeat), nil
	}
	return encode(r.wire())
}

type fields = map[string]any

func (g Greeting) wire() any { return fields{"result": fields{"version": g.Version}} }

func (Pulse) wire() any { return Heartbeat }

func (s Signed) wire() any {
	var result any = append([]string{}, s.Signatures...)
	switch {
	case s.Shape == ShapeText && len(s.Signatures) == 1:
		result = s.Signatures[0]
	case s.Shape == ShapeObject:
		result = fields{"signatures": result, "certificate": s.Certificate}
	}
	return fields{"status": true, "body": fields{"result": result}}
}

func (r Response) wire() any {
	f := fields{"code": codeOK}
	if r.Object != nil {
		f["responseObject"] = r.Object
	}
	return withUUID(f, r.UUID)
}

func (c Cancelled) wire() any {
	if c.Envelope == EnvelopeCommonUtils {
		return withUUID(fields{"code": codeFailure, "message": MessageCancelled}, c.UUID)
	}
	return fields{"status": true, "body": fields{}}
}

func (f Failure) wire() any {
	switch f.Envelope {
	case EnvelopeBasics:
		return fields{"status": false, "code": f.Code, "message": f.Message, "details": f.Details}
	case EnvelopeCommonUtils:
		reply := fields{"code": codeFailure}
		if f.Message != "" {
			reply["message"] = f.Message
		}
		return withUUID(reply, f.UUID)
	}
	return fields{"success": false, "errorCode": f.Code}
}

func (ModuleNotFound) wire() any { return fields{"success": false, "errorCode": codeModuleNotFound} }

func withUUID(f fields, uuid string) fields {
	if uuid != "" {
		f["uuid"] = uuid
	}
	return f
}

// NewResponse makes a response around a value that can be written as JSON.
func NewResponse(object any, uuid string) (Response, error) {
	raw, err := encode(object)
	if err != nil {
		return Response{}, err
	}
	return Response{Object: raw, UUID: uuid}, nil
}
