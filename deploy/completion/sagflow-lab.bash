# bash completion for sagflow-lab
# Written by make generate; don't edit by hand.

_sagflow_lab() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= words= i
	# COMP_WORDBREAKS has =, so that --flag=value is three words.
	[ "$word" != = ] || word=
	[ "$before" != = ] || before=${COMP_WORDS[COMP_CWORD-2]}
	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		case "$command/${COMP_WORDS[i]}" in
		"/api") command="api" ;;
		"/flowlog") command="flowlog" ;;
		"flowlog/create") command="flowlog create" ;;
		"flowlog/modify") command="flowlog modify" ;;
		"flowlog/delete") command="flowlog delete" ;;
		"flowlog/activate") command="flowlog activate" ;;
		"flowlog/deactivate") command="flowlog deactivate" ;;
		"flowlog/associate") command="flowlog associate" ;;
		"flowlog/disassociate") command="flowlog disassociate" ;;
		"flowlog/list") command="flowlog list" ;;
		"flowlog/show") command="flowlog show" ;;
		"flowlog/sags") command="flowlog sags" ;;
		"/sls") command="sls" ;;
		"sls/serve") command="sls serve" ;;
		"sls/dedup") command="sls dedup" ;;
		"/fault") command="fault" ;;
		"fault/add") command="fault add" ;;
		"fault/list") command="fault list" ;;
		"fault/clear") command="fault clear" ;;
		"fault/kinds") command="fault kinds" ;;
		"fault/log") command="fault log" ;;
		"/version") command="version" ;;
		esac
	done
	case "$command/$before" in
	*/--log-format) mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	*/--log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warn error" -- "$word"); return ;;
	"api/--listen") return ;;
	"api/--store") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"api/--inventory") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"api/--quota") return ;;
	"api/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"api/--admin") return ;;
	"api/--seed") return ;;
	"flowlog/--endpoint") return ;;
	"flowlog/--region") return ;;
	"flowlog/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog/--allow-http") return ;;
	"flowlog/--timeout") return ;;
	"flowlog/--output" | "flowlog/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog create/--endpoint") return ;;
	"flowlog create/--region") return ;;
	"flowlog create/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog create/--allow-http") return ;;
	"flowlog create/--timeout") return ;;
	"flowlog create/--output" | "flowlog create/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog create/--output-type") return ;;
	"flowlog create/--active-aging") return ;;
	"flowlog create/--inactive-aging") return ;;
	"flowlog create/--netflow-server-ip") return ;;
	"flowlog create/--netflow-server-port") return ;;
	"flowlog create/--netflow-version") return ;;
	"flowlog create/--sls-region-id") return ;;
	"flowlog create/--project-name") return ;;
	"flowlog create/--logstore-name") return ;;
	"flowlog create/--name") return ;;
	"flowlog create/--description") return ;;
	"flowlog create/--resource-group-id") return ;;
	"flowlog modify/--endpoint") return ;;
	"flowlog modify/--region") return ;;
	"flowlog modify/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog modify/--allow-http") return ;;
	"flowlog modify/--timeout") return ;;
	"flowlog modify/--output" | "flowlog modify/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog modify/--flow-log-id") return ;;
	"flowlog modify/--output-type") return ;;
	"flowlog modify/--active-aging") return ;;
	"flowlog modify/--inactive-aging") return ;;
	"flowlog modify/--netflow-server-ip") return ;;
	"flowlog modify/--netflow-server-port") return ;;
	"flowlog modify/--netflow-version") return ;;
	"flowlog modify/--sls-region-id") return ;;
	"flowlog modify/--project-name") return ;;
	"flowlog modify/--logstore-name") return ;;
	"flowlog modify/--name") return ;;
	"flowlog modify/--description") return ;;
	"flowlog delete/--endpoint") return ;;
	"flowlog delete/--region") return ;;
	"flowlog delete/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog delete/--allow-http") return ;;
	"flowlog delete/--timeout") return ;;
	"flowlog delete/--output" | "flowlog delete/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog delete/--flow-log-id") return ;;
	"flowlog activate/--endpoint") return ;;
	"flowlog activate/--region") return ;;
	"flowlog activate/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog activate/--allow-http") return ;;
	"flowlog activate/--timeout") return ;;
	"flowlog activate/--output" | "flowlog activate/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog activate/--flow-log-id") return ;;
	"flowlog deactivate/--endpoint") return ;;
	"flowlog deactivate/--region") return ;;
	"flowlog deactivate/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog deactivate/--allow-http") return ;;
	"flowlog deactivate/--timeout") return ;;
	"flowlog deactivate/--output" | "flowlog deactivate/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog deactivate/--flow-log-id") return ;;
	"flowlog associate/--endpoint") return ;;
	"flowlog associate/--region") return ;;
	"flowlog associate/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog associate/--allow-http") return ;;
	"flowlog associate/--timeout") return ;;
	"flowlog associate/--output" | "flowlog associate/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog associate/--flow-log-id") return ;;
	"flowlog associate/--smart-ag-id") return ;;
	"flowlog disassociate/--endpoint") return ;;
	"flowlog disassociate/--region") return ;;
	"flowlog disassociate/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog disassociate/--allow-http") return ;;
	"flowlog disassociate/--timeout") return ;;
	"flowlog disassociate/--output" | "flowlog disassociate/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog disassociate/--flow-log-id") return ;;
	"flowlog disassociate/--smart-ag-id") return ;;
	"flowlog list/--endpoint") return ;;
	"flowlog list/--region") return ;;
	"flowlog list/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog list/--allow-http") return ;;
	"flowlog list/--timeout") return ;;
	"flowlog list/--output" | "flowlog list/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog list/--flow-log-id") return ;;
	"flowlog list/--flow-log-name") return ;;
	"flowlog list/--description") return ;;
	"flowlog list/--output-type") return ;;
	"flowlog list/--status") return ;;
	"flowlog list/--resource-group-id") return ;;
	"flowlog list/--page-number") return ;;
	"flowlog list/--page-size") return ;;
	"flowlog show/--endpoint") return ;;
	"flowlog show/--region") return ;;
	"flowlog show/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog show/--allow-http") return ;;
	"flowlog show/--timeout") return ;;
	"flowlog show/--output" | "flowlog show/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog show/--flow-log-id") return ;;
	"flowlog sags/--endpoint") return ;;
	"flowlog sags/--region") return ;;
	"flowlog sags/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"flowlog sags/--allow-http") return ;;
	"flowlog sags/--timeout") return ;;
	"flowlog sags/--output" | "flowlog sags/-o") mapfile -t COMPREPLY < <(compgen -W "table json id" -- "$word"); return ;;
	"flowlog sags/--flow-log-id") return ;;
	"flowlog sags/--smart-ag-id") return ;;
	"flowlog sags/--page-number") return ;;
	"flowlog sags/--page-size") return ;;
	"sls serve/--listen") return ;;
	"sls serve/--store") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"sls serve/--credentials") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"sls serve/--admin") return ;;
	"sls serve/--seed") return ;;
	"sls dedup/--store") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
	"sls dedup/--output" | "sls dedup/-o") mapfile -t COMPREPLY < <(compgen -W "text json" -- "$word"); return ;;
	"fault/--admin") return ;;
	"fault add/--admin") return ;;
	"fault add/--kind") return ;;
	"fault add/--action") return ;;
	"fault add/--where") return ;;
	"fault add/--after") return ;;
	"fault add/--count") return ;;
	"fault add/--probability") return ;;
	"fault add/--seed") return ;;
	"fault add/--set") return ;;
	"fault list/--admin") return ;;
	"fault clear/--admin") return ;;
	"fault kinds/--admin") return ;;
	"fault log/--admin") return ;;
	esac
	case "$command" in
	"") words="api flowlog sls fault version --help --log-format --log-level" ;;
	"api") words="--help --log-format --log-level --listen --store --inventory --quota --credentials --admin --seed --allow-remote" ;;
	"flowlog") words="create modify delete activate deactivate associate disassociate list show sags --help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output" ;;
	"flowlog create") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --output-type --active-aging --inactive-aging --netflow-server-ip --netflow-server-port --netflow-version --sls-region-id --project-name --logstore-name --name --description --resource-group-id" ;;
	"flowlog modify") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id --output-type --active-aging --inactive-aging --netflow-server-ip --netflow-server-port --netflow-version --sls-region-id --project-name --logstore-name --name --description" ;;
	"flowlog delete") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id" ;;
	"flowlog activate") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id" ;;
	"flowlog deactivate") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id" ;;
	"flowlog associate") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id --smart-ag-id" ;;
	"flowlog disassociate") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id --smart-ag-id" ;;
	"flowlog list") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id --flow-log-name --description --output-type --status --resource-group-id --page-number --page-size" ;;
	"flowlog show") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id" ;;
	"flowlog sags") words="--help --log-format --log-level --endpoint --region --credentials --allow-http --timeout --output --flow-log-id --smart-ag-id --unbound --page-number --page-size" ;;
	"sls") words="serve dedup --help --log-format --log-level" ;;
	"sls serve") words="--help --log-format --log-level --listen --store --strict --credentials --admin --seed --allow-remote" ;;
	"sls dedup") words="--help --log-format --log-level --store --output" ;;
	"fault") words="add list clear kinds log --help --log-format --log-level --admin" ;;
	"fault add") words="--help --log-format --log-level --admin --kind --action --where --after --count --probability --seed --set" ;;
	"fault list") words="--help --log-format --log-level --admin" ;;
	"fault clear") words="--help --log-format --log-level --admin" ;;
	"fault kinds") words="--help --log-format --log-level --admin" ;;
	"fault log") words="--help --log-format --log-level --admin" ;;
	"version") words="--help --log-format --log-level" ;;
	esac
	if [ "${word#-}" = "$word" ]; then
		case "$command" in
		"fault clear") compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _sagflow_lab sagflow-lab
