package smartag

import (
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// With DEBUG=sdk in the environment the SDK prints its requests and answers: they hold placeholders only.
func TestDebugOfTheSDKHoldsNoSecrets(t *testing.T) {
	cmd := exec.Command(os.Args[0], "-test.run=^(TestTokenIsSent|TestRefusedKeysAreReadAnew|TestErrorSaysWhatWasAnswered)$")
	cmd.Env = append(os.Environ(), "DEBUG=sdk")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "> POST /?AccessKeyId=placeholder") {
		t.Fatalf("%v: the SDK printed no requests:\n%s", err, out)
	}
	for _, secret := range []string{keyID, keySecret, token} {
		for _, form := range []string{secret, url.QueryEscape(secret), percent(percent(secret))} {
			if strings.Contains(string(out), form) {
				t.Errorf("the SDK printed %q", form)
			}
		}
	}
}
