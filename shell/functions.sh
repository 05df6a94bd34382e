# shellcheck shell=bash
# The functions go, gofmt and gox of bash and zsh.
#
# `go` and `gofmt` choose the toolchain here, without any process but the tool. They decide only where it
# is certain that the shim would say the same: one exact version that is installed, asked for by
# GO_VERSION, a pin file or the default, and no go.mod that asks for more. Wherever something is unusual,
# __gox_choose fails and the shim decides; a refusal costs a millisecond, a wrong answer a day.
#
# What differs between the two shells is in their own files: __gox_seen and __gox_read.

go() {
    __gox_run go "$@"
}

gofmt() {
    __gox_run gofmt "$@"
}

# Runs a tool with its arguments.
__gox_run() {
    # The variables below would reach the tool.
    if [[ -o allexport ]]; then
        __gox_leave "$@"
        return
    fi
    local _gox_tool _gox_home _gox_text _gox_word _gox_rest _gox_before _gox_value _gox_directory _gox_module
    local _gox_minor _gox_mark _gox_number _gox_base_minor _gox_base_mark _gox_base_number
    local _gox_newline=$'\n' _gox_exact='' _gox_path=''
    if ! __gox_choose "$@"; then
        __gox_leave "$@"
    elif [[ -z $_gox_exact ]]; then
        "$_gox_path" "${@:2}"
    elif local -x GOTOOLCHAIN=local 2>/dev/null; then
        "$_gox_path" "${@:2}"
    else
        __gox_leave "$@"
    fi
    # zsh's err_exit does not see a failure that a function ends with inside of `if`.
    return
}

# Leaves the decision to the shim; where the store is gone, to whatever is on PATH.
__gox_leave() {
    # A relative store would be a program of whatever directory this is.
    if [[ ${GOX_HOME:-${HOME-}} == /* && -x ${GOX_HOME:-${HOME-}/.local/go}/shims/$1 ]]; then
        "${GOX_HOME:-${HOME-}/.local/go}/shims/$1" "${@:2}"
    else
        command "$@"
    fi
}

# Decides for a tool with its arguments: the program in _gox_path, its version in _gox_word, and in
# _gox_exact whether Go must not switch by itself.
__gox_choose() {
    _gox_tool=$1
    case $_gox_newline${2-}$_gox_newline${3-}$_gox_newline${4-}$_gox_newline${5-} in
    "$_gox_newline"+* | *"$_gox_newline"-C* | *"$_gox_newline"--C*) return 1 ;;
    esac
    __gox_seen || return 1
    [[ -z ${GOTOOLCHAIN+x}${GOROOT+x}${GO111MODULE+x}${GOWORK+x}${GOX_SYSTEM_HOME+x} &&
        -z ${GOTOOLCHAIN_INTERNAL_SWITCH_VERSION+x}${GOTOOLCHAIN_INTERNAL_SWITCH_COUNT+x} ]] || return 1
    _gox_home=${GOX_HOME:-${HOME-}}
    [[ $_gox_home == /* && $_gox_home != */ ]] || return 1
    [[ -n ${GOX_HOME-} ]] || _gox_home+=/.local/go
    __gox_look || return 1
    if [[ -z $_gox_word ]]; then
        __gox_word "$_gox_home/default" || return 1
        _gox_exact=''
    fi
    __gox_base && __gox_silent && __gox_module_agrees || return 1
    _gox_path=$_gox_home/toolchains/go$_gox_word/bin/$_gox_tool
}

# Looks upward for a pin, if GO_VERSION asks for nothing, and for the go.mod that counts.
__gox_look() {
    _gox_word=${GO_VERSION-} _gox_exact=1 _gox_module='' _gox_directory=$PWD
    case $PWD/ in
    //) _gox_directory='' ;;
    [!/]* | *//* | */./* | */../*) return 1 ;;
    esac
    [[ $PWD -ef . ]] || return 1
    # In most directories there is nothing, so that is asked in one breath, and nothing is asked that is
    # known. -L: a pin that is a link to nowhere is for the shim to explain.
    while [[ ! -e $_gox_directory/go.work &&
        (-n $_gox_module || ! -e $_gox_directory/go.mod) &&
        (-n $_gox_word || (! -e $_gox_directory/.go-version && ! -L $_gox_directory/.go-version &&
        ! -e $_gox_directory/.tool-versions && ! -L $_gox_directory/.tool-versions)) ]] || __gox_look_here; do
        [[ -n $_gox_directory ]] || return 0
        _gox_directory=${_gox_directory%/*}
    done
    return 1
}

# The same in one directory. A pin above a module is only a floor.
__gox_look_here() {
    [[ ! -e $_gox_directory/go.work ]] || return 1
    if [[ -z $_gox_word ]]; then
        if [[ -e $_gox_directory/.go-version || -L $_gox_directory/.go-version ]]; then
            __gox_word "$_gox_directory/.go-version" || return 1
        elif [[ -e $_gox_directory/.tool-versions || -L $_gox_directory/.tool-versions ]]; then
            __gox_tool_versions "$_gox_directory/.tool-versions" || return 1
        fi
        [[ -z $_gox_word || -z $_gox_module ]] || _gox_exact=''
    fi
    if [[ -z $_gox_module && -e $_gox_directory/go.mod ]]; then
        # Go takes no notice of one directly in the folder for temporary files.
        [[ $_gox_directory/ -ef /tmp || (-n ${TMPDIR-} && $_gox_directory/ -ef $TMPDIR) ]] && return 1
        _gox_module=$_gox_directory/go.mod
    fi
}

# The only word of a file, in _gox_word.
__gox_word() {
    __gox_read "$1" 1024 || return 1
    _gox_word=${_gox_text%%[$' \t\r\n']*}
    [[ -n $_gox_word && ${_gox_text#"$_gox_word"} != *[!$' \t\r\n']* ]]
}

# The pin in a .tool-versions file, in _gox_word; nothing where it has none.
__gox_tool_versions() {
    __gox_read "$1" 1024 || return 1
    case $_gox_text$_gox_newline in
    *go[!-_./0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$' \t']*) return 1 ;;
    *golang[!-_./0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$' \t']*) return 1 ;;
    esac
    __gox_line golang '#' || return 1
    if [[ -z $_gox_value ]]; then
        __gox_line go '#' || return 1
        [[ -z $_gox_value || $_gox_rest != *go[$' \t']* ]] || return 1
    fi
    # A second line is an error.
    [[ -z $_gox_value || $_gox_rest != *golang[$' \t']* ]] || return 1
    _gox_word=$_gox_value
}

# The rest of the first line of _gox_text that begins with the word $1, up to a comment that begins with
# $2, in _gox_value; nothing where there is none. Fails where the line may be another, as behind a blank.
__gox_line() {
    _gox_value='' _gox_rest=$_gox_newline$_gox_text
    while :; do
        # Cutting at the end of a text takes time by its length, cutting at its start by the square of it.
        _gox_before=${_gox_rest%%"$1"[$' \t']*}
        [[ $_gox_before != "$_gox_rest" ]] || return 0
        _gox_rest=${_gox_rest:${#_gox_before}+${#1}+1}
        case $_gox_before in
        *"$_gox_newline") break ;;
        *[-_./~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]) ;;
        *) return 1 ;;
        esac
    done
    _gox_value=${_gox_rest%%"$_gox_newline"*}
    case $_gox_value in
    *[$' \t\r']* | *"$2"*) __gox_trim "$2" ;;
    '') return 1 ;;
    esac
}

# The same without a CR at its end, a comment, and blanks around it.
__gox_trim() {
    _gox_value=${_gox_value%$'\r'}
    # Within a line it is a blank to some, and nothing to others.
    [[ $_gox_value != *$'\r'* ]] || return 1
    _gox_value=${_gox_value%%"$1"*}
    while [[ $_gox_value == [$' \t']* ]]; do _gox_value=${_gox_value#?}; done
    while [[ $_gox_value == *[$' \t'] ]]; do _gox_value=${_gox_value%?}; done
    [[ -n $_gox_value ]]
}

# Cuts `1.22`, `1.22.4` or `1.22rc1` into _gox_minor, _gox_mark (nothing, a dot, rc or beta) and
# _gox_number. Fails for all other versions.
__gox_cut() {
    _gox_number=${1#1.}
    [[ $_gox_number != "$1" ]] || return 1
    _gox_minor=${_gox_number%%[!0123456789]*}
    _gox_number=${_gox_number#"$_gox_minor"}
    case $_gox_number in
    '') _gox_mark='' _gox_number=0 ;;
    .*) _gox_mark=. _gox_number=${_gox_number#.} ;;
    rc*) _gox_mark=rc _gox_number=${_gox_number#rc} ;;
    beta*) _gox_mark=beta _gox_number=${_gox_number#beta} ;;
    *) return 1 ;;
    esac
    # Digits alone, without a zero in front, and few enough to count with.
    case $_gox_minor:$_gox_number in
    *[!0123456789:]* | :* | *: | 0[!:]* | *:0?* | ?????*:* | *:?????*) return 1 ;;
    esac
}

# Takes _gox_word as the base: a version that names one installed toolchain.
__gox_base() {
    case $_gox_word in
    go*) _gox_word=${_gox_word#go} ;;
    v*) _gox_word=${_gox_word#v} ;;
    esac
    case $_gox_word in
    1.[123456789][0123456789].[123456789] | 1.[123456789][0123456789].[123456789][0123456789])
        # Most, in less time.
        _gox_minor=${_gox_word#1.}
        _gox_base_minor=${_gox_minor%%.*}
        ;;
    *) __gox_seldom_base || return 1 ;;
    esac
    _gox_path=$_gox_home/toolchains/go$_gox_word/bin
    [[ -f $_gox_path/go && -x $_gox_path/go &&
        ($_gox_tool == go || (-f $_gox_path/$_gox_tool && -x $_gox_path/$_gox_tool)) ]]
}

# The minor of any other version that may be a base.
__gox_seldom_base() {
    __gox_cut "$_gox_word" || return 1
    # Before 1.9 Go needs GOROOT; before 1.21 the name of `1.20.0` is go1.20.
    case $_gox_mark$_gox_number in
    0) return 1 ;;
    .0) ((_gox_minor >= 21)) || return 1 ;;
    *) ((_gox_minor >= 9)) || return 1 ;;
    esac
    _gox_base_minor=$_gox_minor
}

# Whether neither the user's GOENV file nor the base's go.env sets anything that decides.
__gox_silent() {
    case ${GOENV-} in
    off) ;;
    '')
        # The user's configuration directory, wherever this system has it. Most users have none of them.
        if [[ -e ${XDG_CONFIG_HOME-}/go/env || -e ${HOME-}/.config/go/env ||
            -e "${HOME-}/Library/Application Support/go/env" ]]; then
            __gox_settings "${XDG_CONFIG_HOME-}/go/env" || return 1
            __gox_settings "${HOME-}/.config/go/env" || return 1
            __gox_settings "${HOME-}/Library/Application Support/go/env" || return 1
        fi
        ;;
    *) return 1 ;;
    esac
    __gox_settings "$_gox_home/toolchains/go$_gox_word/go.env" auto
}

# Whether a file of Go's settings is not there, or says nothing that decides but GOTOOLCHAIN=$2.
__gox_settings() {
    [[ -e $1 ]] || return 0
    __gox_read "$1" 8192 || return 1
    _gox_text=$_gox_newline$_gox_text$_gox_newline
    case $_gox_text in
    *"$_gox_newline"GOROOT=* | *"$_gox_newline"GO111MODULE=* | *"$_gox_newline"GOWORK=*) return 1 ;;
    *"$_gox_newline"GOTOOLCHAIN=*"$_gox_newline"GOTOOLCHAIN=*) return 1 ;;
    *"${_gox_newline}GOTOOLCHAIN=${2-}$_gox_newline"*) ;;
    *"$_gox_newline"GOTOOLCHAIN=*) return 1 ;;
    esac
}

# Whether the go and toolchain lines of the module ask for no more than the base.
__gox_module_agrees() {
    [[ -n $_gox_module ]] || return 0
    __gox_read "$_gox_module" 16384 && __gox_line go // || return 1
    [[ -z $_gox_value ]] || __gox_within "$_gox_value" || return 1
    # Seldom there.
    [[ $_gox_text == *toolchain* ]] || return 0
    __gox_line toolchain // || return 1
    case $_gox_value in
    '') ;;
    go*) __gox_within "${_gox_value#go}" ;;
    *) return 1 ;;
    esac
}

# Whether a version is not above the base, by Go's order: 1.21 < 1.21rc1 < 1.21.0, but 1.20rc1 < 1.20.
__gox_within() {
    case $1 in
    1.[123456789][0123456789] | 1.[123456789][0123456789].[0123456789])
        # Most, in less time.
        _gox_minor=${1#1.}
        ((${_gox_minor%%.*} >= _gox_base_minor)) || return 0
        ;;
    esac
    __gox_within_line "$1"
}

# The same for any version, also of the base's own line.
__gox_within_line() {
    __gox_cut "$_gox_word" || return 1
    _gox_base_mark=$_gox_mark _gox_base_number=$_gox_number
    __gox_cut "$1" || return 1
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

# gox itself, and what only the shell can do for it: `gox use` sets GO_VERSION here.
# The answer of the command is one word, `use:1.22.4` or `use:` for none; all else is text to show.
gox() {
    if [[ ${1-} != use ]]; then
        command gox "$@"
        return
    fi
    local _gox_answer
    if [[ ${2-} == - && $# == 2 && -n ${_gox_back+x} ]]; then
        set -- use "${_gox_back:---unset}"
    fi
    _gox_answer=$(_GOX_USE=1 command gox "$@") || return
    case $_gox_answer in
    use:*[!-+._0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ]*) return 1 ;;
    use:*) __gox_use "${_gox_answer#use:}" ;;
    ?*) printf '%s\n' "$_gox_answer" ;;
    esac
}

# Gives GO_VERSION the value $1, or none where that is empty, and says so.
# shellcheck disable=SC2016
__gox_use() {
    # Tried in a copy of the shell, because a readonly variable could end this one.
    if ! (__gox_set "$1") >/dev/null 2>&1; then
        printf 'error: could not change `GO_VERSION`: it is readonly in this shell, or not a plain variable\n' >&2
        printf 'hint: take it away: `unset GO_VERSION`; where that fails, start another shell\n' >&2
        return 2
    fi
    _gox_back=${GO_VERSION-}
    __gox_set "$1"
    if [[ -n $1 ]]; then
        printf 'this shell uses %s now; back: `gox use -`\n' "$1" >&2
    else
        printf 'this shell follows files and the default again\n' >&2
    fi
}

# Fails where the shell does not obey: bash sets the first element of an array, and exports nothing.
__gox_set() {
    if [[ -z $1 ]]; then
        unset GO_VERSION
        return
    fi
    export GO_VERSION="$1"
    [[ $GO_VERSION == "$1" && $(typeset -p GO_VERSION) != 'declare -'[aA]* ]]
}
