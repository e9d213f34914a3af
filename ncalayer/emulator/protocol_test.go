package emulator_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

func decode(t testing.TB, text string, out any) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), out), text)
}

const (
	notFound  = `{"success":false,"errorCode":"MODULE_NOT_FOUND"}`
	notJSON   = `{"success":false,"errorCode":"COMMON_JSON_WRAPPING_EXCEPTION"}`
	cancelled = `{"status":true,"body":{}}`
	common    = `{"module":"kz.gov.pki.knca.commonUtils","method":`
)

// What is answered without any key.
func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"heartbeat":            {"--heartbeat--", "--heartbeat--"},
		"no JSON":              {"hello", notJSON},
		"a list":               {"[]", notJSON},
		"nothing":              {"{}", notFound},
		"probe of KAZTOKEN":    {`{"module":"kz.digiflow.mobile.extensions","method":"getVersion"}`, notFound},
		"accessory":            {`{"module":"kz.gov.pki.ncalayerservices.accessory","method":"getBundles"}`, notFound},
		"old applet":           {`{"method":"signXml","args":["PKCS12","/home/u/AUTH_RSA256_x.p12","alias","Password1","<login/>"]}`, notFound},
		"old applet, by name":  {`{"module":"kz.gov.pki.knca.applet.Applet","method":"browseKeyStore"}`, notFound},
		"KNP":                  {`{"module":"kz.inessoft.kgd.knp.ncalayer.KNPModuleService","command":"x"}`, notFound},
		"no tokens":            {common + `"getActiveTokens"}`, `{"code":"200","responseObject":[]}`},
		"uuid":                 {common + `"getActiveTokens","uuid":"7"}`, `{"code":"200","responseObject":[],"uuid":"7"}`},
		"storage empty":        {common + `"getKeyInfo","args":["PKCS12"]}`, `{"code":"500","message":"storage.empty"}`},
		"storage unknown":      {common + `"getKeyInfo","args":["USB"]}`, `{"code":"500","message":"storage.unknown"}`},
		"storage not named":    {common + `"getKeyInfo","args":[""],"uuid":"8"}`, `{"code":"500","message":"storageName.param.empty","uuid":"8"}`},
		"arguments missing":    {common + `"getKeyInfo"}`, `{"code":"500","message":"java.lang.IllegalArgumentException: argument type mismatch. Method: getKeyInfo"}`},
		"attach as a string":   {common + `"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=","true"]}`, `{"code":"500","message":"java.lang.IllegalArgumentException: argument type mismatch. Method: createCAdESFromBase64"}`},
		"attach as a boolean":  {common + `"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`, `{"code":"500","message":"storage.empty"}`},
		"from a file":          {common + `"createCAdESFromFile","args":["PKCS12","SIGNATURE","/etc/passwd",true]}`, `{"code":"500","message":"the emulator reads no files for a page"}`},
		"CMS from a file":      {common + `"createCMSSignatureFromFile","args":["PKCS12","SIGNATURE","/etc/passwd",true]}`, `{"code":"500","message":"the emulator reads no files for a page"}`},
		"file chooser":         {common + `"showFileChooser","args":["ALL",""]}`, `{"code":"500","message":"the emulator reads no files for a page"}`},
		"with a time stamp":    {common + `"createCMSSignatureFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`, `{"code":"500","message":"the emulator has no time-stamping authority"}`},
		"XML":                  {common + `"signXml","args":["PKCS12","SIGNATURE","<a/>","",""]}`, `{"code":"500","message":"the emulator does not have this method"}`},
		"unknown method":       {common + `"format"}`, `{"code":"500","message":"NoSuchMethodException format"}`},
		"unknown, of basics":   {`{"module":"kz.gov.pki.knca.basics","method":"x"}`, `{"status":false,"code":"INVOCATION_ERROR","message":"There is no such method.","details":"java.lang.NoSuchMethodException"}`},
		"sign without keys":    {signRequest(`"bG9naW4="`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, `,"allowedStorages":null`), cancelled},
		"sign, in no storage":  {signRequest(`"bG9naW4="`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, `,"allowedStorages":[]`), failure("INVALID_SIGNING_PARAMS", "allowedStorages is empty: leave it out, or send null, to allow all")},
		"sign without usages":  {signRequest(`"bG9naW4="`, `{"decode":true}`, `{}`, ``), failure("INVALID_SIGNING_PARAMS", "signerParams.extKeyUsageOids is missing: send [] to allow all")},
		"sign nothing":         {signRequest(`[]`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``), failure("INVALID_SIGNING_PARAMS", "there is nothing to sign")},
		"sign PEM":             {signRequest(`"-----BEGIN CMS-----"`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``), failure("SIGNING_FAILURE", "java.lang.IllegalArgumentException: Illegal base64 character 2d")},
		"sign lines":           {signRequest(`"bG9n\naW4="`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``), failure("SIGNING_FAILURE", "java.lang.IllegalArgumentException: Illegal base64 character a")},
		"sign half an octet":   {signRequest(`"b"`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``), failure("SIGNING_FAILURE", "java.lang.IllegalArgumentException: Last unit does not have enough valid bits")},
		"sign with time stamp": {signRequest(`"bG9naW4="`, `{"decode":true,"tsaProfile":{}}`, `{"extKeyUsageOids":[]}`, ``), failure("SIGNING_FAILURE", "the emulator has no time-stamping authority")},
		"sign XML":             {strings.Replace(signRequest(`"<a/>"`, `{}`, `{"extKeyUsageOids":[]}`, ``), `"cms"`, `"xml"`, 1), failure("SIGNING_FAILURE", "the emulator signs the format cms only")},
		"digest inside":        {signRequest(`"bG9naW4="`, `{"decode":true,"digested":true}`, `{"extKeyUsageOids":[]}`, ``), failure("INVALID_SIGNING_PARAMS", "a digest needs decode true and encapsulate false")},
		"chain of junk":        {signRequest(`"bG9naW4="`, `{"decode":true}`, `{"extKeyUsageOids":[],"chain":["junk"]}`, ``), ""},
		"decode in words":      {signRequest(`"bG9naW4="`, `{"decode":"yes"}`, `{"extKeyUsageOids":[]}`, ``), ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := plain(t, emulator.Options{AutoApprove: true})
			got := dialRaw(t, e).ask(c.in)
			switch {
			case c.want == "":
				require.Contains(t, got, `"code":"INVALID_SIGNING_PARAMS"`)
			case strings.HasPrefix(c.want, "{"):
				require.JSONEq(t, c.want, got)
			default:
				require.Equal(t, c.want, got)
			}
		})
	}
}

func signRequest(data, signing, signer, more string) string {
	return `{"module":"kz.gov.pki.knca.basics","method":"sign","args":{"format":"cms","data":` + data +
		`,"signingParams":` + signing + `,"signerParams":` + signer + `,"locale":"ru"` + more + `}}`
}

func failure(code, details string) string {
	message := map[string]string{"INVALID_SIGNING_PARAMS": "Invalid signing parameters.", "SIGNING_FAILURE": "Signing has failed."}[code]
	return `{"status":false,"code":"` + code + `","message":"` + message + `","details":"` + details + `"}`
}

const login = `"bG9naW4="`

func TestShapes(t *testing.T) {
	one := signRequest(login, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``)
	list := signRequest(`[`+login+`]`, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``)
	certificate := signRequest(login, `{"decode":true,"outputCert":true}`, `{"extKeyUsageOids":[]}`, ``)
	key := person(t, "rsa-2048")
	for name, c := range map[string]struct {
		shape ncalayer.Shape
		in    string
		want  ncalayer.Shape // "": a failure
	}{
		"1.4":                   {"", one, ncalayer.ShapeList},
		"1.4, list":             {"", list, ncalayer.ShapeList},
		"1.4, certificate":      {"", certificate, ncalayer.ShapeObject},
		"earlier":               {ncalayer.ShapeText, one, ncalayer.ShapeText},
		"earlier, list":         {ncalayer.ShapeText, list, ""},
		"earlier, certificate":  {ncalayer.ShapeText, certificate, ncalayer.ShapeText},
		"1.4, chosen by itself": {ncalayer.ShapeList, one, ncalayer.ShapeList},
	} {
		t.Run(name, func(t *testing.T) {
			e := plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true, Shape: c.shape})
			reply, err := ncalayer.DecodeReply([]byte(dialRaw(t, e).ask(c.in)))
			require.NoError(t, err)
			signed, ok := reply.(ncalayer.Signed)
			require.Equal(t, c.want != "", ok)
			require.Equal(t, c.want, signed.Shape)
			if c.want == ncalayer.ShapeObject {
				block, _ := pem.Decode([]byte(signed.Certificate))
				require.Equal(t, key.Certificate.Raw, block.Bytes)
			}
		})
	}
}

func TestKeyInfo(t *testing.T) {
	key := head(t, "gost2015-512")
	client := dial(t, plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true}))
	got, err := client.KeyInfo(t.Context(), ncalayer.StoragePKCS12)
	require.NoError(t, err)
	require.Equal(t, "ҮЛГІЛІ АЙДОС", got.SubjectCN)
	require.Equal(t, `CN=ҮЛГІЛІ АЙДОС,SURNAME=ҮЛГІЛІ,SERIALNUMBER=IIN`+iin+`,C=KZ,G=СЫНАҚҰЛЫ,O=ЖШС \"ҮЛГІ\, ЖӘНЕ\",OU=BIN`+bin, got.SubjectDN)
	require.Equal(t, "ҮЛГІ CA", got.IssuerCN)
	require.Equal(t, key.Certificate.SerialNumber(), got.SerialNumber)
	require.True(t, key.Certificate.NotAfter.Equal(got.NotAfter))
	require.Equal(t, "01020304", got.AuthorityKeyIdentifier)
	require.Equal(t, got.KeyID, got.Alias)
	block, _ := pem.Decode([]byte(got.PEM))
	require.Equal(t, key.Certificate.Raw, block.Bytes)
}

func TestActiveTokens(t *testing.T) {
	file, token, other := person(t, "rsa-2048"), person(t, "gost2015-512"), person(t, "gost2004")
	token.Storage, other.Storage = ncalayer.StorageKaztoken, ncalayer.StorageKaztoken
	client := dial(t, plain(t, emulator.Options{Keys: []emulator.Key{file, token, other}, AutoApprove: true}))
	tokens, err := client.ActiveTokens(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{ncalayer.StorageKaztoken}, tokens)
}

// Which keys a request may be signed with, and why not with the others.
func TestChoiceOfKeys(t *testing.T) {
	keys := []emulator.Key{person(t, "rsa-2048"), head(t, "gost2015-512"), newKey(t, "gost2004", "ҮЛГІ CA", []byte{9}, personal(), oid.ClientAuth, roleIndividual)}
	keys[2].Storage = ncalayer.StorageKaztoken
	ca := issuerOf(t, "ҮЛГІ CA", "gost2015-512/ca")
	serial := keys[1].Certificate.SerialNumber()
	for name, c := range map[string]struct {
		change func(*ncalayer.SignArgs)
		fits   []bool
	}{
		"any":                 {func(*ncalayer.SignArgs) {}, []bool{true, true, true}},
		"one usage":           {func(a *ncalayer.SignArgs) { a.SignerParams.ExtKeyUsageOIDs = []string{"1.3.6.1.5.5.7.3.4"} }, []bool{true, true, false}},
		"all usages":          {func(a *ncalayer.SignArgs) { a.SignerParams.ExtKeyUsageOIDs = []string{"1.3.6.1.5.5.7.3.4", roleHead} }, []bool{false, true, false}},
		"no such usage":       {func(a *ncalayer.SignArgs) { a.SignerParams.ExtKeyUsageOIDs = []string{"1.2.3"} }, []bool{false, false, false}},
		"person":              {func(a *ncalayer.SignArgs) { a.SignerParams.IIN = iin }, []bool{true, true, true}},
		"another person":      {func(a *ncalayer.SignArgs) { a.SignerParams.IIN = "991332300013" }, []bool{false, false, false}},
		"organization":        {func(a *ncalayer.SignArgs) { a.SignerParams.BIN = bin }, []bool{false, true, false}},
		"another one":         {func(a *ncalayer.SignArgs) { a.SignerParams.BIN = "991340000018" }, []bool{false, false, false}},
		"serial":              {func(a *ncalayer.SignArgs) { a.SignerParams.SerialNumber = serial }, []bool{false, true, false}},
		"serial, in capitals": {func(a *ncalayer.SignArgs) { a.SignerParams.SerialNumber = "00" + strings.ToUpper(serial) }, []bool{false, true, false}},
		"storage":             {func(a *ncalayer.SignArgs) { a.AllowedStorages = []string{"PKCS12"} }, []bool{true, true, false}},
		"other storage":       {func(a *ncalayer.SignArgs) { a.AllowedStorages = []string{"JKS", "AKKaztokenStore"} }, []bool{false, false, true}},
		"authority":           {func(a *ncalayer.SignArgs) { a.SignerParams.Chain = []string{ca} }, []bool{true, true, true}},
		"another of the name": {func(a *ncalayer.SignArgs) {
			a.SignerParams.Chain = []string{issuerOf(t, "ҮЛГІ CA", "gost2015-512/x")}
		}, []bool{false, false, false}},
		"any authority":          {func(a *ncalayer.SignArgs) { a.SignerParams.Chain = []string{} }, []bool{true, true, true}},
		"one by several filters": {func(a *ncalayer.SignArgs) { a.SignerParams.BIN, a.AllowedStorages = bin, []string{"PKCS12"} }, []bool{false, true, false}},
	} {
		t.Run(name, func(t *testing.T) {
			var prompt emulator.Prompt
			e := plain(t, emulator.Options{Keys: keys, Ask: func(_ context.Context, p emulator.Prompt) (emulator.Choice, error) {
				prompt = p
				return emulator.Choice{}, errors.New("no")
			}})
			args := ncalayer.Attached(content)
			args.SignerParams.ExtKeyUsageOIDs = []string{}
			c.change(&args)
			_, err := dial(t, e).Sign(t.Context(), args)
			require.ErrorIs(t, err, ncalayer.ErrCancelled)
			var fits []bool
			for _, k := range prompt.Keys {
				fits = append(fits, k.Fits)
				require.Equal(t, k.Fits, k.Why == "")
			}
			require.Equal(t, c.fits, fits)
		})
	}
}

// issuerOf returns a certificate of an authority, PEM.
func issuerOf(t *testing.T, name, key string) string {
	t.Helper()
	k := newAuthority(t, name, key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Raw}))
}

func TestKeyTypes(t *testing.T) {
	auth := newKey(t, "rsa-2048", "ҮЛГІ CA", []byte{9}, personal(), oid.ClientAuth, roleIndividual)
	both := person(t, "gost2015-512")
	client := dial(t, plain(t, emulator.Options{Keys: []emulator.Key{auth, both}, AutoApprove: true}))
	for keyType, want := range map[string]emulator.Key{"SIGNATURE": both, "ANY": auth, "": auth} {
		message, err := client.CreateCAdES(t.Context(), ncalayer.StoragePKCS12, keyType, content, true)
		require.NoError(t, err, keyType)
		verify(t, want, message, content, false)
	}
}

func TestAsks(t *testing.T) {
	var log events
	prompts := make(chan emulator.Prompt, 1)
	choices := make(chan func() (emulator.Choice, error), 1)
	keys := []emulator.Key{person(t, "rsa-2048"), head(t, "gost2015-512")}
	e := plain(t, emulator.Options{Keys: keys, Observe: log.observe, Ask: func(_ context.Context, p emulator.Prompt) (emulator.Choice, error) {
		prompts <- p
		return (<-choices)()
	}})
	client, err := ncalayer.Dial(t.Context(), e.URL(), ncalayer.Options{Origin: "http://localhost:8080"})
	require.NoError(t, err)
	defer client.Close()
	args := ncalayer.Attached(content, []byte{0xff})
	args.Locale = "ru"
	args.SignerParams.BIN = bin

	sign := func(choice emulator.Choice, err error) (ncalayer.Signed, error) {
		choices <- func() (emulator.Choice, error) { return choice, err }
		return client.Sign(t.Context(), args)
	}
	signed, err := sign(emulator.Choice{Key: 1}, nil)
	require.NoError(t, err)
	p := <-prompts
	require.Equal(t, "http://localhost:8080", p.Origin)
	require.True(t, p.Sign)
	require.True(t, p.Attached)
	require.Equal(t, "ru", p.Locale)
	text, ok := p.Documents[0].Text()
	require.True(t, ok)
	require.Equal(t, string(content), text)
	_, ok = p.Documents[1].Text()
	require.False(t, ok)
	require.Equal(t, "another organization is asked for", p.Keys[0].Why)
	require.NotContains(t, p.Keys[1].String(), iin)
	messages, err := signed.CMS()
	require.NoError(t, err)
	verify(t, keys[1], messages[0], content, false)

	for name, choice := range map[string]emulator.Choice{"a key that does not fit": {Key: 0}, "beyond": {Key: 2}, "negative": {Key: -1}} {
		_, err = sign(choice, nil)
		<-prompts
		require.ErrorIs(t, err, ncalayer.ErrCancelled, name)
	}
	_, err = sign(emulator.Choice{}, &ncalayer.Failure{Code: "SIGNING_FAILURE", Message: "wrong password"})
	<-prompts
	var failed *ncalayer.Failure
	require.ErrorAs(t, err, &failed)
	require.Equal(t, ncalayer.Failure{Envelope: ncalayer.EnvelopeBasics, Code: "SIGNING_FAILURE", Message: "wrong password"}, *failed)

	choices <- func() (emulator.Choice, error) { return emulator.Choice{}, &ncalayer.Failure{Message: "storage.empty"} }
	_, err = client.KeyInfo(t.Context(), ncalayer.StoragePKCS12)
	require.False(t, (<-prompts).Sign)
	require.ErrorAs(t, err, &failed)
	require.Equal(t, ncalayer.EnvelopeCommonUtils, failed.Envelope)

	asked := log.of(emulator.Asked)
	require.Len(t, asked, 6)
	require.Equal(t, emulator.Event{Kind: emulator.Asked, Origin: "http://localhost:8080", Module: ncalayer.Basics, Method: "sign"}, asked[0])
	answered := log.of(emulator.Answered)
	require.Equal(t, "done", answered[0].Outcome)
	require.Equal(t, 2, answered[0].Documents)
}

// Whoever decides nothing has everything cancelled; the near twin signs.
func TestNobodyToAsk(t *testing.T) {
	key := person(t, "rsa-2048")
	client := dial(t, plain(t, emulator.Options{Keys: []emulator.Key{key}}))
	_, err := client.Sign(t.Context(), ncalayer.Attached(content))
	require.ErrorIs(t, err, ncalayer.ErrCancelled)
	_, err = client.CreateCAdES(t.Context(), ncalayer.StoragePKCS12, ncalayer.KeyTypeAny, content, true)
	require.ErrorIs(t, err, ncalayer.ErrCancelled)
	_, err = client.KeyInfo(t.Context(), ncalayer.StoragePKCS12)
	require.ErrorIs(t, err, ncalayer.ErrCancelled)

	client = dial(t, plain(t, emulator.Options{Keys: []emulator.Key{key}, AutoApprove: true}))
	_, err = client.Sign(t.Context(), ncalayer.Attached(content))
	require.NoError(t, err)
}

func TestDocumentText(t *testing.T) {
	for name, c := range map[string]struct {
		document emulator.Document
		ok       bool
	}{
		"text":          {emulator.Document{Content: []byte("Қол\r\n\tқою")}, true},
		"empty":         {emulator.Document{}, true},
		"not UTF-8":     {emulator.Document{Content: []byte{0xff}}, false},
		"escape":        {emulator.Document{Content: []byte("\x1b[2J")}, false},
		"right to left": {emulator.Document{Content: []byte("a\u202eb")}, false},
		"digest":        {emulator.Document{Content: []byte("abc"), Digest: true}, false},
	} {
		t.Run(name, func(t *testing.T) {
			_, ok := c.document.Text()
			require.Equal(t, c.ok, ok)
		})
	}
}

// A page that goes away takes its question with it, and the emulator that closes takes leave.
func TestGoodbyes(t *testing.T) {
	asked, ended := make(chan struct{}, 1), make(chan error, 1)
	e := plain(t, emulator.Options{Ask: func(ctx context.Context, _ emulator.Prompt) (emulator.Choice, error) {
		asked <- struct{}{}
		<-ctx.Done()
		ended <- ctx.Err()
		return emulator.Choice{}, ctx.Err()
	}})
	request := signRequest(login, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``)

	page := dialRaw(t, e)
	page.write(request)
	<-asked
	require.Equal(t, "--heartbeat--", page.ask("--heartbeat--"), "heartbeats are answered while the dialog is open")
	require.NoError(t, page.conn.Close(websocket.StatusNormalClosure, ""))
	require.ErrorIs(t, <-ended, context.Canceled)

	page = dialRaw(t, e)
	page.write(request)
	<-asked
	closed := make(chan error, 1)
	go func() { closed <- e.Close() }()
	page.closes(websocket.StatusGoingAway)
	require.ErrorIs(t, <-ended, context.Canceled)
	require.NoError(t, <-closed)
	_, _, err := websocket.Dial(t.Context(), e.URL(), nil)
	require.Error(t, err)
}

// Requests of one socket are answered one after another, in order, and those of two sockets are asked for one at a time.
func TestOneAtATime(t *testing.T) {
	open := make(chan struct{})
	e := plain(t, emulator.Options{Keys: []emulator.Key{person(t, "rsa-2048")}, Ask: func(ctx context.Context, _ emulator.Prompt) (emulator.Choice, error) {
		select {
		case open <- struct{}{}:
		case <-ctx.Done():
		}
		return emulator.Choice{}, errors.New("no")
	}})
	first, second := dialRaw(t, e), dialRaw(t, e)
	first.write(common + `"getKeyInfo","args":["PKCS12"],"uuid":"1"}`)
	first.write(common + `"getActiveTokens","uuid":"2"}`)
	second.write(common + `"getKeyInfo","args":["PKCS12"],"uuid":"3"}`)
	for range 2 {
		<-open
	}
	require.Contains(t, first.read(), `"uuid":"1"`)
	require.Contains(t, first.read(), `"uuid":"2"`)
	require.Contains(t, second.read(), `"uuid":"3"`)

	flood := dialRaw(t, e)
	for range 20 {
		if flood.conn.Write(t.Context(), websocket.MessageText, []byte(common+`"getKeyInfo","args":["PKCS12"]}`)) != nil {
			break
		}
	}
	flood.closes(websocket.StatusPolicyViolation)
}

// What waits while a request is open is bounded in octets, too.
func TestWaitingOctets(t *testing.T) {
	for more, code := range map[int]websocket.StatusCode{400: websocket.StatusNormalClosure, 600: websocket.StatusPolicyViolation} {
		e := plain(t, emulator.Options{MaxMessage: 1000, Keys: []emulator.Key{person(t, "rsa-2048")}, Ask: func(ctx context.Context, _ emulator.Prompt) (emulator.Choice, error) {
			<-ctx.Done()
			return emulator.Choice{}, ctx.Err()
		}})
		r := dialRaw(t, e)
		r.write(common + `"getKeyInfo","args":["PKCS12"]}`)
		require.Equal(t, "--heartbeat--", r.ask("--heartbeat--"))
		time.Sleep(50 * time.Millisecond) // until the request is being asked for
		r.write(strings.Repeat(" ", 500))
		r.write(strings.Repeat(" ", more))
		if code == websocket.StatusNormalClosure {
			require.Equal(t, "--heartbeat--", r.ask("--heartbeat--"))
			continue
		}
		r.closes(code)
	}
}

func TestChangeLocale(t *testing.T) {
	prompts := make(chan emulator.Prompt, 1)
	e := plain(t, emulator.Options{Keys: []emulator.Key{person(t, "rsa-2048")}, Ask: func(_ context.Context, p emulator.Prompt) (emulator.Choice, error) {
		prompts <- p
		return emulator.Choice{}, nil
	}})
	r := dialRaw(t, e)
	require.JSONEq(t, `{"code":"200"}`, r.ask(common+`"changeLocale","args":["ru"]}`))
	require.Contains(t, r.ask(common+`"changeLocale","args":[1]}`), "argument type mismatch")
	require.JSONEq(t, `{"code":"200"}`, r.ask(common+`"changeLocale","args":["ru"]}`))
	require.Contains(t, r.ask(common+`"getKeyInfo","args":["PKCS12"]}`), `"code":"200"`)
	require.Equal(t, "ru", (<-prompts).Locale)
}

func TestSkipTimestamps(t *testing.T) {
	args := ncalayer.Attached(content)
	args.SigningParams.Timestamp = true
	o := emulator.Options{Keys: []emulator.Key{person(t, "rsa-2048")}, AutoApprove: true}
	_, err := dial(t, plain(t, o)).Sign(t.Context(), args)
	require.ErrorContains(t, err, "no time-stamping authority")
	o.SkipTimestamps = true
	_, err = dial(t, plain(t, o)).Sign(t.Context(), args)
	require.NoError(t, err)
}

func TestClose(t *testing.T) {
	e := start(t, emulator.Options{})
	client := dial(t, e) // which does not listen between two requests
	begin := time.Now()
	require.NoError(t, e.Close())
	require.Less(t, time.Since(begin), 3*time.Second)
	require.NoError(t, e.Close())
	require.ErrorIs(t, client.Ping(t.Context()), ncalayer.ErrClosed)
}
