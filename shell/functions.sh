# shellcheck shell=bash
# The functions go, gofmt and gox for bash and zsh.
#
# `go` and `gofmt` select the toolchain in the shell itself and start no process but the tool. They decide
# only plain cases, in which the shim certainly gives the same answer: the shim is the first go on PATH, and one
# exact version is installed, from GO_VERSION, GOX_USE, a pin file or the default, and no go.mod asks for a newer
# one. In all other cases they start the first go on PATH, so that `go`, make and other programs never differ. If
# that is the shim, this takes a millisecond longer.
#
# Letters and digits are spelled out, because the locale decides what [a-z] matches.
# __gox_exported and __gox_read differ between the shells, and are in gox.bash and gox.zsh.

go() {
    __gox_with_home __gox_run go "$@"
}

gofmt() {
    __gox_with_home __gox_run gofmt "$@"
}

# Calls the function $1 with the root of the store and the other arguments. Without GOX_HOME and HOME the
# root is empty.
__gox_with_home() {
    "$1" "${GOX_HOME:-${HOME:+${HOME%/}/.local/go}}" "${@:2}"
}

# Runs the tool $2 of the store $1 with the other arguments.
__gox_run() {
    # Otherwise the tool would get the local variables in its environment. `local -` restores the option when
    # this function returns; zsh needs neither, because its functions run with its default options.
    if [[ -o allexport ]]; then
        local -
        set +a
    fi
    __gox_with_variables "$1" __gox_start "${@:2}"
}

# Calls the function $2 with the other arguments. The variables that it and the functions below set are local
# to this call; $1 is the root of the store.
__gox_with_variables() {
    local _gox_tool _gox_name _gox_text _gox_word _gox_rest _gox_before _gox_value _gox_directory _gox_module
    local _gox_minor _gox_mark _gox_number _gox_base_minor _gox_base_mark _gox_base_number _gox_first
    local _gox_home=$1 _gox_newline=$'\n' _gox_exact='' _gox_path=''
    local _gox_alnum=0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ
    "${@:2}"
}

# Starts the tool $1: as selected here if the first on PATH is the shim and the case is plain, else the first on
# PATH. It is started by its path, because the shell may remember another one for the name.
__gox_start() {
    if __gox_find_shim "$1" && __gox_choose "$@" &&
        { [[ -z $_gox_exact ]] || local -x GOTOOLCHAIN=local 2>/dev/null; }; then
        "$_gox_path" "${@:2}"
    elif [[ -n $_gox_first ]]; then
        "$_gox_first" "${@:2}"
    else
        __gox_no_go "$@"
    fi
    # zsh's err_exit ignores a failure inside an `if` with which a function ends.
    return
}

# Where the tool $1 is not on PATH and nothing is installed yet, so that there are no shims, says how to install.
# Otherwise, and where nobody can tell, runs it, so that the shell says that it is not there.
# shellcheck disable=SC2016
__gox_no_go() {
    if [[ -z $_gox_home || -e $_gox_home/toolchains || -n ${GOX_SYSTEM_HOME-} ]] || __gox_shims_are_hidden; then
        command "$@"
        return
    fi
    printf 'error: no Go is installed yet\nhint: install the newest: `gox install latest`\n' >&2
    return 127
}

# Whether the first $1 on PATH is the shim of this store, and can be run. _gox_first is the path of the first, or
# empty if there is none. A shim that is there but cannot be run is the first, too: then the shell says why it
# cannot, and no other Go runs.
__gox_find_shim() {
    _gox_first=$_gox_home/shims/$1 _gox_rest=${PATH-}:
    # As `gox init` leaves PATH, there is nothing to search. Not [[ ]], for which nocasematch makes two paths equal.
    if [ "${_gox_rest:0:${#_gox_home}+7}" != "$_gox_home/shims:" ] || [[ ! -f $_gox_first || ! -x $_gox_first ]]; then
        __gox_search_path "$1"
    fi
}

# Does the work of __gox_find_shim for any PATH, which is in _gox_rest with a colon after it.
__gox_search_path() {
    while [[ -n $_gox_rest ]]; do
        _gox_first=${_gox_rest%%:*}
        _gox_rest=${_gox_rest:${#_gox_first}+1}
        # An empty entry is the current directory.
        _gox_first=${_gox_first:-.}/$1
        if [[ $_gox_first -ef $_gox_home/shims/$1 ]]; then
            [[ -f $_gox_first && -x $_gox_first ]]
            return
        fi
        [[ ! -f $_gox_first || ! -x $_gox_first ]] || return 1
        [[ $_gox_first != "$_gox_home/shims/$1" ]] || ! __gox_shims_are_hidden || return 1
    done
    _gox_first=''
    return 1
}

# Whether the user may not search a folder on the way to the shims, so that nobody can tell what is there.
__gox_shims_are_hidden() {
    _gox_directory=$_gox_home/shims
    while [[ -n $_gox_directory && ! -e $_gox_directory ]]; do _gox_directory=${_gox_directory%/*}; done
    [[ ! -x ${_gox_directory:-/} ]]
}

# Selects the program for the tool $1 and its arguments: _gox_path is its path, _gox_word its version, and
# _gox_exact is not empty if Go must not switch. Fails if the case is not plain.
__gox_choose() {
    _gox_tool=$1
    case $_gox_newline${2-}$_gox_newline${3-}$_gox_newline${4-}$_gox_newline${5-} in
    "$_gox_newline"+* | *"$_gox_newline"-C* | *"$_gox_newline"--C*) return 1 ;;
    esac
    __gox_exported || return 1
    [[ -z ${GOTOOLCHAIN+x}${GOROOT+x}${GO111MODULE+x}${GOWORK+x}${GOX_SYSTEM_HOME+x} &&
        -z ${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION+x}${GOTOOLCHAIN_INTERNAL_SWITCH_COUNT+x} ]] || return 1
    [[ $_gox_home == /* && $_gox_home != */ ]] || return 1
    __gox_search || return 1
    if [[ -z $_gox_word ]]; then
        __gox_read_word "$_gox_home/default" || return 1
        _gox_exact=''
    fi
    __gox_find_base && __gox_no_settings && __gox_module_agrees || return 1
    _gox_path=$_gox_home/toolchains/go$_gox_word/bin/$_gox_tool
}

# Searches upward for a pin, unless GO_VERSION or GOX_USE is set, and for the go.mod. Sets _gox_word, _gox_exact and
# _gox_module.
__gox_search() {
    _gox_word=${GO_VERSION:-${GOX_USE-}} _gox_exact=1 _gox_module='' _gox_directory=$PWD
    case $PWD/ in
    //) _gox_directory='' ;;
    [!/]* | *//* | */./* | */../*) return 1 ;;
    esac
    [[ $PWD -ef . ]] || return 1
    while [[ ! -e $_gox_directory/go.work ]]; do
        # -L finds a dangling link, which -e does not: that is an error, which the shim reports.
        if [[ -n $_gox_word ]]; then
            :
        elif [[ -e $_gox_directory/.go-version || -L $_gox_directory/.go-version ]]; then
            __gox_read_word "$_gox_directory/.go-version" || return 1
        elif [[ -e $_gox_directory/.tool-versions || -L $_gox_directory/.tool-versions ]]; then
            __gox_read_tool_versions "$_gox_directory/.tool-versions" || return 1
        fi
        if [[ -z $_gox_module && -e $_gox_directory/go.mod ]]; then
            # Go ignores a go.mod directly in the directory for temporary files.
            [[ $_gox_directory/ -ef /tmp || (-n ${TMPDIR-} && $_gox_directory/ -ef $TMPDIR) ]] && return 1
            # A pin that is found later is above the module, and a floor.
            _gox_module=$_gox_directory/go.mod _gox_exact=$_gox_word
        fi
        [[ -n $_gox_directory ]] || return 0
        _gox_directory=${_gox_directory%/*}
    done
    return 1
}

# Sets _gox_word to the only word of the file $1.
__gox_read_word() {
    __gox_read "$1" 1024 || return 1
    _gox_word=${_gox_text%%[$' \t\r\n']*}
    [[ -n $_gox_word && ${_gox_text#"$_gox_word"} != *[!$' \t\r\n']* ]]
}

# Sets _gox_word to the pin in the .tool-versions file $1, or leaves it empty if there is none.
__gox_read_tool_versions() {
    __gox_read "$1" 1024 || return 1
    for _gox_name in golang go; do
        [[ $_gox_text$_gox_newline != *"$_gox_name"[!-_./$_gox_alnum$' \t']* ]] || return 1
        __gox_line "$_gox_name" '#' || return 1
        [[ -n $_gox_value ]] || continue
        # A second line is an error.
        [[ $_gox_rest != *"$_gox_name"[$' \t']* ]] || return 1
        _gox_word=$_gox_value
        return
    done
}

# Sets _gox_value to the rest of the first line of _gox_text that begins with the word $1, up to a comment,
# which begins with $2; empty if there is no such line. Fails if that line may not be the first, such as after
# one that begins with blanks. _gox_rest is the text after the word.
__gox_line() {
    _gox_value='' _gox_rest=$_gox_newline$_gox_text
    while :; do
        # Takes time linear in the length of the text; removing the shortest prefix takes quadratic time.
        _gox_before=${_gox_rest%%"$1"[$' \t']*}
        [[ $_gox_before != "$_gox_rest" ]] || return 0
        _gox_rest=${_gox_rest:${#_gox_before}+${#1}+1}
        case $_gox_before in
        *"$_gox_newline") break ;;
        # Part of another word.
        *[-_./~$_gox_alnum]) ;;
        *) return 1 ;;
        esac
    done
    _gox_value=${_gox_rest%%"$_gox_newline"*}
    case $_gox_value in
    *[$' \t\r']* | *"$2"*) __gox_trim "$2" ;;
    '') return 1 ;;
    esac
}

# Removes from _gox_value a final CR, a comment that begins with $1, and blanks around it. Fails if nothing is
# left.
__gox_trim() {
    _gox_value=${_gox_value%$'\r'}
    # Elsewhere in a line, a CR is a blank in a pin, but not in a go.mod.
    [[ $_gox_value != *$'\r'* ]] || return 1
    _gox_value=${_gox_value%%"$1"*}
    while [[ $_gox_value == [$' \t']* ]]; do _gox_value=${_gox_value#?}; done
    while [[ $_gox_value == *[$' \t'] ]]; do _gox_value=${_gox_value%?}; done
    [[ -n $_gox_value ]]
}

# Splits a version `1.22`, `1.22.4` or `1.22rc1` into _gox_minor, _gox_mark (empty, a dot, rc or beta) and
# _gox_number. Fails for all other versions.
__gox_split() {
    _gox_minor=${1#1.} _gox_number=0
    case $1 in
    1.*.*) _gox_mark=. ;;
    1.*rc*) _gox_mark=rc ;;
    1.*beta*) _gox_mark=beta ;;
    1.*) _gox_mark='' ;;
    *) return 1 ;;
    esac
    if [[ -n $_gox_mark ]]; then
        _gox_number=${_gox_minor#*"$_gox_mark"} _gox_minor=${_gox_minor%%"$_gox_mark"*}
    fi
    # Only digits, no leading zero, and at most four, so that the shell's integers are large enough.
    case $_gox_minor:$_gox_number in
    *[!0123456789:]* | *:*:* | :* | *: | 0[!:]* | *:0?* | ?????*:* | *:?????*) return 1 ;;
    esac
}

# Makes _gox_word the base, without its prefix. Fails unless it is a version that names one installed
# toolchain.
__gox_find_base() {
    case $_gox_word in
    go*) _gox_word=${_gox_word#go} ;;
    v*) _gox_word=${_gox_word#v} ;;
    esac
    case $_gox_word in
    # Most versions; splitting them would take longer.
    1.[123456789][0123456789].[123456789] | 1.[123456789][0123456789].[123456789][0123456789])
        _gox_base_minor=${_gox_word:2:2}
        ;;
    *) __gox_check_base || return 1 ;;
    esac
    _gox_path=$_gox_home/toolchains/go$_gox_word/bin
    [[ -f $_gox_path/go && -x $_gox_path/go &&
        ($_gox_tool == go || (-f $_gox_path/$_gox_tool && -x $_gox_path/$_gox_tool)) ]]
}

# Whether any other version in _gox_word can be the base. Sets _gox_base_minor.
__gox_check_base() {
    __gox_split "$_gox_word" || return 1
    # Go before 1.9 needs GOROOT. Before 1.21 the toolchain of `1.20.0` is go1.20.
    case $_gox_mark$_gox_number in
    0) return 1 ;;
    .0) ((_gox_minor >= 21)) || return 1 ;;
    *) ((_gox_minor >= 9)) || return 1 ;;
    esac
    _gox_base_minor=$_gox_minor
}

# Whether neither the base's go.env nor the user's GOENV file has a setting that affects the selection, but for
# GOTOOLCHAIN=auto, which is the default.
__gox_no_settings() {
    set -- "$_gox_home/toolchains/go$_gox_word/go.env"
    case ${GOENV-} in
    off) ;;
    # The configuration directories of Linux and macOS.
    '') set -- "$1" "${XDG_CONFIG_HOME-}/go/env" "${HOME-}/.config/go/env" \
        "${HOME-}/Library/Application Support/go/env" ;;
    *) return 1 ;;
    esac
    for _gox_name; do
        [[ -e $_gox_name ]] || continue
        __gox_read "$_gox_name" 8192 || return 1
        _gox_text=$_gox_newline$_gox_text$_gox_newline
        case $_gox_text in
        # GOROOT, GO111MODULE, GOWORK.
        *"$_gox_newline"GO[R1W]*) return 1 ;;
        *"$_gox_newline"GOTOOLCHAIN=*"$_gox_newline"GOTOOLCHAIN=*) return 1 ;;
        *"${_gox_newline}GOTOOLCHAIN=auto$_gox_newline"*) ;;
        *"$_gox_newline"GOTOOLCHAIN=*) return 1 ;;
        esac
    done
}

# Whether the go and toolchain lines of the go.mod ask for no newer version than the base.
__gox_module_agrees() {
    [[ -n $_gox_module ]] || return 0
    __gox_read "$_gox_module" 16384 && __gox_line go // || return 1
    [[ -z $_gox_value ]] || __gox_at_most_base "$_gox_value" || return 1
    # Saves most files another search.
    [[ $_gox_text == *toolchain* ]] || return 0
    __gox_line toolchain // || return 1
    case $_gox_value in
    '') ;;
    go*) __gox_at_most_base "${_gox_value#go}" ;;
    *) return 1 ;;
    esac
}

# Whether the version $1 is not above the base, by Go's order: 1.21 < 1.21rc1 < 1.21.0, but 1.20rc1 < 1.20.
__gox_at_most_base() {
    case $1 in
    # Most versions, if the base is of a newer line.
    1.[123456789][0123456789] | 1.[123456789][0123456789].[0123456789])
        ((${1:2:2} >= _gox_base_minor)) || return 0
        ;;
    esac
    __gox_compare_base "$1"
}

# Compares any version $1 with the base by all of its parts.
__gox_compare_base() {
    __gox_split "$_gox_word" || return 1
    _gox_base_mark=$_gox_mark _gox_base_number=$_gox_number
    __gox_split "$1" || return 1
    if ((_gox_minor != _gox_base_minor)); then
        ((_gox_minor < _gox_base_minor))
        return
    fi
    case $_gox_mark,$_gox_base_mark in
    ,. | rc,. | beta,. | beta,rc) ;;
    ,rc | ,beta) ((_gox_minor >= 21)) ;;
    .,. | rc,rc | beta,beta) ((_gox_number <= _gox_base_number)) ;;
    *) return 1 ;;
    esac
}

# Runs gox. `gox use` prints its answer for this function, which alone can set GOX_USE in the shell: the
# word `use:1.22.4`, or `use:` to unset it; with --quiet `quiet:1.22.4`. Any other output is text to show.
gox() {
    if [[ (${1-} == -q || ${1-} == --quiet) && ${2-} == use ]]; then
        shift 2
        set -- use -q "$@"
    fi
    if [[ ${1-} != use ]]; then
        command gox "$@"
        return
    fi
    local _gox_answer
    if [[ -n ${_gox_back+x} ]]; then
        case "${2-} ${3-} ${4-}" in
        '-  ') set -- use "${_gox_back:---unset}" ;;
        '- -q ' | '-q - ' | '- --quiet ' | '--quiet - ') set -- use -q "${_gox_back:---unset}" ;;
        esac
    fi
    _gox_answer=$(_GOX_BY_FUNCTION=1 command gox "$@") || return
    case $_gox_answer in
    use:*[![:alnum:]+._-]* | quiet:*[![:alnum:]+._-]*) return 1 ;;
    use:* | quiet:*) __gox_use "${_gox_answer#*:}" "${_gox_answer%%:*}" ;;
    ?*) printf '%s\n' "$_gox_answer" ;;
    esac
}

# Sets GOX_USE to $1, or unsets it if that is empty, and says so unless $2 is `quiet`.
# shellcheck disable=SC2016
__gox_use() {
    # Tried in a subshell, because assigning to a readonly variable can end the shell.
    if ! (__gox_set "$1") >/dev/null 2>&1; then
        printf 'error: could not change `GOX_USE`: it is readonly in this shell, or not a plain variable\n' >&2
        printf 'hint: unset it: `unset GOX_USE`; if that fails, start another shell\n' >&2
        return 2
    fi
    # Using what is used already leaves the way back as it is. Not [[ ]], for which nocasematch makes two names equal.
    local _gox_when=already
    if [ "${GOX_USE-}" != "$1" ]; then
        _gox_when=now _gox_back=${GOX_USE-}
    fi
    __gox_set "$1"
    if [[ $2 == quiet ]]; then
        return
    fi
    case ${1:+use}:$_gox_when in
    use:now) printf 'this shell uses %s now; to go back: `gox use -`\n' "$1" >&2 ;;
    use:*) printf 'this shell uses %s already\n' "$1" >&2 ;;
    :now) printf 'this shell follows files and the default again\n' >&2 ;;
    *) printf 'this shell follows files and the default already\n' >&2 ;;
    esac
}

# Sets or unsets GOX_USE. Fails if it is an array: bash would set its first element and export nothing.
__gox_set() {
    if [[ -z $1 ]]; then
        unset GOX_USE
        return
    fi
    export GOX_USE="$1"
    [[ $GOX_USE == "$1" && $(typeset -p GOX_USE) != 'declare -'[aA]* ]]
}
