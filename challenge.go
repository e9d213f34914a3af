package eds

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/qoltanba/eds/verdict"
)

// challengeVersion is the first line of a challenge: no document begins so.
const challengeVersion = "eds-login/1"

// maxChallenge bounds the text in bytes.
const maxChallenge = 1024

// nonceSize is the number of random bytes in a challenge.
const nonceSize = 32

// Sentences of the challenge, for whoever gets to see it.
const (
	challengeKK = "Бұл — сайтқа кіру. Бұл құжат емес, ешқандай міндеттеме туғызбайды."
	challengeRU = "Это вход на сайт. Это не документ и не создаёт никаких обязательств."
	challengeEN = "This is a sign-in to a site. It is no document and creates no obligations."
)

// ErrOtherChallenge stands behind [verdict.ChallengeUnknown] where a challenge of this site was signed, but not the one
// that this session has now: another browser's, or one that an answer has burnt or a newer one replaced. Test for it
// with errors.Is. Without it the session has no challenge at all.
var ErrOtherChallenge = errors.New("the signed challenge is not the one of this session")

// Challenge is the text that a person signs to log in, once.
type Challenge struct {
	text    string
	expires time.Time
}

// Text returns the text: UTF-8, lines ended by LF, at most 1,024 bytes. Exactly these bytes must be signed, in
// an attached CMS.
func (c Challenge) Text() string { return c.text }

// Base64 returns the text in standard Base64, the form in which NCALayer takes it ("decode": true).
func (c Challenge) Base64() string { return base64.StdEncoding.EncodeToString([]byte(c.text)) }

// Expires returns the moment after which no answer is accepted.
func (c Challenge) Expires() time.Time { return c.expires }

// Challenge makes a challenge for a session and stores it. session is the secret identifier of the browser's
// session before login, such as the value of its cookie; only a hash of it reaches the store. A session has one
// challenge: a new one takes the place of the last. A store that fails is undecided; an empty session is misuse.
func (v *Verifier) Challenge(ctx context.Context, session string) (Challenge, error) {
	if v.origin == "" {
		return Challenge{}, verdict.Misuse("eds: this verifier was made without an origin")
	}
	if session == "" {
		return Challenge{}, verdict.Misuse("eds: empty session")
	}
	nonce := make([]byte, nonceSize)
	rand.Read(nonce) // never fails
	issued := v.o.Clock().UTC().Truncate(time.Second)
	c := Challenge{expires: issued.Add(v.o.ChallengeLife)}
	c.text = strings.Join([]string{
		challengeVersion,
		challengeKK,
		challengeRU,
		challengeEN,
		originLabel + v.origin,
		"service: " + v.o.Service,
		"nonce: " + base64.RawURLEncoding.EncodeToString(nonce),
		"issued: " + issued.Format(time.RFC3339),
		expiresLabel + c.expires.Format(time.RFC3339),
		"",
	}, "\n")
	if err := v.o.Store.Put(ctx, storeKey(session), []byte(c.text), v.o.ChallengeLife); err != nil {
		return Challenge{}, storeError(err)
	}
	return c, nil
}

const (
	originLabel  = "origin: "
	expiresLabel = "expires: "
)

func storeError(err error) error { return verdict.From(fmt.Errorf("eds: challenge store: %w", err)) }

// storeKey hashes a session, so that whoever reads the store cannot take over a session.
func storeKey(session string) string {
	sum := sha256.Sum256([]byte("eds challenge\x00" + session))
	return hex.EncodeToString(sum[:])
}

// take burns the session's challenge and returns its text.
func (v *Verifier) take(ctx context.Context, session string, at time.Time) (string, error) {
	stored, found, err := v.o.Store.Take(ctx, storeKey(session))
	if err != nil {
		return "", storeError(err)
	}
	if !found {
		return "", verdict.New(verdict.ChallengeUnknown, "eds: no challenge for this session")
	}
	text := string(stored)
	expires, err := time.Parse(time.RFC3339, challengeField(text, expiresLabel))
	if err != nil {
		return "", verdict.New(verdict.ChallengeUnknown, "eds: the store returned no challenge")
	}
	if !at.Before(expires) {
		return "", verdict.New(verdict.ChallengeExpired, "eds: the challenge expired at %s", expires.Format(time.RFC3339))
	}
	return text, nil
}

// isChallenge reports whether content is the text of some challenge.
func isChallenge(content []byte) bool {
	return strings.HasPrefix(string(content[:min(len(content), len(challengeVersion)+1)]), challengeVersion+"\n")
}

// challengeField returns what stands behind the label of a line, or "".
func challengeField(text, label string) string {
	for line := range strings.Lines(text) {
		if value, found := strings.CutPrefix(line, label); found {
			return strings.TrimSuffix(value, "\n")
		}
	}
	return ""
}

// checkContent compares what was signed with the challenge, whole and in constant time. Where they differ, it
// tells a challenge of another site or session from some other text.
func (v *Verifier) checkContent(content []byte, challenge string) error {
	if subtle.ConstantTimeCompare(content, []byte(challenge)) == 1 {
		return nil
	}
	if !isChallenge(content) || len(content) > maxChallenge {
		return verdict.New(verdict.ContentMismatch, "eds: the signed content is no challenge")
	}
	if challengeField(string(content), originLabel) != v.origin {
		return verdict.New(verdict.OriginMismatch, "eds: the signed challenge names another origin")
	}
	return verdict.New(verdict.ChallengeUnknown, "eds: %w", ErrOtherChallenge)
}

func checkService(service string) error {
	if len(service) > 128 || !utf8.ValidString(service) || strings.ContainsFunc(service, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return verdict.Misuse("eds: Service must be one printable line of at most 128 bytes")
	}
	return nil
}
