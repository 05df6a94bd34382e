//! Within a folder files must not use each other in a circle: there is an order to read them in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::tree::Tree;

/// The circles among the members of each folder: through each member that is on any, a shortest one.
pub(super) fn circles(tree: &Tree) -> Vec<String> {
    let graphs = tree.folders.iter().map(|folder| Graph::new(tree, folder));
    graphs.flat_map(|graph| graph.circles()).collect()
}

/// Who uses whom in a folder, each with the place of the first such use. A folder below is one member; the
/// file that is the folder's own module, its head, is one like any other.
#[derive(Default)]
struct Graph {
    uses: BTreeMap<String, BTreeMap<String, String>>,
}

impl Graph {
    fn new(tree: &Tree, folder: &[String]) -> Self {
        let mut graph = Graph::default();
        for file in tree.files.iter().filter(|file| file.module.starts_with(folder)) {
            let is_head = file.module == folder;
            let user = if is_head { Some(file.path.clone()) } else { tree.member(folder, &file.module) };
            let Some(user) = user else { continue };
            // What the head of a folder passes on from below, it does not use itself.
            for used in file.code.uses.iter().filter(|used| !(is_head && used.is_reexport)) {
                let Some(member) = tree.member(folder, &used.path).filter(|member| *member != user) else {
                    continue;
                };
                let place = if file.path == user {
                    format!("line {}", used.line)
                } else {
                    format!("{}:{}", file.path, used.line)
                };
                graph.uses.entry(user.clone()).or_default().entry(member).or_insert(place);
            }
        }
        graph
    }

    fn circles(&self) -> Vec<String> {
        let circles: BTreeSet<Vec<&str>> =
            self.uses.keys().filter_map(|member| self.circle(member)).collect();
        circles.iter().map(|circle| self.written(circle)).collect()
    }

    /// A shortest circle through a member, which begins with the member that sorts first.
    fn circle<'a>(&'a self, start: &'a str) -> Option<Vec<&'a str>> {
        let mut from = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(user) = queue.pop_front() {
            for used in self.uses.get(user).into_iter().flat_map(BTreeMap::keys) {
                if !from.contains_key(used.as_str()) {
                    from.insert(used.as_str(), user);
                    queue.push_back(used);
                }
            }
        }
        let mut circle = vec![*from.get(start)?];
        while let Some(last) = circle.last().filter(|last| **last != start) {
            circle.push(from[last]);
        }
        circle.reverse();
        let first = circle.iter().enumerate().min_by_key(|(_, member)| **member).map_or(0, |(at, _)| at);
        circle.rotate_left(first);
        Some(circle)
    }

    /// `src/a/x.rs -> src/a/y.rs (line 13) -> src/a/x.rs (line 14)`.
    fn written(&self, circle: &[&str]) -> String {
        let uses = circle.iter().zip(circle.iter().cycle().skip(1));
        let steps = uses.map(|(user, used)| format!(" -> {used} ({})", self.uses[*user][*used]));
        circle[0].to_owned() + &steps.collect::<String>()
    }
}

#[test]
fn circles_are_found_and_written_out() {
    /// Files, each with its path and text.
    type Files = &'static [(&'static str, &'static str)];
    let cases: &[(&str, Files, &[&str])] = &[
        (
            "two files",
            &[
                ("src/a/mod.rs", "mod x;\nmod y;"),
                ("src/a/x.rs", "\n\nuse super::y::Y;\nuse super::y::Z;"),
                ("src/a/y.rs", "fn f() { crate::a::x::g() }"),
            ],
            &["src/a/x.rs -> src/a/y.rs (line 3) -> src/a/x.rs (line 1)"],
        ),
        (
            "a line is none",
            &[("src/a/x.rs", "use super::y::Y;"), ("src/a/y.rs", "use super::z::Z;"), ("src/a/z.rs", "")],
            &[],
        ),
        (
            "of the circles through a file a shortest one, the first if there are several",
            &[
                ("src/a/v.rs", "use super::x::X;"),
                ("src/a/w.rs", "use super::v::V;"),
                ("src/a/x.rs", "use super::y::Y;\nuse super::w::W;"),
                ("src/a/y.rs", "use super::z::Z;"),
                ("src/a/z.rs", "use super::x::X;\nuse super::y::Y;"),
            ],
            &[
                "src/a/v.rs -> src/a/x.rs (line 1) -> src/a/w.rs (line 2) -> src/a/v.rs (line 1)",
                "src/a/y.rs -> src/a/z.rs (line 1) -> src/a/y.rs (line 2)",
            ],
        ),
        (
            "a folder is one member, whichever of its files uses or is used",
            &[
                ("src/a/b/mod.rs", "mod x;\nmod y;"),
                ("src/a/b/x.rs", "use super::super::z::Z;"),
                ("src/a/b/y.rs", "use super::x::X;"),
                ("src/a/z.rs", "use super::b::y::Y;"),
            ],
            &["src/a/b -> src/a/z.rs (src/a/b/x.rs:1) -> src/a/b (line 1)"],
        ),
        (
            "a file beside the folder of its name is the head of that folder",
            &[
                ("src/a/b.rs", "mod x;\nfn f() { x::g() }"),
                ("src/a/b/x.rs", "use super::f;"),
                ("src/a/z.rs", "use super::b::f;"),
            ],
            &["src/a/b.rs -> src/a/b/x.rs (line 2) -> src/a/b.rs (line 1)"],
        ),
        (
            "declarations and re-exports are no uses of the head of a folder",
            &[
                ("src/a/mod.rs", "pub mod x;\npub(crate) use x::{X, Y as Why};\npub struct Own;"),
                ("src/a/x.rs", "use super::Own;"),
            ],
            &[],
        ),
        (
            "what the head passes on and names itself is a use, and so is a path that begins with its module",
            &[
                ("src/a/mod.rs", "mod x;\nmod y;\npub use x::X;\npub struct Own(X);\nfn f() { y::g() }"),
                ("src/a/x.rs", "use super::Own;"),
                ("src/a/y.rs", "use super::*;"),
            ],
            &[
                "src/a/mod.rs -> src/a/x.rs (line 4) -> src/a/mod.rs (line 1)",
                "src/a/mod.rs -> src/a/y.rs (line 5) -> src/a/mod.rs (line 1)",
            ],
        ),
        (
            "what the head passes on is used from the file that defines it",
            &[
                ("src/a/mod.rs", "mod x;\nmod y;\nmod z;\npub use y::Thing;\npub use z::Thing as Other;"),
                ("src/a/x.rs", "use super::Thing;\nuse crate::a::Other;"),
                ("src/a/y.rs", "use super::x::X;"),
                ("src/a/z.rs", "use crate::a;\nfn f() { a::x::g() }"),
            ],
            &[
                "src/a/x.rs -> src/a/y.rs (line 1) -> src/a/x.rs (line 1)",
                "src/a/x.rs -> src/a/z.rs (line 2) -> src/a/x.rs (line 2)",
            ],
        ),
        (
            "code for tests is left out",
            &[
                ("src/a/mod.rs", "mod x;\nmod y;\n#[cfg(test)]\nmod world;"),
                ("src/a/x.rs", "use super::y::Y;\n#[cfg(test)]\nmod tests;"),
                ("src/a/x/tests.rs", "use crate::a::world::World;"),
                ("src/a/y.rs", "#[cfg(test)]\nmod tests { use crate::a::x::X; }"),
                ("src/a/y_tests.rs", "use super::x::X;"),
                ("src/a/world.rs", "use super::x::X;\nuse super::testing;"),
                ("src/a/testing.rs", "use super::world::World;"),
            ],
            &[],
        ),
    ];
    for (what, files, expected) in cases {
        assert_eq!(circles(&Tree::new(files.iter().copied())), *expected, "{what}");
    }
}
