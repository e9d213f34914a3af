package ncalayer

import (
	"context"
	"fmt"

	"github.com/coder/websocket"
)

// open connects as a page: the browser decides whom to trust, and says where the page is from.
func (c *Client) open(ctx context.Context, address string, _ Options) (*websocket.Conn, error) {
	conn, _, err := websocket.Dial(ctx, address, nil)
	if err != nil {
		return nil, fmt.Errorf("ncalayer: not connected: %w", err)
	}
	return conn, nil
}

func (c *Client) drop() { _ = c.conn.CloseNow() }
