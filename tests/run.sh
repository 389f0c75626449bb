#!/bin/bash
# Everything `make test` runs, in order; stops at the first failure.
set -eu
cd "$(dirname "$0")/.."
say() { printf '\n== %s (after %d s)\n' "$*" $SECONDS; }

say "format"
find src tests bench -name '*.cpp' -o -name '*.hpp' | xargs clang-format --dry-run -Werror

say "address and undefined-behaviour sanitizers: unit and crash tests"
cmake --preset asan >/dev/null
cmake --build --preset asan
# What drives the program from outside is run by the last step, but for some that reach most of its code. A clock
# that is moved (faketime) must be loaded first, and so must the sanitizer.
ctest --preset asan -j2 --timeout 900 -E '^(tidy|clients|guide|leaving|pull|check|ci_examples|validate|generated|progress|two_servers|bad_input|secrets|e2e|sign_in|fedify|federation_kill|client_api|doctor_home|home_moving|mail)$'

say "the same on PostgreSQL"
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'tests/rig/pg.sh stop "$scratch/pg" || true; rm -rf "$scratch"' EXIT
url=$(tests/rig/pg.sh start "$scratch/pg")
CARILLON_TEST_DB=$url ctest --test-dir build-asan -j2 --timeout 900 \
  -R '^(store|team|consult|intake|publish|home|hub|web|federation)$' \
  --output-on-failure --no-tests=ignore

say "thread sanitizer"
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target test_base test_store test_net test_publish test_home test_hub test_federation
ctest --preset tsan -j2 --timeout 900 -R '^(base|store|net|publish|home|hub|federation)$'

say "build (release), and what drives the program from outside"
cmake --preset release -DCARILLON_TESTS=ON >/dev/null
cmake --build --preset release --target outside_tests
ctest --test-dir build -LE unit -j2 --timeout 900 --output-on-failure
