//! What the resolver is asked: which Go answers a call in this world, and in which directory it looks.

use std::path::Path;

use super::call::Call;
use super::directory::Directory;
use super::world::World;

/// A call of a tool, and all that it depends on.
pub(super) struct Question<'a> {
    pub(super) world: &'a World,
    pub(super) call: &'a Call<'a>,
    /// Where the files are that have a say.
    pub(super) directory: Directory,
}

impl<'a> Question<'a> {
    pub(super) fn new(world: &'a World, call: &'a Call<'a>) -> Self {
        Question { world, call, directory: Directory::find(world, call.change()) }
    }

    /// The directory, where there is one.
    pub(super) fn directory(&self) -> Option<&Path> {
        self.directory.path()
    }
}
