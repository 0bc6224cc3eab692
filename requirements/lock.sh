#!/bin/sh
# Compile each *.in to a hash-locked *.txt that carries no index address.
set -eu
cd "$(dirname "$0")"
for name in functions colour image dev engine sam aws; do
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header "$name.in" -o "$name.txt"
done
