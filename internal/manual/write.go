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

// Keep writes the files below a folder, with update, and returns an error that names the first one that differs.
func Keep(dir string, files map[string]string, update bool) error {
	for name, text := range files {
		path := filepath.Join(dir, name)
		if update {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // for everybody to read
				return err
			}
		}
		committed, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if string(committed) != text {
			return fmt.Errorf("deploy/%s is not what the command line says: run make generate", name)
		}
	}
	return nil
}
