package links

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// MissingError says that an interface named in full does not exist.
type MissingError struct {
	Name string
	// Nearest is the existing name most like it, "" for none.
	Nearest string
	// Present are the names of all interfaces, sorted by index.
	Present []string
}

// Error names the interface, the nearest one, and what there is.
func (e *MissingError) Error() string {
	text := fmt.Sprintf("interface %q does not exist", e.Name)
	if e.Nearest != "" {
		text += fmt.Sprintf(", %q does", e.Nearest)
	}
	switch more := len(e.Present) - maxListed; {
	case len(e.Present) == 0:
		return text + "; there is none"
	case more > 0:
		return fmt.Sprintf("%s; there are: %s and %d more", text, strings.Join(e.Present[:maxListed], ", "), more)
	}
	return text + "; there are: " + strings.Join(e.Present, ", ")
}

// maxListed is how many interfaces an error lists.
const maxListed = 20

// Check says which of the names in the list are interfaces that don't exist now in the namespace of
// the calling thread: nil, or one *MissingError each, joined. Patterns are never missing: what they
// match may come later.
func Check(p Patterns) error {
	names := p.Literals()
	if len(names) == 0 {
		return nil
	}
	present, err := present()
	if err != nil {
		return err
	}
	return missing(names, present)
}

func missing(names, present []string) error {
	var errs []error
	for _, name := range names {
		if !slices.Contains(present, name) {
			errs = append(errs, &MissingError{name, nearest(name, present), present})
		}
	}
	return errors.Join(errs...)
}
