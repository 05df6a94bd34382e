use std::path::{Component, Path};

use icu_normalizer::DecomposingNormalizerBorrowed;
use proptest::prelude::*;

use super::*;

fn guard(format: Format) -> Guard {
    Guard::new(format, "go/".into())
}

/// The form of a name that decides equality on a file system that normalises names and ignores case, by the tables of
/// Unicode.
fn on_a_mac(name: &str) -> String {
    let normal = DecomposingNormalizerBorrowed::new_nfd();
    let decomposed = normal.normalize(name).into_owned();
    let folded: String =
        decomposed.chars().flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect();
    normal.normalize(&folded).into_owned()
}

#[test]
fn the_tables_know_what_looks_alike() {
    for (left, right) in [("\u{e9}", "E\u{301}"), ("\u{212a}", "k"), ("\u{17f}", "S"), ("\u{df}", "SS")] {
        assert_eq!(on_a_mac(left), on_a_mac(right));
    }
    assert_ne!(on_a_mac("e"), on_a_mac("\u{e9}"));
}

#[test]
fn allowed_letters_have_one_spelling() {
    let plain: Vec<char> = ('\0'..=char::MAX).filter(|next| is_plain(*next)).collect();
    let mut seen: HashMap<String, char> = HashMap::new();
    for letter in &plain {
        let (name, folded) = (letter.to_string(), fold(&letter.to_string()));
        let mac = on_a_mac(&name);
        let first = *seen.entry(mac.clone()).or_insert(*letter);
        assert_eq!(fold(&first.to_string()), folded, "{first:?} and {letter:?}");
        if mac.chars().all(is_plain) {
            assert_eq!(fold(&mac), folded, "{letter:?} is {mac:?}");
        }
    }
    assert!(plain.contains(&'\u{de}') && plain.contains(&'\u{4e16}'));
    assert!(!plain.iter().any(|next| ('\u{300}'..='\u{36f}').contains(next)));
}

#[test]
fn limits_are_the_last_that_pass() {
    let part = "x".repeat(MAX_PART);
    let path = "d/".repeat(MAX_PATH / 2 - 1) + "xx";
    assert_eq!(path.len(), MAX_PATH);
    for (name, passes) in
        [(part.clone(), true), (part + "x", false), (path.clone(), true), (path + "x", false)]
    {
        assert_eq!(guard(Format::Archive).file(format!("go/{name}").as_bytes(), 0).is_ok(), passes, "{name}");
    }
    let mut guard = guard(Format::Archive);
    assert!(guard.file(b"go/a", MAX_UNPACKED).is_ok());
    assert_eq!(guard.file(b"go/b", 1), Err(format!("more than {MAX_UNPACKED} bytes unpacked")));
    assert_eq!(guard.file(b"go/c", u64::MAX), Err(format!("more than {MAX_UNPACKED} bytes unpacked")));
}

fn part() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "",
        ".",
        "..",
        "...",
        ".gox",
        ".GOX",
        "go.mod",
        "_go.mod",
        "GO.mod",
        "src",
        "SRC",
        "api",
        "test",
        "a\\b",
        "a\0",
        "\u{17f}rc",
        "\u{df}",
        "ss",
        "e\u{301}",
        "\u{e9}",
        "\u{c9}",
        "k",
        "\u{212a}",
        "\u{3c3}",
        "\u{3c2}",
        "a\u{202e}",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => "[a-z]{1,3}", 1 => ".{0,4}"]
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(part(), 1..4).prop_map(|parts| parts.join("/"))
}

fn format() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::Archive), Just(Format::ModuleZip)]
}

/// The name in another spelling, letter by letter.
fn respelled(name: &str, how: &[u8]) -> String {
    let normal = DecomposingNormalizerBorrowed::new_nfd();
    let letters = name.chars().zip(how.iter().cycle());
    letters
        .map(|(letter, how)| match how % 4 {
            0 => letter.to_uppercase().to_string(),
            1 => letter.to_lowercase().to_string(),
            2 => normal.normalize(&letter.to_string()).into_owned(),
            _ => letter.to_string(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_passes_stays_below_the_root(format in format(), prefix in "(go/)?", path in path()) {
        let name = prefix + &path;
        if let Ok(path) = guard(format).file(name.as_bytes(), 1) {
            prop_assert!(name.starts_with("go/"), "{}", name);
            let joined = Path::new("/root").join(&path);
            prop_assert!(joined.starts_with("/root") && joined != Path::new("/root"));
            prop_assert!(Path::new(&path).components().all(|part| matches!(part, Component::Normal(_))));
            // The path is in its only spelling, without `.` or repeated slashes.
            let spelled: std::path::PathBuf = Path::new(&path).components().collect();
            prop_assert_eq!(spelled.to_str(), Some(&*path));
            prop_assert_ne!(on_a_mac(path.split('/').next().unwrap_or_default()), ".gox");
            prop_assert!(!path.contains(|next: char| next.is_control() || next == '\\'));
            // The `h1:` hash covers the file.
            if format == Format::ModuleZip {
                prop_assert!(dirhash::name_in_module(&path).is_some(), "{}", path);
            }
        }
    }

    #[test]
    fn reasons_have_no_control_characters(format in format(), name in prop::collection::vec(any::<u8>(), 0..40)) {
        let name = [b"go/", &name[..]].concat();
        for passed in [guard(format).file(&name, 0).map(|_| ()), guard(format).directory(&name)] {
            if let Err(reason) = passed {
                prop_assert!(!reason.contains(char::is_control), "{:?}", reason);
            }
        }
    }

    #[test]
    fn accepted_paths_differ_on_a_mac(
        format in format(),
        path in path(),
        other in path(),
        how in prop::collection::vec(any::<u8>(), 1..8),
        folder in any::<bool>(),
    ) {
        let mut guard = guard(format);
        let mut passed = Vec::new();
        for path in [respelled(&path, &how), respelled(&other, &how), other, path] {
            let name = format!("go/{path}");
            if folder && format == Format::Archive {
                passed.extend(guard.directory(name.as_bytes()).map(|()| path));
            } else {
                passed.extend(guard.file(name.as_bytes(), 0));
            }
        }
        // A directory may appear twice, in one spelling.
        let mut parts: HashMap<String, &str> = HashMap::new();
        for path in &passed {
            for end in path.match_indices('/').map(|(end, _)| end).chain([path.len()]) {
                let first = parts.entry(on_a_mac(&path[..end])).or_insert(&path[..end]);
                prop_assert_eq!(*first, &path[..end]);
            }
        }
    }

    /// A name in a module and its path in the toolchain map to each other, so that equal hashes mean equal trees.
    #[test]
    fn a_name_in_a_module_round_trips(path in path()) {
        if let Ok(in_toolchain) = guard(Format::ModuleZip).file(format!("go/{path}").as_bytes(), 0) {
            let name = dirhash::name_in_module(&in_toolchain);
            prop_assert_eq!(name.as_deref(), Some(&*path));
        }
    }
}
