package edstest

import "net/http"

func (d *desk) serveCRL(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }
