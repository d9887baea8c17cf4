#compdef sagflow
# Written by make generate; don't edit by hand.

local command= word
local -a below flags
for word in ${words[2,CURRENT-1]}; do
	case "$command/$word" in
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
case "$command" in
"")
	below=('replay:Read captures, count their flows, and export them.' 'run:Capture from interfaces, count their flows, and export them as the FlowLog says.' 'collect:Receive NetFlow V5, V9 and IPFIX, and account for what was lost.' 'check:Check a device'\''s configuration, and explain it.' 'status:Print what a device is doing.' 'spool:Look into what waits for Log Service, queue it again, or drop it.' 'version:Print the version.')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)')
	;;
"replay")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[Be this device\: its FlowLog says where records go and how they age, and is followed while packets are read.]:config:_files'
		'--netflow=[Send the records to this collector; repeatable.]:netflow:'
		'--netflow-version=[NetFlow version\: V5,V9,V10 (V10 is IPFIX; default V9).]:netflow-version:(V5 V9 V10)'
		'--records=[Write the records as JSON lines to FILE (- standard output).]:records:_files'
		'--summary=[Write every counter and the sums as JSON to FILE (- standard output).]:summary:_files'
		'--quiet[No progress bar and no summary on standard error.]'
		'--active-aging=[End a record when a packet comes S seconds after its first one (default 300; 0 never).]:active-aging:'
		'--inactive-aging=[End a record after S seconds without a packet (default 15; 0 never).]:inactive-aging:'
		'--max-flows=[Flows in the table at once, over all workers; then the oldest idle one is ended (default 4000000, on 32-bit machines 1000000; 0 as memory allows).]:max-flows:'
		'--fragments=[Ports of later fragments\: zero,first (those of the datagram'\''s first fragment; default zero).]:fragments:(zero first)'
		'--tcp-end[End a TCP record with the packet that carries FIN or RST.]'
		'--key=[Additional parts of the flow key\: tos, vlan or both.]:key:'
		'--filter=[Count only packets that match, as in '\''proto tcp port 80,443 not net 10.0.0.0/8'\''.]:filter:'
		'--workers=[Shards of the flow table, each with its goroutine (default 1); the records do not depend on it.]:workers:'
		'--speed=[How fast to read\: max, 1 (as recorded) or N times as fast (default max).]:speed:'
		'--loop=[Read the captures N times, with times that go on rising (default 1; 0 for ever).]:loop:'
		'--times=[Times of the records\: capture,now (moved so that the first packet is now; default capture).]:times:(capture now)'
		'--export-rate=[Records a second to each collector; reading slows, nothing is dropped (default 50000; 0 no limit).]:export-rate:'
		'--observation-domain=[Observation domain (IPFIX), source id (V9); its low 16 bits are V5'\''s engine type and id (default 0).]:observation-domain:'
		'--source-address=[Send from this address.]:source-address:'
		'--mtu=[Largest IP packet sent, headers included (default 1500); discovery only lowers it.]:mtu:'
		'--template-packets=[Repeat the templates after N datagrams (default 64; 0 never by number).]:template-packets:'
		'--template-interval=[Repeat the templates after S seconds of wall-clock time (default 60; 0 never by time).]:template-interval:'
		'--stats-interval=[Send IPFIX statistics every S seconds of wall-clock time, and at the end (default 60; 0 only at the end).]:stats-interval:'
		'*:file:_files')
	;;
"run")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration.]:config:_files'
		'--records=[Write the records as JSON lines to FILE too (- standard output)\: to look at, not for months.]:records:_files'
		'--summary=[At the end, write every counter and the sums as JSON to FILE (- standard output).]:summary:_files'
		'--quiet[No summary on standard error at the end.]')
	;;
"collect")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--listen=[UDP address to receive at (default 127.0.0.1\:9995); port 0 takes a free one, an empty host all addresses.]:listen:'
		'--records=[Write the records as JSON lines to FILE (- standard output).]:records:_files'
		'--summary=[Write every counter, loss by exporter and domain as JSON to FILE at the end (- standard output).]:summary:_files'
		'--idle=[End S seconds after the last datagram, once one has come (default 0\: not by itself).]:idle:'
		'--vlan[Write the VLAN id of each record, too.]'
		'--quiet[No summary on standard error.]')
	;;
"check")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--explain[Print every setting in force and where its value comes from; never a secret.]'
		'--no-credentials[Don'\''t look for an access key\: for a check on another machine than the device.]'
		'*:file:_files')
	;;
"status")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--json[Print the status as it is on disk, in JSON.]')
	;;
"spool")
	below=('list:List the batches that wait or are set aside, and the sums.' 'show:Print one batch in full, its records included.' 'export:Write batches out; they stay in the spool.' 'retry:Queue batches again that Log Service refused and that are set aside.' 'drop:Drop batches for good.')
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)')
	;;
"spool list")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)'
		'--set-aside[Only batches that are set aside.]'
		'--totals[No batches, but all counts\: what waits, what was delivered, what was dropped and why.]')
	;;
"spool show")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)'
		'*:file:_files')
	;;
"spool export")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)'
		'--all[All batches.]'
		'--set-aside[All batches that are set aside.]'
		'--to=[Write a file for each batch to DIR, named by its ID, and batches.jsonl, which describes them; else all records go to standard output.]:to:_files'
		'--raw[Write log groups as they are sent, uncompressed (protobuf), instead of records as JSON lines.]'
		'*:file:_files')
	;;
"spool retry")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)'
		'--set-aside[All batches that are set aside.]'
		'*:file:_files')
	;;
"spool drop")
	below=()
	flags=(
		'--help[Show context-sensitive help.]'
		'--log-format=[Form of the log lines on standard error (text,json).]:log-format:(text json)'
		'--log-level=[The least important log lines that are written\: debug,info,warn,error (default info).]:log-level:(debug info warn error)'
		'--config=[The device'\''s configuration, which names its state directory.]:config:_files'
		'--state-directory=[The device'\''s state directory (default /var/lib/sagflow).]:state-directory:_files'
		'--output=[Print text, or a line of JSON for each batch (default text).]:output:(text json)'
		'--all[All batches, queued and set aside.]'
		'--set-aside[All batches that are set aside.]'
		'*:file:_files')
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
