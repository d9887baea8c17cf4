#!/bin/sh
# fuzz.sh TIME PROCESSES - run every fuzz target of the module, one after the other.
set -eu
go=${GO:-go} time=${1:?usage: fuzz.sh TIME PROCESSES} procs=${2:?usage: fuzz.sh TIME PROCESSES}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz FOLDER TARGET. An input that was still running when the time was over makes Go report "context deadline
# exceeded" and name no input: that finds nothing, and the target is run again, twice at most.
fuzz() {
	for attempt in 1 2 3; do
		if "$go" test -run '^$' -fuzz "^$2\$" -fuzzminimizetime=1x -fuzztime "$time" -parallel "$procs" "$1" >"$log" 2>&1; then
			cat "$log"
			return 0
		fi
		cat "$log"
		grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log" || return 1
		[ "$attempt" = 3 ] || echo "fuzz $1 $2: the time was over within an input, once more"
	done
	return 1
}

ran=0
for file in $(grep -rl --include='*_test.go' '^func Fuzz' . | sort); do
	for target in $(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file"); do
		echo "fuzz $(dirname "$file") $target for $time"
		fuzz "$(dirname "$file")" "$target"
		ran=$((ran + 1))
	done
done
[ "$ran" -gt 0 ] || { echo "fuzz: no target found" >&2; exit 1; }
echo "fuzz: $ran targets, nothing found"
