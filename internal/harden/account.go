package harden

import (
	"fmt"
	"os/user"
	"strconv"
)

// account is a system user.
type account struct {
	name     string
	uid, gid int
	groups   []int // with gid
}

// lookUp finds a user by name. Without cgo it reads /etc/passwd and /etc/group only, which is where system users are.
func lookUp(name string) (*account, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, &OptionError{"User", fmt.Sprintf("%v: make it (systemd-sysusers, or adduser --system %s), or name another", err, name)}
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("find the groups of user %q: %w", name, err)
	}
	a := &account{name: name}
	for _, text := range append([]string{u.Uid, u.Gid}, ids...) {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, fmt.Errorf("look up user %q: id %q is not a number", name, text)
		}
		a.groups = append(a.groups, n)
	}
	a.uid, a.gid, a.groups = a.groups[0], a.groups[1], a.groups[2:]
	return a, nil
}

// nameOf is the name of a user by number, "" if it has none.
func nameOf(uid int) string {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return ""
	}
	return u.Username
}
