package sls

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/sagflow/sagflow/internal/lab/fault"
	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/codec"
)

const (
	jsonType     = "application/json"
	protobufType = "application/x-protobuf"

	headerRequestID    = "X-Log-Requestid"
	headerCount        = "X-Log-Count"
	headerProgress     = "X-Log-Progress"
	headerCursor       = "X-Log-Cursor"
	headerLastCursor   = "X-Log-Read-Last-Cursor"
	headerBodyRawSize  = "X-Log-Bodyrawsize"
	headerCompressType = "X-Log-Compresstype"

	// patience is how long a client may take for an answer.
	patience = time.Minute
)

// answer is what a call is answered with.
type answer struct {
	fault.Answer
	header map[string]string
}

// done is the answer of an action that has nothing to say.
func done() answer { return answer{Answer: fault.Answer{Status: http.StatusOK}} }

func jsonAnswer(value any) (answer, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return answer{}, fmt.Errorf("write an answer: %w", err)
	}
	return answer{Answer: fault.Answer{Status: http.StatusOK, ContentType: jsonType, Body: text}}, nil
}

func errorAnswer(e *apierror.Error) answer {
	a, err := jsonAnswer(struct {
		Code    string `json:"errorCode"`
		Message string `json:"errorMessage"`
	}{e.Code, e.Message})
	if err != nil {
		a = done()
	}
	a.Status = e.Status
	return a
}

func (a answer) with(name, value string) answer {
	if a.header == nil {
		a.header = map[string]string{}
	}
	a.header[name] = value
	return a
}

// compressed compresses an answer as the client wants it, and says so.
func (a answer) compressed(kind codec.Codec) (answer, error) {
	raw := len(a.Body)
	a = a.with(headerBodyRawSize, strconv.Itoa(raw))
	if raw == 0 || kind == codec.None {
		return a, nil
	}
	body, err := codec.Compress(kind, a.Body)
	if err != nil {
		return answer{}, err
	}
	a.Body = body
	return a.with(headerCompressType, kind.String()), nil
}

// send writes an answer within a time limit. One without a body has no type either.
func (a answer) send(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(patience))
	a.setHeaders(w)
	if len(a.Body) > 0 {
		w.Header().Set("Content-Type", a.ContentType)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.Body)))
	w.WriteHeader(a.Status)
	if len(a.Body) > 0 {
		_, _ = w.Write(a.Body)
	}
}

func (a answer) setHeaders(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
}
