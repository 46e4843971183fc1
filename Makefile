# The README's test command is `make test`; `.ci/run` calls it.
.PHONY: differential fuzz mutants-verifier mutations receipts test tools vet unit race lint bench demo build

test: tools vet unit

tools:
	@.ci/tools

vet:
	@out=$$(gofmt -l cmd internal letters migrations policies templates); [ -z "$$out" ] || { echo "gofmt would change:"; echo "$$out"; exit 1; }
	go vet ./...

unit:
	go test -p 2 -timeout 20m ./...

# Slower and not part of CI: the packages with goroutines of their own under the race detector.
race:
	go test -race -timeout 40m ./internal/access ./internal/contact/... ./internal/evidence ./internal/jobs/... ./internal/web

lint:
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench:
	go run ./cmd/recobro bench all

build:
	go build -trimpath -o bin/ ./cmd/...

# Every single bit of a bundle, in the zip and in each file packed anew around the change, and every structural change of 200 bundles:
# none may be accepted.
mutations:
	RECOBRO_MUTATIONS=all go test -count=1 -v -run 'SingleBit|Structural' -timeout 60m ./internal/evidence/bundle

# 10,000 bundles, half of them broken: caseverify's verifier and the second one, in Python, say the same of each.
differential:
	RECOBRO_DIFFERENTIAL=10000 go test -count=1 -v -run TwoVerifiers -timeout 60m ./internal/evidence/bundle

# Each check of the bundle's verifier taken out, one at a time: its tests must notice.
mutants-verifier:
	RECOBRO_MUTANTS=all go test -count=1 -v -run FoundOut -timeout 60m ./internal/evidence/bundle

# The parsers of a bundle under arbitrary bytes, FUZZTIME each.
FUZZTIME ?= 20s
fuzz:
	for target in FuzzHeader FuzzTrust FuzzProofs; do go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./internal/evidence/format || exit 1; done
	for target in FuzzContainer FuzzContent; do go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) ./internal/evidence/bundle || exit 1; done

# 10,000 receipts, each held against its signature, the tree and the promise of a minute.
receipts:
	RECOBRO_TEST_RECEIPTS=10000 go test -timeout 30m -run TestEV25 -v ./internal/intake

# Many writers for a minute: every chain dense, nothing begun twice; the rate is printed.
soak:
	RECOBRO_SOAK=60s go test -count=1 -v -run 'TestManyWritersOn(ManyCases|OneCase)' -timeout 30m ./internal/evidence
