package gost_test

import (
	"hash"
	"testing"

	"github.com/pedroalbanese/gogost/gost28147"
	"github.com/pedroalbanese/gogost/gost34112012256"
	"github.com/pedroalbanese/gogost/gost34112012512"
	"github.com/pedroalbanese/gogost/gost341194"

	"github.com/qoltanba/eds/gost"
)

func BenchmarkHash(b *testing.B) {
	for _, c := range []struct {
		name   string
		eds    func() hash.Hash
		gogost func() hash.Hash
	}{
		{"streebog512", gost.Streebog512.New, func() hash.Hash { return gost34112012512.New() }},
		{"streebog256", gost.Streebog256.New, func() hash.Hash { return gost34112012256.New() }},
		{"gost94", gost.GOST34311.New, func() hash.Hash { return gost341194.New(&gost28147.SboxIdGostR341194TestParamSet) }},
	} {
		b.Run(c.name+"/eds", func(b *testing.B) { benchmarkHash(b, c.eds()) })
		b.Run(c.name+"/gogost", func(b *testing.B) { benchmarkHash(b, c.gogost()) })
	}
}

func benchmarkHash(b *testing.B, h hash.Hash) {
	message := make([]byte, 64<<10)
	b.SetBytes(int64(len(message)))
	b.ReportAllocs()
	for b.Loop() {
		h.Reset()
		h.Write(message)
		h.Sum(nil)
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, a := range algorithms {
		k := newKey(b, a.Algorithm, 1)
		digest := hashed(a.Algorithm, "message")
		signature := sign(b, k, digest)
		b.Run(a.name+"/eds", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := public(k).Verify(a.Digest(), digest, signature); err != nil {
					b.Fatal(err)
				}
			}
		})
		p := newPeer(b, k)
		b.Run(a.name+"/gogost", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if !p.verifies(digest, signature) {
					b.Fatal("not valid")
				}
			}
		})
	}
}

func BenchmarkSign(b *testing.B) {
	for _, a := range algorithms {
		k := newKey(b, a.Algorithm, 1)
		digest := hashed(a.Algorithm, "message")
		random := reader(1)
		b.Run(a.name+"/eds", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := k.Sign(random, digest, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		p := newPeer(b, k)
		b.Run(a.name+"/gogost", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.sign(b, random, digest)
			}
		})
	}
}

// Reading a key includes, on 256-A, the check of its order.
func BenchmarkParsePublicKey(b *testing.B) {
	for _, a := range algorithms {
		spki := public(newKey(b, a.Algorithm, 1)).MarshalSPKI()
		b.Run(a.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gost.ParsePublicKey(spki); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
