# What is zsh's own. gox prints all of its functions for zsh inside `emulate zsh -c`, so that they run
# under zsh's own options whatever the user's are, and no alias gets into them.

unalias go gofmt gox 2>/dev/null || :

# Whether the variables that decide are those that a program would be given.
__gox_seen() {
    [[ ${(t)PWD} == *export* ]] || return 1
    # Arrays are never exported, whatever their type says.
    [[ -z ${GO_VERSION+x} || ${(t)GO_VERSION} == scalar*export* ]] || return 1
    [[ -z ${GOENV+x} || ${(t)GOENV} == scalar*export* ]] || return 1
    if [[ -n ${GOX_HOME+x} ]]; then
        [[ ${(t)GOX_HOME} == scalar*export* ]]
    else
        [[ ${(t)HOME} == scalar*export* ]]
    fi
}

# A file in _gox_text: a regular one, of less than $2 bytes and without a NUL.
__gox_read() {
    set -- "$1"(N-.L-$2)
    [[ -n ${1-} && -r $1 ]] || return 1
    _gox_text=$(<"$1")
    [[ $_gox_text != *$'\0'* ]]
}
