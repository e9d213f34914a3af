package emulator

import (
	"context"

	"github.com/qoltanba/eds/ncalayer"
)

// What tests of the inside look at.
var (
	KeyIDs        = keyIDs
	ProductionPin = productionPin
)

// Answer answers a message without a socket.
func (e *Emulator) Answer(ctx context.Context, message []byte) ncalayer.Reply {
	return (&session{emulator: e}).answer(ctx, message)
}
