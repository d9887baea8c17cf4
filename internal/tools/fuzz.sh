#!/bin/sh
# fuzz.sh TIME PROCESSES - run every fuzz target of the module, one after the other.
set -eu
go=${GO:-go} time=${1:?usage: fuzz.sh TIME PROCESSES} procs=${2:?usage: fuzz.sh TIME PROCESSES}
ran=0
for file in $(grep -rl --include='*_test.go' '^func Fuzz' . | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "fuzz $(dirname "$file") $target for $time"
		"$go" test -run '^$' -fuzz "^$target\$" -fuzzminimizetime=1x -fuzztime "$time" -parallel "$procs" "$(dirname "$file")"
		ran=$((ran + 1))
	done
done
[ "$ran" -gt 0 ] || { echo "fuzz: no target found" >&2; exit 1; }
echo "fuzz: $ran targets, nothing found"
