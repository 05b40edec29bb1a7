#!/bin/sh
# The smoke gate: needs nothing but python3, and no network.
set -e
cd "$(dirname "$0")/.."
python3 -B tests/test_app.py
