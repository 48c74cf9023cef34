# The doors to the house; Meson does the building.
#
#   make           build/tailrace
#   make test      install what tests need, build, run all suites (SUITES="unit golden" for some)
#   make chaos     one suite; unit, golden, integration, asan alike
#   make chaos     ROUNDS=1000 SEED=7 DB=mysql: the runner alone, for as long as you like (DB=all)
#   make demo      see it work, with a real database and a real Kafka (DB=postgres, mysql, mariadb)
#   make install   DESTDIR= prefix=/usr/local
#   make bench     against the limits of the same machine (BENCH="big memory" for some; DB)
#   make fuzz      every decoder, 60 s each (FUZZ="10 pgoutput": 10 s of one)
#   make coverage  lines that tests reach, by layer; build-coverage/coverage.html has each of them
#   make docs      docs/configuration.md from the option table

prefix = /usr/local
DESTDIR =
PYTHON = /usr/bin/python3
DB = postgres
SUITES = unit golden integration chaos asan tsan fuzz
BENCH =
FUZZ = 60

all: build/build.ninja
	ninja -C build

build/build.ninja:
	@pkg-config --exists libpq libmariadb rdkafka jansson libpcre2-8 glib-2.0 openssl zlib libzstd libcurl 2>/dev/null \
		&& command -v meson ninja >/dev/null \
		|| { echo "something to build with is missing: tests/bed/install build" >&2; exit 1; }
	meson setup build

test:
	@tests/run $(SUITES)

unit golden integration chaos asan coverage:
	@tests/run $@

demo:
	@tests/bed/install build $(DB:mysql=mysql9) python
	@tests/bed/install kafka || true # the demo says what it does without
	@$(MAKE) --no-print-directory all >/dev/null
	@$(PYTHON) tests/demo/demo.py $(DB)

install: all
	meson configure build -Dprefix=$(abspath $(prefix))
	DESTDIR=$(DESTDIR) meson install -C build

bench:
	@tests/bed/install build $(DB:mysql=mysql9) python kafka
	@$(MAKE) --no-print-directory all
	$(PYTHON) tests/bench/bench.py --db $(DB) $(BENCH)

fuzz:
	@tests/bed/install build analysis
	tests/fuzz/run.sh $(FUZZ)

docs: all
	build/tailrace --document-options >docs/configuration.md.new
	mv docs/configuration.md.new docs/configuration.md

clean:
	rm -rf build build-asan build-coverage build-fuzz build-tsan

.PHONY: all test unit golden integration chaos asan coverage demo install bench fuzz docs clean
