//! The log's proof: from tiles that anybody may have changed, no hash is given that is not the log's own.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use gox::proof::sumdb::merkle::{TileReader, TreeError, TreeHead};
use gox::proof::sumdb::tile::{LogHash, Tile};
use libfuzzer_sys::fuzz_target;

/// Three levels of tiles.
const RECORDS: usize = 66_000;

/// `LEVELS[k][n]` is the hash over the records from `n * 2^k` on, `2^k` of them.
static LEVELS: LazyLock<Vec<Vec<LogHash>>> = LazyLock::new(|| {
    let leaves = (0..RECORDS).map(|number| LogHash::of_record(&format!("{number}\n"))).collect();
    let mut levels: Vec<Vec<LogHash>> = vec![leaves];
    while levels[levels.len() - 1].len() > 1 {
        let pairs = levels[levels.len() - 1].as_chunks::<2>().0;
        levels.push(pairs.iter().map(|[left, right]| LogHash::of_node(*left, *right)).collect());
    }
    levels
});

/// RFC 6962, 2.1: the largest power of two below the number of records to the left.
fn root(start: usize, size: usize) -> LogHash {
    match size {
        0 => LogHash::of_nothing(),
        size if size.is_power_of_two() => LEVELS[size.ilog2() as usize][start / size],
        size => {
            let half = 1 << size.ilog2();
            LogHash::of_node(root(start, half), root(start + half, size - half))
        }
    }
}

/// The honest bytes of a tile, by its path.
fn serve(tile: Tile) -> Vec<u8> {
    let path = tile.path();
    let (path, width) =
        path.split_once(".p/").map_or((&*path, 256), |(path, width)| (path, width.parse().unwrap()));
    let number = path.splitn(4, '/').nth(3).unwrap().replace(['x', '/'], "");
    let start = number.parse::<usize>().unwrap() * 256;
    let row = &LEVELS[8 * usize::from(tile.level())];
    row[start..start + width].iter().flat_map(|hash| hash.0).collect()
}

#[derive(Arbitrary, Debug)]
enum Change {
    Flip { tile: u8, byte: u16, bit: u8 },
    Cut { tile: u8, length: u16 },
    Add { tile: u8, bytes: Vec<u8> },
    Swap { tile: u8, other: u8 },
    Forget,
}

#[derive(Arbitrary, Debug)]
enum Question {
    Leaf(u32),
    Root(u32),
}

#[derive(Arbitrary, Debug)]
struct Case {
    size: u32,
    claimed: Option<u64>,
    /// One by one for each time that tiles are fetched.
    changes: Vec<Option<Change>>,
    questions: Vec<Question>,
}

fn change(rows: &mut Vec<Vec<u8>>, change: Change) {
    let count = rows.len();
    match change {
        Change::Flip { tile, byte, bit } => {
            let row = &mut rows[usize::from(tile) % count];
            let at = usize::from(byte) % row.len();
            row[at] ^= 1 << (bit % 8);
        }
        Change::Cut { tile, length } => rows[usize::from(tile) % count].truncate(length.into()),
        Change::Add { tile, bytes } => rows[usize::from(tile) % count].extend(bytes),
        Change::Swap { tile, other } => rows.swap(usize::from(tile) % count, usize::from(other) % count),
        Change::Forget => drop(rows.pop()),
    }
}

fuzz_target!(|case: Case| {
    let size = case.size as usize % (RECORDS + 1);
    let claimed = case.claimed.unwrap_or(size as u64);
    let Ok(tree) = TreeHead::new(claimed, root(0, size)) else { return };
    let mut changes = case.changes.into_iter();
    let reader = TileReader::new(tree, |tiles: &[Tile]| {
        let mut rows: Vec<Vec<u8>> = if claimed == size as u64 {
            tiles.iter().map(|tile| serve(*tile)).collect()
        } else {
            tiles.iter().map(|tile| vec![7; tile.bytes()]).collect()
        };
        changes.next().flatten().into_iter().for_each(|next| change(&mut rows, next));
        Ok::<_, TreeError>(rows)
    });
    let Ok(mut reader) = reader else { return };
    assert_eq!(claimed, size as u64, "a root is that of one size alone");
    for question in case.questions {
        match question {
            Question::Leaf(number) => {
                if let Ok(hash) = reader.leaf(number.into()) {
                    assert!((number as usize) < size);
                    assert_eq!(hash, LEVELS[0][number as usize]);
                }
            }
            Question::Root(smaller) => {
                if let Ok(hash) = reader.root_at(smaller.into()) {
                    assert!(smaller as usize <= size);
                    assert_eq!(hash, root(0, smaller as usize));
                }
            }
        }
    }
    for (tile, bytes) in reader.proven() {
        assert_eq!(bytes, serve(tile));
    }
});
