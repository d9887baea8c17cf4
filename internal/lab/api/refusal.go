package api

import (
	"fmt"

	"github.com/sagflow/sagflow/config/flowlog"
	"github.com/sagflow/sagflow/internal/lab/rpc"
)

// refuse answers one of the codes that are not about a parameter's value; why is for the log.
func refuse(code, why string) error {
	return refusal(flowlog.NewFault(code, "", "", ""), why)
}

// wrong answers a parameter's fault, nil if there is none.
func wrong(f *flowlog.Fault) error {
	if f == nil {
		return nil
	}
	return refusal(f, f.Error())
}

// refusal makes the API's error of a fault. The page's codes have the page's message to the letter; our
// own ones, which many parameters share, say which it is and what would be right.
func refusal(f *flowlog.Fault, why string) error {
	e := &rpc.Error{Code: f.Code, Message: f.Message, Status: f.HTTPStatus}
	if own(f.Code) && f.Parameter != "" {
		e.Message += " " + detail(f)
	}
	return fmt.Errorf("%s: %w", why, e)
}

func own(code string) bool {
	for _, c := range flowlog.OwnCodes() {
		if c.Code == code {
			return true
		}
	}
	return false
}

// detail names a parameter, its value and what would be right, in one sentence.
func detail(f *flowlog.Fault) string {
	const maxShown = 60
	switch {
	case f.Absent:
		return fmt.Sprintf("%s is not given; want %s.", f.Parameter, f.Want)
	case f.Want == "":
		return fmt.Sprintf("%s is %.*q.", f.Parameter, maxShown, f.Value)
	}
	return fmt.Sprintf("%s is %.*q; want %s.", f.Parameter, maxShown, f.Value, f.Want)
}
