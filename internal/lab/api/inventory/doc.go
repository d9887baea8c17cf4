// Package inventory is the gateways that the lab's Smartag API knows: from a YAML file, or a default set.
//
//	smart-access-gateways:
//	  - id: sag-0nnf0a1b2c3d4e5f6
//	    serial-number: sag1000lab0001
//	    model: sag-1000
//	    version: 1.7.0
//	    edition: standard
//	    account: "1234567890123456"
//	    region: cn-shanghai
//
// Optional are edition (standard), name, description and resource-group-id (all empty). The file is read strictly:
// an unknown or repeated key, a wrong or missing value, and a repeated id or serial number are faults, each
// with its file, line and column; all come back at once.
package inventory
