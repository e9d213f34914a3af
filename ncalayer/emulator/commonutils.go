package emulator

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/qoltanba/eds/cms"
	"github.com/qoltanba/eds/ncalayer"
)

func commonFailure(message string) *ncalayer.Failure {
	return &ncalayer.Failure{Envelope: ncalayer.EnvelopeCommonUtils, Code: "500", Message: message}
}

// commonUtils answers the module before basics. It is called by reflection, and words its errors so.
func (s *session) commonUtils(ctx context.Context, r ncalayer.Request, event *Event) ncalayer.Reply {
	result, err := s.callCommon(ctx, r, event)
	if err == nil {
		return result
	}
	if f, ok := failureOf(err); ok {
		f.Envelope, f.UUID = ncalayer.EnvelopeCommonUtils, r.UUID
		return f
	}
	event.Detail = err.Error()
	return ncalayer.Cancelled{Envelope: ncalayer.EnvelopeCommonUtils, UUID: r.UUID}
}

// callCommon returns a [*ncalayer.Failure] for a request that fails; any other error is a cancelled one.
func (s *session) callCommon(ctx context.Context, r ncalayer.Request, event *Event) (ncalayer.Response, error) {
	var object any
	var err error
	switch r.Method {
	case ncalayer.MethodChangeLocale: // some versions send no reply, but ncalayer-js-client waits for one
		if s.locale, err = ncalayer.DecodeText(r.Args); err != nil {
			err = mismatch(r.Method)
		}
		return ncalayer.Response{UUID: r.UUID}, err
	case ncalayer.MethodActiveTokens:
		object = s.emulator.tokens()
	case ncalayer.MethodKeyInfo:
		object, err = s.keyInfo(ctx, r)
	case ncalayer.MethodCreateCAdES:
		event.Documents = 1
		object, err = s.createCAdES(ctx, r)
	default:
		err = commonFailure(refusal(r.Method))
	}
	if err != nil {
		return ncalayer.Response{}, err
	}
	return ncalayer.NewResponse(object, r.UUID)
}

// refusal says why a method is not there.
func refusal(method string) string {
	switch {
	case strings.HasSuffix(method, "FromFile"), method == "showFileChooser":
		return "the emulator reads no files for a page"
	case strings.HasPrefix(method, "createCMSSignature"), method == "applyCAdEST":
		return "the emulator has no time-stamping authority"
	case slices.Contains([]string{"createCAdESFromBase64Hash", "signXml", "signXmls"}, method):
		return "the emulator does not have this method"
	}
	return "NoSuchMethodException " + method
}

// tokens lists the hardware that is plugged in. Files are never among it.
func (e *Emulator) tokens() []string {
	names := []string{}
	for _, k := range e.options.Keys {
		file := k.Storage == ncalayer.StoragePKCS12 || k.Storage == ncalayer.StorageJKS
		if !file && !slices.Contains(names, k.Storage) {
			names = append(names, k.Storage)
		}
	}
	return names
}

func mismatch(method string) *ncalayer.Failure {
	return commonFailure("java.lang.IllegalArgumentException: argument type mismatch. Method: " + method)
}

// checkStorage refuses a storage that is not known, or has no keys.
func (e *Emulator) checkStorage(name string) error {
	inside := func(k Key) bool { return k.Storage == name }
	switch {
	case name == "":
		return commonFailure(ncalayer.MessageStorageNameEmpty)
	case !slices.Contains(ncalayer.Storages(), name):
		return commonFailure(ncalayer.MessageStorageUnknown)
	case !slices.ContainsFunc(e.options.Keys, inside):
		return commonFailure(ncalayer.MessageStorageEmpty)
	}
	return nil
}

func (s *session) keyInfo(ctx context.Context, r ncalayer.Request) (any, error) {
	storage, err := ncalayer.DecodeText(r.Args)
	if err != nil {
		return nil, mismatch(r.Method)
	}
	if err := s.emulator.checkStorage(storage); err != nil {
		return nil, err
	}
	key, err := s.emulator.decide(ctx, Prompt{
		Origin: s.origin, Module: r.Module, Method: r.Method, Locale: s.locale,
		Keys: s.emulator.candidates(inStorage([]string{storage})),
	})
	if err != nil {
		return nil, err
	}
	return key.info().Encode()
}

func (s *session) createCAdES(ctx context.Context, r ncalayer.Request) (any, error) {
	args, err := ncalayer.DecodeCreateCAdES(r.Args)
	if err != nil {
		return nil, mismatch(r.Method)
	}
	if err := s.emulator.checkStorage(args.Storage); err != nil {
		return nil, err
	}
	content, err := decodeBase64(args.Data)
	if err != nil {
		return nil, commonFailure(err.Error())
	}
	if _, err := cms.Parse(content); err == nil {
		return nil, commonFailure("the emulator adds no signature to a message") // NCALayer does
	}
	document := Document{Content: content}
	key, err := s.emulator.decide(ctx, Prompt{
		Origin: s.origin, Module: r.Module, Method: r.Method, Sign: true,
		Documents: []Document{document}, Attached: args.Attach, Locale: s.locale,
		Keys: s.emulator.candidates(inStorage([]string{args.Storage}), ofType(args.KeyType)),
	})
	if err != nil {
		return nil, err
	}
	message, err := s.emulator.makeCMS(key, document, !args.Attach)
	if err != nil {
		return nil, commonFailure(errors.Join(errors.New("signing has failed"), err).Error())
	}
	return base64.StdEncoding.EncodeToString(message), nil
}
