package spoolcli

import (
	"errors"
	"fmt"

	"github.com/sagflow/sagflow/internal/human"
)

// maxProblems is how many problems are told one by one.
const maxProblems = 20

// problems gathers what could not be done with single batches.
type problems struct {
	told []error
	more uint64
}

func (p *problems) add(problem string) {
	if len(p.told) == maxProblems {
		p.more++
		return
	}
	p.told = append(p.told, errors.New(problem))
}

// err joins the problems with the error that ended the operation, which may be nil.
func (p *problems) err(end error) error {
	all := p.told
	if p.more > 0 {
		all = append(all, fmt.Errorf("and %s", human.Plural(p.more, "more problem", "more problems")))
	}
	return errors.Join(append(all, end)...)
}
