# gox for PowerShell, 7 or newer: PATH and `gox use`. The shims select the toolchain.

# Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred.
& {
    $store = $env:GOX_HOME
    if (-not $store -and $env:HOME) {
        $store = $env:HOME.TrimEnd('/') + '/.local/go'
    }
    if ($store -and $store.StartsWith('/')) {
        $own = "$store/shims", "$store/bin"
        $others = @(if ($env:PATH) { $env:PATH -split ':' | Where-Object { $own -cnotcontains $_ } })
        $env:PATH = @($own[0]) + $others + @($own[1]) -join ':'
    }
}

# What `gox use -` goes back to, such as `use:1.22.4`; `none` before the first change.
if (-not (Test-Path -Path Variable:global:_gox_back)) {
    $global:_gox_back = 'none'
}

# Runs gox. `gox use` reports what changes, and prints for this function, which alone can set GOX_USE in the shell, the
# word `quiet:1.22.4`, or `quiet:` to unset it. Any other output is text to show.
function global:gox {
    $program = Get-Command -Name gox -CommandType Application -TotalCount 1 -ErrorAction Stop
    if ("$args " -cnotmatch '^((-q|--quiet) )?use ') {
        if ($MyInvocation.ExpectingInput) { $input | & $program @args } else { & $program @args }
        return
    }
    try {
        $env:_GOX_BY_FUNCTION = 'powershell'
        $env:_GOX_BACK = $global:_gox_back
        $answer = & $program @args
    } finally {
        Remove-Item -Path 'Env:_GOX_BY_FUNCTION', 'Env:_GOX_BACK'
    }
    if ("$answer" -cnotmatch '^quiet:[-+._0-9A-Za-z]*$') {
        $answer
        return
    }
    $before, $after = "$env:GOX_USE", "$answer".Substring(6)
    $env:GOX_USE = if ($after) { $after }
    if ($before -cne $after) {
        $global:_gox_back = "use:$before"
    }
}
