# The functions that differ between the shells, for zsh. gox prints all functions for zsh inside of
# `emulate zsh -c`, so that they run with zsh's default options, and no alias becomes part of them.

unalias go gofmt gox 2>/dev/null || :

# Whether the variables that the selection reads are exported, so that the shim would see the same values.
__gox_exported() {
    [[ ${(t)PWD} == *export* ]] || return 1
    # zsh does not export arrays, whatever their type says.
    [[ -z ${GO_VERSION+x} || ${(t)GO_VERSION} == scalar*export* ]] || return 1
    [[ -z ${GOX_USE+x} || ${(t)GOX_USE} == scalar*export* ]] || return 1
    [[ -z ${GOENV+x} || ${(t)GOENV} == scalar*export* ]] || return 1
    if [[ -n ${GOX_HOME+x} ]]; then
        [[ ${(t)GOX_HOME} == scalar*export* ]]
    else
        [[ ${(t)HOME} == scalar*export* ]]
    fi
}

# Reads the file $1 into _gox_text. Fails unless it is regular, has less than $2 bytes and no NUL.
__gox_read() {
    set -- "$1"(N-.L-$2)
    [[ -n ${1-} && -r $1 ]] || return 1
    _gox_text=$(<"$1")
    [[ $_gox_text != *$'\0'* ]]
}
