# Completion in fish: gox itself knows what can follow, a word in each line, with what it means behind a tab.
function __gox_complete
    set -l _gox_words (commandline --current-process --tokenize --cut-at-cursor)
    command gox complete (count $_gox_words) $_gox_words (commandline --current-token) 2>/dev/null
end

complete --command gox --erase
complete --command gox --no-files --condition 'not __fish_seen_subcommand_from exec'
complete --command gox --keep-order --arguments '(__gox_complete)'
