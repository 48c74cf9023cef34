#!/bin/sh
# Shows what clang-format would change; with --fix it changes it.
cd "$(dirname "$0")/../.."
mode='--dry-run -Werror'
[ "${1:-}" = --fix ] && mode=-i
find src decoders tests -name '*.[ch]' -exec clang-format $mode {} +
