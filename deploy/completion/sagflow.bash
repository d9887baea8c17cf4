# bash completion for sagflow
# Written by make generate; don't edit by hand.

_sagflow() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= words= i
	# COMP_WORDBREAKS has =, so that --flag=value is three words.
	[ "$word" != = ] || word=
	[ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$command/${COMP_WORDS[i]}" in
		"/replay") command="replay" ;;
		"/run") command="run" ;;
		"/collect") command="collect" ;;
		"/check") command="check" ;;
		"/status") command="status" ;;
		"/spool") command="spool" ;;
		"spool/list") command="spool list" ;;
		"spool/show") command="spool show" ;;
		"spool/export") command="spool export" ;;
		"spool/retry") command="spool retry" ;;
		"spool/drop") command="spool drop" ;;
		"/version") command="version" ;;
		esac
	done
	case "$command/$before" in
	*/--log-format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	*/--log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warn error" -- "$word"); return ;;
	"replay/--config" | "replay/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"replay/--netflow") return ;;
	"replay/--netflow-version") mapfile -t COMPREPLY < <(compgen -W "V5 V9 V10" -- "$word"); return ;;
	"replay/--records") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"replay/--summary") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"replay/--active-aging") return ;;
	"replay/--inactive-aging") return ;;
	"replay/--max-flows") return ;;
	"replay/--fragments") mapfile -t COMPREPLY < <(compgen -W "zero first" -- "$word"); return ;;
	"replay/--key") return ;;
	"replay/--filter") return ;;
	"replay/--workers") return ;;
	"replay/--speed") return ;;
	"replay/--loop") return ;;
	"replay/--times") mapfile -t COMPREPLY < <(compgen -W "capture now" -- "$word"); return ;;
	"replay/--export-rate") return ;;
	"replay/--observation-domain") return ;;
	"replay/--source-address") return ;;
	"replay/--mtu") return ;;
	"replay/--template-packets") return ;;
	"replay/--template-interval") return ;;
	"replay/--stats-interval") return ;;
	"run/--config" | "run/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"run/--records") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"run/--summary") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"collect/--listen") return ;;
	"collect/--records") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"collect/--summary") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"collect/--idle") return ;;
	"status/--config" | "status/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"status/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool/--config" | "spool/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool/--output" | "spool/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"spool list/--config" | "spool list/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool list/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool list/--output" | "spool list/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"spool show/--config" | "spool show/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool show/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool show/--output" | "spool show/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"spool export/--config" | "spool export/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool export/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool export/--output" | "spool export/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"spool export/--to") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool retry/--config" | "spool retry/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool retry/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool retry/--output" | "spool retry/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"spool drop/--config" | "spool drop/-c") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool drop/--state-directory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"spool drop/--output" | "spool drop/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	esac
	case "$command" in
	"") words="replay run collect check status spool version --help --log-format --log-level" ;;
	"replay") words="--help --log-format --log-level --config --netflow --netflow-version --records --summary --quiet --active-aging --inactive-aging --max-flows --fragments --tcp-end --key --filter --workers --speed --loop --times --export-rate --observation-domain --source-address --mtu --template-packets --template-interval --stats-interval" ;;
	"run") words="--help --log-format --log-level --config --records --summary --quiet" ;;
	"collect") words="--help --log-format --log-level --listen --records --summary --idle --vlan --quiet" ;;
	"check") words="--help --log-format --log-level --explain --no-credentials" ;;
	"status") words="--help --log-format --log-level --config --state-directory --json" ;;
	"spool") words="list show export retry drop --help --log-format --log-level --config --state-directory --output" ;;
	"spool list") words="--help --log-format --log-level --config --state-directory --output --set-aside --totals" ;;
	"spool show") words="--help --log-format --log-level --config --state-directory --output" ;;
	"spool export") words="--help --log-format --log-level --config --state-directory --output --all --set-aside --to --raw" ;;
	"spool retry") words="--help --log-format --log-level --config --state-directory --output --set-aside" ;;
	"spool drop") words="--help --log-format --log-level --config --state-directory --output --all --set-aside" ;;
	"version") words="--help --log-format --log-level" ;;
	esac
	if [ "${word#-}" = "$word" ]; then
		case "$command" in
		"replay") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		"check") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		"spool show") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		"spool export") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		"spool retry") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		"spool drop") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _sagflow sagflow
