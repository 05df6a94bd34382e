# gox for xonsh, 0.19 or newer: PATH and `gox use`. The shims select the toolchain.

def _gox_define():
    import re
    import shutil
    import subprocess
    from xonsh.built_ins import XSH

    variables = XSH.env

    # Puts the shims first on PATH, and the store's copy of gox last, so that any other gox is preferred.
    home = variables.get("GOX_HOME") or ""
    if not home and variables.get("HOME"):
        home = variables["HOME"].rstrip("/") + "/.local/go"
    if home.startswith("/"):
        shims, bin = home + "/shims", home + "/bin"
        others = [entry for entry in variables["PATH"] if entry not in (shims, bin)]
        variables["PATH"] = [shims, *others, bin]

    # What `gox use -` goes back to, such as `use:1.22.4`; `none` before the first change.
    back = "none"

    # Gives the command to run. `gox use` runs here: it reports what changes, and prints for this function, which alone
    # can set GOX_USE in the shell, the word `quiet:1.22.4`, or `quiet:` to unset it. Any other output is text to show.
    @XSH.aliases.return_command
    def gox(words):
        nonlocal back
        is_use = re.match("((-q|--quiet) )?use ", " ".join([*words, ""]))
        # Where gox is not on PATH, xonsh says so itself.
        if not is_use or not shutil.which("gox", path=":".join(variables["PATH"])):
            return ["gox", *words]
        with variables.swap(_GOX_BY_FUNCTION="xonsh", _GOX_BACK=back):
            run = subprocess.run(["gox", *words], stdout=subprocess.PIPE, text=True, env=variables.detype())
        if not re.fullmatch("quiet:[-+._0-9A-Za-z]*\n", run.stdout):
            return ["sh", "-c", 'printf %s "$1"; exit "$2"', "gox", run.stdout, str(run.returncode)]
        before, after = variables.get("GOX_USE") or "", run.stdout[len("quiet:"):-1]
        if after:
            variables["GOX_USE"] = after
        else:
            variables.pop("GOX_USE", None)
        if before != after:
            back = "use:" + before
        return ["true"]

    XSH.aliases["gox"] = gox

_gox_define()
del _gox_define
