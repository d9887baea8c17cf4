package filter

import (
	"fmt"
	"strings"

	"github.com/sagflow/sagflow/flowtable"
)

const termWords = "net, host, port, src, dst, proto, ip, ip6, direction, tos, vlan, not or ("

// term parses a term whose first word was passed.
func (p *parser) term(first token) *SyntaxError {
	var t term
	switch first.word() {
	case "src":
		t.side = srcSide
	case "dst":
		t.side = dstSide
	default:
		return p.plainTerm(first, t)
	}
	subject := p.next()
	switch subject.word() {
	case "net", "host", "port":
		return p.plainTerm(subject, t)
	}
	return subject.error("want net, host or port after %q", first.word())
}

// plainTerm parses the rest of a term behind the word that says its subject.
func (p *parser) plainTerm(subject token, t term) *SyntaxError {
	var err *SyntaxError
	switch word := subject.word(); word {
	case "net", "host":
		t.subject, t.host = subjectNet, word == "host"
		t.net, err = parseAddresses(p.next(), t.host)
	case "port":
		t.subject = subjectPort
		t.numbers, err = ports.parse(p.next())
	case "proto":
		t.subject = subjectProto
		t.numbers, err = protocols.parse(p.next())
	case "tos":
		t.subject = subjectToS
		t.numbers, err = typesOfService.parse(p.next())
	case "vlan":
		t.subject = subjectVLAN
		t.numbers, err = vlans.parse(p.next())
	case "ip", "ip6":
		t.subject = subjectVersion
		t.numbers = []span{version(word)}
	case "direction":
		t.subject = subjectDirection
		t.numbers, err = parseDirection(p.next())
	default:
		err = unknownTerm(subject)
	}
	if err != nil {
		return err
	}
	return p.add(subject, t)
}

func version(word string) span {
	if word == "ip6" {
		return span{6, 6}
	}
	return span{4, 4}
}

func parseDirection(t token) ([]span, *SyntaxError) {
	switch t.word() {
	case "in":
		return []span{{uint16(flowtable.Ingress), uint16(flowtable.Ingress)}}, nil
	case "out":
		return []span{{uint16(flowtable.Egress), uint16(flowtable.Egress)}}, nil
	}
	return nil, t.error("want a direction: in or out")
}

// add appends a term to the program, within the limit of items.
func (p *parser) add(at token, t term) *SyntaxError {
	p.items += max(1, len(t.numbers))
	if p.items > MaxItems {
		return at.error("want at most %d terms, numbers and ranges in all", MaxItems)
	}
	p.program = append(p.program, instruction{op: opTerm, term: t})
	return nil
}

// unknownTerm says what would be right where a term should begin.
func unknownTerm(t token) *SyntaxError {
	if hint := suggest(t.word()); hint != "" {
		return t.error("no term begins so: perhaps %q?", hint)
	}
	return t.error("want a term: %s", termWords)
}

// suggest guesses what a word was meant for by users of other filters.
func suggest(word string) string {
	switch word {
	case "icmpv6":
		return "proto icmp6"
	case "ipv4", "ip4":
		return "ip"
	case "ipv6":
		return "ip6"
	case "portrange":
		return "port FIRST-LAST"
	case "inbound", "outbound":
		return "direction " + strings.TrimSuffix(word, "bound")
	case "!":
		return "not"
	case "&&":
		return "and"
	case "||":
		return "or"
	}
	if _, known := protocolNumber(word); known {
		return fmt.Sprintf("proto %s", word)
	}
	if _, err := parseAddresses(token{text: word}, strings.IndexByte(word, '/') < 0); err == nil {
		if strings.IndexByte(word, '/') < 0 {
			return "host " + word
		}
		return "net " + word
	}
	return ""
}
