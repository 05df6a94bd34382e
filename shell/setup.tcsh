if ( $?tcsh ) then
    set _gox = ~/.local/go/bin
    if ( $?GOX_HOME ) then
        if ( "$GOX_HOME" != "" ) set _gox = $GOX_HOME:q/bin
    endif
    which gox >& /dev/null
    if ( $status != 0 && "$_gox" =~ /* && -x $_gox:q/gox ) set -f path = ( $path:q $_gox:q )
    which gox >& /dev/null
    if ( $status == 0 ) eval "`\gox init tcsh`"
    unset _gox
endif
