use proptest::prelude::*;

use super::*;
use crate::proof::sumdb::testing::{self, text, tree_hash, vectors};

#[test]
fn known_hashes() {
    let hashes = &vectors()["hashes"];
    assert_eq!(LogHash::of_record("hello world").to_string(), text(&hashes["record_hash_hello_world"]));
    assert_eq!(LogHash::of_nothing().to_string(), text(&hashes["empty_tree"]));
    let lookup = &vectors()["lookup_example"];
    let response = text(&lookup["response"]);
    let record = response.split_once('\n').unwrap().1.split_once("\n\n").unwrap().0;
    assert_eq!(LogHash::of_record(&format!("{record}\n")).to_string(), text(&lookup["record_hash"]));
}

#[test]
fn hashes_are_read_as_they_are_shown() {
    let hash = LogHash::of_nothing();
    assert_eq!(LogHash::parse(&hash.to_string()), Some(hash));
    for text in [
        "",
        "AAAA",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=",
    ] {
        assert_eq!(LogHash::parse(text), None, "{text}");
    }
}

/// Some recorded paths have height 3. How they write a number does not depend on the height.
#[test]
fn paths() {
    let vectors = vectors();
    let paths = vectors["tile_paths"].as_array().unwrap();
    let mut checked = 0;
    for case in paths.iter().filter(|case| case["tile"]["L"].as_i64() >= Some(0)) {
        let (height, width) = (case["tile"]["H"].as_u64().unwrap(), case["tile"]["W"].as_u64().unwrap());
        let width = if width == 1 << height { TILE_WIDTH } else { width };
        let level = u8::try_from(case["tile"]["L"].as_u64().unwrap()).unwrap();
        let tile = Tile { level, number: case["tile"]["N"].as_u64().unwrap(), width };
        assert_eq!(tile.path(), text(&case["path"]).replace("tile/3/", "tile/8/"));
        checked += 1;
    }
    assert_eq!(checked, 3);
    assert_eq!(Tile { level: 0, number: 1000, width: 256 }.path(), "tile/8/0/x001/000");
    assert_eq!(Tile { level: 0, number: 999, width: 256 }.path(), "tile/8/0/999");
}

#[test]
fn tiles_of_the_real_lookup() {
    let lookup = &vectors()["lookup_example"];
    let needed: Vec<&str> =
        lookup["tiles_needed_for_tree_28905453"].as_array().unwrap().iter().map(text).collect();
    let size = 28_905_453;
    let mut edge: Vec<String> = Tile::at_edge(size).map(Tile::path).collect();
    edge.reverse();
    assert_eq!(edge, needed[..4]);
    let (tile, place) = Tile::of_record(24_929_362, size).unwrap();
    assert_eq!((tile.path().as_str(), place), (needed[5], 82));
    let (parent, place) = tile.parent(size).unwrap();
    assert_eq!((parent.path().as_str(), place), (needed[4], 97_380 % 256));
    let (top, place) = parent.parent(size).unwrap();
    assert_eq!((top.path().as_str(), place), (needed[1], 380 % 256));
    assert_eq!(top.parent(size), None);
}

#[test]
fn the_largest_log() {
    let edge: Vec<String> = Tile::at_edge(MAX_TREE_SIZE).map(Tile::path).collect();
    assert_eq!(edge, ["tile/8/6/000.p/1"]);
    let (mut tile, _) = Tile::of_record(MAX_TREE_SIZE - 1, MAX_TREE_SIZE).unwrap();
    let mut levels = 0;
    while let Some((parent, _)) = tile.parent(MAX_TREE_SIZE) {
        tile = parent;
        levels += 1;
    }
    assert_eq!((levels, tile.path().as_str()), (6, "tile/8/6/000.p/1"));
    assert_eq!(Tile::of_record(MAX_TREE_SIZE, MAX_TREE_SIZE), None);
}

proptest! {
    #[test]
    fn arithmetic_never_panics(number: u64, size: u64, level: u8) {
        let _ = Tile::of_record(number, size);
        let _ = Tile::at_edge(size).count();
        if let Some(tile) = Tile::in_tree(level, number, size) {
            let _ = (tile.parent(size), tile.widened(number), tile.path(), tile.bytes());
        }
    }

    /// Every hash of every level is in a tile that is full or at the edge.
    #[test]
    fn a_tile_is_full_or_at_the_edge(size in 1..=MAX_TREE_SIZE, seed: u64) {
        let record = seed % size;
        let edge: Vec<Tile> = Tile::at_edge(size).collect();
        let (mut tile, _) = Tile::of_record(record, size).unwrap();
        while let Some((parent, place)) = tile.parent(size) {
            prop_assert!(tile.is_full() && place < parent.width());
            tile = parent;
        }
        prop_assert!(!tile.is_full() && edge.contains(&tile));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn fold_is_the_tree_hash(count in 1..600_usize) {
        let log = testing::TestLog::new(count, count, "");
        let leaves: Vec<LogHash> = (0..count).map(|number| log.leaf(number)).collect();
        prop_assert_eq!(fold(&leaves, None), Some(tree_hash(&leaves)));
        // Split where the partial tile begins.
        let (left, right) = leaves.split_at(count / 256 * 256);
        prop_assert_eq!(fold(left, fold(right, None)), Some(tree_hash(&leaves)));
    }
}
