#compdef sagflow-lab
# Written by make generate; don't edit by hand.

local command= word
local -a below flags
for word in ${words[2,CURRENT-1]}; do
	case "$command/$word" in
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
case "$command" in
"")
	below=('api:Serve the Smartag API, version 2018-03-13, for FlowLogs.' 'flowlog:Create, change, bind and list FlowLogs by the Smartag API.' 'sls:Serve Log Service, or count what came.' 'fault:Make a server of the lab fail on request.' 'version:Print the version.')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)')
	;;
"api")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--listen=[TCP address to serve at (default 127.0.0.1\:8180); port 0 takes a free one.]:listen:'
		'--store=[The database of FlowLogs and what they are bound to; made if absent, and locked while it is served.]:store:_files'
		'--inventory=[YAML file of the devices (default\: a few, among them one of each kind that can'\''t be bound).]:inventory:_files'
		'--quota=[How many FlowLogs there may be (default 20).]:quota:'
		'--credentials=[File of access keys, if the environment holds none; made if absent (default\: sagflow-lab.credentials beside the store).]:credentials:_files'
		'--admin=[Loopback address of the listener that takes faults (default 127.0.0.1\:0\: a free port).]:admin:'
		'--seed=[Base of the seeds of faults that give none (default 0).]:seed:'
		'--allow-remote[Let --listen be an address that others can reach.]')
	;;
"flowlog")
	below=('create:Create a FlowLog (CreateFlowLog).' 'modify:Change a FlowLog (ModifyFlowLogAttribute).' 'delete:Delete a FlowLog (DeleteFlowLog).' 'activate:Activate a FlowLog (ActiveFlowLog).' 'deactivate:Deactivate a FlowLog (DeactiveFlowLog).' 'associate:Bind a FlowLog to a device (AssociateFlowLog).' 'disassociate:Unbind a FlowLog from a device (DisassociateFlowLog).' 'list:List FlowLogs (DescribeFlowLogs).' 'show:Show one FlowLog and its devices (DescribeFlowLogs, DescribeFlowLogSags).' 'sags:List devices (DescribeSmartAccessGateways, DescribeFlowLogSags, DescribeUnbindFlowLogSags).')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)')
	;;
"flowlog create")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--output-type=[Where records go\: Log Service, a NetFlow collector, or both\: sls, netflow or all.]:output-type:'
		'--active-aging=[A flow that goes on is put out at this interval\: a whole number of seconds from 60 to 6000, digits only (default 300).]:active-aging:'
		'--inactive-aging=[A flow without a packet for so long has ended\: a whole number of seconds from 10 to 600, digits only (default 15).]:inactive-aging:'
		'--netflow-server-ip=[The collector'\''s address\: the IPv4 or IPv6 address of one server, without a zone.]:netflow-server-ip:'
		'--netflow-server-port=[The collector'\''s UDP port\: a whole number from 1 to 65535, digits only (default 9995).]:netflow-server-port:'
		'--netflow-version=[The version of NetFlow; V10 is IPFIX\: V5, V9 or V10 (default V9).]:netflow-version:'
		'--sls-region-id=[The region of the Log Service project\: cn-hangzhou, cn-shanghai or another of 33 regions.]:sls-region-id:'
		'--project-name=[The Log Service project\: 1 to 63 of a-z and 0-9, between them also -.]:project-name:'
		'--logstore-name=[The Log Service logstore\: 1 to 63 of a-z and 0-9, between them also - and _.]:logstore-name:'
		'--name=[The FlowLog'\''s name\: at most 128 characters, of control characters only tabs and line breaks.]:name:'
		'--description=[What it is for\: at most 128 characters, of control characters only tabs and line breaks.]:description:'
		'--resource-group-id=[The resource group it belongs to\: at most 128 characters, of control characters only tabs and line breaks.]:resource-group-id:')
	;;
"flowlog modify")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:'
		'--output-type=[Where records go\: Log Service, a NetFlow collector, or both\: sls, netflow or all.]:output-type:'
		'--active-aging=[A flow that goes on is put out at this interval\: a whole number of seconds from 60 to 6000, digits only (default 300).]:active-aging:'
		'--inactive-aging=[A flow without a packet for so long has ended\: a whole number of seconds from 10 to 600, digits only (default 15).]:inactive-aging:'
		'--netflow-server-ip=[The collector'\''s address\: the IPv4 or IPv6 address of one server, without a zone.]:netflow-server-ip:'
		'--netflow-server-port=[The collector'\''s UDP port\: a whole number from 1 to 65535, digits only (default 9995).]:netflow-server-port:'
		'--netflow-version=[The version of NetFlow; V10 is IPFIX\: V5, V9 or V10 (default V9).]:netflow-version:'
		'--sls-region-id=[The region of the Log Service project\: cn-hangzhou, cn-shanghai or another of 33 regions.]:sls-region-id:'
		'--project-name=[The Log Service project\: 1 to 63 of a-z and 0-9, between them also -.]:project-name:'
		'--logstore-name=[The Log Service logstore\: 1 to 63 of a-z and 0-9, between them also - and _.]:logstore-name:'
		'--name=[The FlowLog'\''s name\: at most 128 characters, of control characters only tabs and line breaks.]:name:'
		'--description=[What it is for\: at most 128 characters, of control characters only tabs and line breaks.]:description:')
	;;
"flowlog delete")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:')
	;;
"flowlog activate")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:')
	;;
"flowlog deactivate")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:')
	;;
"flowlog associate")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:'
		'--smart-ag-id=[The device\: its Smart Access Gateway instance, sag-….]:smart-ag-id:')
	;;
"flowlog disassociate")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:'
		'--smart-ag-id=[The device\: its Smart Access Gateway instance, sag-….]:smart-ag-id:')
	;;
"flowlog list")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:'
		'--flow-log-name=[Only those of exactly this Name.]:flow-log-name:'
		'--description=[Only those of exactly this Description.]:description:'
		'--output-type=[Only those of this OutputType\: sls, netflow or all.]:output-type:'
		'--status=[Only those that are Active or Inactive.]:status:'
		'--resource-group-id=[Only those of this resource group.]:resource-group-id:'
		'--page-number=[Read this page only, from 1 (default\: all pages).]:page-number:'
		'--page-size=[Entries a page, 1 to 50; of one page (default 10).]:page-size:')
	;;
"flowlog show")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:')
	;;
"flowlog sags")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--endpoint=[The API\: scheme and host (default http\://127.0.0.1\:8180).]:endpoint:'
		'--region=[RegionId of every call\: cn-shanghai, cn-hongkong, ap-southeast-1, ap-southeast-2, ap-southeast-3, ap-southeast-5 or eu-central-1 (default cn-shanghai).]:region:'
		'--credentials=[Read the access key from this file, if the environment holds none.]:credentials:_files'
		'--allow-http=[Talk plain http to this host, though it is not on loopback; repeatable.]:allow-http:'
		'--timeout=[How long one call may take (default 10s).]:timeout:'
		'--output=[Print a table, the API'\''s JSON, or ids alone (default table).]:output:(table json id)'
		'--flow-log-id=[The FlowLog\: fl- and 17 of a-z and 0-9.]:flow-log-id:'
		'--smart-ag-id=[Show this device and its FlowLog (DescribeSmartAccessGatewayAttribute).]:smart-ag-id:'
		'--unbound[Only devices that no FlowLog is bound to (DescribeUnbindFlowLogSags).]'
		'--page-number=[Read this page only, from 1 (default\: all pages).]:page-number:'
		'--page-size=[Entries a page, 1 to 50; of one page (default 10).]:page-size:')
	;;
"sls")
	below=('serve:Serve Log Service; the word serve may be left out.' 'dedup:Count the records in a store, and those that came more than once.')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)')
	;;
"sls serve")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--listen=[TCP address to serve at (default 127.0.0.1\:8190); port 0 takes a free one.]:listen:'
		'--store=[The directory of projects, logstores and logs; made if absent, and locked while it is served.]:store:_files'
		'--strict[Refuse what is written to a project or logstore that nobody made, as the cloud does (default\: make both).]'
		'--credentials=[File of access keys, if the environment holds none; made if absent (default\: sagflow-lab.credentials beside the store).]:credentials:_files'
		'--admin=[Loopback address of the listener that takes faults (default 127.0.0.1\:0\: a free port).]:admin:'
		'--seed=[Base of the seeds of faults that give none (default 0).]:seed:'
		'--allow-remote[Let --listen be an address that others can reach.]')
	;;
"sls dedup")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--store=[The directory of the store. It is read only, and may be served meanwhile.]:store:_files'
		'--output=[Print text for people, or JSON (default text).]:output:(text json)')
	;;
"fault")
	below=('add:Add a fault.' 'list:List the faults in force and what they did.' 'clear:Take faults away.' 'kinds:List the kinds of faults with their parameters.' 'log:Show which calls took a fault.')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:')
	;;
"fault add")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:'
		'--kind=[What goes wrong; '\''sagflow-lab fault kinds'\'' lists them.]:kind:'
		'--action=[Of which action, as DescribeFlowLogs or PutLogs (default\: of all).]:action:'
		'--where=[Only of calls with this parameter; repeatable.]:where:'
		'--after=[Let N such calls pass first.]:after:'
		'--count=[Of how many calls (default\: of all).]:count:'
		'--probability=[Of each call with this probability, above 0 and at most 1 (default 1).]:probability:'
		'--seed=[Which calls are hit depends on it alone.]:seed:'
		'--set=[A parameter of the kind; repeatable.]:set:')
	;;
"fault list")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:')
	;;
"fault clear")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:'
		'*:file:_files')
	;;
"fault kinds")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:')
	;;
"fault log")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--admin=[The server'\''s admin listener\: its --admin (default http\://127.0.0.1\:8181).]:admin:')
	;;
"version")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)')
	;;
esac
if (( $#below )) && [[ ${words[CURRENT]} != -* ]]; then
	_describe command below
else
	_arguments -S $flags
fi
