package site

import (
	"net/http"
	"strings"
)

// around puts the layers around the routes that every request passes, the outermost first.
func (s *Site) around(mux *http.ServeMux) http.Handler {
	var h http.Handler = mux
	for _, layer := range []func(http.Handler) http.Handler{
		s.sessions.LoadAndSave,
		limitBody,
		s.crossOriginProtection().Handler,
		s.rightHost,
		s.clientAddress(),
		s.translated,
		s.withHeaders,
	} {
		h = layer(h)
	}
	return s.logged(mux, h)
}

// withHeaders sets what every answer carries. Nothing is kept by caches unless a handler says so.
func (s *Site) withHeaders(next http.Handler) http.Handler {
	headers := map[string]string{
		"Content-Security-Policy":      s.contentSecurityPolicy(),
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY", // for browsers that do not know frame-ancestors
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
		"Cache-Control":                "no-store",
	}
	if s.secure() {
		headers["Strict-Transport-Security"] = "max-age=31536000"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}

// contentSecurityPolicy lets a page load what this origin serves, and talk to this origin and to NCALayer.
func (s *Site) contentSecurityPolicy() string {
	return strings.Join([]string{
		"default-src 'self'",
		"connect-src 'self' " + strings.TrimSuffix(s.c.NCALayer, "/"),
		"object-src 'none'",
		"base-uri 'none'",
		"form-action 'self'",
		"frame-ancestors 'none'",
	}, "; ")
}

// crossOriginProtection refuses what another site's page sends (CSRF), by the headers that browsers set and pages
// cannot.
func (s *Site) crossOriginProtection() *http.CrossOriginProtection {
	p := http.NewCrossOriginProtection()
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, problem{status: http.StatusForbidden, kind: "rejected", code: codeOrigin})
	}))
	return p
}

// rightHost refuses requests for another host than the origin's: a name of somebody else that was made to point here
// (DNS rebinding), or a wrong address. A proxy in front must pass the Host header on. Health checks may use any name.
func (s *Site) rightHost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != s.origin.Host && r.URL.Path != "/healthz" {
			http.Error(w, "This site is at "+s.c.Origin, http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
