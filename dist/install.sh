#!/bin/sh
# Installs gox: fetches its archive, compares it with the checksum below, and puts the one program into one folder.
# `dist/release` fills in the values between @ for each release.
#
#   sh install.sh [--to FOLDER] [--dry-run] [--uninstall]
#   curl -fsSL URL/install.sh | sh -s -- --dry-run
#
# It needs curl or wget, and sha256sum, shasum or openssl. It asks for no rights, and writes to no start-up file.
set -u
# zsh would end where no file is of a pattern.
[ -z "${ZSH_VERSION-}" ] || emulate sh

version='@VERSION@'
# The folder of this release on the web: everything is fetched from there.
base='@URL@'
# A line for each archive: its platform and its sha256.
archives='
@ARCHIVES@
'
# What every gox contains and another program of that name does not.
marker=GOX_SYSTEM_HOME
# How often a download is tried, with a second between.
tries=3
elsewhere='name another folder with --to'

usage() {
    cat <<END
installs gox $version

usage: install.sh [--to FOLDER] [--dry-run] [--uninstall]

  --to FOLDER  puts gox into this folder; by default ~/.local/bin
  --dry-run    says what would be done, and does nothing
  --uninstall  removes gox from the folder again
END
}

# fail CODE MESSAGE [HINT]
fail() {
    printf 'error: %s\n' "$2" >&2
    [ $# -lt 3 ] || printf 'hint: %s\n' "$3" >&2
    exit "$1"
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# A curl of snap may not write to hidden folders, and gox is put into one.
has_curl() {
    case $(command -v curl) in '' | */snap/*) return 1 ;; esac
}

# A path as a shell reads it.
quoted() {
    case $1 in
    *[!A-Za-z0-9_./~-]*) printf "'%s'" "$(printf %s "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf %s "$1" ;;
    esac
}

# This machine in the words of the archives. A program of the other processor that macOS translates sees x86_64.
platform() {
    machine=$(uname -m)
    case $(uname -s) in
    Linux) system=linux ;;
    Darwin)
        system=darwin
        [ "$(sysctl -n hw.optional.arm64 2>/dev/null)" != 1 ] || machine=arm64
        ;;
    *) system=$(uname -s) ;;
    esac
    case $machine in
    x86_64 | amd64) machine=amd64 ;;
    aarch64 | arm64) machine=arm64 ;;
    esac
    printf '%s-%s' "$system" "$machine"
}

# The sha256 of this release for a platform; nothing where it has none.
expected() {
    printf '%s\n' "$archives" | while read -r name sum; do
        [ "$name" != "$1" ] || printf %s "$sum"
    done
}

sha256() {
    if has sha256sum; then
        sha256sum <"$1" | sed 's/ .*//'
    elif has shasum; then
        shasum -a 256 <"$1" | sed 's/ .*//'
    else
        openssl dgst -sha256 <"$1" | sed 's/.*= *//'
    fi
}

# fetch URL FILE: once.
fetch() {
    if has_curl; then
        protocols=https,http
        case $1 in https:*) protocols=https ;; esac
        curl --proto "=$protocols" -fsSL --connect-timeout 10 --speed-limit 1024 --speed-time 60 -o "$2" "$1"
        return
    fi
    case $(wget --help 2>&1) in
    # By itself it would try twenty times.
    *--tries*) wget -nv --tries=1 --timeout=60 -O "$2" "$1" ;;
    *'-T SEC'*) wget -q -T 60 -O "$2" "$1" ;;
    *) wget -q -O "$2" "$1" ;;
    esac
}

download() {
    try=1
    # In English, as it is read below.
    until said=$(LC_ALL=C fetch "$1" "$2" 2>&1); do
        printf '%s\n' "$said" | sed 's/^/  /' >&2
        # What fetches has no common code for a full disk.
        { printf %4096s '' >"$2.probe"; } 2>/dev/null || fail 6 "could not write to $(quoted "$folder")" "$elsewhere"
        # What is not there is not there a second later; each program says it in its own words.
        if [ "$try" -ge "$tries" ] ||
            printf '%s\n' "$said" | grep -Eq '(error:|ERROR|response|HTTP/[0-9.]+) (404|410)'; then
            fail 4 "could not fetch $1" 'the lines above say why: run this again once that is mended'
        fi
        try=$((try + 1))
        printf 'try %s of %s\n' "$try" "$tries" >&2
        sleep 1
    done
}

# Refuses where something else than gox is at the path.
only_gox() {
    if ! [ -f "$1" ] || ! LC_ALL=C grep -q "$marker" "$1"; then
        fail 1 "$(quoted "$1") is there, and is no gox" "move it away, or $elsewhere"
    fi
}

uninstall() {
    [ -e "$program" ] || [ -h "$program" ] || fail 1 "there is no $(quoted "$program")"
    only_gox "$program"
    printf 'removes %s\n' "$(quoted "$program")"
    if [ "$dry" = yes ]; then
        printf 'nothing is changed: --dry-run\n'
        return
    fi
    rm -f -- "$program" || fail 6 "could not remove $(quoted "$program")"
    printf '%s\n' "what gox wrote is still there: its store, its settings, and the lines of \`gox setup\`"
}

install() {
    platform=$(platform)
    sum=$(expected "$platform")
    [ -n "$sum" ] || fail 3 "gox $version has no archive for $platform, only for$(
        printf '%s\n' "$archives" | while read -r name _; do [ -z "$name" ] || printf ' %s' "$name"; done
    )" 'build it from its sources, as its README says'
    has_curl || has wget || fail 1 'neither curl nor wget is there' \
        'install one of them; a curl of snap does not count, as it cannot write to hidden folders'
    has sha256sum || has shasum || has openssl || fail 1 'neither sha256sum nor shasum nor openssl is there'
    name=gox-$version-$platform
    printf 'gox %s for %s\n  from    %s\n  sha256  %s\n  to      %s\n' \
        "$version" "$platform" "$base/$name.tar.gz" "$sum" "$(quoted "$program")"
    if [ -e "$program" ] || [ -h "$program" ]; then
        only_gox "$program"
        printf '          where it replaces %s\n' "$("$program" --version 2>/dev/null || echo 'a gox that does not run')"
    fi
    if [ "$dry" = yes ]; then
        printf 'nothing is changed: --dry-run\n'
        return
    fi
    put
    next
}

# Everything is made in a folder beside the program, so that it appears by one rename, whole or not at all.
put() {
    mkdir -p -- "$folder" || fail 6 "could not make $(quoted "$folder")" "$elsewhere"
    sweep
    work=$folder/.gox-install.$$
    (umask 077 && mkdir -- "$work") || {
        work=''
        fail 6 "could not write to $(quoted "$folder")" "$elsewhere"
    }
    download "$base/$name.tar.gz" "$work/archive"
    found=$(sha256 "$work/archive")
    [ "$found" = "$sum" ] || fail 5 "$base/$name.tar.gz has the sha256 $found, which is not that of the release"
    (cd -- "$work" && gzip -dc archive | tar -xf - "$name/gox") || fail 6 'could not unpack the archive'
    chmod 755 "$work/$name/gox" || fail 6 'could not let the program run'
    "$work/$name/gox" --version >/dev/null ||
        fail 1 "gox does not run in $(quoted "$folder")" "if no program may run there, $elsewhere"
    mv -f -- "$work/$name/gox" "$program" || fail 6 "could not write $(quoted "$program")"
    printf 'gox is installed\n'
}

# Removes what an installation left that was killed.
sweep() {
    for left in "$folder"/.gox-install.*; do
        if [ "${left##*.}" = $$ ] || ! kill -0 "${left##*.}" 2>/dev/null; then rm -rf -- "$left"; fi
    done
}

# The next line to type: by the path where the shell does not find this gox by its name.
next() {
    # shellcheck disable=SC3013 # All shells have it.
    if [ "$(command -v gox)" -ef "$program" ]; then
        printf 'next: gox setup\n'
    else
        printf 'next: %s setup\n' "$(quoted "$program")"
    fi
}

clean() {
    [ -z "$work" ] || rm -rf -- "$work"
}

main() {
    to='' dry=no action=install work=''
    while [ $# -gt 0 ]; do
        case $1 in
        --to)
            case ${2-} in '' | -*) fail 2 '--to needs a folder' 'one that begins with - is --to=FOLDER' ;; esac
            to=$2
            shift
            ;;
        --to=?*) to=${1#--to=} ;;
        --dry-run) dry=yes ;;
        --uninstall) action=uninstall ;;
        -h | --help)
            usage
            return
            ;;
        *) fail 2 "unknown argument \`$1\`" 'see --help' ;;
        esac
        shift
    done
    [ -n "$to${HOME-}" ] || fail 2 'HOME is not set' 'name a folder with --to'
    to=${to:-$HOME/.local/bin}
    case $to in /*) folder=$to ;; *) folder=$PWD/$to ;; esac
    program=${folder%/}/gox
    trap clean EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    "$action"
}

# The shell reads a group whole before it runs it: from a pipe that breaks off, nothing runs.
{
    main "$@"
}
