use proptest::prelude::*;

use super::*;
use crate::proof::sumdb::testing::TestLog;

#[derive(Debug, PartialEq)]
struct Failed(TreeError);

type TileBytes = Result<Vec<Vec<u8>>, Failed>;

impl From<TreeError> for Failed {
    fn from(error: TreeError) -> Self {
        Self(error)
    }
}

fn size(number: usize) -> u64 {
    u64::try_from(number).unwrap()
}

/// A reader of the first `count` records, whose tiles are changed by `change`.
fn reader<'a>(
    log: &'a TestLog,
    count: usize,
    change: impl Fn(Tile, &mut Vec<u8>) + 'a,
) -> Result<TileReader<impl FnMut(&[Tile]) -> TileBytes + 'a>, Failed> {
    let tree = TreeHead::new(size(count), log.root(count)).unwrap();
    TileReader::new(tree, move |tiles: &[Tile]| {
        let serve = |tile: &Tile| {
            let mut bytes = log.serve(count, &format!("/{tile}")).unwrap();
            change(*tile, &mut bytes);
            bytes
        };
        Ok(tiles.iter().map(serve).collect())
    })
}

#[test]
fn tree_heads() {
    let root = LogHash::of_nothing();
    let parsed = TreeHead::parse(&format!("go.sum database tree\n600\n{root}\n")).unwrap();
    assert_eq!((parsed.size(), parsed.root()), (600, root));
    assert_eq!(TreeHead::parse(&format!("go.sum database tree\n600\n{root}\nmore\n\nlines")), Ok(parsed));
    let malformed = [
        String::new(),
        "go.sum database tree\n600\n".to_owned(),
        format!("go.sum database tree\n600\n{root}"),
        format!("go.sum database tree v2\n600\n{root}\n"),
        format!("\ngo.sum database tree\n600\n{root}\n"),
        format!("go.sum database tree\n\n{root}\n"),
        format!("go.sum database tree\n0600\n{root}\n"),
        format!("go.sum database tree\n+600\n{root}\n"),
        format!("go.sum database tree\n-1\n{root}\n"),
        format!("go.sum database tree\n 600\n{root}\n"),
        format!("go.sum database tree\n6e2\n{root}\n"),
        format!("go.sum database tree\n600\n{root}=\n"),
        "go.sum database tree\n600\nAAAA\n".to_owned(),
    ];
    for text in malformed {
        assert_eq!(TreeHead::parse(&text), Err(TreeError::Malformed), "{text:?}");
    }
}

#[test]
fn absurd_sizes_are_malformed() {
    let root = LogHash::of_nothing();
    for number in
        ["281474976710657", "4611686018427387904", "9223372036854775807", "99999999999999999999999999"]
    {
        let error = TreeHead::parse(&format!("go.sum database tree\n{number}\n{root}\n")).unwrap_err();
        assert_eq!(error.to_string(), format!("malformed tree head: no log has `{number}` records"));
    }
    assert!(TreeHead::parse(&format!("go.sum database tree\n{MAX_TREE_SIZE}\n{root}\n")).is_ok());
}

#[test]
fn a_log_of_the_largest_size_asks_for_few_tiles() {
    let tree = TreeHead::new(MAX_TREE_SIZE - 1, LogHash::of_nothing()).unwrap();
    let mut asked = 0;
    let result = TileReader::new(tree, |tiles: &[Tile]| {
        asked += tiles.len();
        Ok::<_, Failed>(tiles.iter().map(|tile| vec![0; tile.bytes()]).collect())
    });
    assert_eq!(result.err(), Some(Failed(TreeError::WrongRoot(MAX_TREE_SIZE - 1))));
    assert_eq!(asked, 6);
}

#[test]
fn the_empty_log_needs_no_tiles() {
    let log = TestLog::new(0, 0, "");
    let mut reader = reader(&log, 0, |_, _| panic!("no tile is needed")).unwrap();
    assert_eq!(reader.root_at(0), Ok(LogHash::of_nothing()));
    assert_eq!(reader.leaf(0), Err(Failed(TreeError::Outside { number: 0, size: 0 })));
    assert_eq!(reader.root_at(1), Err(Failed(TreeError::Outside { number: 1, size: 0 })));
}

#[test]
fn nothing_outside_of_the_log() {
    let log = TestLog::new(600, 0, "");
    let mut reader = reader(&log, 600, |_, _| {}).unwrap();
    for number in [600, 601, 1 << 48, 1 << 62, u64::MAX] {
        assert_eq!(reader.leaf(number), Err(Failed(TreeError::Outside { number, size: 600 })));
    }
    for number in [601, 1 << 48, 1 << 62, u64::MAX] {
        assert_eq!(reader.root_at(number), Err(Failed(TreeError::Outside { number, size: 600 })));
    }
}

/// Sizes around those where tiles become full and levels begin; 65,793 = 256² + 256 + 1.
#[test]
fn logs_of_every_shape() {
    let log = TestLog::new(66_000, 0, "");
    for count in [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 65_792, 65_793, 66_000] {
        let mut reader = reader(&log, count, |_, _| {}).unwrap();
        for number in (0..count).step_by(1 + count / 50).chain([count - 1]) {
            assert_eq!(reader.leaf(size(number)), Ok(log.leaf(number)), "{number} in {count}");
        }
        for smaller in [0, 1, count / 3, count / 2, count - 1, count, 255, 256, 257, 512, 65_536] {
            if smaller <= count {
                assert_eq!(reader.root_at(size(smaller)), Ok(log.root(smaller)), "{smaller} in {count}");
            }
        }
    }
}

#[test]
fn a_wrong_length_is_refused() {
    let log = TestLog::new(300, 0, "");
    for length in [0, 1, 31, 1407, 1409, 8192] {
        let cut = move |tile: Tile, bytes: &mut Vec<u8>| {
            if tile.path() == "tile/8/0/001.p/44" {
                bytes.resize(length, 0);
            }
        };
        let error = reader(&log, 300, cut).err().unwrap();
        assert_eq!(error.0.to_string(), format!("`tile/8/0/001.p/44` must be 1408 bytes, but is {length}"));
    }
    let tree = TreeHead::new(300, log.root(300)).unwrap();
    let result = TileReader::new(tree, |_: &[Tile]| Ok::<_, Failed>(Vec::new()));
    assert!(matches!(result.err(), Some(Failed(TreeError::WrongLength { found: 0, .. }))));
}

/// A wrong tile at the edge gives a wrong root; any other wrong tile is named by its parent.
#[test]
fn any_changed_byte_of_any_tile_is_refused() {
    let log = TestLog::new(258, 0, "");
    for (path, length) in [("tile/8/1/000.p/1", 32), ("tile/8/0/001.p/2", 64), ("tile/8/0/000", 8192)] {
        for at in 0..length {
            let flip = move |tile: Tile, bytes: &mut Vec<u8>| {
                if tile.path() == path {
                    bytes[at] ^= 1 << (at % 8);
                }
            };
            let error = reader(&log, 258, flip).and_then(|mut reader| reader.leaf(5)).unwrap_err();
            let expected = if path == "tile/8/0/000" {
                "`tile/8/0/000` does not have the hash that `tile/8/1/000.p/1` holds for it"
            } else {
                "the tiles do not make the signed root of the log of 258 records"
            };
            assert_eq!(error.0.to_string(), expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_included_and_every_prefix_is_consistent(count in 1..600_usize) {
        let log = TestLog::new(count, 0, "");
        let mut reader = reader(&log, count, |_, _| {}).unwrap();
        for number in 0..count {
            prop_assert_eq!(reader.leaf(size(number)), Ok(log.leaf(number)));
            prop_assert_eq!(reader.root_at(size(number)), Ok(log.root(number)));
        }
        prop_assert_eq!(reader.root_at(size(count)), Ok(log.root(count)));
    }

    #[test]
    fn another_history_has_another_root(count in 2..600_usize, seed: usize) {
        let shared = seed % count;
        let (log, other) = (TestLog::new(count, 0, ""), TestLog::new(count, shared, "other"));
        let mut reader = reader(&log, count, |_, _| {}).unwrap();
        for smaller in 0..count {
            let same = reader.root_at(size(smaller)).unwrap() == other.root(smaller);
            prop_assert_eq!(same, smaller <= shared);
        }
    }
}

proptest! {
    #[test]
    fn tree_heads_never_panic(text in "(?s).*", number in "[0-9]{0,30}") {
        let _ = TreeHead::parse(&text);
        let _ = TreeHead::parse(&format!("go.sum database tree\n{number}\n{text}\n"));
    }
}
