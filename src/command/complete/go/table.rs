//! What the go command knows, up to Go 1.27. A test holds it against `go help` of a real Go.

/// What the arguments of a command are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Folders of packages.
    Packages,
    /// Variables of `go env`.
    Variables,
    /// These words.
    Words(&'static str),
    /// What the shell completes, or nothing.
    Other,
}

/// A command of go. Its flags are in lists of words without dashes; a value follows those that end in `=`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command {
    /// One word, or two: `mod tidy`.
    pub name: &'static str,
    flags: &'static [&'static str],
    /// What follows them.
    pub arguments: Kind,
}

impl Command {
    /// Its flags, each with whether a value follows.
    pub(super) fn flags(self) -> impl Iterator<Item = (&'static str, bool)> {
        // All commands know -C, as their first flag.
        let words = self.flags.iter().flat_map(|list| list.split(' ')).chain(["C="]);
        words.map(|word| word.strip_suffix('=').map_or((word, false), |name| (name, true)))
    }
}

/// The flags that most commands share, by `go help build`.
const BUILD: &str = "a asan asmflags= buildmode= buildvcs compiler= cover covermode= coverpkg= gccgoflags= gcflags= \
    installsuffix= json ldflags= linkshared mod= modcacherw modfile= msan n overlay= p= pgo= pkgdir= race tags= \
    toolexec= trimpath v work x";

/// The flags of `go test`, by `go help testflag`.
const TEST: &str = "artifacts bench= benchmem benchtime= blockprofile= blockprofilerate= count= coverprofile= cpu= \
    cpuprofile= failfast fullpath fuzz= fuzzminimizetime= fuzztime= list= memprofile= memprofilerate= mutexprofile= \
    mutexprofilefraction= outputdir= parallel= run= short shuffle= skip= timeout= trace= vet=";

/// The flags that `go mod edit` and `go work edit` share.
const EDIT: &str = "dropgodebug= dropreplace= fmt go= godebug= json print replace= toolchain=";

/// The flags of `go mod edit` alone.
const EDIT_MODULE: &str = "dropexclude= dropignore= droprequire= dropretract= droptool= exclude= ignore= module= \
    require= retract= tool=";

const fn command(name: &'static str, flags: &'static [&'static str], arguments: Kind) -> Command {
    Command { name, flags, arguments }
}

/// The commands, in the order of the alphabet.
pub(super) const COMMANDS: [Command; 33] = [
    command("bug", &[], Kind::Other),
    command("build", &["o=", BUILD], Kind::Packages),
    command("clean", &["cache fuzzcache i modcache r testcache", BUILD], Kind::Packages),
    command("doc", &["all c cmd ex short src u"], Kind::Packages),
    command("env", &["changed json u w"], Kind::Variables),
    command("fix", &["diff fixtool=", BUILD], Kind::Packages),
    command("fmt", &["mod= n x"], Kind::Packages),
    command("generate", &["run= skip=", BUILD], Kind::Packages),
    command("get", &["t tool u", BUILD], Kind::Packages),
    command("help", &[], Kind::Words(TOPICS)),
    command("install", &[BUILD], Kind::Packages),
    command(
        "list",
        &["compiled deps e export f= find m retracted reuse= test u versions", BUILD],
        Kind::Packages,
    ),
    command("mod", &[], Kind::Other),
    command("mod download", &["json reuse= x"], Kind::Other),
    command("mod edit", &[EDIT, EDIT_MODULE], Kind::Other),
    command("mod graph", &["go= x"], Kind::Other),
    command("mod init", &[], Kind::Other),
    command("mod tidy", &["compat= diff e go= v x"], Kind::Other),
    command("mod vendor", &["e o= v"], Kind::Other),
    command("mod verify", &[], Kind::Other),
    command("mod why", &["m vendor"], Kind::Packages),
    command("run", &["exec=", BUILD], Kind::Packages),
    command("telemetry", &[], Kind::Words("local off on")),
    command("test", &["args c exec= o=", TEST, BUILD], Kind::Packages),
    command("tool", &["modfile= n"], Kind::Words(TOOLS)),
    command("version", &["json m v"], Kind::Other),
    command("vet", &["c= diff fix vettool=", BUILD], Kind::Packages),
    command("work", &[], Kind::Other),
    command("work edit", &[EDIT, "dropuse= use="], Kind::Other),
    command("work init", &[], Kind::Other),
    command("work sync", &[], Kind::Other),
    command("work use", &["r"], Kind::Other),
    command("work vendor", &["e o= v"], Kind::Other),
];

/// The topics of `go help` beside the commands.
pub(super) const TOPICS: &str = "buildconstraint buildjson buildmode c cache environment filetype go.mod goauth gopath goproxy importpath module-auth \
    modules packages private testflag testfunc vcs";

/// The tools of `go tool` that come with Go.
pub(super) const TOOLS: &str = "addr2line asm buildid cgo compile covdata cover dist distpack fix link nm objdump pack pprof preprofile test2json \
    trace vet";

/// The variables that `go env` prints, or that `go help environment` knows.
pub(super) const VARIABLES: &str = "AR CC CGO_CFLAGS CGO_CFLAGS_ALLOW CGO_CFLAGS_DISALLOW CGO_CPPFLAGS CGO_CPPFLAGS_ALLOW CGO_CPPFLAGS_DISALLOW \
    CGO_CXXFLAGS CGO_CXXFLAGS_ALLOW CGO_CXXFLAGS_DISALLOW CGO_ENABLED CGO_FFLAGS CGO_FFLAGS_ALLOW CGO_FFLAGS_DISALLOW \
    CGO_LDFLAGS CGO_LDFLAGS_ALLOW CGO_LDFLAGS_DISALLOW CXX FC GCCGO GCCGOTOOLDIR GIT_ALLOW_PROTOCOL GO111MODULE GO386 \
    GOAMD64 GOARCH GOARM GOARM64 GOAUTH GOBIN GOCACHE GOCACHEPROG GOCOVERDIR GODEBUG GOENV GOEXE GOEXPERIMENT GOFIPS140 \
    GOFLAGS GOGCCFLAGS GOHOSTARCH GOHOSTOS GOINSECURE GOMIPS GOMIPS64 GOMOD GOMODCACHE GONOPROXY GONOSUMDB GOOS \
    GOPACKAGESDRIVER GOPATH GOPPC64 GOPRIVATE GOPROXY GORISCV64 GOROOT GOSUMDB GOTELEMETRY GOTELEMETRYDIR GOTMPDIR \
    GOTOOLCHAIN GOTOOLDIR GOVCS GOVERSION GOWASM GOWORK GO_EXTLINK_ENABLED PKG_CONFIG";

/// The pairs of GOOS and GOARCH for which Go compiles.
pub(super) const PLATFORMS: &str = "aix/ppc64 android/386 android/amd64 android/arm android/arm64 darwin/amd64 darwin/arm64 dragonfly/amd64 freebsd/386 \
    freebsd/amd64 freebsd/arm freebsd/arm64 illumos/amd64 ios/amd64 ios/arm64 js/wasm linux/386 linux/amd64 linux/arm \
    linux/arm64 linux/loong64 linux/mips linux/mips64 linux/mips64le linux/mipsle linux/ppc64 linux/ppc64le \
    linux/riscv64 linux/s390x netbsd/386 netbsd/amd64 netbsd/arm netbsd/arm64 openbsd/386 openbsd/amd64 openbsd/arm \
    openbsd/arm64 openbsd/ppc64 openbsd/riscv64 plan9/386 plan9/amd64 plan9/arm solaris/amd64 wasip1/wasm windows/386 \
    windows/amd64 windows/arm64";
