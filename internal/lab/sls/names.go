package sls

import (
	"regexp"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
)

// The names that the service takes (public documentation of CreateProject and CreateLogStore).
const (
	projectPattern  = `^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`
	logstorePattern = `^[a-z0-9][a-z0-9_-]{0,61}[a-z0-9]$`
)

func checkProjectName(name string) error {
	if !regexp.MustCompile(projectPattern).MatchString(name) {
		return apierror.Invalid("project name %.80q: want 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends", name)
	}
	return nil
}

func checkLogstoreName(name string) error {
	if !regexp.MustCompile(logstorePattern).MatchString(name) {
		return apierror.Bad("LogstoreInfoInvalid", "logstore name %.80q: want 2 to 63 of a-z, 0-9, - and _, with a letter or digit at both ends", name)
	}
	return nil
}
