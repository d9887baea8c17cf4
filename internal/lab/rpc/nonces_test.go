package rpc

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestNonceIsTakenOnce(t *testing.T) {
	n := newNonces()
	steps := []struct {
		name, key, nonce string
		after            time.Duration
		code             string
	}{
		{"first", "k", "a", 0, ""},
		{"again", "k", "a", time.Second, "SignatureNonceUsed"},
		{"another key", "l", "a", time.Second, ""},
		{"another nonce", "k", "b", time.Second, ""},
		{"as long as it could be valid", "k", "a", remembered, "SignatureNonceUsed"},
		{"after that", "k", "a", remembered + time.Nanosecond, ""},
		{"and then again", "k", "a", remembered + time.Second, "SignatureNonceUsed"},
	}
	for _, step := range steps {
		if got := codeOf(n.use(step.key, step.nonce, noon.Add(step.after))); got != step.code {
			t.Errorf("%s: %q, want %q", step.name, got, step.code)
		}
	}
}

func codeOf(err error) string {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestNoncesAreBounded(t *testing.T) {
	n := newNonces()
	n.most = 100
	for i := range 100 {
		if err := n.use("k", fmt.Sprint(i), noon.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
	}
	if got := codeOf(n.use("k", "new", noon.Add(100*time.Second))); got != "Throttling.User" {
		t.Errorf("a full memory: %q", got)
	}
	if got := codeOf(n.use("k", "0", noon.Add(100*time.Second))); got != "SignatureNonceUsed" {
		t.Errorf("a full memory forgot: %q", got)
	}
	if err := n.use("l", "new", noon); err != nil {
		t.Errorf("another key: %v", err)
	}
	if err := n.use("k", "new", noon.Add(remembered+time.Second)); err != nil {
		t.Errorf("once the first has ended: %v", err)
	}
	if known, queue := len(n.byKey["k"].known), len(n.byKey["k"].queue); known != queue || known != 100 {
		t.Errorf("%d known, %d in the queue, want 100", known, queue)
	}
}

func TestOneOfManyReplaysWins(t *testing.T) {
	n := newNonces()
	var won atomic.Int64
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if n.use("k", "a", noon) == nil {
				won.Add(1)
			}
		})
	}
	group.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 50 uses of one nonce were taken", won.Load())
	}
}

// A replay is refused over either scheme, also of the one by the other.
func TestReplayIsRefused(t *testing.T) {
	l := newLab(t)
	o := order{method: "GET", query: map[string]string{"Action": "CreateFlowLog", "Format": "JSON"}}
	if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA1", l.now, "n")); got.status != 200 {
		t.Fatal(got.body)
	}
	if got := l.do(t, o.version1(l.URL, master, "HMAC-SHA1", l.now, "n")); got.Code != "SignatureNonceUsed" || got.status != 400 {
		t.Errorf("version 1.0: %d %s", got.status, got.body)
	}
	if got := l.do(t, order{method: "GET"}.acs3(l.URL, master, "CreateFlowLog", l.now, "n")); got.Code != "SignatureNonceUsed" {
		t.Errorf("ACS3: %d %s", got.status, got.body)
	}
	if got := l.do(t, o.version1(l.URL, guest, "HMAC-SHA1", l.now, "n")); got.status != 200 {
		t.Errorf("another key: %s", got.body)
	}
}
