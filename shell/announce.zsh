# Appends the hook to the functions that zsh runs before a prompt.
if [[ -z ${precmd_functions[(re)__gox_announce]-} ]]; then
    precmd_functions+=(__gox_announce)
fi
