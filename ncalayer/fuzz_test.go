package ncalayer_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/ncalayer"
)

// What is read once can be written, and reads the same again.
func FuzzDecodeRequest(f *testing.F) {
	for _, c := range signRequests {
		f.Add([]byte(c.in))
	}
	f.Add([]byte(`{"module":"kz.gov.pki.knca.commonUtils","method":"createCAdESFromBase64","args":["PKCS12","SIGNATURE","bG9naW4=",true]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		request, err := ncalayer.DecodeRequest(in)
		if err != nil {
			require.Zero(t, request)
			return
		}
		out, err := request.Encode()
		require.NoError(t, err)
		again, err := ncalayer.DecodeRequest(out)
		require.NoError(t, err)
		require.Equal(t, request.Module, again.Module)
		fuzzSign(t, request.Args)
		_, _ = ncalayer.DecodeCreateCAdES(request.Args)
		_, _ = ncalayer.DecodeText(request.Args)
	})
}

func fuzzSign(t *testing.T, raw json.RawMessage) {
	args, err := ncalayer.DecodeSignArgs(raw)
	if err != nil {
		require.Zero(t, args)
		return
	}
	request, err := args.Request()
	require.NoError(t, err)
	again, err := ncalayer.DecodeSignArgs(request.Args)
	require.NoError(t, err)
	require.Equal(t, args.Data, again.Data)
	require.Equal(t, args.SignerParams.Chain == nil, again.SignerParams.Chain == nil)
}

func FuzzDecodeReply(f *testing.F) {
	for _, c := range replies {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		reply, err := ncalayer.DecodeReply(in)
		if err != nil {
			require.Nil(t, reply)
			return
		}
		out, err := ncalayer.EncodeReply(reply)
		require.NoError(t, err)
		again, err := ncalayer.DecodeReply(out)
		require.NoError(t, err)
		require.IsType(t, reply, again)
		switch reply := reply.(type) {
		case ncalayer.Signed:
			require.Equal(t, reply, again)
			_, _ = reply.CMS()
		case ncalayer.Response:
			_, _ = ncalayer.DecodeKeyInfo(reply.Object)
		}
	})
}
