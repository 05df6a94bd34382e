#!/bin/sh
# The first step of action.yml: gets gox, and finds out which toolchain is missing, which the next step then looks for in
# the cache.
set -eu

# In one line: what begins another could be a command to the runner.
fail() {
    printf '::error::%s\n' "$(printf %s "$1" | tr '\r\n' '  ')"
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
# That on PATH is neither the one of a URL nor proven by a checksum, and may be too old.
get_gox() {
    if [ -z "$GOX_URL$GOX_SHA256" ] && gox=$(command -v gox) && "$gox" env --help >/dev/null 2>&1; then
        return
    fi
    if [ -z "$GOX_URL" ]; then
        [ -n "$REPOSITORY" ] || fail 'there is no gox on PATH, and gox-url does not say where a release of it is'
        # A release of this repository has the version of Cargo.toml.
        version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
        GOX_URL=$SERVER/$REPOSITORY/releases/download/v$version
    fi
    url=${GOX_URL%/}/install.sh
    wanted=$(printf %s "$GOX_SHA256" | tr A-F a-f)
    case $url in
    http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
    https://*) command -v curl >/dev/null || [ -n "$wanted" ] ||
        fail 'wget may be led from https to http, so that gox-sha256 has to be set where there is no curl' ;;
    *) [ -n "$wanted" ] || fail "$url is not https, so that gox-sha256 has to be set" ;;
    esac
    script=$RUNNER_TEMP/gox-install.sh
    fetch "$url" "$script" || fail "could not fetch $url"
    found=$(sha256 "$script")
    if [ -n "$wanted" ] && [ "$found" != "$wanted" ]; then
        fail "$url has the sha256 $found, and gox-sha256 is $wanted"
    fi
    sh "$script" --to "$RUNNER_TEMP/gox"
    gox=$RUNNER_TEMP/gox/gox
}

# What a file asks for by itself: nothing is installed where gox looks, and what is above does not count, as the folder
# has a pin of its own, which is below every version that a file may ask for.
request_of() {
    work=off error=''
    case ${1##*/} in
    go.work) work= ;;
    go.mod | .go-version | .tool-versions) ;;
    *) fail "go-version-file is $1, and has to be a go.mod, go.work, .go-version or .tool-versions" ;;
    esac
    [ -f "$1" ] || fail "go-version-file is $1, and there is no such file"
    folder=$(mktemp -d "$RUNNER_TEMP/gox-file.XXXXXX")
    echo 1.0 >"$folder/.go-version"
    mkdir "$folder/file"
    cp "$1" "$folder/file"
    status=$(cd "$folder/file" &&
        env -i HOME="$folder" PATH="$PATH" GOENV=off GOWORK="$work" "$gox" status --json 2>"$folder/error") ||
        error=$(sed '1!d;s/^error: //;s|~/file/||' "$folder/error")
    rm -r "$folder"
    [ -z "$error" ] || fail "go-version-file is $1, and is not valid: $error"
    reason="\"reason\":{[^}]*/${folder##*/}/file/[^}]*"
    request=$(printf %s "$status" | sed -n "s|.*$reason\"text\":\"\(go\)\{0,1\}\([^\"]*\)\".*|\2|p")
    case $request in '' | system) fail "go-version-file is $1, and names no version" ;; esac
}

get_gox
request=$(printf %s "$GO_VERSION_INPUT" | tr '\r\n' '  ')
if [ -z "$request" ] && [ -n "$GO_VERSION_FILE" ]; then
    request_of "$GO_VERSION_FILE"
fi

# Where no list answers (4), the cache may have an exact version all the same.
planned=$("$gox" install --dry-run ${request:+-- "$request"}) || {
    code=$?
    [ "$code" = 4 ] || exit "$code"
    planned="would install go$request"
}
toolchain=${planned#would install }
case $toolchain in go | *[!0-9a-z.]*) toolchain='' ;; esac
goroot=${toolchain:+${GOX_HOME:-$HOME/.local/go}/toolchains/$toolchain}
[ ! -e "$goroot" ] || toolchain=''
cat >>"$GITHUB_OUTPUT" <<END
gox=$gox
request=$request
toolchain=$toolchain
goroot=$goroot
END
