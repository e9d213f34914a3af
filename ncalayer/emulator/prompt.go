package emulator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/nca"
	"github.com/qoltanba/eds/ncalayer"
)

// Prompt is what the person decides on, and all that NCALayer does not show: who asks, and what is to be signed.
type Prompt struct {
	Origin         string // of the page, as the browser says; "" for a program
	Module, Method string
	Sign           bool // false: the page asks for a key's public data only
	Documents      []Document
	Attached       bool   // the documents stand in the messages
	Locale         string // "kk", "ru", or what the page sent
	Keys           []Candidate
}

// Document is something to be signed. Its octets are for reading.
type Document struct {
	Content []byte
	Digest  bool // Content is the digest of a document that nobody sees here: what it says, only the page knows
}

// Candidate is a key on offer.
type Candidate struct {
	Certificate *cert.Certificate
	Storage     string
	Fits        bool
	Why         string // it does not fit
}

// Choice is the decision to sign.
type Choice struct {
	Key int // index into Prompt.Keys; it must fit
}

// String names the candidate by the subject of its certificate, the person's number masked.
func (c Candidate) String() string { return nca.PrintName(c.Certificate.Subject, false) }

// Text returns the document if it is a text, in UTF-8 and without control characters but line ends and tabs.
func (d Document) Text() (string, bool) {
	if d.Digest || !utf8.Valid(d.Content) || slices.ContainsFunc([]rune(string(d.Content)), unprintable) {
		return "", false
	}
	return string(d.Content), true
}

// unprintable finds characters that change what a terminal or a page shows of the others.
func unprintable(r rune) bool {
	return r != '\n' && r != '\t' && r != '\r' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

// errNoFit says that the person has nothing to choose from but "cancel".
var errNoFit = errors.New("no key fits")

// decide asks whoever decides here, and returns the key chosen.
func (e *Emulator) decide(ctx context.Context, p Prompt) (Key, error) {
	switch {
	case e.options.AutoApprove:
		return e.first(p)
	case e.options.Ask == nil:
		return Key{}, errors.New("nobody to ask")
	}
	select {
	case e.desk <- struct{}{}:
		defer func() { <-e.desk }()
	case <-ctx.Done():
		return Key{}, ctx.Err()
	}
	choice, err := e.options.Ask(ctx, p)
	switch {
	case err != nil:
		return Key{}, err
	case choice.Key < 0 || choice.Key >= len(p.Keys) || !p.Keys[choice.Key].Fits:
		return Key{}, errors.New("the key chosen does not fit")
	}
	return e.options.Keys[choice.Key], nil
}

func (e *Emulator) first(p Prompt) (Key, error) {
	i := slices.IndexFunc(p.Keys, func(c Candidate) bool { return c.Fits })
	if i < 0 {
		return Key{}, errNoFit
	}
	return e.options.Keys[i], nil
}

// A filter says why a key does not fit, or "".
type filter func(Key) string

// candidates tries the filters on every key.
func (e *Emulator) candidates(filters ...filter) []Candidate {
	var all []Candidate
	for _, k := range e.options.Keys {
		c := Candidate{Certificate: k.Certificate, Storage: k.Storage}
		for _, f := range filters {
			if c.Why == "" {
				c.Why = f(k)
			}
		}
		c.Fits = c.Why == ""
		all = append(all, c)
	}
	return all
}

func inStorage(names []string) filter {
	return func(k Key) string {
		if names != nil && !slices.Contains(names, k.Storage) {
			return "it is in another storage"
		}
		return ""
	}
}

// withUsages wants all the usages, as every known client means it.
func withUsages(usages []string) filter {
	return func(k Key) string {
		for _, usage := range usages {
			if !slices.Contains(k.Certificate.ExtKeyUsage, cert.OID(usage)) {
				return "it is for other uses"
			}
		}
		return ""
	}
}

// forPerson compares the numbers that the page asks for.
func forPerson(p ncalayer.SignerParams) filter {
	return func(k Key) string {
		subject := nca.SubjectOf(k.Certificate)
		switch {
		case p.IIN != "" && subject.IIN.Digits() != p.IIN:
			return "another person is asked for"
		case p.BIN != "" && string(subject.BIN) != p.BIN:
			return "another organization is asked for"
		case p.SerialNumber != "" && k.Certificate.SerialNumber() != strings.TrimLeft(strings.ToLower(p.SerialNumber), "0"):
			return "another certificate is asked for"
		}
		return ""
	}
}

// issuedBy wants one of the authorities to have issued the certificate. None named is any: see the package comment.
func issuedBy(authorities []*cert.Certificate) filter {
	return func(k Key) string {
		for _, a := range authorities {
			if a.Subject.Equal(k.Certificate.Issuer) && k.Certificate.CheckSignature(a.PublicKey) == nil {
				return ""
			}
		}
		if len(authorities) == 0 {
			return ""
		}
		return "another authority is asked for"
	}
}

// ofType is the choice of commonUtils; a type that is neither of the two is any.
func ofType(keyType string) filter {
	purpose, chosen := map[string]nca.Purpose{
		ncalayer.KeyTypeSignature: nca.Sign, ncalayer.KeyTypeAuthentication: nca.Auth,
	}[keyType]
	return func(k Key) string {
		if chosen && !slices.Contains(nca.PurposesOf(k.Certificate), purpose) {
			return "it is for other uses"
		}
		return ""
	}
}
