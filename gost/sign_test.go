package gost_test

import (
	"bytes"
	"crypto"
	"errors"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/gost"
)

func TestSign(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			k := newKey(t, a.Algorithm, 1)
			digest := hashed(a.Algorithm, "message")
			for name, opts := range map[string]crypto.SignerOpts{
				"nil": nil, "own-digest": a.Digest(), "no-hash": crypto.Hash(0),
			} {
				signature, err := k.Sign(nil, digest, opts)
				require.NoError(t, err, name)
				require.Len(t, signature, a.SignatureSize())
				require.NoError(t, public(k).Verify(a.Digest(), digest, signature), name)
			}
			for _, opts := range []crypto.SignerOpts{crypto.SHA256, crypto.SHA512, gost.Streebog512, gost.Streebog256, gost.GOST34311, gost.Digest(0)} {
				if opts == crypto.SignerOpts(a.Digest()) {
					continue
				}
				signature, err := k.Sign(nil, digest, opts)
				require.Equal(t, gost.ErrDigest, gost.Kind(err), "%v", opts)
				require.Nil(t, signature)
			}
			for _, n := range []int{0, 1, 20, len(digest) - 1, len(digest) + 1, 128} {
				_, err := k.Sign(nil, make([]byte, n), nil)
				require.Equal(t, gost.ErrDigest, gost.Kind(err), "%d octets", n)
			}
		})
	}
}

// r tells whether k is another.
func TestSignNonce(t *testing.T) {
	for _, a := range algorithms {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			rOf := func(k *gost.PrivateKey, message string, seed byte) string {
				signature, err := k.Sign(reader(seed), hashed(a.Algorithm, message), nil)
				require.NoError(t, err)
				r, _ := gost.Halves(a.Algorithm, signature)
				return r.Text(16)
			}
			one, two := newKey(t, a.Algorithm, 1), newKey(t, a.Algorithm, 2)
			first := rOf(one, "message", 1)
			require.Equal(t, first, rOf(one, "message", 1))
			require.NotEqual(t, first, rOf(one, "message", 2), "other randomness")
			require.NotEqual(t, first, rOf(one, "messages", 1), "another digest, the same randomness")
			require.NotEqual(t, first, rOf(two, "message", 1), "another key, the same randomness")

			again, err := one.Sign(nil, hashed(a.Algorithm, "message"), nil)
			require.NoError(t, err)
			more, err := one.Sign(nil, hashed(a.Algorithm, "message"), nil)
			require.NoError(t, err)
			require.NotEqual(t, again, more, "nil is real randomness")
		})
	}
}

func TestSignWithoutRandomness(t *testing.T) {
	k := newKey(t, gost.KZ256, 1)
	broken := errors.New("broken")
	_, err := k.Sign(iotest.ErrReader(broken), hashed(gost.KZ256, ""), nil)
	require.ErrorIs(t, err, broken)
	require.NoError(t, gost.Kind(err))
	_, err = k.Sign(bytes.NewReader(make([]byte, 31)), hashed(gost.KZ256, ""), nil)
	require.Error(t, err)
}

func TestSignConcurrently(t *testing.T) {
	k := newKey(t, gost.KZ256, 1)
	digest := hashed(gost.KZ256, "message")
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			require.NoError(t, public(k).Verify(gost.Streebog256, digest, sign(t, k, digest)))
		})
	}
}
