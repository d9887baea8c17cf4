# sagflow. `make help` lists what there is to do; nothing but Go and git is needed beforehand.

SHELL       := /bin/sh
GO          ?= go
BIN         := bin
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILDFLAGS  := -trimpath -ldflags '-s -w -X main.version=$(VERSION)'
FUZZTIME    ?= 10s
FUZZPROCS   ?= $(shell getconf _NPROCESSORS_ONLN)
TESTFLAGS   ?=
BENCHCOUNT  ?= 7
TESTTIMEOUT ?= 40m
SOAK        ?= 1h
PLATFORMS   := linux/amd64 linux/arm64 linux/arm linux/mipsle linux/mips darwin/arm64
SHARED      := $(if $(SAGFLOW_SHARED),$(SAGFLOW_SHARED),../shared)
GOFLOW2     := v2.2.6

# The collectors that a peer test starts are in bin and, on Debian, in /usr/sbin.
export PATH := $(CURDIR)/$(BIN):$(PATH):/usr/sbin

.DEFAULT_GOAL := help

##@ Use
.PHONY: help
help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/sagflow and bin/sagflow-lab (static, for this machine; GOOS and GOARCH for another)
	CGO_ENABLED=0 $(GO) build $(BUILDFLAGS) -o $(BIN)/ ./cmd/...

.PHONY: packages
packages: ## make deb, rpm, apk and OpenWrt's tarball of each architecture, with bills of materials, in dist (ARCH=amd64,mips)
	$(GO) run ./internal/tools/packages -go '$(GO)' -o dist $(if $(ARCH),-arch $(ARCH))

.PHONY: demo
demo: build ## replay a capture to collectors and to the lab's cloud, all on loopback, and prove that nothing was lost
	$(GO) run ./internal/tools/demo -bin $(BIN) -capture testdata/demo.pcap

##@ Test
# internal/peertest runs by itself, after the rest: what it measures of real collectors should not
# depend on what else keeps the cores busy. internal/packagetest is test-packages.
PEERTEST := $(GO) list ./... | grep '/internal/peertest$$'
THE_REST := $(GO) list ./... | grep -v -e '/internal/peertest$$' -e '/internal/packagetest$$'

.PHONY: test
test: peers ## run all tests with the race detector, the real peers included (TESTFLAGS=-count=1)
	@set -e; export CGO_ENABLED=1; \
	$(GO) test -race -timeout $(TESTTIMEOUT) $(TESTFLAGS) $$($(THE_REST)); \
	$(GO) test -race -timeout $(TESTTIMEOUT) $(TESTFLAGS) $$($(PEERTEST))
	@[ -d '$(SHARED)' ] || printf '\n*** NOT TESTED: what needs the shared captures and the oracle. There is no %s; SAGFLOW_SHARED names another place. ***\n' '$(SHARED)'

.PHONY: test-quick
test-quick: ## run the tests that need neither peers nor a C compiler
	CGO_ENABLED=0 $(GO) test $(TESTFLAGS) $$($(THE_REST))

.PHONY: test-32bit
test-32bit: ## run the same tests as a 32-bit program
	CGO_ENABLED=0 GOARCH=386 $(GO) test $(TESTFLAGS) $$($(THE_REST))

.PHONY: test-captures
test-captures: peers ## send all shared captures that a collector can show, not only the chosen ones
	SAGFLOW_ALL_CAPTURES=1 $(GO) test -count=1 -timeout $(TESTTIMEOUT) -run '^TestCollectors$$' ./internal/peertest

.PHONY: test-packages
test-packages: peers ## make the packages twice, compare, install and boot the deb in a clean Debian, run the other architectures
	CGO_ENABLED=0 $(GO) test -count=1 -v -timeout $(TESTTIMEOUT) ./internal/packagetest

.PHONY: test-outage
test-outage: ## an hour without Log Service at 5,000 records a second, in compressed time: memory, disk, catching up
	CGO_ENABLED=0 SAGFLOW_OUTAGE=1h $(GO) test -count=1 -v -timeout $(TESTTIMEOUT) -run '^TestOutage$$' ./exporter/sls

.PHONY: test-floods
test-floods: ## flood a live device with SYN, fragments and malformed frames: memory, counters, CPU a frame
	CGO_ENABLED=0 SAGFLOW_FLOODS=1 $(GO) test -count=1 -v -timeout $(TESTTIMEOUT) -run '^TestFlood' ./internal/livetest

.PHONY: soak
soak: ## run a live device under traffic, changes and faults at random for SOAK (1h), as root; SAGFLOW_SOAK_SEED=N repeats a schedule
	CGO_ENABLED=0 SAGFLOW_SOAK=$(SOAK) $(GO) test -count=1 -v -timeout 0 -run '^TestSoak$$' ./internal/livetest

.PHONY: peers
peers: $(BIN)/goflow2 ## install (root, apt) or name what the tests need: nfdump, tshark, softflowd, zstd, tcpdump, systemd, promtool, a C compiler, npm, goflow2, debootstrap, qemu, rpm
	@sh internal/tools/peers.sh

$(BIN)/goflow2: Makefile
	GOBIN=$(CURDIR)/$(BIN) $(GO) install github.com/netsampler/goflow2/v2/cmd/goflow2@$(GOFLOW2)
	@touch $@

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@GO='$(GO)' sh internal/tools/fuzz.sh $(FUZZTIME) $(FUZZPROCS)

.PHONY: bench
bench: ## run the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-sls
bench-sls: ## from a record to a signed request, beside the SDK's producer, and the spool beside a plain file (BENCHCOUNT=7)
	$(GO) test -run '^$$' -bench 'Batch|Request|Way|Producer' -benchtime 2s -count $(BENCHCOUNT) ./exporter/sls
	$(GO) test -run '^$$' -bench AgainstPlain -benchtime 4s -count $(BENCHCOUNT) ./exporter/sls/spool

.PHONY: bench-peers
bench-peers: build peers ## time sagflow against the bound and Debian's peers (needs ../shared)
	python3 $(SHARED)/bench/compare -n 3 -i AB --peers 'sagflow=$(BIN)/sagflow replay -q --workers 1 --netflow 127.0.0.1:@PORT@ --export-rate 0 @IN@'

.PHONY: bench-collectors
bench-collectors: build peers ## send three times a million records to nfcapd as Debian starts it, and count
	SAGFLOW_MILLION_RUNS=3 $(GO) test -count=1 -v -timeout $(TESTTIMEOUT) -run '^TestMillionRecords$$' ./internal/peertest

##@ Check
.PHONY: lint
lint: ## run the linters and the formatter's check
	$(GO) tool golangci-lint run ./...

.PHONY: fmt
fmt: ## format the code
	$(GO) tool golangci-lint fmt ./...

.PHONY: vuln
vuln: ## look for known vulnerabilities in what the programs call
	$(GO) tool govulncheck ./...

.PHONY: generate
generate: ## make all generated files anew
	$(GO) generate ./...

.PHONY: check-generated
check-generated: ## fail where a generated file is not what its generator makes
	@GO='$(GO)' sh internal/tools/check-generated.sh

.PHONY: cross
cross: ## build for every platform, as the packages do, so that both compile but once
	@set -e; for p in $(PLATFORMS); do \
		echo "build $$p"; \
		CGO_ENABLED=0 GOARM=7,softfloat GOMIPS=softfloat GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) build -trimpath ./...; \
	done

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BIN) dist
