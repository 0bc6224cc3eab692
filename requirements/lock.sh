#!/bin/sh
# Compile each *.in to a hash-locked *.txt that carries no index address.
set -eu
cd "$(dirname "$0")"
for name in functions colour image models dev engine sam aws sagemaker; do
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --override overrides.txt "$name.in" -o "$name.txt"
done
