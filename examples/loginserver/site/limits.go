package site

import (
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"
)

// maxBody bounds the body of a request: the library reads logins of at most 64 KiB, which JSON lengthens a little.
const maxBody = 128 << 10

func limitBody(next http.Handler) http.Handler { return http.MaxBytesHandler(next, maxBody) }

// clientAddress finds the address that limits count by: the peer's, or the one that the peer names if it is a trusted
// proxy. Anybody else may write into X-Forwarded-For what he likes.
func (s *Site) clientAddress() func(http.Handler) http.Handler {
	prefixes := make([]string, len(s.c.TrustedProxies))
	for i, p := range s.c.TrustedProxies {
		prefixes[i] = p.String()
	}
	return func(next http.Handler) http.Handler {
		own := middleware.ClientIPFromRemoteAddr(next)
		if len(prefixes) == 0 {
			return own
		}
		named := middleware.ClientIPFromXFF(prefixes...)(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if s.isProxy(r.RemoteAddr) {
				named.ServeHTTP(w, r)
				return
			}
			own.ServeHTTP(w, r)
		})
	}
}

func (s *Site) isProxy(peer string) bool {
	address, err := netip.ParseAddrPort(peer)
	return err == nil && slices.ContainsFunc(s.c.TrustedProxies, func(p netip.Prefix) bool {
		return p.Contains(address.Addr().Unmap())
	})
}

// limited bounds how often one address may call a handler. Each handler has a count of its own.
func (s *Site) limited(handler http.HandlerFunc) http.Handler {
	return httprate.LimitBy(s.c.PerMinute, time.Minute, addressKey, httprate.WithLimitHandler(s.tooMany))(handler)
}

// addressKey is the whole of an IPv4 address and the /64 of an IPv6 one. Where a proxy names none, all share a count.
func addressKey(r *http.Request) (string, error) {
	return httprate.CanonicalizeIP(middleware.GetClientIP(r.Context())), nil
}

func (s *Site) tooMany(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, problem{status: http.StatusTooManyRequests, kind: "limit", code: codeLimited})
}
