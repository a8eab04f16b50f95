#!/bin/sh
# Writes the exact versions that the images install, resolved from pyproject.toml. Run it after changing a
# dependency, or with --upgrade to take what is new; run the tests and commit the result.
# Only wheels count, because the images have no compiler.
set -eu
cd "$(dirname "$0")/.."
upgrade=${1:-}
command -v uv >/dev/null || { echo "lock.sh needs uv: pip install uv" >&2; exit 1; }

lock() {
    output=docker/requirements.$1.txt
    shift
    uv pip compile pyproject.toml --python-version 3.11.9 --python-platform linux --only-binary :all: \
        --no-annotate --no-header --quiet ${upgrade:+"$upgrade"} --output-file "$output" "$@"
    printf '# Written by docker/lock.sh from pyproject.toml: %s\n%s\n' "$*" "$(cat "$output")" > "$output"
}

lock web --extra web --extra s3
# Both images write the same rows and messages: a package that is in both has one version.
lock worker --extra web --extra s3 --extra ml --constraint docker/requirements.web.txt
