#!/bin/sh
# Stands for git: notes in $GOAUTH_LOG how it was called to fill in a credential, and prints the file
# `$GOAUTH_ANSWERS/git`. It fails where there is no such file.
[ "$*" = 'credential fill' ] || exit 1
printf 'git %s in %s, prompt %s <%s>\n' "$*" "$PWD" "$GIT_TERMINAL_PROMPT" "$(cat)" >>"$GOAUTH_LOG"
cat "$GOAUTH_ANSWERS/git"
