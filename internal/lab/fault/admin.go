package fault

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// maxAdminBody bounds what the admin listener reads.
const maxAdminBody = 1 << 20

// Admin returns the admin listener's handler; the package's documentation says what it takes.
func (p *Plan) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/faults", methods{http.MethodGet: p.list, http.MethodPost: p.add, http.MethodDelete: p.clear}.serve)
	mux.HandleFunc("/faults/{id}", methods{http.MethodDelete: p.remove}.serve)
	mux.HandleFunc("/log", methods{http.MethodGet: p.showLog, http.MethodDelete: p.forget}.serve)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, http.StatusNotFound, fmt.Errorf("path %q: there is /faults, /faults/{id} and /log", r.URL.Path))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if origin := r.Header.Get("Origin"); origin != "" {
			refuse(w, http.StatusForbidden, fmt.Errorf("origin %q: web pages may not set faults", origin))
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// methods are what a path does by HTTP method.
type methods map[string]http.HandlerFunc

func (m methods) serve(w http.ResponseWriter, r *http.Request) {
	if f, ok := m[r.Method]; ok {
		f(w, r)
		return
	}
	var allowed []string
	for _, name := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		if m[name] != nil {
			allowed = append(allowed, name)
		}
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	refuse(w, http.StatusMethodNotAllowed, fmt.Errorf("method %q of %s: it takes %s", r.Method, r.URL.Path, strings.Join(allowed, ", ")))
}

func (p *Plan) list(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, struct {
		Faults  []Standing `json:"faults"`
		Kinds   []Kind     `json:"kinds"`
		Actions []string   `json:"actions"`
	}{p.Rules(), p.o.Kinds, append([]string{Any}, p.o.Actions...)})
}

func (p *Plan) add(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxAdminBody))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is larger than %d bytes", maxAdminBody))
		return
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, fmt.Errorf("read the body: %w", err))
		return
	}
	rules, err := decode(body)
	if err == nil {
		rules, err = p.Add(rules...)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	reply(w, http.StatusCreated, struct {
		Faults []Rule `json:"faults"`
	}{rules})
}

// decode reads one rule or an array of rules, and nothing else.
func decode(body []byte) ([]Rule, error) {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return nil, errors.New("the body is empty: it takes a rule or an array of rules, such as {\"kind\":\"latency\"}")
	}
	rules := make([]Rule, 1)
	var into any = &rules[0]
	if body[0] == '[' {
		into = &rules
	} else if body[0] != '{' {
		return nil, fmt.Errorf("body %.40q: it takes a rule or an array of rules, such as {\"kind\":\"latency\"}", body)
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return nil, decodeError(err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("byte %d: there is more behind the rules", decoder.InputOffset())
	}
	return rules, nil
}

func decodeError(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return fmt.Errorf("field %q at byte %d: it takes %s, not %s", wrongType.Field, wrongType.Offset, wrongType.Type, wrongType.Value)
	}
	if strings.Contains(err.Error(), "unknown field") {
		return fmt.Errorf("%w: a rule has action, kind, where, after, count, probability, seed and parameters", err)
	}
	return fmt.Errorf("decode the rules: %w", err)
}

func (p *Plan) clear(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, map[string]int{"removed": p.Remove("")})
}

func (p *Plan) remove(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if n := p.Remove(id); n > 0 {
		reply(w, http.StatusOK, map[string]int{"removed": n})
		return
	}
	refuse(w, http.StatusNotFound, fmt.Errorf("id %q: no rule in force has it", id))
}

func (p *Plan) showLog(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, p.Log()) }

func (p *Plan) forget(w http.ResponseWriter, _ *http.Request) {
	p.ResetLog()
	reply(w, http.StatusOK, p.Log())
}

func refuse(w http.ResponseWriter, status int, err error) {
	reply(w, status, map[string]string{"error": err.Error()})
}

func reply(w http.ResponseWriter, status int, value any) {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{"error":"the answer could not be written as JSON"}`)
	}
	Send(w, Answer{Status: status, ContentType: jsonType, Body: append(text, '\n')})
}
