package edstest

import "net/http"

func (d *desk) serveOCSP(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
