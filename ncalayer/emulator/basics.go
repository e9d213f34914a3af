package emulator

import (
	"context"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/ncalayer"
)

func basicsFailure(code, message, details string) ncalayer.Failure {
	return ncalayer.Failure{Envelope: ncalayer.EnvelopeBasics, Code: code, Message: message, Details: details}
}

func invalidParams(format string, args ...any) *ncalayer.Failure {
	f := basicsFailure(ncalayer.CodeInvalidSigningParams, "Invalid signing parameters.", fmt.Sprintf(format, args...))
	return &f
}

func signingFailure(details string) *ncalayer.Failure {
	f := basicsFailure(ncalayer.CodeSigningFailure, "Signing has failed.", details)
	return &f
}

// sign answers basics.sign.
func (s *session) sign(ctx context.Context, r ncalayer.Request, event *Event) ncalayer.Reply {
	signed, err := s.trySign(ctx, r, event)
	if err == nil {
		return signed
	}
	if f, ok := failureOf(err); ok {
		f.Envelope = ncalayer.EnvelopeBasics
		return f
	}
	event.Detail = err.Error()
	return ncalayer.Cancelled{Envelope: ncalayer.EnvelopeBasics}
}

// trySign returns a [*ncalayer.Failure] for a request that fails; any other error is a cancelled one.
func (s *session) trySign(ctx context.Context, r ncalayer.Request, event *Event) (ncalayer.Signed, error) {
	args, err := ncalayer.DecodeSignArgs(r.Args)
	if err != nil {
		return ncalayer.Signed{}, invalidParams("%v", err)
	}
	event.Documents = len(args.Data.Items)
	if f := s.emulator.checkArgs(args); f != nil {
		return ncalayer.Signed{}, f
	}
	documents, f := documentsOf(args)
	if f != nil {
		return ncalayer.Signed{}, f
	}
	authorities, f := chainOf(args.SignerParams.Chain)
	if f != nil {
		return ncalayer.Signed{}, f
	}
	key, err := s.emulator.decide(ctx, Prompt{
		Origin: s.origin, Module: r.Module, Method: r.Method, Sign: true,
		Documents: documents, Attached: args.SigningParams.Encapsulate, Locale: args.Locale,
		Keys: s.emulator.candidates(
			inStorage(args.AllowedStorages), withUsages(args.SignerParams.ExtKeyUsageOIDs),
			forPerson(args.SignerParams), issuedBy(authorities)),
	})
	if err != nil {
		return ncalayer.Signed{}, err
	}
	return s.emulator.signAll(key, documents, args)
}

// checkArgs refuses what the emulator cannot do, and what no version is known to understand.
func (e *Emulator) checkArgs(a ncalayer.SignArgs) *ncalayer.Failure {
	switch p := a.SigningParams; {
	case a.Format != ncalayer.FormatCMS:
		return signingFailure("the emulator signs the format cms only")
	case len(a.Data.Items) == 0:
		return invalidParams("there is nothing to sign")
	case a.Data.Several && e.options.Shape == ncalayer.ShapeText:
		return signingFailure("versions before 1.4 sign one document at a time")
	case a.AllowedStorages != nil && len(a.AllowedStorages) == 0:
		return invalidParams("allowedStorages is empty: leave it out, or send null, to allow all")
	case a.SignerParams.ExtKeyUsageOIDs == nil:
		return invalidParams("signerParams.extKeyUsageOids is missing: send [] to allow all")
	case p.Digested && (p.Encapsulate || !p.Decode):
		return invalidParams("a digest needs decode true and encapsulate false")
	case p.Timestamp && !e.options.SkipTimestamps:
		return signingFailure("the emulator has no time-stamping authority")
	}
	return nil
}

// documentsOf returns the octets to sign. Without decode they are those of the text, Base64 or not: a mistake that
// pages make, and that the prompt shows.
func documentsOf(a ncalayer.SignArgs) ([]Document, *ncalayer.Failure) {
	var documents []Document
	for _, item := range a.Data.Items {
		content := []byte(item)
		if a.SigningParams.Decode {
			var err error
			if content, err = decodeBase64(item); err != nil {
				return nil, signingFailure(err.Error())
			}
		}
		documents = append(documents, Document{Content: content, Digest: a.SigningParams.Digested})
	}
	return documents, nil
}

// decodeBase64 reads Base64 as Java's decoder does: no line breaks, padding at will.
func decodeBase64(text string) ([]byte, error) {
	encoding := base64.RawStdEncoding
	if strings.HasSuffix(text, "=") {
		encoding = base64.StdEncoding
	}
	content, err := encoding.DecodeString(text)
	if err := javaError(text, err); err != nil {
		return nil, err
	}
	return content, nil
}

// javaError words an error as Java does, for pages that show or search it. Line breaks, which Go passes over, are
// errors there.
func javaError(text string, err error) error {
	if err == nil && !strings.ContainsAny(text, "\r\n") {
		return nil
	}
	for _, c := range []byte(strings.TrimRight(text, "=")) {
		if !strings.ContainsRune(base64Alphabet, rune(c)) {
			return fmt.Errorf("java.lang.IllegalArgumentException: Illegal base64 character %x", c)
		}
	}
	return errors.New("java.lang.IllegalArgumentException: Last unit does not have enough valid bits")
}

const base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// chainOf reads the authorities whose keys are asked for.
func chainOf(texts []string) ([]*cert.Certificate, *ncalayer.Failure) {
	var authorities []*cert.Certificate
	for _, text := range texts {
		c, err := cert.Decode([]byte(text))
		if err != nil {
			return nil, invalidParams("signerParams.chain: %v", err)
		}
		authorities = append(authorities, c)
	}
	return authorities, nil
}

// signAll makes the result, in the shape of the version or with the certificate, if that is asked for.
func (e *Emulator) signAll(key Key, documents []Document, a ncalayer.SignArgs) (ncalayer.Signed, error) {
	signed := ncalayer.Signed{Shape: e.options.Shape}
	for _, d := range documents {
		message, err := e.makeCMS(key, d, !a.SigningParams.Encapsulate)
		if err != nil {
			return ncalayer.Signed{}, signingFailure(err.Error())
		}
		signed.Signatures = append(signed.Signatures, string(pem.EncodeToMemory(&pem.Block{Type: "CMS", Bytes: message})))
	}
	if a.SigningParams.OutputCert && e.options.Shape == ncalayer.ShapeList {
		signed.Shape, signed.Certificate = ncalayer.ShapeObject, certificatePEM(key.Certificate)
	}
	return signed, nil
}

func certificatePEM(c *cert.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
