package signer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Handler serves the protocol of witnesses: POST /add-checkpoint, GET /{hash of the origin}/checkpoint, and GET /vkey, the
// key to trust after somebody has compared it by other means.
func (s *Signer) Handler(logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
		if err != nil {
			http.Error(w, errRequest.Error(), http.StatusBadRequest)
			return
		}
		s.answer(w, body, logger)
	})
	mux.HandleFunc("GET /vkey", func(w http.ResponseWriter, _ *http.Request) { plain(w, []byte(s.Public()+"\n")) })
	byHash := map[string]string{}
	for origin := range s.logs {
		byHash[fmt.Sprintf("%x", sha256.Sum256([]byte(origin)))] = origin
	}
	mux.HandleFunc("GET /{hash}/checkpoint", func(w http.ResponseWriter, r *http.Request) {
		signed, ok := s.Newest(byHash[r.PathValue("hash")])
		if !ok {
			http.NotFound(w, r)
			return
		}
		plain(w, signed)
	})
	return mux
}

// answer signs or says why not.
func (s *Signer) answer(w http.ResponseWriter, body []byte, logger *slog.Logger) {
	request, err := ParseRequest(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	lines, err := s.Sign(request)
	var refused Refusal
	switch {
	case err == nil:
		plain(w, lines)
	case !errors.As(err, &refused):
		logger.Error("signing a checkpoint", "error", err)
		http.Error(w, "this key cannot sign now", http.StatusInternalServerError)
	case refused.Status == http.StatusConflict:
		w.Header().Set("Content-Type", sizeType)
		w.WriteHeader(refused.Status)
		fmt.Fprintf(w, "%d\n", refused.Size)
	default:
		logger.Warn("a checkpoint was refused", "status", refused.Status, "why", refused.Why, "request", string(body))
		http.Error(w, refused.Why, refused.Status)
	}
}

// sizeType is the type of a 409 answer: the size that was signed last.
const sizeType = "text/x.tlog.size"

func plain(w http.ResponseWriter, b []byte) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write(b)
}

// Server is an HTTP server around the handler, with limits against callers that never end.
func (s *Signer) Server(logger *slog.Logger) *http.Server {
	return &http.Server{Handler: s.Handler(logger), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 15 * time.Second, WriteTimeout: 15 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
}
