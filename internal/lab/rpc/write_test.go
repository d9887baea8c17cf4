package rpc

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestObjectsInBothForms(t *testing.T) {
	o := Object{
		{"RequestId", "R"},
		{"TotalCount", 2},
		{"Big", int64(1) << 62},
		{"Ok", true},
		{"FlowLogs", List{"FlowLogSetType", []any{Object{{"FlowLogId", "fl-1"}, {"ActiveAging", -1}}, Object{}}}},
		{"FlowLogIds", List{"FlowLogId", []any{"fl-1", "fl-2"}}},
		{"None", List{"Item", nil}},
		{"Inner", Object{{"A", Object{{"B", "c"}}}}},
		{"Text", "<a>&\"'\n"},
	}
	got, err := encode(formatJSON, "", o)
	want := `{"RequestId":"R","TotalCount":2,"Big":4611686018427387904,"Ok":true,` +
		`"FlowLogs":{"FlowLogSetType":[{"FlowLogId":"fl-1","ActiveAging":-1},{}]},"FlowLogIds":{"FlowLogId":["fl-1","fl-2"]},` +
		`"None":{"Item":[]},"Inner":{"A":{"B":"c"}},"Text":"<a>&\"'\u000a"}`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Error(err, diff)
	}
	got, err = encode(formatXML, "XResponse", o)
	want = `<?xml version="1.0" encoding="UTF-8"?><XResponse><RequestId>R</RequestId><TotalCount>2</TotalCount>` +
		`<Big>4611686018427387904</Big><Ok>true</Ok><FlowLogs><FlowLogSetType><FlowLogId>fl-1</FlowLogId><ActiveAging>-1</ActiveAging>` +
		`</FlowLogSetType><FlowLogSetType></FlowLogSetType></FlowLogs><FlowLogIds><FlowLogId>fl-1</FlowLogId><FlowLogId>fl-2</FlowLogId></FlowLogIds>` +
		`<None></None><Inner><A><B>c</B></A></Inner><Text>&lt;a&gt;&amp;&#34;&#39;&#xA;</Text></XResponse>`
	if diff := cmp.Diff(want, string(got)); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestValuesThatCannotBeWritten(t *testing.T) {
	tests := map[string]Object{
		`field "A": value of type float64`:      {{"A", 1.5}},
		`value of type <nil>`:                   {{"A", nil}},
		`name ""`:                               {{"", 1}},
		`name "a b"`:                            {{"a b", 1}},
		`name "1a"`:                             {{"1a", 1}},
		`list item name "<"`:                    {{"A", List{"<", nil}}},
		`item 1: value of type rpc.List`:        {{"A", List{"B", []any{1, List{"C", nil}}}}},
		`value of type []string: a field takes`: {{"A", List{"B", []any{[]string{}}}}},
		`value of type uint16: a field takes`:   {{"A", Object{{"B", uint16(1)}}}},
	}
	for want, o := range tests {
		for _, f := range []format{formatJSON, formatXML} {
			if _, err := encode(f, "R", o); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(want, `field "A": `)) {
				t.Errorf("format %d: %v, want %s", f, err, want)
			}
		}
	}
}

// Both forms are valid and say the same for any text; what they can't hold is U+FFFD.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"", "a", "<&>\"'", "\x00\x1f\x7f", "\xff\xfe", "\u2028\u2029", "\ufffe\uffff", "\xed\xa0\x80", "创建", "\r\n\t", "]]>", "\\u0000", "😀"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		o := Object{{"A", a}, {"B", List{"Item", []any{b, Object{{"C", a}}}}}}
		checkJSONText(t, o, a, b)
		checkXMLText(t, o, a, b)
	})
}

func checkJSONText(t *testing.T, o Object, a, b string) {
	t.Helper()
	text, err := encode(formatJSON, "", o)
	if err != nil || !utf8.Valid(text) {
		t.Fatalf("%q: %v", text, err)
	}
	var got struct {
		A string
		B struct{ Item []any }
	}
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	want := []any{strings.ToValidUTF8(a, "\ufffd"), strings.ToValidUTF8(b, "\ufffd")}
	if n := utf8.RuneCountInString(a); utf8.RuneCountInString(got.A) != n {
		t.Errorf("%q became %q", a, got.A)
	}
	if utf8.ValidString(a) && utf8.ValidString(b) {
		if diff := cmp.Diff(want, []any{got.A, got.B.Item[0]}); diff != "" {
			t.Error(diff)
		}
	}
}

func checkXMLText(t *testing.T, o Object, a, b string) {
	t.Helper()
	text, err := encode(formatXML, "R", o)
	if err != nil || !utf8.Valid(text) {
		t.Fatalf("%q: %v", text, err)
	}
	decoder := xml.NewDecoder(strings.NewReader(string(text)))
	var texts strings.Builder
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if data, ok := token.(xml.CharData); ok {
			texts.Write(data)
		}
	}
	if got, want := utf8.RuneCountInString(texts.String()), 2*utf8.RuneCountInString(a)+utf8.RuneCountInString(b); got != want {
		t.Errorf("%d characters, want %d: %q", got, want, text)
	}
}
