#!/bin/sh
# Fuzz every target for some seconds, starting from its corpus; a finding is kept in the build
# directory and fails the run.
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]        60 seconds and all targets if not said
#
# PARALLEL: how many targets at a time (1). What libFuzzer learns stays in build-fuzz/corpus and is
# where the next run starts. To keep a finding for good, put its input into
# tests/fuzz/corpus/TARGET.
set -eu
cd "$(dirname "$0")/../.."
build=${BUILD:-build-fuzz}

# A target's output is told as a whole when it is done.
if [ "${1:-}" = --one ]; then
    name=$3
    log=$build/fuzz_$name.log
    mkdir -p "$build/corpus/$name" "$build/findings"
    "$build/tests/fuzz/fuzz_$name" -max_total_time="$2" -timeout=60 -rss_limit_mb=1024 \
        -print_final_stats=1 -print_funcs=0 -verbosity=0 -artifact_prefix="$build/findings/$name-" \
        "$build/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 && rc=0 || rc=1
    echo "== fuzz_$name, $2 s" && cat "$log"
    exit $rc
fi

seconds=${1:-60}
[ $# -gt 0 ] && shift
if [ ! -f "$build/build.ninja" ]; then
    CC=${CC:-clang} meson setup "$build" -Dfuzz=true -Dbuildtype=debugoptimized \
        -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args='-fsanitize=fuzzer-no-link -fno-sanitize-recover=all'
fi
ninja -C "$build" ${JOBS:+-j "$JOBS"} fuzz

if [ $# -eq 0 ]; then
    set -- $(sed -n "s/^  '\([a-z_]*\)',\$/\1/p" tests/fuzz/meson.build)
fi
printf '%s\n' "$@" | xargs -P "${PARALLEL:-1}" -n 1 "$PWD/tests/fuzz/run.sh" --one "$seconds"
