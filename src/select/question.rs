//! The input of the resolver: a call of a tool, the world in which it happens, and the directory that follows from
//! both.

use std::path::Path;

use super::call::Call;
use super::directory::Directory;
use super::world::World;

/// All that the selection for one call depends on.
pub(super) struct Question<'a> {
    pub(super) world: &'a World,
    pub(super) call: &'a Call<'a>,
    /// The directory from which pins, go.mod and go.work are searched upward.
    pub(super) directory: Directory,
}

impl<'a> Question<'a> {
    pub(super) fn new(world: &'a World, call: &'a Call<'a>) -> Self {
        Question { world, call, directory: Directory::find(world, call.change()) }
    }

    /// The path of the directory, if it is known.
    pub(super) fn directory(&self) -> Option<&Path> {
        self.directory.path()
    }
}
