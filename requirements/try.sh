#!/usr/bin/env bash
# Installs the wheel of a folder into a new venv, and runs it in an empty folder: try.sh DIST VENV
set -euo pipefail
dist=$1
venv=$2
python -m venv "$venv"
wheels=("$dist"/*.whl)
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "${wheels[0]}[sandbox]"
mkdir -p "$venv/empty"
cd "$venv/empty"
"$venv/bin/escalate" --version
"$venv/bin/escalate" demo
