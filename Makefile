# The commands of this repository; `make run` and `make test` install what they need.
.PHONY: install build run test bench bench-api bench-fanout bench-serve bench-page bench-scan \
  bench-archive fuzz soak tidy format generated screenshots
PORT ?= 8080
SECONDS ?= 600

# npm brings what the web interface is built with; Debian's are taken where there are no others.
install:
	@packaging/install.sh
	@command -v npm >/dev/null || packaging/install.sh npm

build: install
	@cmake --preset release >/dev/null
	@cmake --build --preset release

run: build
	@[ -f demo/carillon.yaml ] || build/carillon init demo
	@sed -i 's|^  url: http://127.0.0.1:[0-9]*|  url: http://127.0.0.1:$(PORT)|' demo/carillon.yaml
	@build/carillon publish examples/first-announcement.md --workspace demo
	@echo "page  http://127.0.0.1:$(PORT)/posts/our-own-place/"
	@echo "feed  http://127.0.0.1:$(PORT)/feed.atom (also /feed.rss and /feed.json)"
	@exec build/carillon serve --workspace demo --listen 127.0.0.1:$(PORT)

# npm also brings foreign servers, clients and validators; nothing of them is in the program.
test: install
	@packaging/install.sh browser
	@tests/run.sh

# Needs ../shared/announcements (or CARILLON_SHARED) and, for the peers of rendering, npm.
bench: build
	@packaging/install.sh bench
	@cmake --build --preset release --target carillon-bench
	@bench/run.py

# Two hundred people at work over the interface, on 5,000 announcements.
bench-api: build
	@packaging/install.sh bench
	@cmake --build --preset release --target carillon-bench
	@bench/api.py

# One announcement to very many inboxes, beside OpenSSL's signatures and Fedify.
bench-fanout: build
	@packaging/install.sh bench
	@cmake --build --preset release --target carillon-bench
	@bench/fanout.py

# What other servers read, beside nginx; ten thousand accounts that follow meanwhile.
bench-serve: build
	@packaging/install.sh bench
	@cmake --build --preset release --target carillon-bench
	@bench/serve.py

# Lighthouse over the two busiest screens, on 5,000 announcements.
bench-page: build
	@packaging/install.sh browser
	@bench/page.py

# Finding references beside ripgrep, over the kernel's source and many small files.
bench-scan: build
	@packaging/install.sh bench-scan
	@bench/scan.py

# Needs ../shared/delist (or CARILLON_SHARED). POSTS=1000000 for the large one.
POSTS ?= 100000
bench-archive: build
	@cmake --build --preset release --target carillon-bench
	@bench/archive.py $(POSTS)

# Gives each parser of foreign bytes made-up input for SECONDS, two at a time.
fuzz: install
	@packaging/install.sh fuzz
	@cmake --preset fuzz >/dev/null
	@cmake --build --preset fuzz --target fuzz_targets
	@tests/fuzz/run.sh build-fuzz $(SECONDS)

# N made-up faults and kills; SEED= repeats a run, JOBS= says how many episodes run at once.
N ?= 10000
soak: install
	@cmake --preset release >/dev/null
	@cmake --build --preset release --target carillon-soak
	@build/tests/crash/carillon-soak $(N) $(if $(SEED),--seed $(SEED)) $(if $(JOBS),--jobs $(JOBS))

# clang-tidy over src/; what was clean is remembered, so only a first run is long.
tidy: install
	@cmake --preset debug >/dev/null
	@tests/tidy/clang_tidy.py $$(find src -name '*.cpp')

# Writes what the tree holds of the tables in the program: OpenAPI, reference, man page.
generated: build
	@tests/cli/generated.sh build/carillon . --accept

# Every screen of the web interface, light and dark, wide and on a phone, into build/screenshots.
screenshots: build
	@packaging/install.sh browser
	@tests/e2e/run.sh build/carillon . screenshots.mjs build/screenshots

format:
	find src tests bench -name '*.cpp' -o -name '*.hpp' | xargs clang-format -i
