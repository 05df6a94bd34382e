# Completion for fish. `gox complete` prints the candidates, one per line, each with a tab and its meaning.
function __gox_complete
    set -l _gox_words (commandline --current-process --tokenize --cut-at-cursor)
    command gox complete (count $_gox_words) $_gox_words (commandline --current-token) 2>/dev/null
end

complete --command gox --erase
complete --command gox --no-files --condition 'not __fish_seen_subcommand_from exec'
complete --command gox --keep-order --arguments '(__gox_complete)'
