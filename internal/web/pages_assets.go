package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"recobro/internal/evidence"
	"recobro/internal/problem"
	"recobro/templates"
)

// assetRoutes serve styles, fonts and scripts. They are public: the sign-in wears them too.
func (s *Server) assetRoutes() {
	s.page("GET", "/assets/{asset}", Public, s.asset)
	s.page("GET", "/assets/fonts/{asset}", Public, s.asset)
	s.page("GET", "/favicon.ico", Public, func(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
		http.Redirect(w, r, "/assets/mark.svg", http.StatusMovedPermanently)
		return nil
	})
}

var assetTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2",
	".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8"}

// asset serves one embedded file. A browser keeps it for an hour and then asks whether it changed.
func (s *Server) asset(w http.ResponseWriter, r *http.Request, _ evidence.Actor) error {
	name := strings.TrimPrefix(r.URL.Path, "/")
	data, err := fs.ReadFile(templates.Assets, name)
	if err != nil {
		return problem.Missing
	}
	kind := assetTypes[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	sum := sha256.Sum256(data)
	tag := fmt.Sprintf("%q", hex.EncodeToString(sum[:8]))
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	_, err = w.Write(data)
	return err
}
