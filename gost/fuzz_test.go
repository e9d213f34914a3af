package gost_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/pedroalbanese/gogost/gost3410"

	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/shared"
)

// seeds returns every third of the signature vectors, which TestVectorsSignature looks at one by one, where the shared
// folder is.
func seeds(f *testing.F) []vector {
	root, ok := shared.Find()
	if !ok {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(root, "vectors", "manifest.json"))
	if err != nil {
		f.Fatal(err)
	}
	var some []vector
	for i, v := range append(ofKind(f, text, "sig"), ofKind(f, text, "sig-digest")...) {
		if i%3 == 0 {
			some = append(some, v)
		}
	}
	return some
}

func FuzzParsePublicKey(f *testing.F) {
	for _, a := range algorithms {
		k := public(newKey(f, a.Algorithm, 1))
		f.Add(k.MarshalSPKI())
		f.Add(spki(a.key, named(a.paramSet, a.digest), bits(0, build(octets(k.Bytes())))))
	}
	for _, v := range seeds(f) {
		f.Add(v.SPKI)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		before := bytes.Clone(in)
		k, err := gost.ParsePublicKey(in)
		if !bytes.Equal(before, in) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			if kind := gost.Kind(err); k != nil || kind != gost.ErrKey && kind != gost.ErrAlgorithm {
				t.Fatalf("key %v, error %v", k, err)
			}
			return
		}
		out := k.MarshalSPKI()
		// The digest identifier that RFC 9215 lets one write or omit is the one thing that may differ.
		if a := k.Algorithm(); !bytes.Equal(in, out) && a != gost.RU512A && a != gost.RU256A {
			t.Fatalf("read %x, wrote %x", in, out)
		}
		again, err := gost.ParsePublicKey(out)
		if err != nil || !again.Equal(k) || len(out) > len(in) || !bytes.HasSuffix(in, k.Bytes()) {
			t.Fatalf("read %x, wrote %x: %v", in, out, err)
		}
	})
}

func FuzzParsePrivateKey(f *testing.F) {
	for _, a := range algorithms {
		k := newKey(f, a.Algorithm, 1)
		f.Add(k.MarshalPKCS8())
		algorithm := sequence(identifier(a.key), named(a.paramSet, a.digest))
		f.Add(pkcs8(0, algorithm, octets(build(octets(gost.Secret(k))))))
		f.Add(pkcs8(0, algorithm, octets(build(integer(le(gost.Secret(k)))))))
	}
	for _, v := range seeds(f) {
		f.Add(v.PKCS8)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		k, err := gost.ParsePrivateKey(in)
		if err != nil {
			if kind := gost.Kind(err); k != nil || kind != gost.ErrKey && kind != gost.ErrAlgorithm {
				t.Fatalf("key %v, error %v", k, err)
			}
			return
		}
		out := k.MarshalPKCS8()
		// The keys of RFC 9215 are read in three forms and written in one.
		national := k.Algorithm() == gost.KZ512 || k.Algorithm() == gost.KZ256 || k.Algorithm() == gost.KZ2004
		if national && !bytes.Equal(in, out) {
			t.Fatalf("read %x, wrote %x", in, out)
		}
		again, err := gost.ParsePrivateKey(out)
		if err != nil || !again.Equal(k) {
			t.Fatalf("read %x, wrote %x: %v", in, out, err)
		}
	})
}

// Whatever verifies is of the one length, and gogost agrees with it.
func FuzzVerify(f *testing.F) {
	for _, a := range algorithms {
		k := newKey(f, a.Algorithm, 1)
		digest := hashed(a.Algorithm, "message")
		f.Add(public(k).MarshalSPKI(), digest, sign(f, k, digest))
	}
	for _, v := range seeds(f) {
		digest := []byte(v.Digest)
		if v.Kind == "sig" {
			if k, err := gost.ParsePublicKey(v.SPKI); err == nil {
				digest = hashed(k.Algorithm(), string(*v.Message))
			}
		}
		f.Add(v.SPKI, digest, []byte(v.Signature))
	}
	f.Fuzz(func(t *testing.T, spki, digest, signature []byte) {
		k, err := gost.ParsePublicKey(spki)
		if err != nil {
			return
		}
		a := k.Algorithm()
		if err := k.Verify(a.Digest(), digest, signature); err != nil {
			if kind := gost.Kind(err); kind != gost.ErrDigest && kind != gost.ErrSignature {
				t.Fatal(err)
			}
			return
		}
		if len(digest) != a.Digest().Size() || len(signature) != a.SignatureSize() {
			t.Fatalf("accepted a signature of %d octets over a digest of %d", len(signature), len(digest))
		}
		theirs, err := gost3410.NewPublicKeyLE(gogostCurve(a), k.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		kz := a == gost.KZ512 || a == gost.KZ256 || a == gost.KZ2004
		if !gogostVerifies(theirs, kz, digest, signature) {
			t.Fatalf("gogost refuses %x over %x with %x", signature, digest, spki)
		}
	})
}
