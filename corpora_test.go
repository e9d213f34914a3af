package eds_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/gost"
	"github.com/qoltanba/eds/internal/armor"
	"github.com/qoltanba/eds/internal/budget"
	"github.com/qoltanba/eds/internal/der"
	"github.com/qoltanba/eds/internal/shared"
	"github.com/qoltanba/eds/pkcs12"
)

// What one input of the corpora may cost in one parser.
const (
	maxTime   = 100 * time.Millisecond
	maxMemory = 64 << 20
)

// Every input of the public fuzz corpora goes through every parser: no panic, in 100 ms and 64 MiB.
func TestCorpora(t *testing.T) {
	if testing.Short() {
		t.Skip("the corpora take some seconds")
	}
	v, err := eds.New("", sampleTrust(t), eds.Options{Revocation: eds.InsecureRevocationOff})
	require.NoError(t, err)
	parsers := map[string]func(b []byte){
		"der.FromBER":            func(b []byte) { _, _ = der.FromBER(b) },
		"armor.DecodeAll":        func(b []byte) { _, _ = armor.DecodeAll(b) },
		"cert.Decode":            func(b []byte) { _, _ = cert.Decode(b) },
		"cert.ParseName":         func(b []byte) { _, _ = cert.ParseName(b) },
		"cert.ParsePublicKey":    func(b []byte) { _, _ = cert.ParsePublicKey(b) },
		"cert.ParsePrivateKey":   func(b []byte) { _, _ = cert.ParsePrivateKey(b) },
		"gost.ParsePublicKey":    func(b []byte) { _, _ = gost.ParsePublicKey(b) },
		"cms.Decode":             func(b []byte) { _, _, _ = cms.Decode(b) },
		"pkcs12.Parse":           func(b []byte) { _, _ = pkcs12.Parse(b, "", pkcs12.Options{MaxIterations: 2048}) },
		"eds.Verify":             func(b []byte) { _, _ = v.Verify(t.Context(), bytes.NewReader(b), nil) },
		"eds.Verify of detached": func(b []byte) { _, _ = v.Verify(t.Context(), bytes.NewReader(b), strings.NewReader("content")) },
	}
	inputs := 0
	for _, archive := range shared.Corpora() {
		shared.Corpus(t, archive, func(name string, b []byte) {
			inputs++
			for parser, parse := range parsers {
				if budget.Spent(func() { parse(b) }) < maxTime/4 { // one look is enough
					budget.Memory(t, maxMemory, func() { parse(b) })
					continue
				}
				t.Run(parser+"/"+name, func(t *testing.T) {
					budget.Time(t, maxTime, func() { parse(b) })
					budget.Memory(t, maxMemory, func() { parse(b) })
				})
			}
		})
	}
	require.Greater(t, inputs, 7000)
}
