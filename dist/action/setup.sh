#!/bin/sh
# A later step of action.yml: installs what the cache did not have, and hands it to the steps after the action.
set -eu

# What was planned, and not what a line or `latest` means by now.
version=${TOOLCHAIN#go}
wanted=${version:-$REQUEST}

# Whether the toolchain that came from the cache is the one of the checksum database, of which a receipt from the same
# cache says nothing. Without the network only damage is found.
is_proven() {
    case ${GOX_OFFLINE-} in
    1 | true | yes | on) "$GOX" verify --quiet -- "$1" ;;
    *) case $("$GOX" verify --json --log -- "$1") in *'"log":true'*) ;; *) false ;; esac ;;
    esac
}

if [ -n "$version" ] && [ -e "${GOX_HOME:-$HOME/.local/go}/toolchains/$TOOLCHAIN" ] && ! is_proven "$version"; then
    # By itself the cache keeps what it has for this version.
    told="the cache has $TOOLCHAIN with bytes that nobody proves: it is installed anew; delete it there"
    printf '::warning::%s\n' "$told"
    "$GOX" install --force -- "$version"
fi
"$GOX" install ${wanted:+-- "$wanted"}
"$GOX" env --github ${REQUEST:+-- "$REQUEST"}

# Here as in the steps after this one.
variables=$("$GOX" env ${REQUEST:+-- "$REQUEST"})
eval "$variables"
modules=$(go env GOMODCACHE)
builds=$(go env GOCACHE)
cat >>"$GITHUB_OUTPUT" <<END
gox-path=$(command -v gox)
gomodcache=$modules
gocache=$builds
END
printf '::add-matcher::%s\n' "$GITHUB_ACTION_PATH/dist/action/matcher.json"
go version
