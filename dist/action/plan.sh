#!/bin/sh
# The first step of action.yml: gets gox, and finds out which toolchain is missing, which the next step then looks for in
# the cache.
set -eu

fail() {
    printf '::error::%s\n' "$1"
    exit 1
}

fetch() {
    if command -v curl >/dev/null; then
        protocols=https,http
        case $1 in https:*) protocols=https ;; esac
        curl --proto "=$protocols" -fsSL --retry 3 -o "$2" "$1"
    else
        wget -q -O "$2" "$1"
    fi
}

sha256() {
    if command -v sha256sum >/dev/null; then
        sha256sum <"$1"
    else
        shasum -a 256 <"$1"
    fi | cut -d ' ' -f 1
}

# Sets `gox` to that on PATH, else to one that install.sh of a release puts where the runner removes it after the job.
get_gox() {
    if [ -z "$GOX_URL" ] && gox=$(command -v gox); then
        return
    fi
    # A release of this repository has the version of Cargo.toml. Without a repository there is nothing before the
    # second slash.
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    case ${GOX_URL:=$RELEASES/v$version} in
    *//*//releases/*) fail 'there is no gox on PATH, and gox-url does not say where a release of it is' ;;
    esac
    script=$RUNNER_TEMP/gox-install.sh
    fetch "$GOX_URL/install.sh" "$script" || fail "could not fetch $GOX_URL/install.sh"
    if [ -n "$GOX_SHA256" ] && [ "$(sha256 "$script")" != "$GOX_SHA256" ]; then
        fail "$GOX_URL/install.sh has the sha256 $(sha256 "$script"), and gox-sha256 is $GOX_SHA256"
    fi
    sh "$script" --to "$RUNNER_TEMP/gox"
    gox=$RUNNER_TEMP/gox/gox
}

# What a file asks for by itself: in a folder without any other file, where no Go is on PATH and none is installed.
request_of() {
    case ${1##*/} in
    go.mod | go.work | .go-version | .tool-versions) ;;
    *) fail "go-version-file is $1, and has to be a go.mod, go.work, .go-version or .tool-versions" ;;
    esac
    [ -f "$1" ] || fail "go-version-file is $1, and there is no such file"
    folder=$(mktemp -d "$RUNNER_TEMP/gox-file.XXXXXX")
    cp "$1" "$folder"
    status=$(cd "$folder" && env -i HOME="$folder" PATH="$folder" GOENV=off "$gox" status --json)
    rm -r "$folder"
    request=$(printf '%s' "$status" | sed -n 's/.*"reason":{[^}]*"text":"\(go\)\{0,1\}\([^"]*\)".*/\2/p')
    [ -n "$request" ] || fail "go-version-file is $1, and names no version"
}

get_gox
request=$(printf %s "$GO_VERSION_INPUT" | tr '\n' ' ')
if [ -z "$request" ] && [ -n "$GO_VERSION_FILE" ]; then
    request_of "$GO_VERSION_FILE"
fi

# Where no list answers, the cache may have an exact version all the same.
planned=$("$gox" install --dry-run ${request:+"$request"}) || planned="would install go$request"
toolchain=${planned#would install }
goroot=${GOX_HOME:-$HOME/.local/go}/toolchains/$toolchain
case $toolchain in go | *[!0-9a-z.]*) toolchain='' ;; esac
[ ! -e "$goroot" ] || toolchain=''
cat >>"$GITHUB_OUTPUT" <<END
gox=$gox
request=$request
toolchain=$toolchain
goroot=$goroot
END
