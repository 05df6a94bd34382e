for _gox in ("gox", __xonsh__.env.get("GOX_HOME", "") + "/bin/gox", $HOME + "/.local/go/bin/gox"):
    if __import__("shutil").which(_gox, path=":".join($PATH)):
        execx($(@(_gox) init xonsh))
        break
