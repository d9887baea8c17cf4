package sls

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/sagflow/sagflow/internal/lab/sls/apierror"
	"github.com/sagflow/sagflow/internal/lab/sls/store"
)

// maxList is how many names a list gives at most, and by default.
const maxList = 500

// projectAnswer is a project as the API has it.
type projectAnswer struct {
	Name           string `json:"projectName"`
	Description    string `json:"description"`
	Status         string `json:"status"`
	Owner          string `json:"owner"`
	Region         string `json:"region"`
	CreateTime     string `json:"createTime"`
	LastModifyTime string `json:"lastModifyTime"`
}

func (c *call) projectAnswer(p store.Project) projectAnswer {
	return projectAnswer{
		Name: p.Name, Description: p.Description, Status: "Normal", Region: regionOf(c.http.Host),
		CreateTime: strconv.FormatInt(p.Created, 10), LastModifyTime: strconv.FormatInt(p.Modified, 10),
	}
}

// readJSON reads the body as an object.
func (c *call) readJSON(into any) error {
	if err := json.Unmarshal(c.body, into); err != nil {
		return apierror.Bad("PostBodyInvalid", "the body is not the JSON of %s: %.200v", c.action, err)
	}
	return nil
}

// createProject makes a project: that of the body, else of the Host.
func (h *Handler) createProject(c *call) (answer, error) {
	var body struct {
		Name        string `json:"projectName"`
		Description string `json:"description"`
	}
	if err := c.readJSON(&body); err != nil {
		return answer{}, err
	}
	if body.Name == "" {
		body.Name = c.project
	}
	if err := checkProjectName(body.Name); err != nil {
		return answer{}, err
	}
	return done(), h.o.Store.CreateProject(body.Name, body.Description, c.now)
}

func (h *Handler) getProject(c *call) (answer, error) {
	p, err := h.o.Store.Project(c.project)
	if err != nil {
		return answer{}, err
	}
	return jsonAnswer(c.projectAnswer(p))
}

func (h *Handler) listProject(c *call) (answer, error) {
	from, size, err := c.paging()
	if err != nil {
		return answer{}, err
	}
	matching := []projectAnswer{}
	for _, p := range h.o.Store.Projects() {
		if strings.Contains(p.Description, c.query.Get("description")) && strings.Contains(p.Name, c.query.Get("projectName")) {
			matching = append(matching, c.projectAnswer(p))
		}
	}
	shown := cut(matching, from, size)
	return jsonAnswer(struct {
		Count    int             `json:"count"`
		Total    int             `json:"total"`
		Projects []projectAnswer `json:"projects"`
	}{len(shown), len(matching), shown})
}

func (h *Handler) updateProject(c *call) (answer, error) {
	var body struct {
		Description string `json:"description"`
	}
	if err := c.readJSON(&body); err != nil {
		return answer{}, err
	}
	return done(), h.o.Store.UpdateProject(c.project, body.Description, c.now)
}

func (h *Handler) deleteProject(c *call) (answer, error) {
	return done(), h.o.Store.DeleteProject(c.project)
}

// paging reads offset and size.
func (c *call) paging() (from, size int, err error) {
	size = maxList
	for name, to := range map[string]*int{"offset": &from, "size": &size} {
		given := c.query.Get(name)
		if given == "" {
			continue
		}
		if *to, err = strconv.Atoi(given); err != nil || *to < 0 {
			return 0, 0, apierror.Invalid("%s %.40q: want a whole number from 0", name, given)
		}
	}
	return from, min(size, maxList), nil
}

func cut[T any](all []T, from, size int) []T {
	all = all[min(from, len(all)):]
	return all[:min(size, len(all))]
}
