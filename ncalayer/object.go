package ncalayer

import (
	"bytes"
	"encoding/json"
)

// An object is a JSON object being read. Its names are matched exactly, as Java and JavaScript do; encoding/json
// would take "STATUS" for "status". The first error stays, and the readers after it do nothing.
type object struct {
	fields map[string]json.RawMessage
	what   string // for errors
	err    error
}

func readObject(b []byte, what string) *object {
	o := &object{what: what}
	if len(b) > MaxMessage {
		o.err = tooMuch("%s of %d octets, at most %d are read", what, len(b), MaxMessage)
		return o
	}
	if err := json.Unmarshal(b, &o.fields); err != nil || o.fields == nil {
		o.err = malformed("%s is no JSON object", what)
	}
	return o
}

// has reports whether a field is there and not null.
func (o *object) has(name string) bool {
	raw, ok := o.fields[name]
	return ok && !isNull(raw)
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

func (o *object) fail(name, want string) {
	if o.err == nil {
		o.err = malformed("%s: %s is not %s", o.what, name, want)
	}
}

// value reads a field into out; absent and null leave out alone.
func (o *object) value(name string, out any, want string) {
	if o.err != nil || !o.has(name) {
		return
	}
	if err := json.Unmarshal(o.fields[name], out); err != nil {
		o.fail(name, want)
	}
}

// text reads a short string; numbers come as their digits, because some versions send codes so.
func (o *object) text(name string, out *string) {
	if o.err != nil || !o.has(name) {
		return
	}
	raw := o.fields[name]
	var number json.Number
	switch {
	case len(raw) > maxShort:
		o.err = tooMuch("%s: %s of %d octets, at most %d are read", o.what, name, len(raw), maxShort)
	case raw[0] == '"':
		o.value(name, out, "a string")
	case json.Unmarshal(raw, &number) == nil:
		*out = number.String()
	default:
		o.fail(name, "a string")
	}
}

// flag reads a boolean, which the official demonstration sends as a string.
func (o *object) flag(name string, out *bool) {
	if o.err != nil || !o.has(name) {
		return
	}
	switch string(o.fields[name]) {
	case `true`, `"true"`:
		*out = true
	case `false`, `"false"`:
		*out = false
	default:
		o.fail(name, "a boolean")
	}
}

// list reads a list of strings. An empty list is not nil; absent and null are.
func (o *object) list(name string, out *[]string) {
	o.value(name, out, "a list of strings")
	if o.err == nil && len(*out) > MaxDocuments {
		o.err = tooMuch("%s: %s has %d elements, at most %d are read", o.what, name, len(*out), MaxDocuments)
	}
}

// object reads a field that is an object; absent and null are an empty one.
func (o *object) object(name string) *object {
	if o.err != nil || !o.has(name) {
		return &object{what: o.what + ": " + name, err: o.err}
	}
	return readObject(o.fields[name], o.what+": "+name)
}

// encode writes JSON as other programs do, without escaping < and >.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
