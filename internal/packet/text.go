package packet

import "fmt"

// verdictText is how a verdict reads.
type verdictText struct {
	// name stands for the verdict whatever its parameter.
	name string
	// format makes the text of one parameter; empty where the verdict has none.
	format string
	// pair says that the parameter is two numbers of 16 bits.
	pair bool
}

var verdictTexts = [VerdictCount]verdictText{
	Counted: {name: "counted"},

	EtherType:          {name: "ethertype", format: "0x%04x"},
	MPLSPayload:        {name: "mpls payload", format: "0x%04x (mpls payload nibble %d)", pair: true},
	PPPoECode:          {name: "pppoe code", format: "0x8864 (pppoe ver/type 0x%02x code 0x%02x)", pair: true},
	LLCShort:           {name: "llc (short)"},
	LLCProtocol:        {name: "llc dsap", format: "llc dsap 0x%02x"},
	SNAPOrganisation:   {name: "snap oui", format: "snap oui %06x"},
	SNAPType:           {name: "snap type", format: "snap 0x%04x"},
	PPPProtocol:        {name: "ppp protocol", format: "ppp 0x%04x"},
	AddressFamily:      {name: "address family", format: "af %d"},
	WLANShort:          {name: "802.11 (short)"},
	WLANType:           {name: "802.11 type", format: "802.11 type %d"},
	WLANNull:           {name: "802.11 null data"},
	WLANProtected:      {name: "802.11 protected"},
	WLANAggregate:      {name: "802.11 a-msdu"},
	PPINested:          {name: "ppi in ppi"},
	NFLOGFamily:        {name: "nflog family", format: "nflog family %d"},
	NFLOGNoPayload:     {name: "nflog without payload"},
	FrameRelayProtocol: {name: "frame relay nlpid", format: "frame relay nlpid 0x%02x"},
	SLLRadiotap:        {name: "sll radiotap"},
	SLLHardware:        {name: "sll arphrd", format: "sll arphrd %d proto 0x%04x", pair: true},
	SLLProtocol:        {name: "sll protocol", format: "sll 0x%04x"},
	RawVersion:         {name: "raw ip version", format: "raw ip version %d"},
	LinkType:           {name: "link-type", format: "link-type %d"},

	EthernetCut:      {name: "ethernet header cut short"},
	VLANCut:          {name: "vlan tag cut short"},
	MPLSCut:          {name: "mpls label cut short"},
	MPLSEmpty:        {name: "mpls without payload"},
	PPPoECut:         {name: "pppoe header cut short"},
	PPPCut:           {name: "ppp protocol cut short"},
	SNAPCut:          {name: "snap header cut short"},
	WLANQoSCut:       {name: "802.11 qos cut short"},
	SLLCut:           {name: "sll header cut short"},
	SLL2Cut:          {name: "sll2 header cut short"},
	NullCut:          {name: "null header cut short"},
	HDLCCut:          {name: "hdlc header cut short"},
	RadiotapCut:      {name: "radiotap/ppi header cut short"},
	PrismCut:         {name: "prism header cut short"},
	AVSCut:           {name: "avs header cut short"},
	NFLOGCut:         {name: "nflog header cut short"},
	NFLOGLength:      {name: "nflog tlv length", format: "nflog tlv length %d"},
	PFLOGCut:         {name: "pflog header cut short"},
	EncCut:           {name: "enc header cut short"},
	TokenRingCut:     {name: "token ring header cut short"},
	FrameRelayCut:    {name: "frame relay header cut short"},
	NoOctets:         {name: "no bytes captured"},
	IPv4Cut:          {name: "ipv4 header cut short"},
	IPv4Version:      {name: "ipv4 version", format: "ipv4 version %d"},
	IPv4HeaderLength: {name: "ipv4 header length", format: "ipv4 header length %d"},
	IPv4TotalLength:  {name: "ipv4 total length under header length", format: "ipv4 total length %d under header length"},
	IPv4TotalZero:    {name: "ipv4 total length 0"},
	IPv4PastFrame:    {name: "ipv4 total length past the frame"},
	IPv6Cut:          {name: "ipv6 header cut short"},
	IPv6Version:      {name: "ipv6 version", format: "ipv6 version %d"},
	IPv6PayloadZero:  {name: "ipv6 payload length 0"},
	IPv6PastFrame:    {name: "ipv6 payload length past the frame"},

	Filtered:  {name: "filtered"},
	Inactive:  {name: "inactive"},
	Own:       {name: "own"},
	Unsampled: {name: "unsampled"},
}

// kind is a verdict and its parameter in one number, which a map hashes fastest: the verdict is in
// the high half.
type kind uint64

func kindOf(v Verdict, parameter uint32) kind { return kind(v)<<32 | kind(parameter) }

func (k kind) verdict() Verdict { return Verdict(k >> 32) }

func (k kind) parameter() uint32 { return uint32(k) }

// String returns the verdict's text with its parameter.
func (k kind) String() string {
	t := &verdictTexts[k.verdict()]
	switch {
	case t.format == "":
		return t.name
	case t.pair:
		return fmt.Sprintf(t.format, k.parameter()>>16, k.parameter()&0xffff)
	default:
		return fmt.Sprintf(t.format, k.parameter())
	}
}
