if ((!${precmd_functions[(Ie)__gox_announce]})); then
    precmd_functions+=(__gox_announce)
fi
