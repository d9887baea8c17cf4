package sls

import (
	"errors"
	"net/http"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/loggroup"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// translate makes the API's error of one of the store or of a log group; any other stays.
func translate(err error) error {
	var f *loggroup.Fault
	if errors.As(err, &f) {
		return apierror.Bad(f.Code, "%v", err)
	}
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{store.ErrNoProject, http.StatusNotFound, "ProjectNotExist"},
		{store.ErrNoLogstore, http.StatusNotFound, "LogStoreNotExist"},
		{store.ErrNoIndex, http.StatusNotFound, "IndexConfigNotExist"},
		{store.ErrProjectExists, http.StatusBadRequest, "ProjectAlreadyExist"},
		{store.ErrLogstoreExists, http.StatusBadRequest, "LogStoreAlreadyExist"},
		{store.ErrIndexExists, http.StatusBadRequest, "IndexAlreadyExist"},
	} {
		if errors.Is(err, c.err) {
			return apierror.New(c.status, c.code, "%v", err)
		}
	}
	return err
}
