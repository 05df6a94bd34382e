//! The translation has the commands, names and links of README.md.

use std::collections::BTreeSet;

use super::{Page, page};

/// A block without its comments, which are translated.
fn commands(page: &Page) -> Vec<String> {
    let lines = page.blocks().into_iter().flat_map(str::lines);
    lines.map(|line| line.split(" #").next().unwrap().trim_end().to_owned()).collect()
}

#[test]
fn the_chinese_readme_has_the_same_commands() {
    let [english, chinese] = ["README.md", "README.zh-CN.md"].map(page);
    let own = commands(&chinese);
    let missing: Vec<_> = commands(&english).into_iter().filter(|line| !own.contains(line)).collect();
    assert_eq!(missing, [""; 0]);
    // What it has beyond README.md, such as of mirrors, is on the page for that.
    let networks = commands(&page("docs/networks.md"));
    let unknown = own.iter().filter(|line| !commands(&english).contains(line) && !networks.contains(line));
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0]);
    let pages = |page: &Page| {
        let links =
            page.text.split("](").skip(1).map(|rest| rest.split(['#', ')']).next().unwrap().to_owned());
        links.filter(|link| !link.starts_with("README")).collect::<BTreeSet<_>>()
    };
    assert_eq!(pages(&chinese), pages(&english));
}
