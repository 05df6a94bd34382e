//! The figures of README.md and its translation are those of docs/performance.md.

use super::{Page, generated, page};

/// Table and row of docs/performance.md, in the order in which README.md has them.
const FIGURES: [(&str, &str); 11] = [
    ("Installs of 1.27.3 from loopback", "gox, archive"),
    ("Installs of 1.27.3 from loopback", "`curl \\| tar xz`"),
    ("Installs of 1.27.3 from loopback", "goup, archive"),
    ("Installs of 1.27.3 from loopback", "mise, archive"),
    ("Installs of 1.27.3 from loopback", "gox, module zip"),
    ("Installs of 1.27.3 from loopback", "the go command, module zip"),
    ("Installs of 1.27.3 at 100 Mbit/s", "gox, module zip beside 1.27.2"),
    ("Installs of 1.27.3 at 100 Mbit/s", "curl, module zip"),
    ("What is added to the direct call", "gox, static shim"),
    ("What is added to the direct call", "Go's own switch"),
    ("What is added to the direct call", "golang.org/dl"),
];
/// The last of them.
const LAST: (&str, &str) = ("What is added to the direct call", "mise, shim");

#[test]
fn the_readme_has_the_figures_that_were_measured() {
    let measured = page("docs/performance.md");
    let figures = FIGURES.iter().chain([&LAST]).map(|(table, row)| figure(&measured, table, row));
    let figures: Vec<String> = figures.collect();
    for path in ["README.md", "README.zh-CN.md"] {
        let new = with_figures(&page(path), &figures);
        generated(path, "figures", &new, |old, new| old == new);
    }
}

/// The second cell of a row.
fn figure(page: &Page, table: &str, row: &str) -> String {
    let (_, below) = page.text.split_once(&format!("### {table}\n")).unwrap();
    let begin = format!("| {row} | ");
    let line = below.lines().find_map(|line| line.strip_prefix(&begin)).unwrap();
    line.split(" |").next().unwrap().to_owned()
}

/// The page with these in place of the times in its tables, which have as many.
fn with_figures(page: &Page, figures: &[String]) -> String {
    let mut figures = figures.iter();
    let mut lines = Vec::new();
    for line in page.text.lines() {
        lines.push(if line.starts_with("| ") { replaced(line, &mut figures) } else { line.to_owned() });
    }
    assert_eq!(figures.next(), None, "{} has fewer figures", page.path);
    lines.join("\n") + "\n"
}

/// A row with the next figures in place of its own: words that are a number and a unit.
fn replaced<'a>(row: &str, figures: &mut impl Iterator<Item = &'a String>) -> String {
    let mut words: Vec<String> = row.split(' ').map(str::to_owned).collect();
    for at in 1..words.len() {
        let unit = words[at].trim_end_matches(',');
        if matches!(unit, "s" | "ms" | "µs") && words[at - 1].parse::<f64>().is_ok() {
            let end = words[at][unit.len()..].to_owned();
            let (number, unit) = figures.next().unwrap().split_once(' ').unwrap();
            number.clone_into(&mut words[at - 1]);
            words[at] = unit.to_owned() + &end;
        }
    }
    words.join(" ")
}
