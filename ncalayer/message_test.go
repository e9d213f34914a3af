package ncalayer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/verdict"
)

// The samples of DOMAIN, Section 5, and what else is said there of versions.
var replies = []struct {
	name string
	in   string
	want ncalayer.Reply
	out  string // how it is written; "": as in
}{
	{name: "greeting", in: `{"result":{"version":"1.4"}}`, want: ncalayer.Greeting{Version: "1.4"}},
	{name: "greeting in words", in: `{"result":{"version":"mocker"}}`, want: ncalayer.Greeting{Version: "mocker"}},
	{name: "greeting with a number", in: `{"result":{"version":1.3},"x":[]}`, want: ncalayer.Greeting{Version: "1.3"}, out: `{"result":{"version":"1.3"}}`},
	{name: "heartbeat", in: "--heartbeat--", want: ncalayer.Pulse{}},
	{
		name: "heartbeat with a line end", in: "--heartbeat--\n", want: ncalayer.Pulse{}, out: "--heartbeat--",
	},
	{
		name: "signed, 1.4", in: `{"status":true,"body":{"result":["-----BEGIN CMS-----\nMIIG\n-----END CMS-----\n"]}}`,
		want: ncalayer.Signed{Signatures: []string{"-----BEGIN CMS-----\nMIIG\n-----END CMS-----\n"}, Shape: ncalayer.ShapeList},
	},
	{
		name: "signed, earlier", in: `{"status":true,"body":{"result":"MIIG"}}`,
		want: ncalayer.Signed{Signatures: []string{"MIIG"}, Shape: ncalayer.ShapeText},
	},
	{
		name: "signed, with the certificate",
		in:   `{"status":true,"body":{"result":{"signatures":["c2ln"],"certificate":"-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n"}}}`,
		want: ncalayer.Signed{
			Signatures: []string{"c2ln"}, Certificate: "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n", Shape: ncalayer.ShapeObject,
		},
	},
	{
		name: "signed, with the status as a string and more fields", in: ` {"status":"true","body":{"result":["a","b"],"new":1},"uuid":"u"} `,
		want: ncalayer.Signed{Signatures: []string{"a", "b"}, Shape: ncalayer.ShapeList}, out: `{"status":true,"body":{"result":["a","b"]}}`,
	},
	{name: "cancelled", in: `{"status":true,"body":{}}`, want: ncalayer.Cancelled{Envelope: ncalayer.EnvelopeBasics}},
	{name: "cancelled, no body", in: `{"status":true}`, want: ncalayer.Cancelled{Envelope: ncalayer.EnvelopeBasics}, out: `{"status":true,"body":{}}`},
	{name: "cancelled, null", in: `{"status":true,"body":{"result":null}}`, want: ncalayer.Cancelled{Envelope: ncalayer.EnvelopeBasics}, out: `{"status":true,"body":{}}`},
	{
		name: "failure", in: `{"status":false,"code":"SIGNING_FAILURE","message":"Signing has failed.","details":"java.lang.IllegalArgumentException: Illegal base64 character 2d"}`,
		want: ncalayer.Failure{
			Envelope: ncalayer.EnvelopeBasics, Code: ncalayer.CodeSigningFailure, Message: "Signing has failed.",
			Details: "java.lang.IllegalArgumentException: Illegal base64 character 2d",
		},
	},
	{
		name: "probe of KAZTOKEN", in: `{"status":false,"code":500,"message":"m"}`,
		want: ncalayer.Failure{Envelope: ncalayer.EnvelopeBasics, Code: "500", Message: "m"},
		out:  `{"status":false,"code":"500","message":"m","details":""}`,
	},
	{name: "module not found", in: `{"success":false,"errorCode":"MODULE_NOT_FOUND"}`, want: ncalayer.ModuleNotFound{}},
	{
		name: "no JSON", in: `{"success":false,"errorCode":"COMMON_JSON_WRAPPING_EXCEPTION"}`,
		want: ncalayer.Failure{Envelope: ncalayer.EnvelopeService, Code: ncalayer.CodeNotJSON},
	},
	{name: "tokens", in: `{"code":"200","responseObject":["AKKaztokenStore"]}`, want: ncalayer.Response{Object: json.RawMessage(`["AKKaztokenStore"]`)}},
	{name: "CAdES", in: `{"code":"200","responseObject":"MIIG"}`, want: ncalayer.Response{Object: json.RawMessage(`"MIIG"`)}},
	{
		name: "code as a number, and a uuid", in: `{"code":200,"responseObject":"MIIG","uuid":"7"}`,
		want: ncalayer.Response{Object: json.RawMessage(`"MIIG"`), UUID: "7"}, out: `{"code":"200","responseObject":"MIIG","uuid":"7"}`,
	},
	{name: "nothing", in: `{"code":"200"}`, want: ncalayer.Response{}},
	{name: "cancelled, commonUtils", in: `{"code":"500","message":"action.canceled"}`, want: ncalayer.Cancelled{Envelope: ncalayer.EnvelopeCommonUtils}},
	{
		name: "cancelled, with a uuid", in: `{"uuid":"7","code":"500","message":"action.canceled"}`,
		want: ncalayer.Cancelled{Envelope: ncalayer.EnvelopeCommonUtils, UUID: "7"},
	},
	{
		name: "storage empty", in: `{"code":"500","message":"storage.empty"}`,
		want: ncalayer.Failure{Envelope: ncalayer.EnvelopeCommonUtils, Code: "500", Message: ncalayer.MessageStorageEmpty},
	},
	{name: "no message", in: `{"code":"500"}`, want: ncalayer.Failure{Envelope: ncalayer.EnvelopeCommonUtils, Code: "500"}},
}

func TestReplies(t *testing.T) {
	for _, c := range replies {
		t.Run(c.name, func(t *testing.T) {
			got, err := ncalayer.DecodeReply([]byte(c.in))
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			out, err := ncalayer.EncodeReply(got)
			require.NoError(t, err)
			want := c.out
			if want == "" {
				want = c.in
			}
			requireSameMessage(t, want, string(out))
		})
	}
}

func requireSameMessage(t testing.TB, want, got string) {
	t.Helper()
	if strings.HasPrefix(want, "{") {
		require.JSONEq(t, want, got)
		return
	}
	require.Equal(t, want, got)
}

func TestRepliesRefused(t *testing.T) {
	for name, in := range map[string]string{
		"empty":                  "",
		"text":                   "ok",
		"list":                   "[]",
		"null":                   "null",
		"nothing known":          "{}",
		"names in other letters": `{"Status":true,"body":{"result":["a"]}}`,
		"status as a number":     `{"status":1,"body":{"result":["a"]}}`,
		"result as a number":     `{"status":true,"body":{"result":1}}`,
		"result of numbers":      `{"status":true,"body":{"result":[1]}}`,
		"body as a list":         `{"status":true,"body":[]}`,
		"signatures as text":     `{"status":true,"body":{"result":{"signatures":"a"}}}`,
		"greeting without":       `{"result":{}}`,
		"greeting as text":       `{"result":"1.4"}`,
		"version as a list":      `{"result":{"version":[]}}`,
		"old applet":             `{"result":"x","secondResult":"","errorCode":"NONE"}`,
		"code as an object":      `{"code":{}}`,
		"after the end":          `{"code":"200"} {}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ncalayer.DecodeReply([]byte(in))
			require.ErrorIs(t, err, verdict.Malformed)
			require.Nil(t, got)
		})
	}
}

func TestLimits(t *testing.T) {
	list := func(n int) string { return `["` + strings.Repeat(`a","`, n-1) + `a"]` }
	long := func(n int) string { return `"` + strings.Repeat("a", n-2) + `"` }
	for name, c := range map[string]struct{ fits, over string }{
		"documents": {`{"status":true,"body":{"result":` + list(ncalayer.MaxDocuments) + `}}`, `{"status":true,"body":{"result":` + list(ncalayer.MaxDocuments+1) + `}}`},
		"texts":     {`{"code":"500","message":` + long(4096) + `}`, `{"code":"500","message":` + long(4097) + `}`},
		"message":   {`{"code":"200"}` + strings.Repeat(" ", ncalayer.MaxMessage-14), `{"code":"200"}` + strings.Repeat(" ", ncalayer.MaxMessage-13)},
	} {
		t.Run(name, func(t *testing.T) {
			if !testing.Short() || len(c.fits) < 1<<20 {
				_, err := ncalayer.DecodeReply([]byte(c.fits))
				require.NoError(t, err)
			}
			_, err := ncalayer.DecodeReply([]byte(c.over))
			require.ErrorIs(t, err, verdict.LimitExceeded)
		})
	}
	_, err := ncalayer.DecodeSignArgs(json.RawMessage(`{"data":"","logo":` + long(ncalayer.MaxLogo+2) + `}`))
	require.NoError(t, err)
	_, err = ncalayer.DecodeSignArgs(json.RawMessage(`{"data":"","logo":` + long(ncalayer.MaxLogo+3) + `}`))
	require.ErrorIs(t, err, verdict.LimitExceeded)
}

// The samples of DOMAIN, Section 5.3.
var signRequests = []struct {
	name string
	in   string
	want ncalayer.SignArgs
	out  string // how it is written; "": as in
}{
	{
		name: "login",
		in: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"allowedStorages":["PKCS12","AKKaztokenStore"],"format":"cms",
			"data":"bG9naW4tY2hhbGxlbmdl","signingParams":{"decode":true,"encapsulate":true,"digested":false},
			"signerParams":{"extKeyUsageOids":["1.3.6.1.5.5.7.3.4"],"iin":"123456789011","bin":"","serialNumber":"","chain":null},"locale":"ru"}}`,
		want: ncalayer.SignArgs{
			AllowedStorages: []string{"PKCS12", "AKKaztokenStore"}, Format: ncalayer.FormatCMS,
			Data:          ncalayer.Data{Items: []string{"bG9naW4tY2hhbGxlbmdl"}},
			SigningParams: ncalayer.SigningParams{Decode: true, Encapsulate: true},
			SignerParams:  ncalayer.SignerParams{ExtKeyUsageOIDs: []string{"1.3.6.1.5.5.7.3.4"}, IIN: "123456789011"}, Locale: "ru",
		},
	},
	{
		name: "several, detached, with time stamps, test keys",
		in: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"allowedStorages":null,"format":"cms","data":["MTEK","MTIK"],
			"signingParams":{"decode":true,"encapsulate":false,"digested":false,"tsaProfile":{}},"signerParams":{"extKeyUsageOids":[],"chain":[]},"locale":"ru"}}`,
		want: ncalayer.SignArgs{
			Format: ncalayer.FormatCMS, Data: ncalayer.Data{Items: []string{"MTEK", "MTIK"}, Several: true},
			SigningParams: ncalayer.SigningParams{Decode: true, Timestamp: true},
			SignerParams:  ncalayer.SignerParams{ExtKeyUsageOIDs: []string{}, Chain: []string{}}, Locale: "ru",
		},
		out: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":["MTEK","MTIK"],
			"signingParams":{"decode":true,"encapsulate":false,"digested":false,"tsaProfile":{}},
			"signerParams":{"extKeyUsageOids":[],"iin":"","bin":"","serialNumber":"","chain":[]},"locale":"ru"}}`,
	},
	{
		name: "XML",
		in: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"allowedStorages":["PKCS12"],"format":"xml","data":"<login>&amp;</login>",
			"signingParams":{},"signerParams":{"extKeyUsageOids":["1.3.6.1.5.5.7.3.4"],"iin":"","bin":"","serialNumber":"","chain":null},"locale":"kk"}}`,
		want: ncalayer.SignArgs{
			AllowedStorages: []string{"PKCS12"}, Format: ncalayer.FormatXML, Data: ncalayer.Data{Items: []string{"<login>&amp;</login>"}},
			SigningParams: ncalayer.SigningParams{Encapsulate: true},
			SignerParams:  ncalayer.SignerParams{ExtKeyUsageOIDs: []string{"1.3.6.1.5.5.7.3.4"}}, Locale: "kk",
		},
	},
	{
		name: "booleans as strings, as the official demonstration sends them",
		in: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":["bG9n"],
			"signingParams":{"decode":"true","encapsulate":"false","digested":"false","tsaProfile":null,"outputCert":"true","allowExpired":true,"allowRevoked":"true"},
			"signerParams":{"extKeyUsageOids":[]},"logo":"iVBO"}}`,
		want: ncalayer.SignArgs{
			Format: ncalayer.FormatCMS, Data: ncalayer.Data{Items: []string{"bG9n"}, Several: true},
			SigningParams: ncalayer.SigningParams{Decode: true, OutputCert: true, AllowExpired: true, AllowRevoked: true},
			SignerParams:  ncalayer.SignerParams{ExtKeyUsageOIDs: []string{}}, Logo: "iVBO",
		},
		out: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":["bG9n"],
			"signingParams":{"decode":true,"encapsulate":false,"digested":false,"outputCert":true,"allowExpired":true,"allowRevoked":true},
			"signerParams":{"extKeyUsageOids":[],"iin":"","bin":"","serialNumber":"","chain":null},"logo":"iVBO"}}`,
	},
	{
		name: "nothing but data", in: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"data":"bG9n"}}`,
		want: ncalayer.SignArgs{Data: ncalayer.Data{Items: []string{"bG9n"}}, SigningParams: ncalayer.SigningParams{Encapsulate: true}},
		out: `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"","data":"bG9n",
			"signingParams":{"decode":false,"encapsulate":true,"digested":false},
			"signerParams":{"extKeyUsageOids":[],"iin":"","bin":"","serialNumber":"","chain":null}}}`,
	},
}

func TestSignRequests(t *testing.T) {
	for _, c := range signRequests {
		t.Run(c.name, func(t *testing.T) {
			request, err := ncalayer.DecodeRequest([]byte(c.in))
			require.NoError(t, err)
			require.Equal(t, ncalayer.Basics, request.Module)
			require.Equal(t, ncalayer.MethodSign, request.Method)
			args, err := ncalayer.DecodeSignArgs(request.Args)
			require.NoError(t, err)
			require.Equal(t, c.want, args)
			again, err := args.Request()
			require.NoError(t, err)
			out, err := again.Encode()
			require.NoError(t, err)
			want := c.out
			if want == "" {
				want = c.in
			}
			require.JSONEq(t, want, string(out))
		})
	}
}

func TestSignRequestsRefused(t *testing.T) {
	for name, in := range map[string]string{
		"no arguments":       ``,
		"a list":             `["PKCS12"]`,
		"no data":            `{"format":"cms"}`,
		"data as a number":   `{"data":1}`,
		"data of numbers":    `{"data":[1]}`,
		"data as an object":  `{"data":{}}`,
		"decode in words":    `{"data":"","signingParams":{"decode":"yes"}}`,
		"decode as a number": `{"data":"","signingParams":{"decode":1}}`,
		"storages as text":   `{"data":"","allowedStorages":"PKCS12"}`,
		"usages as text":     `{"data":"","signerParams":{"extKeyUsageOids":"1.2"}}`,
		"params as text":     `{"data":"","signerParams":"x"}`,
		"format as a list":   `{"data":"","format":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ncalayer.DecodeSignArgs(json.RawMessage(in))
			require.ErrorIs(t, err, verdict.Malformed)
		})
	}
}

func TestAttachedAndDetached(t *testing.T) {
	a := ncalayer.Attached([]byte("login"))
	require.Equal(t, ncalayer.Data{Items: []string{"bG9naW4="}}, a.Data)
	require.True(t, a.SigningParams.Encapsulate)
	require.True(t, a.SigningParams.Decode, "the Base64 text itself must not be signed")
	d := ncalayer.Detached([]byte("login"), []byte{})
	require.Equal(t, ncalayer.Data{Items: []string{"bG9naW4=", ""}, Several: true}, d.Data)
	require.False(t, d.SigningParams.Encapsulate)
}

// The samples of DOMAIN, Section 5.4.
func TestCommonUtilsRequests(t *testing.T) {
	request, err := ncalayer.DecodeRequest([]byte(`{"module":"kz.gov.pki.knca.commonUtils","method":"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`))
	require.NoError(t, err)
	args, err := ncalayer.DecodeCreateCAdES(request.Args)
	require.NoError(t, err)
	require.Equal(t, ncalayer.CreateCAdES{Storage: "PKCS12", KeyType: "SIGNATURE", Data: "bG9naW4=", Attach: true}, args)
	again, err := args.Request()
	require.NoError(t, err)
	require.Equal(t, request, again)

	for name, in := range map[string]string{
		"true as a string": `["PKCS12","SIGNATURE","bG9naW4=","true"]`,
		"true as a number": `["PKCS12","SIGNATURE","bG9naW4=",1]`,
		"null":             `["PKCS12","SIGNATURE",null,true]`,
		"data as a list":   `["PKCS12","SIGNATURE",["bG9naW4="],true]`,
		"too few":          `["PKCS12","SIGNATURE","bG9naW4="]`,
		"too many":         `["PKCS12","SIGNATURE","bG9naW4=",true,true]`,
		"an object":        `{}`,
		"nothing":          ``,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ncalayer.DecodeCreateCAdES(json.RawMessage(in))
			require.ErrorIs(t, err, ncalayer.ErrArgument)
		})
	}

	storage, err := ncalayer.DecodeText(json.RawMessage(`["PKCS12"]`))
	require.NoError(t, err)
	require.Equal(t, "PKCS12", storage)
	_, err = ncalayer.DecodeText(json.RawMessage(`[1]`))
	require.ErrorIs(t, err, ncalayer.ErrArgument)
}

func TestRequestsRefused(t *testing.T) {
	for name, in := range map[string]string{
		"text": "hello", "list": "[]", "null": "null", "module as a list": `{"module":[]}`, "method as an object": `{"module":"m","method":{}}`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ncalayer.DecodeRequest([]byte(in))
			require.ErrorIs(t, err, verdict.Malformed)
		})
	}
	request, err := ncalayer.DecodeRequest([]byte(`{"method":"browseKeyStore","uuid":"7","command":"x"}`))
	require.NoError(t, err)
	require.Equal(t, ncalayer.Request{Method: "browseKeyStore", UUID: "7"}, request)
}

func TestKeyInfo(t *testing.T) {
	before, after := time.Date(2026, 5, 8, 6, 45, 13, 0, time.UTC), time.Date(2027, 5, 8, 6, 45, 13, 0, time.UTC)
	want := ncalayer.KeyInfo{
		Alias: "ec42", KeyID: "ec42", Algorithm: "ECGOST", SubjectCN: "ТЕСТОВ ТЕСТ", SubjectDN: "CN=ТЕСТОВ ТЕСТ,SERIALNUMBER=IIN123456789011,C=KZ",
		IssuerCN: "ҰКО", IssuerDN: "CN=ҰКО", SerialNumber: "618a", NotBefore: before, NotAfter: after, AuthorityKeyIdentifier: "fad2",
		PEM: "-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----\n",
	}
	raw, err := want.Encode()
	require.NoError(t, err)
	require.Contains(t, string(raw), `"certNotBefore":"1778222713000"`)
	got, err := ncalayer.DecodeKeyInfo(raw)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.NotContains(t, got.String()+got.GoString(), "123456789011")

	for text, want := range map[string]time.Time{
		`"1778222713000"`: before, `1778222713000`: before, `"08.05.2026 06:45:13"`: before, `"2026-05-08T11:45:13+05:00"`: before,
		`"soon"`: {}, `null`: {},
	} {
		got, err := ncalayer.DecodeKeyInfo(json.RawMessage(`{"certNotBefore":` + text + `}`))
		require.NoError(t, err, text)
		require.True(t, want.Equal(got.NotBefore), text)
	}
	_, err = ncalayer.DecodeKeyInfo(json.RawMessage(`{"pem":[]}`))
	require.ErrorIs(t, err, verdict.Malformed)
}

func TestDecodeCMS(t *testing.T) {
	for name, c := range map[string]struct {
		in string
		ok bool
	}{
		"PEM":            {"-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", true},
		"PEM, PKCS7":     {"-----BEGIN PKCS7-----\nMAA=\n-----END PKCS7-----", true},
		"Base64":         {"MAA=", true},
		"lines":          {"MA\nA=\n", true},
		"empty":          {"", false},
		"another label":  {"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", false},
		"no SEQUENCE":    {"BAA=", false},
		"binary":         {"0\x00", false},
		"words":          {"not a message", false},
		"PEM twice":      {strings.Repeat("-----BEGIN CMS-----\nMAA=\n-----END CMS-----\n", 2), false},
		"JSON in Base64": {"e30=", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ncalayer.DecodeCMS(c.in)
			if !c.ok {
				require.ErrorIs(t, err, verdict.Malformed)
				return
			}
			require.NoError(t, err)
			require.Equal(t, []byte{0x30, 0}, got)
		})
	}
}
