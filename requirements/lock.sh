#!/bin/sh
# Compile each *.in to a hash-locked *.txt that carries no index address.
set -eu
cd "$(dirname "$0")"
for name in functions colour listening image models models-gpu dev engine sam aws sagemaker; do
  own=""
  [ -f "$name.overrides.txt" ] && own="--override $name.overrides.txt"
  # shellcheck disable=SC2086
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --override overrides.txt $own "$name.in" -o "$name.txt"
done
