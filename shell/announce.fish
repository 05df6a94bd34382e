# Prints a line when a change of directory has changed the version.
function __gox_announce --on-variable PWD
    if status is-command-substitution; or not status is-interactive
        return
    end
    set -l _gox_version (command gox status --short 2>/dev/null)
    if test -n "$_gox_version" -a "$_gox_version" != "$_gox_seen_version"
        echo "gox: go is $_gox_version here" >&2
    end
    set --global _gox_seen_version $_gox_version
end

# Remembers the version at the first prompt, without printing it.
function __gox_announce_first --on-event fish_prompt
    functions --erase __gox_announce_first
    set --global _gox_seen_version (command gox status --short 2>/dev/null)
end
