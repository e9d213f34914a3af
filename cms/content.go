package cms

import (
	"bytes"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/verdict"
)

// hashed is the content that was signed, with the digests of it that were asked for so far. Judging a signer needs
// no more of the content than this.
type hashed struct {
	content []byte
	digests map[cert.Digest][]byte
}

func newHashed(content []byte) *hashed {
	return &hashed{content: content, digests: make(map[cert.Digest][]byte)}
}

func (h *hashed) digest(d cert.Digest) []byte {
	if _, ok := h.digests[d]; !ok {
		h.digests[d] = d.Sum(h.content)
	}
	return h.digests[d]
}

// signedContent settles what the signatures are over: the content in the message, or the caller's for a detached
// message, where nil is no content and an empty slice is empty content. Both are fine if they are equal (T35).
func (sd *SignedData) signedContent(given []byte) ([]byte, error) {
	switch {
	case sd.Detached && given == nil:
		return nil, verdict.New(verdict.ContentMissing, "cms: the message is detached and no content was given")
	case sd.Detached:
		return given, nil
	case given != nil && !bytes.Equal(given, sd.Content):
		return nil, verdict.New(verdict.ContentMismatch, "cms: the content in the message is not the content given")
	}
	return sd.Content, nil
}

// checkWithoutAttributes refuses messages in which the missing of signed attributes is not allowed (RFC 5652, Section
// 5.3) or may be a trick (T29).
func checkWithoutAttributes(contentType cert.OID, content []byte) error {
	if contentType != oid.Data {
		return badAttributes("content of type %s without signed attributes", contentType)
	}
	if looksLikeSignedAttributes(content) {
		return badAttributes("the content is itself a set of signed attributes: somebody's signature is misused")
	}
	return nil
}
