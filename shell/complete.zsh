#compdef gox
# Completion in zsh: gox itself knows what can follow, a word in each line, with what it means behind a tab.

_gox_complete() {
    local _gox_line _gox_answer
    local -a _gox_words _gox_shown _gox_folders
    _gox_answer=$(command gox complete $((CURRENT - 1)) "${words[@]}" 2>/dev/null)
    if [[ -z $_gox_answer ]]; then
        # The options that the functions of zsh were written for.
        [[ -z ${_comp_setup-} ]] || eval "$_comp_setup"
        _files
        return
    fi
    for _gox_line in "${(@f)_gox_answer}"; do
        case $_gox_line in
            *$'\t'*)
                _gox_words+=("${_gox_line%%$'\t'*}")
                _gox_shown+=("${_gox_line%%$'\t'*}  ${_gox_line#*$'\t'}")
                ;;
            */) _gox_folders+=("$_gox_line") ;;
            *)
                _gox_words+=("$_gox_line")
                _gox_shown+=("$_gox_line")
                ;;
        esac
    done
    # The newest version first, each with what it means in a line of its own.
    compadd -V gox -l -d _gox_shown -a _gox_words
    (($#_gox_folders == 0)) || compadd -f -S '' -a _gox_folders
}
if ((${+functions[compdef]})); then
    compdef _gox_complete gox
fi
