#!/usr/bin/env bash
# Installs a real VS Code workbench with its extension host (code-server, from npm) and Chromium, in about a minute and 320 MB.
# Usage: e2e/install-workbench.sh DIRECTORY. Needs Node 20 and, for what is missing, a Debian with root.
set -euo pipefail
directory=${1:?usage: install-workbench.sh DIRECTORY}
version=4.100.3 # the newest for Node 20

if ! command -v chromium >/dev/null || ! command -v rg >/dev/null || ! command -v g++ >/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core ripgrep g++ make python3 >/dev/null
fi
mkdir -p "$directory" && cd "$directory"
[ -f package.json ] || echo '{"private":true}' >package.json
[ -f installed ] && exit 0
quiet="--no-audit --no-fund --silent"
# shellcheck disable=SC2086 # several flags
npm install --ignore-scripts --no-save $quiet "code-server@$version"
code=node_modules/code-server/lib/vscode
for part in "$code" "$code/extensions"; do
    # shellcheck disable=SC2086
    (cd "$part" && npm install --ignore-scripts --omit=dev $quiet)
done
# What the scripts that were left out would have made:
ln -sfn node_modules "$code/node_modules.asar"
ln -sf code-linux.sh "$code/bin/remote-cli/code-server"
ln -sf browser-linux.sh "$code/bin/helpers/browser.sh"
mkdir -p "$code/node_modules/@vscode/ripgrep/bin"
ln -sf "$(command -v rg)" "$code/node_modules/@vscode/ripgrep/bin/rg"
npm rebuild argon2 --no-audit --silent
(cd "$code" && npm rebuild @vscode/spdlog --no-audit --silent) # without it the Output view stays empty
touch installed
