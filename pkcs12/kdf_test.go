package pkcs12

import (
	"encoding/hex"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/internal/oid"
)

// The first three have long circulated among implementations (OpenSSL's and Bouncy Castle's tests have them); the
// one for leading zeros is golang.org/x/crypto's. The rest was made with
//
//	openssl kdf -keylen 70 -kdfopt digest:… -kdfopt hexpass:… -kdfopt hexsalt:… -kdfopt id:… -kdfopt iter:… PKCS12KDF
//
// of OpenSSL 3.0.19, which agrees with those four.
func TestDeriveKey(t *testing.T) {
	for _, c := range []struct {
		hash           oid.OID
		password, salt string
		purpose        byte
		iterations     int
		want           string
	}{
		{oid.SHA1, "smeg", "0a58cf64530d823f", forEncryption, 1, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3"},
		{oid.SHA1, "smeg", "0a58cf64530d823f", forIV, 1, "79993dfe048d3b76"},
		{oid.SHA1, "smeg", "3d83c0e4546ac140", forMAC, 1, "8d967d88f6caa9d714800ab3d48051d63f73a312"},
		{oid.SHA1, "", "f37e05b518324b4b", forEncryption, 2048, "00f759ff47d14dd03665d5943cb3c4a39a2555c02aed66e1"},
		{
			oid.SHA1, "smeg", "0a58cf64530d823f", forEncryption, 7, "06c87f4590e5ef9034e2bd0db9d0d2acd3b4c7c4961d9220a3d08295c27bcefa9a" +
				"3f30f47d41045916af3fed13bdac5a85a56e1f8c5847c14407093762ffb5389ba5b25e8cdf",
		},
		{
			oid.SHA256, "smeg", "0a58cf64530d823f", forMAC, 7, "317a56371c8fcdbc2938207ca1417596e9a6f3eb7e9d5d5cd12f563b96395ad220408" +
				"bed1dcb4ec76af0234f9778cfcdd68c8958b8bff3c4e3f5182e796f8385a05459a24ec3",
		},
		{
			oid.SHA384, "", "0a58cf64530d823f", forIV, 3, "2fa97a80f55bbcc21f98c4182430f27d6f1dbacf018c8a43a59bf177077d89f6aa1fc7" +
				"8894476243a651bcc8e2d8f798c7a27afad13b2f3c152e6dcfbca09b05",
		},
		{
			oid.SHA512, "smeg", "0a58cf64530d823f", forEncryption, 7, "f136d96e470cb52742e5e841b42d112e499f6dc537252e86cd98c366373bbadd" +
				"767e13c3f87d12dad38e8884e8a6bdc3aaef494668deafbfd71ebed83df79a9188d4ca8e94ae",
		},
	} {
		salt, err := hex.DecodeString(c.salt)
		require.NoError(t, err)
		got := deriveKey(newHash(c.hash)(), bmpString(c.password), salt, c.iterations, c.purpose, len(c.want)/2)
		require.Equal(t, c.want, hex.EncodeToString(got), c)
	}
}

func TestBMPString(t *testing.T) {
	// From RFC 7292, Appendix B.1: "Beavis" and the terminating zero character.
	require.Equal(t, "00420065006100760069007300"+"00", hex.EncodeToString(bmpString("Beavis"))[:28])
	require.Equal(t, "0061d83dde0000620000", hex.EncodeToString(bmpString("a😀b")))
	require.Equal(t, "041a04b10000", hex.EncodeToString(bmpString("Кұ")))
	require.Equal(t, "0000", hex.EncodeToString(bmpString("")))
}

func TestDecodeBMPString(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"0061d83dde000062":     "a😀b",
		"041a04b1":             "Кұ",
		"00610000":             "a\x00",
		"d800dc00dbffdfff":     "\U00010000\U0010ffff",
		"fffd":                 "\ufffd",
		"feff0061":             "\ufeffa",
		"00e9005f003100320033": "é_123",
	} {
		b, err := hex.DecodeString(in)
		require.NoError(t, err)
		got, ok := decodeBMPString(b)
		require.True(t, ok, in)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"00", "006100", "d83d", "d83d0061", "de00", "de00d83d", "d83dd83dde00"} {
		b, err := hex.DecodeString(in)
		require.NoError(t, err)
		_, ok := decodeBMPString(b)
		require.False(t, ok, in)
	}
}

func TestSteps(t *testing.T) {
	require.Equal(t, 2*1024, steps(1024, 24, 20))
	require.Equal(t, 1024, steps(1024, 20, 20))
	require.Equal(t, math.MaxInt, steps(math.MaxInt, 24, 20))
	require.Equal(t, math.MaxInt, saturatingProduct(stepsPerLimit, math.MaxInt/2))
}

// The cost of all derivations together is bounded before the work is done.
func TestSpend(t *testing.T) {
	r := newReader(password{}, 1000, false)
	require.NoError(t, r.spend(7000))
	require.NoError(t, r.spend(1000))
	require.Error(t, r.spend(1))
	start := time.Now()
	_, err := pbkdf2KDF{prf: newHash(oid.SHA512), salt: []byte{1}, iterations: math.MaxInt32}.derive(r, 0, 32)
	require.Error(t, err)
	require.Less(t, time.Since(start), time.Second)
}
