//! Every link within the repository leads somewhere, and each page can be reached from the index.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Page, page, pages, root};

/// The targets of the links and pictures of a page, but for those of the web.
fn links(page: &Page) -> Vec<String> {
    let ends = page.text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    ends.filter(|link| !link.contains("://")).map(str::to_owned).collect()
}

/// The names by which GitHub and GitLab link to the headings.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn no_link_is_broken() {
    let mut broken = Vec::new();
    for page in pages() {
        for link in links(&page) {
            let (path, name) = link.split_once('#').unwrap_or((&link, ""));
            let file = Path::new(&page.path).parent().unwrap().join(path);
            let file = if path.is_empty() { Path::new(&page.path).to_owned() } else { file };
            let is_there = root().join(&file).exists();
            let has = |name: &str| anchors(&super::page(file.to_str().unwrap())).contains(name);
            if !is_there || !(name.is_empty() || has(name)) {
                broken.push(format!("{}: {link}", page.path));
            }
        }
    }
    assert_eq!(broken, [""; 0]);
}

#[test]
fn the_files_that_are_named_are_there() {
    let mut missing = Vec::new();
    for page in pages() {
        let is_file = |span: &String| {
            let folders = ["tests/", "src/", "docs/", "dist/", "shell/", ".ci/", ".github/"];
            folders.iter().any(|folder| span.starts_with(folder)) && !span.contains([' ', '…', '*'])
        };
        let spans = page.spans().into_iter().filter(is_file).filter(|span| !root().join(span).exists());
        missing.extend(spans.map(|span| format!("{}: {span}", page.path)));
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn the_index_has_every_page() {
    let linked: BTreeSet<String> = links(&page("docs/README.md")).into_iter().collect();
    let pages = pages();
    let names = pages.iter().filter_map(|page| page.path.strip_prefix("docs/"));
    let missing: Vec<_> = names.filter(|name| *name != "README.md" && !linked.contains(*name)).collect();
    assert_eq!(missing, [""; 0]);
}
