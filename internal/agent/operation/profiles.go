package operation

import (
	"net/http"
	"net/http/pprof"
)

// profiles serves /debug/pprof. To import net/http/pprof registers it with http.DefaultServeMux, too; that mux is
// served by nobody here, as each server has a handler of its own.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
