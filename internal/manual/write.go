package manual

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/alecthomas/kong"
)

// Files are what deploy has for a program: paths below it, and texts.
func Files(app *kong.Application, e Ending) map[string]string {
	return map[string]string{
		"man/" + app.Name + ".1":           Page(app, e),
		"completion/" + app.Name + ".bash": Bash(app),
		"completion/" + app.Name + ".zsh":  Zsh(app),
		"completion/" + app.Name + ".fish": Fish(app),
	}
}

// Update writes the files below a folder.
func Update(dir string, files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil { //nolint:gosec // for everybody to read
			return err
		}
	}
	return nil
}

// Stale returns an error that names the first file that differs.
func Stale(dir string, files map[string]string) error {
	for name, text := range files {
		committed, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if string(committed) != text {
			return fmt.Errorf("deploy/%s is not what the command line says: run make generate", name)
		}
	}
	return nil
}
