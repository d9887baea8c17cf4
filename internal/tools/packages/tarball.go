package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// item is a file of the tarball.
type item struct {
	path, source string
	mode         int64
}

// openWrt is what lies in a root of OpenWrt. The configuration lies where nothing is lost when a tarball is unpacked over one
// that is in use.
func openWrt(tree, program string) []item {
	return []item{
		{"usr/bin/sagflow", program, 0o755},
		{"etc/init.d/sagflow", filepath.Join(tree, "deploy/packages/openwrt/sagflow.init"), 0o755},
		{"lib/upgrade/keep.d/sagflow", filepath.Join(tree, "deploy/packages/openwrt/sagflow.keep"), 0o644},
		{"usr/share/sagflow/agent.yaml", filepath.Join(tree, "deploy/agent.yaml"), 0o644},
		{"usr/share/sagflow/LICENSE", filepath.Join(tree, "LICENSE"), 0o644},
		{"usr/share/sagflow/NOTICE", filepath.Join(tree, "NOTICE"), 0o644},
	}
}

// tarball writes the tarball of a target.
func (m *maker) tarball(t target, program string) (err error) {
	path := filepath.Join(m.out, fmt.Sprintf("sagflow_%s_openwrt_%s.tar.gz", m.version.deb, t.arch))
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	packed := zip(f)
	w := tar.NewWriter(packed)
	if err := m.writeItems(w, openWrt(m.tree(), program)); err != nil {
		return err
	}
	return errors.Join(w.Close(), packed.Close())
}

// writeItems writes the items in the order of their paths. Folders are left out: their modes are the root's affair.
func (m *maker) writeItems(w *tar.Writer, items []item) error {
	slices.SortFunc(items, func(a, b item) int { return strings.Compare(a.path, b.path) })
	for _, i := range items {
		content, err := os.ReadFile(i.source)
		if err != nil {
			return err
		}
		h := &tar.Header{
			Typeflag: tar.TypeReg, Name: "./" + i.path, Size: int64(len(content)), Mode: i.mode, ModTime: m.time,
			Uname: "root", Gname: "root", Format: tar.FormatUSTAR,
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
	return nil
}
