package rpc

import (
	"maps"
	"net/http"
	"strconv"

	"github.com/sagflow/sagflow/internal/lab/fault"
)

// The ids that stand for another device's, where a rule names none.
const (
	otherSmartAG = "sag-anotherdevice0001"
	otherFlowLog = "fl-anotherflowlog001"
)

// refuseByFault answers without carrying the action out.
func (s *Server) refuseByFault(w http.ResponseWriter, c *call, i fault.Injection) {
	if i.Write(w, c.http, fault.Answer{}) {
		return
	}
	if seconds := i.Int("retry-after"); seconds > 0 {
		w.Header().Set("Retry-After", strconv.FormatInt(seconds, 10))
	}
	fault.Send(w, s.errorAnswer(c, faultError(i)))
}

// faultError is the error of the kinds status and throttling.
func faultError(i fault.Injection) error {
	if i.Kind.Name == fault.Throttling {
		return throttled()
	}
	e := *unavailable()
	if e.Status = int(i.Int("status")); e.Status == http.StatusInternalServerError {
		e = *internalError()
	}
	if code := i.Text("code"); code != "" {
		e.Code = code
	}
	if message := i.Text("message"); message != "" {
		e.Message = message
	}
	return &e
}

// actAsOther puts another device's parameters into the request.
func (c *call) actAsOther() {
	i, ok := c.faults.Is(fault.OtherDevice)
	if !ok || len(i.Values) == 0 {
		return
	}
	c.values = maps.Clone(c.values)
	maps.Copy(c.values, i.Values)
}

// spoilData gives old data, or another device's, in the place of a good answer.
func (s *Server) spoilData(c *call, o Object) Object {
	if s.o.Faults == nil {
		return o
	}
	earlier := s.history.add(c, o)
	if i, ok := c.faults.Is(fault.OldData); ok {
		back := int(i.Int("back"))
		if back > len(earlier) {
			s.o.Faults.Note(i, "no earlier, different answer to this question: the true one was given")
			return o
		}
		return earlier[len(earlier)-back]
	}
	if i, ok := c.faults.Is(fault.OtherDevice); ok && len(i.Values) == 0 {
		return o.replace(map[string]string{c.values["SmartAGId"]: otherSmartAG, c.values["FlowLogId"]: otherFlowLog})
	}
	return o
}

// replace exchanges whole strings, also in what an object holds. The object itself stays.
func (o Object) replace(old map[string]string) Object {
	changed := make(Object, 0, len(o))
	for _, f := range o {
		changed = append(changed, Field{f.Name, replaceValue(f.Value, old)})
	}
	return changed
}

func replaceValue(value any, old map[string]string) any {
	switch v := value.(type) {
	case string:
		if other, ok := old[v]; ok && v != "" {
			return other
		}
	case Object:
		return v.replace(old)
	case List:
		values := make([]any, 0, len(v.Values))
		for _, item := range v.Values {
			values = append(values, replaceValue(item, old))
		}
		return List{Item: v.Item, Values: values}
	}
	return value
}
