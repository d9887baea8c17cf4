package fault

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// patience is how long a client may take for a piece of an answer.
const patience = 30 * time.Second

const (
	jsonType  = "application/json;charset=utf-8"
	loginPage = "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><form action=\"/login\"><input name=\"user\"></form></body></html>\n"
)

// Answer is what a server would send without the fault.
type Answer struct {
	Status      int
	ContentType string
	Body        []byte
}

// Sleep waits, or returns early with the context's error.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Write sends an answer as an outcome fault wants it. It returns false, and sends nothing, for a kind that
// needs the server's own protocol. Headers already set in w stay, such as Date.
func (i Injection) Write(w http.ResponseWriter, r *http.Request, a Answer) bool {
	switch i.Kind.Name {
	case CutBefore, CutAfter:
		Cut(w)
	case CutBody:
		cutBody(w, a, i.Int("percent"))
	case TruncatedJSON:
		a.Body = a.Body[:part(a.Body, i.Int("percent"))]
		Send(w, a)
	case WrongJSON:
		i.send(w, i.Text("body"))
	case EmptyBody:
		i.send(w, "")
	case EmptyObject:
		i.send(w, "{}")
	case Null:
		i.send(w, "null")
	case Redirect:
		w.Header().Set("Location", i.Text("location"))
		Send(w, Answer{Status: int(i.Int("status")), ContentType: "text/html;charset=utf-8"})
	case HTMLPage:
		Send(w, Answer{Status: int(i.Int("status")), ContentType: "text/html;charset=utf-8", Body: []byte(loginPage)})
	case HugeBody:
		flood(w, r, int(i.Int("status")), i.Int("bytes"))
	case EndlessBody:
		flood(w, r, int(i.Int("status")), -1)
	default:
		return false
	}
	return true
}

func (i Injection) send(w http.ResponseWriter, body string) {
	Send(w, Answer{Status: int(i.Int("status")), ContentType: jsonType, Body: []byte(body)})
}

// Send writes an answer with its length, within a time limit.
func Send(w http.ResponseWriter, a Answer) {
	deadline(w)
	w.Header().Set("Content-Type", a.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	if len(a.Body) > 0 {
		_, _ = w.Write(a.Body)
	}
}

// Cut closes the client's connection without a word more. Where the connection can't be had, as with HTTP/2,
// it ends the answer as it stands.
func Cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	_ = conn.Close()
}

func cutBody(w http.ResponseWriter, a Answer, percent int64) {
	deadline(w)
	w.Header().Set("Content-Type", a.ContentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.Body[:part(a.Body, percent)])
	_ = http.NewResponseController(w).Flush()
	Cut(w)
}

func part(body []byte, percent int64) int { return int(int64(len(body)) * percent / 100) }

// flood sends one JSON object of so many bytes, or, with less than 0, one that never ends.
func flood(w http.ResponseWriter, r *http.Request, status int, size int64) {
	const head, tail = `{"RequestId":"`, `"}`
	w.Header().Set("Content-Type", jsonType)
	if size >= 0 {
		w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	}
	w.WriteHeader(status)
	_, err := w.Write([]byte(head))
	left := size - int64(len(head)+len(tail))
	chunk := make([]byte, 32<<10)
	for n := range chunk {
		chunk[n] = 'A'
	}
	for err == nil && r.Context().Err() == nil && (size < 0 || left > 0) {
		if size >= 0 && left < int64(len(chunk)) {
			chunk = chunk[:left]
		}
		deadline(w)
		_, err = w.Write(chunk)
		left -= int64(len(chunk))
	}
	if err == nil && size >= 0 {
		_, _ = w.Write([]byte(tail))
	}
}

// deadline gives the client time for the next piece; a writer that has no deadlines goes without.
func deadline(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
}
