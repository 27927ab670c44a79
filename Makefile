GO ?= go
FUZZTIME ?= 60s
# What the engine tests drive. postfix and exim exclude each other as packages: exim's binary is unpacked beside it by its own test.
ENGINES = python3-dkim spamassassin rspamd dovecot-core dovecot-sieve postfix postfix-pcre
# What cmd/maintain writes.
GENERATED = providers pages fixtures

.PHONY: build test golden lint bench fuzz conformance docs engines

build:
	$(GO) build -trimpath -o bin/ ./cmd/fpcheck

test:
	$(GO) test -skip '^(TestConformance|TestEngine)' ./...

conformance:
	$(GO) test -count=1 -run '^TestConformance' ./...

engines:
	@if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $(ENGINES); fi
	$(GO) test -count=1 -run '^TestEngine' ./...

lint:
	@out="$$(gofmt -l .)"; if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz:
	@grep -r --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]*' . | while IFS=: read -r file func; do \
		echo "$$file $${func#func }"; \
		$(GO) test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")" || exit 1; done

golden:
	for what in $(GENERATED); do $(GO) run ./cmd/maintain $$what || exit 1; done
	$(GO) test $$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u) -update

docs:
	$(GO) test -count=1 -run 'Docs|Console|Schema' ./docs/... ./cmd/...
