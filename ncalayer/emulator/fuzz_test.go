package emulator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/ncalayer"
	"github.com/qoltanba/eds/ncalayer/emulator"
)

// Whatever the message is, there is a reply that our own client can read.
func FuzzServe(f *testing.F) {
	for _, seed := range []string{
		"", "hello", "{}", "--heartbeat--", signRequest(login, `{"decode":true}`, `{"extKeyUsageOids":[]}`, ``),
		signRequest(`["MTEK","MTIK"]`, `{"decode":"true","encapsulate":"false","outputCert":true}`, `{"extKeyUsageOids":["1.3.6.1.5.5.7.3.4"],"chain":[],"iin":"`+iin+`"}`, `,"allowedStorages":["PKCS12"],"logo":"x"`),
		signRequest(`"`+strings.Repeat("A", 43)+`="`, `{"decode":true,"encapsulate":false,"digested":true}`, `{"extKeyUsageOids":[]}`, ``),
		common + `"getActiveTokens","uuid":"1"}`, common + `"getKeyInfo","args":["PKCS12"]}`, common + `"changeLocale","args":["ru"]}`,
		common + `"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`, common + `"createCAdESFromFile","args":["PKCS12","SIGNATURE","/",true]}`,
	} {
		f.Add([]byte(seed))
	}
	e := plain(f, emulator.Options{Keys: []emulator.Key{person(f, "ecdsa-p256")}, AutoApprove: true})
	f.Fuzz(func(t *testing.T, message []byte) {
		reply := e.Answer(t.Context(), message)
		text, err := ncalayer.EncodeReply(reply)
		require.NoError(t, err)
		again, err := ncalayer.DecodeReply(text)
		require.NoError(t, err, "%s", text)
		require.IsType(t, reply, again)
	})
}
