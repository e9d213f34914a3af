package site

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/revocation"
	"github.com/qoltanba/eds/verdict"
)

func textsOf(t *testing.T, lang string) map[string]string {
	t.Helper()
	texts := map[string]string{}
	_, err := toml.DecodeFile("locale/"+lang+".toml", &texts)
	require.NoError(t, err)
	return texts
}

// All three languages have all keys, none empty, none left in another language's script.
func TestTextsAreComplete(t *testing.T) {
	want := slices.Sorted(maps.Keys(textsOf(t, "en")))
	require.Greater(t, len(want), 100)
	for _, lang := range verdict.Languages() {
		texts := textsOf(t, lang)
		require.Equal(t, want, slices.Sorted(maps.Keys(texts)), lang)
		for key, text := range texts {
			require.NotEmpty(t, strings.TrimSpace(text), "%s %s", lang, key)
			cyrillic := regexp.MustCompile(`\p{Cyrillic}`).MatchString(text)
			latin := regexp.MustCompile(`^[\p{Latin}\p{Common}]+$`).MatchString(text)
			require.True(t, lang == "en" && latin || lang != "en" && (cyrillic || latin && len(text) < 20), "%s %s: %s", lang, key, text)
		}
	}
}

// Every key that a template names, and every word of the library that a page shows, has a text.
func TestTextsAreThere(t *testing.T) {
	var keys []string
	for _, name := range []string{"layout", "start", "cabinet", "problem"} {
		source, err := os.ReadFile("templates/" + name + ".html")
		require.NoError(t, err)
		for _, match := range regexp.MustCompile(`\.T "([^"]+)"`).FindAllStringSubmatch(string(source), -1) {
			keys = append(keys, match[1])
		}
	}
	require.Greater(t, len(keys), 40)
	for _, step := range verdict.StepNames() {
		keys = append(keys, "step."+string(step))
	}
	for _, outcome := range []verdict.Outcome{verdict.Skipped, verdict.Passed, verdict.Failed, verdict.UndecidedStep} {
		keys = append(keys, "outcome."+outcome.String())
	}
	for _, role := range roles {
		keys = append(keys, "role."+string(role))
	}
	for _, storage := range storages {
		keys = append(keys, "storage."+string(storage))
	}
	keys = append(keys, "class.test", "class.other", "source.ocsp", "source.crl")
	for _, lang := range verdict.Languages() {
		for _, key := range keys {
			_, err := wordsIn(lang).T(key)
			require.NoError(t, err)
		}
	}
}

var roles = []nca.Role{
	nca.Individual, nca.IndividualSystem, nca.Organization, nca.Head, nca.CanSign, nca.CanSignFinancial, nca.HR,
	nca.Employee, nca.DigitalSystem, nca.TreasuryClient, nca.Notary, nca.CivilServant, nca.ArchivePresidential,
	nca.ArchiveState, nca.ArchiveDepartmental, nca.AuthorityStaff, nca.AuthorityAdministrator, nca.AuthorityManager,
	nca.AuthorityOperator,
}

var storages = []nca.Storage{
	nca.StoragePKCS12, nca.StorageJKS, nca.StorageIDCard, nca.StorageKaztoken, nca.StorageEToken,
	nca.StorageEToken5110, nca.StorageJaCarta, nca.StorageAKey, nca.StorageCloud,
}

// Every reason and every code of this site's own has a title, a text and advice in each language.
func TestRefusalsHaveWords(t *testing.T) {
	problems := []problem{
		{status: 503, kind: "undecided", code: codeBusy},
		{status: 500, kind: "misuse", code: codeInternal},
		{status: 429, kind: "limit", code: codeLimited},
		{status: 415, kind: "malformed", code: codeMediaType},
		{status: 404, kind: "malformed", code: codeNotFound},
		{status: 403, kind: "rejected", code: codeOrigin},
		{status: 503, kind: "undecided", code: codeUndecided},
		problemOf(verdict.New(verdict.Revoked, "%w", revocation.ErrNeverIssued)),
		problemOf(verdict.New(verdict.ChallengeUnknown, "%w", eds.ErrOtherChallenge)),
	}
	for _, reason := range verdict.Reasons() {
		problems = append(problems, problemOf(reason))
	}
	for _, p := range problems {
		for _, lang := range verdict.Languages() {
			r := p.words(wordsIn(lang), "X")
			require.NotEmpty(t, r.Title, p.code)
			require.NotEmpty(t, r.Text, p.code)
			require.NotEmpty(t, r.Advice, p.code)
		}
	}
}
