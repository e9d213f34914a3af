package emulator

import (
	"context"
	"strings"

	"github.com/qoltanba/eds/ncalayer"
)

// answer returns the reply to a message. Whatever the message is, there is one.
func (s *session) answer(ctx context.Context, message []byte) ncalayer.Reply {
	request, err := ncalayer.DecodeRequest(message)
	if err != nil {
		return ncalayer.Failure{Envelope: ncalayer.EnvelopeService, Code: ncalayer.CodeNotJSON}
	}
	event := Event{Kind: Asked, Origin: s.origin, Module: request.Module, Method: request.Method}
	s.emulator.options.Observe(event)
	reply := s.dispatch(ctx, request, &event)
	event.Kind = Answered
	event.Outcome, event.Detail = outcomeOf(reply, event.Detail)
	s.emulator.options.Observe(event)
	return reply
}

func (s *session) dispatch(ctx context.Context, r ncalayer.Request, event *Event) ncalayer.Reply {
	switch r.Module {
	case ncalayer.Basics:
		if r.Method == ncalayer.MethodSign {
			return s.sign(ctx, r, event)
		}
		return basicsFailure(ncalayer.CodeInvocationError, "There is no such method.", "java.lang.NoSuchMethodException")
	case ncalayer.CommonUtils:
		return s.commonUtils(ctx, r, event)
	}
	return ncalayer.ModuleNotFound{}
}

func outcomeOf(r ncalayer.Reply, detail string) (outcome, why string) {
	switch r := r.(type) {
	case ncalayer.Cancelled:
		return "cancelled", detail
	case ncalayer.Failure:
		return "failed", strings.TrimSpace(r.Code + " " + r.Message + " " + r.Details)
	case ncalayer.ModuleNotFound:
		return "no-module", ""
	}
	return "done", detail
}
