# Every command a person or CI runs, by name. `make` alone lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo test prove kill-test fuzz ops-test browser-test lint docs deny by-hand compose-up compose-down compose-measure smoke clean

LAB := cargo lab

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-16s %s\n", $$1, $$2 }'

setup: ## install what building needs: Rust and a C compiler (Debian, Ubuntu, macOS)
	@./scripts/setup

demo: setup ## chapter 1's story: slow search measured, fixed, measured again (about 105 s once built)
	@echo "Building what the story needs: the bench, search and recommendations (several minutes the first time)."
	@cargo build --profile perf --bin lab --bin search --bin recommendations
	@$(LAB) measure ch01-product-search --demo || { code=$$?; \
	  [ $$code = 4 ] && echo "The machine was too busy to tell; everything above is as measured. Again: make demo"; \
	  [ $$code = 4 ] || exit $$code; }

test: setup ## all tests: unit, seam, service, and the latency targets judged by the bench
	@cargo build --profile perf --workspace --bins
	@./scripts/test

prove: setup ## for authors: every claim of every exercise, and that everything broken is refused
	@$(LAB) dev check
	@$(LAB) dev check --broken

kill-test: setup ## orders while programs, connections and servers are killed: nothing lost, nothing doubled (about 5 minutes; ARGS="--seed 7")
	@./scripts/kill-test $(ARGS)

fuzz: setup ## requests that nobody means, for every service: none ends a process or is answered 5xx unexplained (about 10 minutes; ARGS="--seed 7")
	@./scripts/fuzz $(ARGS)

by-hand: setup ## what each exercise's README shows by hand, on `cargo lab up`, flawed and then fixed (about 5 minutes; ARGS="ch01-related-products"; ARGS=--compose: on the running Compose stack)
	@./scripts/by-hand $(ARGS)

ops-test: ## the alerts in ops/: valid, tested, and the tests notice changes (needs promtool)
	@./scripts/ops-test

browser-test: ## the report and the served pages in a headless Chromium (installs it, Node.js and two npm packages)
	@./scripts/browser-test

lint: ## rustfmt, Clippy with warnings denied, cargo doc without warnings, no unused dependency (installs cargo-machete)
	@command -v cargo-machete >/dev/null || { \
	  echo "lint: installing cargo-machete (it finds dependencies that nothing uses; a minute or two)" >&2; \
	  cargo install cargo-machete --locked; }
	cargo fmt --all -- --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	cargo machete --with-metadata

deny: ## licences and advisories (needs cargo-deny)
	cargo deny check

compose-up: ## the whole shop in Docker, seeded, flawed by default
	@./scripts/compose up --build --detach

compose-down: ## stop it and remove its data
	@./scripts/compose down --volumes

compose-measure: ## an exercise's service in the running Compose stack against a second one beside it (EXERCISE=ch01-related-products; VARIANTS, default fixed)
	@./scripts/compose-measure $(EXERCISE) $(ARGS)

smoke: ## a search, a gRPC call and an order that the worker confirms, against the running Compose stack
	@cargo run --profile perf --bin smoke

clean: ## stop everything the bench started and remove its files
	-$(LAB) down
	rm -rf .lab
