#!/bin/sh
# Fuzz every target for some seconds, starting from its corpus; a finding stops the run and is kept
# in the build directory.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]        60 seconds and all targets if not said
#
# What libFuzzer learns stays in build-fuzz/corpus and is where the next run starts. To keep a
# finding for good, put its input into tests/fuzz/corpus/TARGET.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:-60}
[ $# -gt 0 ] && shift
build=${BUILD:-build-fuzz}

if [ ! -f "$build/build.ninja" ]; then
    CC=${CC:-clang} meson setup "$build" -Dfuzz=true -Dbuildtype=debugoptimized \
        -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
fi
ninja -C "$build" ${JOBS:+-j "$JOBS"} fuzz

if [ $# -eq 0 ]; then
    set -- $(sed -n "s/^  '\([a-z_]*\)',\$/\1/p" tests/fuzz/meson.build)
fi
for name in "$@"; do
    echo "== fuzz_$name, $seconds s"
    mkdir -p "$build/corpus/$name" "$build/findings"
    "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -print_funcs=0 -verbosity=0 -artifact_prefix="$build/findings/$name-" \
        "$build/corpus/$name" "tests/fuzz/corpus/$name"
done
