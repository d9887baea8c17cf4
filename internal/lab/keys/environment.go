package keys

import (
	"fmt"

	"github.com/sagflow/sagflow/config/credentials"
)

// The variables that the official SDKs and command line read.
const (
	environment = "environment"
	envID       = "ALIBABA_CLOUD_ACCESS_KEY_ID"
	envSecret   = "ALIBABA_CLOUD_ACCESS_KEY_SECRET" //nolint:gosec // a variable's name, no secret
	envToken    = "ALIBABA_CLOUD_SECURITY_TOKEN"    //nolint:gosec // a variable's name, no secret
)

// fromEnvironment returns the environment's pair, if there is one. Half of one is an error: whoever set it
// meant to use it.
func fromEnvironment(getenv func(string) string) (Pair, bool, error) {
	id, secret, token := getenv(envID), getenv(envSecret), getenv(envToken)
	switch {
	case id == "" && secret == "":
		return Pair{}, false, nil
	case id == "":
		return Pair{}, false, halfPair(envSecret, envID)
	case secret == "":
		return Pair{}, false, halfPair(envID, envSecret)
	}
	return Pair{Name: environment, Credentials: credentials.Credentials{
		AccessKeyID:     id,
		AccessKeySecret: credentials.Secret(secret),
		SecurityToken:   credentials.Secret(token),
	}}, true, nil
}

func halfPair(set, missing string) error {
	return fmt.Errorf("read the environment: %s is set and %s is not: set both, or neither to use the file", set, missing)
}
