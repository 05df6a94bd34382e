#compdef gox
# Completion for zsh. `gox complete` prints the candidates, one per line, each with a tab and its meaning.

_gox_complete() {
    local _gox_line _gox_answer
    local -a _gox_words _gox_shown _gox_folders
    _gox_answer=$(command gox complete $((CURRENT - 1)) "${words[@]}" 2>/dev/null)
    if [[ -z $_gox_answer ]]; then
        # Sets the options that zsh's own completion functions need.
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
    # -V keeps gox's order, newest version first; -l prints one candidate with its meaning per line.
    compadd -V gox -l -d _gox_shown -a _gox_words
    (($#_gox_folders == 0)) || compadd -f -S '' -a _gox_folders
}
if ((${+functions[compdef]})); then
    compdef _gox_complete gox
fi
