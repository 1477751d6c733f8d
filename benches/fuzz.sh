#!/usr/bin/env bash
# The nightly fuzz: 100,000 cases of each family of estimators (tests/fuzz.rs), one family after the other,
# with overflow checks on. Prints how many cases were tried and what went wrong; a case that fails is kept
# with its seed and number under target/fuzz, and is seen again by the line that is printed for it:
#
#     SEEFIT_FUZZ_SEED=7 SEEFIT_FUZZ_FAMILY=trees SEEFIT_FUZZ_ONLY=1234 cargo test --test fuzz -- --nocapture
#
# Settings: SEEFIT_FUZZ_CASES (of each family), SEEFIT_FUZZ_SEED (today's date unless set), FAMILIES.
set -euo pipefail
cd "$(dirname "$0")/.."

export SEEFIT_FUZZ_CASES=${SEEFIT_FUZZ_CASES:-100000}
export SEEFIT_FUZZ_SEED=${SEEFIT_FUZZ_SEED:-$(date -u +%Y%m%d)}
families=${FAMILIES:-linear descent discriminants neighbours trees forests boosting vectors bayes clusters dummies}
kept=${CARGO_TARGET_DIR:-target}/fuzz
mkdir -p "$kept"

cargo test --quiet --no-default-features --test fuzz --no-run
# No case may take more memory than a small machine has.
ulimit -v 6000000

status=0
for family in $families; do
    log=$kept/$SEEFIT_FUZZ_SEED-$family.log
    if SEEFIT_FUZZ_FAMILY=$family cargo test --quiet --no-default-features --test fuzz -- \
        --nocapture random_cases >"$log" 2>&1; then
        result=sound
    else
        result=FAILED status=1
    fi
    printf '%s: %s; %s\n' "$family" "$result" "$(grep ' cases, ' "$log" | tail -n 1)"
    # What is wrong, and where an abort left off.
    grep '^SEEFIT_FUZZ_SEED=' "$log" | sort -u | head -n 20 || true
    [ "$result" = sound ] || tail -n 3 "$log"
done
exit "$status"
