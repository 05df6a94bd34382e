# shellcheck shell=bash
# Functions for work with Go. They call `go` by name, so the version of the directory runs. A function whose body is in
# parentheses runs in a subshell: its options, traps and directory are not those of the user's shell. All of them work
# under `set -eu`, pipefail, noclobber and failglob, and in paths with blanks.
# shellcheck disable=SC2016 # Messages have commands in backticks.

# Says what is wrong, with a hint if $2 is not empty, and fails.
__gox_fail() {
    printf 'error: %s\n' "$1" >&2
    [[ -z ${2-} ]] || printf 'hint: %s\n' "$2" >&2
    return 1
}

# Prints what gox_help has of the function gox_$1, and fails with the exit code for a wrong call.
__gox_usage() {
    gox_help | command sed -n "s/^\(gox_$1 .*[^ ]\)   *[^ ].*/usage: \1/p" >&2
    return 2
}

# Makes the folder _gox_temporary, for a subshell, and removes it when that ends, also by a signal.
__gox_make_temporary() {
    _gox_temporary=$(command mktemp -d "${TMPDIR:-/tmp}/gox.XXXXXXXX") || return
    trap __gox_remove_temporary EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Removes _gox_temporary, and first the worktree of a repository in it.
__gox_remove_temporary() {
    [[ ! -e $_gox_temporary/tree/.git ]] || command git worktree remove --force "$_gox_temporary/tree" || :
    command rm -rf -- "$_gox_temporary"
}

# Prints the folder of the first of these files that is there: GOMOD, GOWORK.
__gox_root() {
    local _gox_variable _gox_file
    for _gox_variable; do
        _gox_file=$(go env "$_gox_variable") || return
        if [[ $_gox_file == /* && $_gox_file != /dev/null ]]; then
            printf '%s\n' "${_gox_file%/*}/"
            return
        fi
    done
    __gox_fail "\`$PWD\` is not in a module" 'make one: `gox_new example.com/hello`'
}

# A folder with a new module, which it runs.
gox_new() (
    if (($# != 1)) || [[ -z $1 || $1 == -* ]]; then
        __gox_usage new || exit
    fi
    _gox_folder=$1
    # As for Go, hello/v2 is called hello.
    [[ ! $_gox_folder =~ /v[0-9]+$ ]] || _gox_folder=${_gox_folder%/*}
    _gox_folder=$PWD/${_gox_folder##*/}
    [[ ! -e $_gox_folder && ! -L $_gox_folder ]] || __gox_fail "\`$_gox_folder\` is there already" || exit
    command mkdir -- "$_gox_folder" && builtin cd -- "$_gox_folder" || exit
    if ! go mod init "$1"; then
        command rm -rf -- "$_gox_folder"
        exit 1
    fi
    printf '%s\n' 'package main' '' 'import "fmt"' '' 'func main() {' "	fmt.Println(\"hello from $1\")" '}' >main.go
    # In a repository it stays a part of that, and in a workspace it has to be one of the modules.
    if command -v git >/dev/null && ! command git rev-parse --git-dir >/dev/null 2>&1; then
        command git init --quiet && command gox setup attributes --yes --quiet || exit
    fi
    [[ $(go env GOWORK) != /* ]] || go work use . || exit
    go run .
)

# To the root of the module here, or to the folder of a package or module.
gox_cd() {
    local _gox_folder=''
    if (($# > 1)) || [[ ${1-} == -* ]]; then
        __gox_usage cd || return
    fi
    # The path of a module has a dot in its first part, and need not be that of a package. -mod=readonly finds it in the
    # module cache also where there is a vendor/, of which it may be missing.
    if (($# == 0)); then
        _gox_folder=$(__gox_root GOMOD GOWORK) || return
    elif [[ ${1%%/*} == [!.]*.* ]]; then
        _gox_folder=$(go list -mod=readonly -m -f '{{.Dir}}' "$1" 2>/dev/null) || _gox_folder=''
    fi
    if [[ -z $_gox_folder ]]; then
        _gox_folder=$(go list -find -f '{{.Dir}}' "$1") || return
    fi
    if [[ ! -d $_gox_folder ]]; then
        __gox_fail "\`$1\` is more than one folder" || return
    fi
    # shellcheck disable=SC2164 # The caller sees how it ends.
    builtin cd -- "$_gox_folder"
}

# Runs statements, with packages that are imported for them.
gox_eval() (
    if (($# != 2)); then
        __gox_usage eval || exit
    fi
    __gox_make_temporary || exit
    IFS=', ' read -r -a _gox_imports <<<"$1"
    {
        printf 'package main\n\nimport (\n'
        ((!${#_gox_imports[@]})) || printf '\t"%s"\n' "${_gox_imports[@]}"
        printf ')\n\nfunc main() {\n%s\n}\n' "$2"
    } >"$_gox_temporary/main.go"
    # Not `go run`, which ends with 1 whatever the code of the program is.
    go build -o "$_gox_temporary/main" "$_gox_temporary/main.go" || exit
    "$_gox_temporary/main"
)

# Runs a command, and again after each change of a file here. It looks once a second: file systems of Windows and of
# networks report no changes.
gox_watch() (
    (($#)) || set -- go test ./...
    __gox_make_temporary || exit
    while :; do
        command touch -- "$_gox_temporary/time"
        _gox_seen=$(__gox_watched)
        _gox_code=0
        "$@" || _gox_code=$?
        printf 'gox_watch: code %d at %(%T)T; Ctrl-C ends it\n' "$_gox_code" -1 >&2
        while [[ $(__gox_watched) == "$_gox_seen" ]]; do command sleep 1; done
    done
)

# Prints a checksum of the names of all files that count for gox_watch, and again of those that changed after it began.
# Files without a dot in their names are mostly programs that a build wrote.
__gox_watched() {
    {
        command find . \( -name '.?*' -o -name node_modules \) -prune -o -type f -name '*.*' \
            ! -name '*.exe' ! -name '*.test' ! -name '*.out' ! -name '*.prof' \
            -print -newer "$_gox_temporary/time" -print 2>/dev/null || :
    } | command cksum
}

# Tests the packages with files that changed since a revision, or that Git does not know.
gox_changed() (
    if (($# > 1)) || [[ ${1-} == -* ]]; then
        __gox_usage changed || exit
    fi
    _gox_since=${1:-HEAD}
    # Before the first commit all files are new since the empty tree.
    command git rev-parse --git-dir >/dev/null || exit
    if [[ $_gox_since == HEAD ]] && ! command git rev-parse --verify --quiet HEAD >/dev/null; then
        _gox_since=$(command git hash-object -t tree --stdin </dev/null) || exit
    fi
    __gox_make_temporary || exit
    {
        # Of a file that was moved, both folders changed.
        command git diff -z --name-only --no-renames --relative "$_gox_since" -- &&
            command git ls-files -z --others --exclude-standard
    } >"$_gox_temporary/paths" || exit
    declare -A _gox_packages=()
    while IFS='' read -r -d '' _gox_file; do
        __gox_package "./$_gox_file" || continue
        # A folder of another module can be tested only from there.
        _gox_root=$_gox_folder
        until [[ $_gox_root == . || -e $_gox_root/go.mod ]]; do _gox_root=${_gox_root%/*}; done
        _gox_pattern=.${_gox_folder#"$_gox_root"}$_gox_below
        if [[ $'\n'${_gox_packages[$_gox_root]-} != *$'\n'"$_gox_pattern"$'\n'* ]]; then
            _gox_packages[$_gox_root]+=$_gox_pattern$'\n'
        fi
    done <"$_gox_temporary/paths"
    if ((!${#_gox_packages[@]})); then
        printf 'no package below this folder has changed since %s\n' "${1:-HEAD}" >&2
        exit
    fi
    _gox_code=0
    for _gox_root in "${!_gox_packages[@]}"; do
        mapfile -t _gox_patterns <<<"${_gox_packages[$_gox_root]%$'\n'}"
        (builtin cd -- "$PWD/$_gox_root" && go test "${_gox_patterns[@]}") || _gox_code=$?
    done
    exit "$_gox_code"
)

# Sets _gox_folder to that of the package to which the file $1 belongs, and _gox_below to `/...` if the file counts for
# all packages below as well. Fails if there is none.
__gox_package() {
    local _gox_wanted='*.go'
    _gox_folder=${1%/*} _gox_below=''
    case $1 in
    */vendor/*) _gox_folder=${1%%/vendor/*} _gox_below=/... _gox_wanted='go.*' ;;
    */go.mod | */go.sum | */go.work | */go.work.sum) _gox_below=/... _gox_wanted='go.*' ;;
    */testdata/*) _gox_folder=${1%%/testdata/*} ;;
    esac
    # What is not Go may be embedded by a package above, and the folder may be gone.
    until [[ -n $(command find "$_gox_folder" -maxdepth 1 -name "$_gox_wanted" 2>/dev/null) ]]; do
        [[ $_gox_folder != . ]] || return 1
        _gox_folder=${_gox_folder%/*}
    done
}

# How much of each function the tests run, the least first.
gox_cover() (
    (($#)) || set -- ./...
    __gox_make_temporary || exit
    _gox_code=0
    go test -coverprofile="$_gox_temporary/profile" "$@" >&2 || _gox_code=$?
    [[ -s $_gox_temporary/profile ]] || exit "$_gox_code"
    _gox_functions=$(go tool cover -func="$_gox_temporary/profile") || exit
    # The last line is the total, of nothing where nothing could be built.
    if [[ $_gox_functions == *$'\n'* ]]; then
        printf '%s\n' "${_gox_functions%$'\n'*}" | command env LC_ALL=C sort -s -k 3,3n
        printf '%s\n' "${_gox_functions##*$'\n'}"
    fi
    exit "$_gox_code"
)

# Compares benchmarks of a revision with those here.
gox_bench() (
    if (($# < 1 || $# > 2)) || [[ -z $1 || $1 == -* ]]; then
        __gox_usage bench || exit
    fi
    _gox_prefix=$(command git rev-parse --show-prefix) || exit
    command git rev-parse --verify --quiet "$1^{commit}" >/dev/null ||
        __gox_fail "\`$1\` is not a commit of this repository" || exit
    __gox_make_temporary || exit
    command git worktree add --quiet --detach "$_gox_temporary/tree" "$1" || exit
    for _gox_side in base here; do
        _gox_folder=$PWD
        [[ $_gox_side == here ]] || _gox_folder=$_gox_temporary/tree/$_gox_prefix
        printf 'gox_bench: %s, 6 times each\n' "$_gox_folder" >&2
        if ! (builtin cd -- "$_gox_folder" && go test -run '^$' -bench "${2:-.}" -count 6 ./...) \
            >"$_gox_temporary/$_gox_side"; then
            command cat "$_gox_temporary/$_gox_side" >&2
            exit 1
        fi
    done
    if ! command -v benchstat >/dev/null; then
        printf 'gox_bench: with benchstat, this is a table: `go install golang.org/x/perf/cmd/benchstat@latest`\n' >&2
        command tail -n +1 "$_gox_temporary/base" "$_gox_temporary/here"
        exit
    fi
    command benchstat "base=$_gox_temporary/base" "here=$_gox_temporary/here"
)

# Builds for other platforms; without arguments, for those that Go calls first-class.
gox_cross() (
    (($#)) || set -- darwin/amd64 darwin/arm64 linux/386 linux/amd64 linux/arm linux/arm64 windows/386 windows/amd64
    for _gox_platform; do
        if [[ ! $_gox_platform =~ ^[a-z0-9]+/[a-z0-9]+$ ]]; then
            __gox_usage cross || exit
        fi
    done
    _gox_code=0
    export GOOS GOARCH CGO_ENABLED=0
    for _gox_platform; do
        GOOS=${_gox_platform%/*} GOARCH=${_gox_platform#*/} _gox_answer=ok
        go build -o /dev/null ./... || _gox_code=1 _gox_answer=failed
        printf '%s: %s\n' "$_gox_platform" "$_gox_answer"
    done
    exit "$_gox_code"
)

# The direct dependencies of which a newer version is out. What is in vendor/ does not tell, hence -mod=readonly.
gox_outdated() {
    go list -mod=readonly -m -u \
        -f '{{if and .Update (not .Indirect) (not .Main)}}{{.Path}} {{.Version}} -> {{.Update.Version}}{{end}}' all
}

# Whether vendor/ is what go.mod asks for; if not, what differs.
gox_vendor() (
    _gox_folder=$(__gox_root GOWORK GOMOD) && builtin cd -- "$_gox_folder" || exit
    [[ -d vendor ]] ||
        __gox_fail "\`$PWD\` has no vendor/" 'make it: `go mod vendor`, or in a workspace `go work vendor`' || exit
    __gox_make_temporary || exit
    _gox_verb=mod
    [[ $(go env GOWORK) != /* ]] || _gox_verb=work
    go "$_gox_verb" vendor -o "$_gox_temporary/vendor" || exit
    # Without dependencies Go makes no folder.
    command mkdir -p "$_gox_temporary/vendor" && command diff -rq "$_gox_temporary/vendor" vendor
)

# The largest symbols of a program, in bytes; the first line is the whole file.
gox_size() (
    if (($# == 1)) && [[ $1 != *[!0-9]* ]]; then
        set -- . "$1"
    fi
    if (($# > 2)) || [[ ${1-} == -* || ${2:-20} == *[!0-9]* ]]; then
        __gox_usage size || exit
    fi
    __gox_make_temporary || exit
    go build -o "$_gox_temporary/program" "${1:-.}" || exit
    go tool nm -size -sort size "$_gox_temporary/program" >"$_gox_temporary/symbols" || exit
    printf '%d total\n' "$(command wc -c <"$_gox_temporary/program")"
    # A line has the address, the size, a letter for the kind, and the name.
    command awk -v count="${2:-20}" '$2 ~ /^[0-9]+$/ && n++ < count {
        size = $2
        sub(/^ *[^ ]+ +[^ ]+ . /, "")
        print size, $0
    }' "$_gox_temporary/symbols"
)

# Exports variables of Go in this shell alone, where `go env -w` writes them for all shells and projects.
gox_env() {
    local _gox_word _gox_unset='' _gox_known
    if [[ ${1-} == -u ]]; then
        _gox_unset=1
        shift
    fi
    (($#)) || __gox_usage env || return
    # What comes after it is not read from the environment.
    _gox_known=$(go help environment) || return
    _gox_known=${_gox_known%%Additional information*}
    for _gox_word; do
        if [[ -z $_gox_unset && $_gox_word != *=* ]]; then
            __gox_usage env || return
        fi
        _gox_word=${_gox_word%%=*}
        if [[ ! $_gox_known =~ $'\n\t'([A-Z0-9_]+, )*"$_gox_word"(,|$'\n') ]]; then
            __gox_fail "\`$_gox_word\` is not a variable that Go reads" 'all of them: `go help environment`' || return
        fi
    done
    for _gox_word; do
        if [[ -n $_gox_unset ]]; then
            unset -v "$_gox_word" || return
        else
            declare -gx "$_gox_word" || return
        fi
    done
}

# The list of these functions.
gox_help() {
    command cat <<'END'
gox_new MODULE                makes a folder with a new module, and runs it
gox_cd [PACKAGE | MODULE]     goes to the module here, or to a package or module
gox_eval IMPORTS STATEMENTS   runs statements: gox_eval math 'println(math.Pi)'
gox_watch [COMMAND…]          runs a command, or go test, after each change
gox_changed [REVISION]        tests what changed here since REVISION, or HEAD
gox_cover [PACKAGE…]          how much of each function tests run, least first
gox_bench REVISION [REGEXP]   compares the revision's benchmarks with yours
gox_cross [OS/ARCH…]          builds for these, or Go's first-class platforms
gox_outdated                  lists direct dependencies with a newer version
gox_vendor                    how vendor/ differs from go.mod; 1 if it does
gox_size [PACKAGE] [COUNT]    lists the largest symbols of a program, in bytes
gox_env NAME=VALUE…           sets in this shell alone; gox_env -u NAME… unsets
gox_help                      prints this list
END
}
