#!/bin/sh
# A later step of action.yml: installs what the cache did not have, and hands it to the steps after the action.
set -eu

# What was planned, and not what a line or `latest` means by now.
version=${TOOLCHAIN#go}
wanted=${version:-$REQUEST}

# Whatever comes from the cache is hashed before it runs.
if [ -n "$version" ] && [ -e "${GOX_HOME:-$HOME/.local/go}/toolchains/$TOOLCHAIN" ]; then
    "$GOX" verify --quiet "$version" || "$GOX" install --force "$version"
fi
"$GOX" install ${wanted:+"$wanted"}
"$GOX" env --github ${REQUEST:+"$REQUEST"}

# Here as in the steps after this one.
variables=$("$GOX" env ${REQUEST:+"$REQUEST"})
eval "$variables"
cat >>"$GITHUB_OUTPUT" <<END
gox-path=$(command -v gox)
gomodcache=$(go env GOMODCACHE)
gocache=$(go env GOCACHE)
END
printf '::add-matcher::%s\n' "$GITHUB_ACTION_PATH/dist/action/matcher.json"
go version
