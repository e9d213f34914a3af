package fetch_test

import (
	"context"
	"encoding/binary"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
)

// nameServer answers every question for an A record with v4 and for an AAAA record with v6; where that is nil, it says
// that there is none.
func nameServer(t *testing.T, v4, v6 net.IP) *net.Resolver {
	t.Helper()
	conn := packets(t)
	go func() {
		query := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(query)
			if err != nil {
				return
			}
			conn.WriteTo(answer(query[:n], v4.To4(), v6), from)
		}
	}()
	return resolverAt(conn.LocalAddr().String())
}

func packets(t *testing.T) net.PacketConn {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	return conn
}

func resolverAt(server string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server)
	}}
}

// answer writes a DNS response (RFC 1035, Section 4): the header, the question repeated, at most one record.
func answer(query []byte, v4, v6 net.IP) []byte {
	end := 12
	for query[end] != 0 { // labels of the name
		end += int(query[end]) + 1
	}
	end += 5 // the root label, type, class
	address := map[uint16]net.IP{1: v4, 28: v6}[binary.BigEndian.Uint16(query[end-4:])]

	reply := append([]byte(nil), query[:end]...)
	binary.BigEndian.PutUint16(reply[2:], 0x8180) // a response, recursion desired and available
	copy(reply[6:12], []byte{0, 0, 0, 0, 0, 0})   // counts of records
	if address == nil {
		return reply
	}
	reply[7] = 1
	reply = append(reply, 0xC0, 12)            // the name of the question
	reply = append(reply, query[end-4:end]...) // its type and class
	reply = append(reply, 0, 0, 0, 0)          // time to live
	reply = binary.BigEndian.AppendUint16(reply, uint16(len(address)))
	return append(reply, address...)
}
