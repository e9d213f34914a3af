package main

import (
	"encoding/hex"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/crl"
	"github.com/qoltanba/eds/edstest"
	"github.com/qoltanba/eds/ocsp"
)

var (
	listFields = slices.Concat(inspectFields, []string{
		"version", "issuer", "number", "delta", "base_number", "this_update", "next_update", "entries", "scope",
		"distribution_points", "digest_algorithm", "signature_algorithm",
	})
	responseFields = slices.Concat(inspectFields, []string{
		"status", "responder", "responder_key_hash", "produced_at", "nonce", "digest_algorithm", "signature_algorithm",
		"responses", "certificates",
	})
	singleFields = []string{
		"serial", "hash_algorithm", "issuer_name_hash", "issuer_key_hash", "status", "time", "reason", "this_update", "next_update",
	}
)

func TestInspectList(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	ca := f.CA(edstest.GOST512)
	point := "http://crl.example/nca.crl"
	raw, err := crl.Create(crl.Template{
		ThisUpdate: sampleTime, NextUpdate: sampleTime.Add(time.Hour), Number: big.NewInt(167), BaseNumber: big.NewInt(166),
		Scope: &crl.IssuingDistributionPoint{
			FullName:      []cert.GeneralName{{Kind: cert.URIName, Text: point, Raw: []byte(point)}},
			OnlyUserCerts: true, HasReasons: true, Reasons: 2,
		},
		Entries: []crl.Entry{{Serial: []byte{5}, RevokedAt: sampleTime}, {Serial: []byte{6}, RevokedAt: sampleTime}},
	}, ca.Certificate, ca.Key)
	require.NoError(t, err)
	path := file(t, "x", raw)
	o := run(t, "inspect", "--json", path)
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, listFields, keys(t, o.stdout))
	a := &app{}
	require.Equal(t, map[string]any{
		"schema": 1., "file": path, "kind": "crl", "encoding": "der", "version": 2., "issuer": a.name(ca.Certificate.Subject),
		"number": "167", "delta": true, "base_number": "166", "this_update": "2026-09-15T12:00:00Z", "next_update": "2026-09-15T13:00:00Z",
		"entries": 2., "scope": []any{"onlyContainsUserCerts", "onlySomeReasons"}, "distribution_points": []any{point},
		"digest_algorithm": "streebog-512", "signature_algorithm": "1.2.398.3.10.1.1.2.3.2",
	}, o.object(t))
	for lang, words := range map[string][]string{
		"en": {"a delta", "base number", "next by", "Nothing was verified"},
		"ru": {"дельта", "базовый номер", "следующий не позже", "Ничего не проверено"},
		"kk": {"дельта", "негізгі нөмірі", "келесісі", "Ештеңе тексерілмеді"},
	} {
		for _, word := range append(words, "167", "166", "2026-09-15 13:00:00Z", point) {
			require.Contains(t, run(t, "inspect", "--lang", lang, path).stdout, word)
		}
	}
}

// A list of version 1 has nothing of all this, and no null either.
func TestInspectBareList(t *testing.T) {
	t.Parallel()
	ca := newFake(t).CA(edstest.GOST512)
	raw, err := crl.Create(crl.Template{ThisUpdate: sampleTime}, ca.Certificate, ca.Key)
	require.NoError(t, err)
	o := run(t, "inspect", "--json", file(t, "x", raw))
	require.Equal(t, listFields, keys(t, o.stdout))
	require.Contains(t, o.stdout, `"number":"","delta":false,"base_number":"","this_update":"2026-09-15T12:00:00Z","next_update":"","entries":0,"scope":[],"distribution_points":[]`)
}

func TestInspectNationalLists(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]any{
		"nca_gost2022_test-2026-08.crl":   {"166", false, "", 195.},
		"nca_gost2022_d_test-2025-04.crl": {"10", true, "14", 0.},
		"nca_rsa_test-2022-03.crl":        {"9", false, "", 126.},
	} {
		o := run(t, "inspect", "--json", vector(t, "nca-test", "crl", name))
		require.Equal(t, statusGood, o.status, o.stderr)
		object := o.object(t)
		require.Equal(t, want, []any{object["number"], object["delta"], object["base_number"], object["entries"]})
	}
}

func TestInspectResponse(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	bad := f.Person()
	f.Revoke(bad, cert.KeyCompromise, sampleTime.Add(-time.Hour))
	nonce := []byte("nonce of the request")
	path := file(t, "x", answerAbout(t, bad, nonce))
	o := run(t, "inspect", "--json", path)
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, responseFields, keys(t, o.stdout))
	require.Equal(t, singleFields, keys(t, first(t, o.stdout, "responses")))
	require.Equal(t, certificateFields, keys(t, first(t, o.stdout, "certificates")))
	object := o.object(t)
	require.Equal(t, "ocsp-response", object["kind"])
	require.Equal(t, "successful", object["status"])
	require.Equal(t, hex.EncodeToString(nonce), object["nonce"])
	require.Equal(t, "streebog-512", object["digest_algorithm"])
	require.NotEqual(t, object["responder"] == "", object["responder_key_hash"] == "", "one of the two")
	single := object["responses"].([]any)[0].(map[string]any)
	require.Equal(t, bad.Certificate.SerialNumber(), single["serial"])
	require.Equal(t, "sha-256", single["hash_algorithm"])
	require.Equal(t, []any{"revoked", "2026-09-15T11:00:00Z", "keyCompromise"}, []any{single["status"], single["time"], single["reason"]})
	for lang, words := range map[string][]string{
		"en": {"Answer 1 of 1", "REVOKED since 2026-09-15 11:00:00Z: the key is compromised"},
		"ru": {"Ответ 1 из 1", "ОТОЗВАН с 2026-09-15 11:00:00Z: ключ скомпрометирован"},
		"kk": {"Жауап 1 / 1", "КЕРІ ҚАЙТАРЫЛҒАН 2026-09-15 11:00:00Z"},
	} {
		people := run(t, "inspect", "--lang", lang, path).stdout
		for _, word := range append(words, bad.Certificate.SerialNumber(), hex.EncodeToString(nonce)) {
			require.Contains(t, people, word)
		}
	}
}

func TestInspectErrorResponse(t *testing.T) {
	t.Parallel()
	path := file(t, "x", ocsp.ErrorResponse(ocsp.TryLater))
	o := run(t, "inspect", "--json", path)
	require.Equal(t, statusGood, o.status, o.stderr)
	require.Equal(t, responseFields, keys(t, o.stdout))
	require.Contains(t, o.stdout, `"status":"tryLater","responder":"","responder_key_hash":"","produced_at":"","nonce":"","digest_algorithm":"","signature_algorithm":"","responses":[],"certificates":[]`)
	require.Contains(t, run(t, "inspect", path).stdout, "tryLater")
}

func TestInspectDamagedEvidence(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	person := f.Person()
	future := []byte("20261315120000Z") // there is no month 13
	said := answerAbout(t, person, nil)
	copy(said[slices.Index(said, 0x18)+2:], future)
	o := run(t, "inspect", "--json", file(t, "x", said))
	require.Equal(t, statusUnreadable, o.status)
	require.Equal(t, "ocsp-response", o.object(t)["kind"])
	require.Equal(t, "malformed", o.object(t)["reason"])
}
