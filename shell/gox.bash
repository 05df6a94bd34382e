# shellcheck shell=bash
# The functions that differ between the shells, for bash.

# Whether the variables that the selection reads are exported, so that the shim would see the same values.
__gox_exported() {
    # The patterns in these functions are case-sensitive.
    ! shopt -q nocasematch || return 1
    [[ -n ${PWD-} && ${PWD@a} == *x* ]] || return 1
    [[ -z ${IFS+x} || ${IFS@a} != *r* ]] || return 1
    # bash does not export arrays. One without a first element counts as unset, here as for the shim.
    [[ -z ${GO_VERSION+x} || (${GO_VERSION@a} == *x* && ${GO_VERSION@a} != *[aA]*) ]] || return 1
    [[ -z ${GOX_USE+x} || (${GOX_USE@a} == *x* && ${GOX_USE@a} != *[aA]*) ]] || return 1
    [[ -z ${GOENV+x} || (${GOENV@a} == *x* && ${GOENV@a} != *[aA]*) ]] || return 1
    if [[ -n ${GOX_HOME+x} ]]; then
        [[ ${GOX_HOME@a} == *x* && ${GOX_HOME@a} != *[aA]* ]]
    else
        [[ -n ${HOME+x} && ${HOME@a} == *x* && ${HOME@a} != *[aA]* ]]
    fi
}

# Reads the file $1 into _gox_text. Fails unless it is regular, has less than $2 characters and no NUL.
__gox_read() {
    [[ -f $1 && -r $1 ]] || return 1
    # `read` succeeds at a NUL and at the limit, and fails at the end of the file.
    ! IFS='' read -r -d '' -n "$2" _gox_text <"$1"
}

# ${name@a}, which tells the exported variables, exists from bash 4.4 on. Before, the shims select.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    unset -f go gofmt
fi
