# Among the functions that run before a prompt, after those that are there.
if [[ -z ${precmd_functions[(re)__gox_announce]-} ]]; then
    precmd_functions+=(__gox_announce)
fi
