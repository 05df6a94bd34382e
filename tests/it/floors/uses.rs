//! The uses of a file: the paths in its code that lead to a module of gox.

use std::collections::BTreeMap;

use super::lexer::{self, Token};
use super::paths::{Import, Path, paths, without_tests};

/// A path from the root of the crate, `store::layout::Home` as its words.
pub(super) type Absolute = Vec<String>;

/// That a file names something of gox.
pub(super) struct Use {
    pub(super) path: Absolute,
    /// Where the first module or item of the path is written.
    pub(super) line: usize,
    /// The path is only passed on by `pub use`.
    pub(super) is_reexport: bool,
}

/// What matters of a file here.
#[derive(Default)]
pub(super) struct Code {
    pub(super) uses: Vec<Use>,
    /// What the names mean that the file brings into its module, by `use` or `pub use`.
    pub(super) names: BTreeMap<String, Absolute>,
    /// The modules that the file declares for tests alone.
    pub(super) test_modules: Vec<Absolute>,
}

impl Code {
    /// Reads the text of a file, `module` being the module that the file is.
    pub(super) fn read(module: &[String], text: &str) -> Self {
        let (tokens, tests) = without_tests(&lexer::tokens(text));
        let paths = paths(&tokens);
        let mut reader = Reader { module, heads: declared(module, &tokens), code: Code::default() };
        reader.code.test_modules = tests.iter().map(|name| below(module, name)).collect();
        for path in paths.iter().filter(|path| path.import.is_some()) {
            reader.import(path);
        }
        for path in paths.iter().filter(|path| path.import.is_none()) {
            reader.add(path, false);
        }
        reader.code.uses.sort_by_key(|one| one.line);
        reader.code
    }
}

fn below(module: &[String], name: &str) -> Absolute {
    module.iter().cloned().chain([plain(name)]).collect()
}

/// A word without the `r#` of a raw identifier.
fn plain(word: &str) -> String {
    word.strip_prefix("r#").unwrap_or(word).to_owned()
}

/// The modules that a file declares: `mod x;` makes paths that begin with `x` lead there.
fn declared(module: &[String], tokens: &[Token<'_>]) -> BTreeMap<String, Absolute> {
    let declarations = tokens.windows(3).filter(|it| it[0].text == "mod" && it[2].text == ";");
    declarations.map(|it| (plain(it[1].text), below(module, it[1].text))).collect()
}

struct Reader<'a> {
    module: &'a [String],
    /// First words, other than `crate`, `self` and `super`, that lead to something of gox.
    heads: BTreeMap<String, Absolute>,
    code: Code,
}

impl Reader<'_> {
    fn import(&mut self, path: &Path<'_>) {
        let (Some(import), Some(absolute)) = (&path.import, self.absolute(path)) else { return };
        let Import { name, is_reexport, is_top } = *import;
        let name = name.map(plain);
        if let Some(name) = name.clone().filter(|_| is_top) {
            self.code.names.insert(name, absolute.clone());
        }
        // The name of a module around this file is no use yet: the paths that begin with it are.
        let is_around = self.module.starts_with(&absolute);
        // A re-export of what is below is no use, unless this file itself says the name.
        let is_below = is_reexport && absolute.starts_with(self.module);
        match name {
            Some(name) if is_around || is_below => _ = self.heads.insert(name, absolute),
            _ => {}
        }
        if !is_around || path.words.last().is_some_and(|word| word.text == "*") {
            self.add(path, is_reexport);
        }
    }

    fn add(&mut self, path: &Path<'_>, is_reexport: bool) {
        if let Some(absolute) = self.absolute(path) {
            self.code.uses.push(Use { path: absolute, line: line(path), is_reexport });
        }
    }

    /// `None` if the path leads out of gox, or stays among the modules within this file.
    fn absolute(&self, path: &Path<'_>) -> Option<Absolute> {
        let first = path.words.first()?;
        let (mut absolute, rest) = match first.text {
            "crate" => (Vec::new(), &path.words[1..]),
            "self" | "super" => (self.module.to_vec(), &path.words[..]),
            word => (self.heads.get(&plain(word))?.clone(), &path.words[1..]),
        };
        let mut inner = if matches!(first.text, "self" | "super") { path.inner } else { 0 };
        for word in rest {
            match word.text {
                "self" | "*" => {}
                "super" if inner > 0 => inner -= 1,
                "super" => _ = absolute.pop(),
                text => absolute.push(plain(text)),
            }
        }
        (inner == 0).then_some(absolute)
    }
}

fn line(path: &Path<'_>) -> usize {
    let named = path.words.iter().find(|word| !matches!(word.text, "crate" | "self" | "super"));
    named.or(path.words.last()).map_or(0, |word| word.line)
}

/// The uses of a text, each with its line, and with `*` if it is only passed on.
fn listed(module: &[&str], text: &str) -> Vec<String> {
    let module: Vec<String> = module.iter().map(|&name| name.to_owned()).collect();
    let uses = Code::read(&module, text).uses;
    let mark = |is_reexport| if is_reexport { " *" } else { "" };
    uses.iter().map(|it| format!("{} {}{}", it.path.join("::"), it.line, mark(it.is_reexport))).collect()
}

#[test]
fn uses_are_the_paths_of_the_code() {
    // As the file of `a::b`: a text, and what it uses.
    let cases: &[(&str, &[&str])] = &[
        // The trees of `use`.
        ("use crate::x::Y;", &["x::Y 1"]),
        ("use crate::x;", &["x 1"]),
        ("use crate::{x, y::{self, z::{A, B}}, w::*};", &["x 1", "y 1", "y::z::A 1", "y::z::B 1", "w 1"]),
        ("use {crate::x, std::fmt, super::y};", &["x 1", "a::y 1"]),
        ("use crate::x::{\n    A,\n    y::B,\n};", &["x::A 1", "x::y::B 1"]),
        ("use crate::{\n    x::A,\n\n    y,\n};", &["x::A 2", "y 4"]),
        ("use crate::x::Y as Z;\nuse crate::x::T as _;", &["x::Y 1", "x::T 2"]),
        (
            "pub use crate::x::Y;\npub(in crate::a) use self::d::{E, F};",
            &["x::Y 1 *", "a::b::d::E 2 *", "a::b::d::F 2 *"],
        ),
        ("use std::x;\nuse ::x::y;\nuse clap::{Parser, x};", &[]),
        ("fn f() -> impl Iterator + use<'_> { crate::x() }", &["x 1"]),
        // `super` and `self`.
        ("use super::c::D;\nuse super::super::x;\nuse self::d::E;", &["a::c::D 1", "x 2", "a::b::d::E 3"]),
        ("use super::{self, *};\nuse super::{c, super::x};", &["a 1", "a::c 2", "x 2"]),
        (
            "mod m {\n    use super::T;\n    use super::super::c;\n}\nuse super::d;",
            &["a::b::T 2", "a::c 3", "a::d 5"],
        ),
        ("fn f(self) { self.x::<T>(); Self::x() }", &[]),
        // Bodies, types, macros, attributes.
        ("fn f() -> crate::x::Y<crate::y::Z> {\n    super::c::g()?;\n}", &["x::Y 1", "y::Z 1", "a::c::g 2"]),
        ("const A: u8 = 0..crate::x::MAX;\nm!(\"{}\", crate::y::z!());", &["x::MAX 1", "y::z 2"]),
        ("impl<'a> crate::x::T<'a> for crate\n    ::y\n    ::Z {}", &["x::T 1", "y::Z 2"]),
        (
            "#[command(value_parser = crate::x::parse)]\nstruct S(pub(crate) u8, pub (crate::y::Z, u8));",
            &["x::parse 1", "y::Z 2"],
        ),
        ("macro_rules! m { ($a:ident) => { $crate::x::$a } }", &["x 1"]),
        ("fn f() { crate::r#type::g() }", &["type::g 1"]),
        // Modules that the file declares, and names that it passes on.
        ("fn f() { d::g(e::h) }\nmod d;\nuse d::T;", &["a::b::d::g 1", "a::b::d::T 3"]),
        ("mod d;\nfn f(d: u8) { x.d::<T>(); x::d::y() }", &[]),
        (
            "mod d;\npub use d::{T, g};\nfn f(g: T) { g(1).T }",
            &["a::b::d::T 2 *", "a::b::d::g 2 *", "a::b::d::T 3", "a::b::d::g 3"],
        ),
        ("use crate::a;\nuse crate::x;\nfn f() { a::c::g(x::h) }", &["x 2", "a::c::g 3"]),
        // What is no code.
        (
            "//! crate::x\n/// [`crate::y`]\nfn f() {} // crate::z\n/* crate::x /* */ crate::y */ use crate::w;",
            &["w 4"],
        ),
        (r#"const A: &str = "crate::x \" crate::y\\"; use crate::z;"#, &["z 1"]),
        ("const A: &str = \"a\n\n\"; use crate::z;", &["z 3"]),
        (r###"const A: [&str; 2] = [r"\", r##"crate::x "# "##]; use crate::y;"###, &["y 1"]),
        (r##"f(b"crate::x \"", br#"crate::y" "#, c"crate::z", cr"\"); use crate::w;"##, &["w 1"]),
        (r#"f('"', '\'', '\\', '\u{22}', b'"', b'\''); use crate::x; f('"')"#, &["x 1"]),
        ("fn f<'a, 'r#use>(x: &'a str, y: &'static str) { 'x: loop { break 'x crate::x } }", &["x 1"]),
        // Code for tests.
        ("#[cfg(test)]\n#[path = \"t.rs\"]\npub(super) mod t;\nuse crate::x;", &["x 4"]),
        (
            "#[cfg(test)]\nmod t { fn f() { crate::x({}) } }\nuse crate::y;\n#[cfg(all(unix, test))]\nuse crate::z;",
            &["y 3"],
        ),
        (
            "#[cfg(all(unix, not(test)))]\nmod t { use crate::x; }\nstruct S { #[cfg(test)] a: crate::y::Z }",
            &["x 2", "y::Z 3"],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(listed(&["a", "b"], text), *expected, "{text}");
    }
}

#[test]
fn names_and_modules_for_tests_are_known() {
    let text = "use super::x::A;\npub use y::{B as C, self};\nmod y;\nfn f() { use crate::z::D; }\n\
                #[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod inner {}";
    let code = Code::read(&["a".to_owned()], text);
    let names = code.names.iter().map(|(name, path)| format!("{name} {}", path.join("::")));
    assert_eq!(names.collect::<Vec<_>>(), ["A x::A", "C a::y::B", "y a::y"]);
    assert_eq!(code.test_modules, [["a", "tests"]]);
}
