package smartag

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sagflow/sagflow/config/credentials"
)

func TestTokenIsSent(t *testing.T) {
	api := &fakeAPI{}
	api.bind(describedAs(idA, "192.0.2.1"))
	o := testOptions(api)
	o.Credentials = &keyring{keys: []credentials.Credentials{{AccessKeyID: keyID, AccessKeySecret: keySecret, SecurityToken: token}}}
	api.answer(func(_ http.ResponseWriter, r *http.Request) bool {
		verifySignature(t, r.Method, r.URL.RawQuery, keySecret)
		if got := r.URL.Query().Get("SecurityToken"); got != token {
			t.Errorf("SecurityToken %q", got)
		}
		return false
	})
	if _, err := newSource(t, o).client.pull(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestRefusedKeysAreReadAnew(t *testing.T) {
	for _, code := range []string{"InvalidAccessKeyId.NotFound", "SignatureDoesNotMatch", "InvalidSecurityToken.Expired"} {
		t.Run(code, func(t *testing.T) {
			api := &fakeAPI{}
			api.bind(describedAs(idA, "192.0.2.1"))
			keys := newKeyring()
			keys.keys = append(keys.keys, credentials.Credentials{AccessKeyID: "fresh", AccessKeySecret: "fresh secret"})
			api.answer(func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Query().Get("AccessKeyId") == "fresh" {
					verifySignature(t, r.Method, r.URL.RawQuery, "fresh secret")
					return false
				}
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, errorBody(code, "no"))
				return true
			})
			o := testOptions(api)
			o.Credentials = keys
			if got, err := newSource(t, o).client.pull(t.Context()); err != nil || !got.bound {
				t.Fatalf("pull = %v, %v", got, err)
			}
			if calls, _ := api.seen(); len(calls) != 3 || keys.refreshed != 1 {
				t.Errorf("%d calls, %d refreshes", len(calls), keys.refreshed)
			}
		})
	}
}

func TestRefusedKeysThatStayAreNotTriedAgain(t *testing.T) {
	api, keys := &fakeAPI{}, newKeyring()
	api.fails(http.StatusNotFound, "InvalidAccessKeyId.NotFound")
	o := testOptions(api)
	o.Credentials = keys
	_, err := newSource(t, o).client.pull(t.Context())
	calls, _ := api.seen()
	if kindOfError(err) != Refused || len(calls) != 1 || keys.refreshed != 1 {
		t.Fatalf("%v, %d calls, %d refreshes", err, len(calls), keys.refreshed)
	}
}

func TestNoCredentials(t *testing.T) {
	api, keys := &fakeAPI{}, newKeyring()
	keys.err = errors.New("no such file")
	o := testOptions(api)
	o.Credentials = keys
	_, err := newSource(t, o).client.pull(t.Context())
	if calls, _ := api.seen(); kindOfError(err) != Credentials || !errors.Is(err, keys.err) || len(calls) != 0 {
		t.Fatalf("%v, %d calls", err, len(calls))
	}
}

// skewed is an API whose clock is apart from the device's by skew; it takes what is less than 15 minutes old.
func skewed(t *testing.T, api *fakeAPI, code string, skew *time.Duration) {
	t.Helper()
	api.answer(func(w http.ResponseWriter, r *http.Request) bool {
		verifySignature(t, r.Method, r.URL.RawQuery, keySecret)
		now := time.Now().Add(*skew).UTC()
		w.Header().Set("Date", now.Format(http.TimeFormat))
		signed, err := time.Parse(time.RFC3339, r.URL.Query().Get("Timestamp"))
		if err != nil {
			t.Errorf("Timestamp: %v", err)
		}
		if now.Sub(signed).Abs() < 15*time.Minute {
			return false
		}
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, errorBody(code, "Specified time stamp or date value is expired."))
		return true
	})
}

func TestClockIsLearnt(t *testing.T) {
	for _, code := range []string{"InvalidTimeStamp.Expired", "IllegalTimestamp", "RequestTimeTooSkewed"} {
		for _, skew := range []time.Duration{-48 * time.Hour, time.Hour, 20 * 365 * 24 * time.Hour} {
			api := &fakeAPI{}
			api.bind(describedAs(idA, "192.0.2.1"))
			skewed(t, api, code, &skew)
			s := newSource(t, testOptions(api))
			if got, err := s.client.pull(t.Context()); err != nil || !got.bound {
				t.Fatalf("%s, %v: %v", code, skew, err)
			}
			if off := s.Status().ClockOffset - skew; off.Abs() > 2*time.Second {
				t.Errorf("learnt %v of %v", s.Status().ClockOffset, skew)
			}
			if calls, _ := api.seen(); len(calls) != 3 {
				t.Errorf("%d calls: want one refused and two", len(calls))
			}
			skew = 0 // somebody set a clock right
			if _, err := s.client.pull(t.Context()); err != nil || s.Status().ClockOffset.Abs() > 2*time.Second {
				t.Errorf("after the clocks agree: %v, offset %v", err, s.Status().ClockOffset)
			}
		}
	}
}

func TestClockThatCanNotBeLearnt(t *testing.T) {
	for name, date := range map[string]string{"no Date": "", "odd Date": "tomorrow", "our own": "now"} {
		t.Run(name, func(t *testing.T) {
			api := &fakeAPI{}
			api.answer(func(w http.ResponseWriter, _ *http.Request) bool {
				if date == "now" {
					w.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
				} else {
					w.Header().Set("Date", date)
				}
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, errorBody("InvalidTimeStamp.Expired", "x"))
				return true
			})
			s := newSource(t, testOptions(api))
			_, err := s.client.pull(t.Context())
			if calls, _ := api.seen(); kindOfError(err) != Clock || len(calls) != 1 || s.Status().ClockOffset != 0 {
				t.Fatalf("%v, %d calls, offset %v", err, len(calls), s.Status().ClockOffset)
			}
		})
	}
}

// A server that always moves its clock must not keep the device in a loop.
func TestClockThatRuns(t *testing.T) {
	api, n := &fakeAPI{}, 0
	api.answer(func(w http.ResponseWriter, _ *http.Request) bool {
		n++
		w.Header().Set("Date", time.Now().Add(time.Duration(n)*time.Hour).UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, errorBody("InvalidTimeStamp.Expired", "x"))
		return true
	})
	if _, err := newSource(t, testOptions(api)).client.pull(t.Context()); kindOfError(err) != Clock || n != 2 {
		t.Fatalf("%v after %d calls", err, n)
	}
}

func TestErrorSaysWhatWasAnswered(t *testing.T) {
	api := &fakeAPI{}
	api.answer(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, errorBody("InvalidSmartAGId.NotFound", "The device\n"+keyID+" does not exist. "+strings.Repeat("x", 999)))
		return true
	})
	_, err := newSource(t, testOptions(api)).client.pull(t.Context())
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	if failure.Kind != Rejected || failure.Status != 404 || failure.Code != "InvalidSmartAGId.NotFound" ||
		failure.RequestID != requestID || failure.RetryAfter != 7*time.Second || failure.Action != gatewayAction {
		t.Errorf("%+v", failure)
	}
	if text := err.Error(); !strings.HasPrefix(text, gatewayAction+": rejected: HTTP status 404: InvalidSmartAGId.NotFound: The device *** does not exist. x") ||
		strings.Contains(text, "\n") || len(text) > 600 {
		t.Errorf("text %q", text)
	}
}

// A panic of the SDK is an error like others.
func TestPanicIsAnError(t *testing.T) {
	o := testOptions(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	if _, err := newSource(t, o).client.pull(t.Context()); kindOfError(err) != Internal || !strings.Contains(err.Error(), "panicked: boom") {
		t.Fatalf("pull: %v", err)
	}
}
