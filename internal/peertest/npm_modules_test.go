package peertest

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sagflow/sagflow/internal/testutil"
)

// npmModules returns the folder of the clients, as package-lock.json pins them: below the user's cache,
// where they stay for the next run.
func npmModules(t *testing.T) string {
	t.Helper()
	testutil.Programs(t, "node", "npm")
	lock, err := os.ReadFile(filepath.Join("npm", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	dir := filepath.Join(cache, "sagflow", fmt.Sprintf("npm-%x", sha256.Sum256(lock))[:20])
	modules := filepath.Join(dir, "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	// Made beside it and moved into place: an install that is cut off leaves nothing that looks whole.
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), "npm-new-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(temp)
	for _, name := range []string{"package.json", "package-lock.json"} {
		text, err := os.ReadFile(filepath.Join("npm", name))
		if err == nil {
			err = os.WriteFile(filepath.Join(temp, name), text, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	install := exec.Command("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = temp
	if out, err := install.CombinedOutput(); err != nil {
		testutil.Missing(t, "the npm clients: "+err.Error()+"\n"+string(out), "Run `npm ci` in internal/peertest/npm once with an npm registry in reach.")
	}
	if err := os.Rename(temp, dir); err != nil && !exists(modules) {
		t.Fatal(err)
	}
	return modules
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
