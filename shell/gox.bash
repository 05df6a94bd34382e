# shellcheck shell=bash
# What is bash's own.

# Whether the variables that decide are those that a program would be given.
__gox_seen() {
    # The patterns here would mean something else.
    ! shopt -q nocasematch || return 1
    [[ -n ${PWD-} && ${PWD@a} == *x* ]] || return 1
    [[ -z ${IFS+x} || ${IFS@a} != *r* ]] || return 1
    # Arrays are never exported. One without a first element looks unset, and is as good as that.
    [[ -z ${GO_VERSION+x} || (${GO_VERSION@a} == *x* && ${GO_VERSION@a} != *[aA]*) ]] || return 1
    [[ -z ${GOENV+x} || (${GOENV@a} == *x* && ${GOENV@a} != *[aA]*) ]] || return 1
    if [[ -n ${GOX_HOME+x} ]]; then
        [[ ${GOX_HOME@a} == *x* && ${GOX_HOME@a} != *[aA]* ]]
    else
        [[ -n ${HOME+x} && ${HOME@a} == *x* && ${HOME@a} != *[aA]* ]]
    fi
}

# A file in _gox_text: a regular one, of less than $2 characters and without a NUL.
__gox_read() {
    [[ -f $1 && -r $1 ]] || return 1
    # It succeeds at a NUL and at the limit, and fails at the end of the file.
    ! IFS='' read -r -d '' -n "$2" _gox_text <"$1"
}

# Older versions cannot tell which variables are exported; there the shims do it.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    unset -f go gofmt
fi
