package operation

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strings"

	"github.com/sagflow/sagflow/internal/agent"
)

// page is a path with what is served there.
type page struct {
	path, about string
	serve       http.HandlerFunc
}

const indexPath = "/"

func (s *Server) pages() []page {
	return []page{
		{"/metrics", "metrics for Prometheus", metrics(s.o).ServeHTTP},
		{"/healthz", "whether the process works: ok, or why not", s.reasons(s.unhealthy)},
		{"/readyz", "whether the device does what it is meant to: ok, or why not", s.reasons(s.unready)},
		{"/status", "the device's status in JSON, as sagflow status --json prints it", s.status},
	}
}

// handler serves the pages and the index, and says of everything else what there is.
func (s *Server) handler() http.Handler {
	pages := s.pages()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, fmt.Sprintf("method %q: want GET or HEAD", r.Method), http.StatusMethodNotAllowed)
			return
		}
		for _, p := range pages {
			if r.URL.Path == p.path {
				p.serve(w, r)
				return
			}
		}
		if r.URL.Path == indexPath {
			s.index(w, pages)
			return
		}
		http.Error(w, missing(r.URL.Path, pages), http.StatusNotFound)
	})
}

func missing(path string, pages []page) string {
	var b strings.Builder
	fmt.Fprintf(&b, "there is no %q; there is:\n", path)
	for _, p := range pages {
		fmt.Fprintf(&b, "%s  %s\n", p.path, p.about)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// index lists the pages. An error of a write means that whoever asked is gone; so it is in all of these.
func (s *Server) index(w http.ResponseWriter, pages []page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!DOCTYPE html>\n<title>sagflow</title>\n<h1>sagflow %s</h1>\n<ul>\n", html.EscapeString(s.o.Version))
	for _, p := range pages {
		fmt.Fprintf(w, "<li><a href=\"%s\">%s</a> %s</li>\n", p.path, p.path, html.EscapeString(p.about))
	}
	fmt.Fprint(w, "</ul>\n")
}

// reasons answers 503 with what find returns, a reason a line, and 200 where that is nothing.
func (s *Server) reasons(find func(*agent.Status) []string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		all := find(s.o.Status())
		if len(all) == 0 {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprintln(w, "ok")
			return
		}
		for i, reason := range all {
			all[i] = strings.Join(strings.Fields(reason), " ")
		}
		http.Error(w, strings.Join(all, "\n"), http.StatusServiceUnavailable)
	}
}

// status is what status.json says.
func (s *Server) status(w http.ResponseWriter, _ *http.Request) {
	now := s.o.Status()
	if now == nil {
		http.Error(w, noStatus, http.StatusServiceUnavailable)
		return
	}
	text, err := json.MarshalIndent(now, "", "  ")
	if err != nil {
		http.Error(w, fmt.Sprintf("make the status: %v", err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(text, '\n'))
}
