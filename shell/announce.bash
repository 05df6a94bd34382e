# shellcheck shell=bash
# Appends the hook to PROMPT_COMMAND, which is a string, or from bash 5.1 on perhaps an array. A readonly one is
# left alone.
if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    if [[ ${PROMPT_COMMAND[*]-} == *__gox_announce* || ${PROMPT_COMMAND+${PROMPT_COMMAND@a}} == *r* ]]; then
        :
    elif [[ ${PROMPT_COMMAND+${PROMPT_COMMAND@a}} == *a* ]] && ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
        PROMPT_COMMAND+=(__gox_announce)
    else
        # shellcheck disable=SC2128,SC2178
        PROMPT_COMMAND=${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}__gox_announce
    fi
fi
