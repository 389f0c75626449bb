#!/bin/bash
# Everything `make test` runs, in order; stops at the first failure.
set -eu
cd "$(dirname "$0")/.."
say() { printf '\n== %s\n' "$*"; }

say "format"
find src tests bench -name '*.cpp' -o -name '*.hpp' | xargs clang-format --dry-run -Werror

say "build (debug)"
cmake --preset debug >/dev/null
cmake --build --preset debug

say "the store on PostgreSQL"
scratch=$(mktemp -d)
chmod 755 "$scratch"
trap 'tests/rig/pg.sh stop "$scratch/pg" || true; rm -rf "$scratch"' EXIT
url=$(tests/rig/pg.sh start "$scratch/pg")
CARILLON_TEST_DB=$url ctest --test-dir build-debug -R '^(store|team|consult|intake|publish|home|hub|web|federation)$' \
  --output-on-failure --no-tests=ignore

say "build (release), and a walk with it"
cmake --preset release >/dev/null
cmake --build --preset release
tests/cli/walk.sh build/carillon .

say "address and undefined-behaviour sanitizers"
cmake --preset asan >/dev/null
cmake --build --preset asan
# What drives the program from outside is run by the last step; here it is the code that matters. A clock
# that is moved (faketime) must be loaded first, and so must the sanitizer.
ctest --preset asan -E '^(tidy|clients|guide|leaving|pull|check|ci_examples|validate|generated|progress|two_servers|bad_input|secrets|e2e|sign_in|fedify|federation_kill|client_api|doctor_home|home_moving|mail)$'

say "thread sanitizer"
cmake --preset tsan >/dev/null
cmake --build --preset tsan --target test_base test_store test_net test_publish test_home test_hub test_federation
ctest --preset tsan -R '^(base|store|net|publish|home|hub|federation)$'

say "everything on SQLite"
ctest --preset debug -j2
