#!/bin/sh
# check-generated.sh - run all generators in a copy of the tree and compare: the tree itself stays as it is.
set -eu
go=${GO:-go}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/before" "$work/after"
git ls-files -co --exclude-standard | while read -r f; do [ ! -e "$f" ] || echo "$f"; done >"$work/list"
tar -cf - -T "$work/list" | tee "$work/tar" | tar -xf - -C "$work/before"
tar -xf "$work/tar" -C "$work/after"
(cd "$work/after" && "$go" generate ./...)
if ! (cd "$work" && diff -rq before after) >&2; then
	echo 'check-generated: the files above are not what their generators make: run make generate' >&2
	exit 1
fi
echo 'check-generated: all generated files are current'
