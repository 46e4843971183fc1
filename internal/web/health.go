package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"recobro/internal/evidence"
)

// healthRoutes say whether the process lives and whether it can work.
func (s *Server) healthRoutes() {
	s.page(http.MethodGet, "/healthz", Public, func(w http.ResponseWriter, _ *http.Request, _ evidence.Actor) error {
		return plain(w, "ok\n")
	})
	s.page(http.MethodGet, "/readyz", Public, func(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if err := s.Log.DB.Ping(ctx); err != nil {
			requestOf(r.Context()).log.Warn("not ready", "error", err.Error())
			return errUnavailable
		}
		return plain(w, "ready\n")
	})
}

func plain(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte(text))
	return err
}

// documentationRoutes serve the OpenAPI document, the single source of what the API takes and gives.
func (s *Server) documentationRoutes() {
	document := sync.OnceValues(func() ([]byte, error) { return s.api.OpenAPI().MarshalJSON() })
	s.page(http.MethodGet, basePath+"/openapi.json", Public, func(w http.ResponseWriter, _ *http.Request, _ evidence.Actor) error {
		bytes, err := document()
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, err = w.Write(bytes)
		return err
	})
	s.page(http.MethodGet, "/api/docs", Public, func(w http.ResponseWriter, _ *http.Request, _ evidence.Actor) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, err := w.Write([]byte(apiDocs))
		return err
	})
}

// apiDocs shows the document in Swagger UI, which is served from here like everything else.
const apiDocs = `<!doctype html>
<html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>API · Recobro</title>
<link rel="icon" href="/assets/mark.svg"><link rel="stylesheet" href="/assets/swagger-ui.css"></head>
<body><div id="api"></div><script src="/assets/swagger-ui-bundle.js"></script><script src="/assets/api-docs.js"></script></body></html>
`
