for _gox [gox $E:GOX_HOME/bin/gox $E:HOME/.local/go/bin/gox] {
    if (has-external $_gox) {
        eval ((external $_gox) init elvish | slurp)
        break
    }
}
