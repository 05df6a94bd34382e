//! A version that a file of another manager pins here, which gox does not read.

use std::collections::HashSet;

use super::wishes::{self, Wish};
use crate::select::advice::pin_in;
use crate::select::directory;
use crate::select::pin;
use crate::select::world::World;
use crate::text;

/// What is pinned, and how gox is asked for the same.
pub struct Unread {
    /// Where it is, for whom, and what it asks for.
    pub seen: String,
    /// The command that pins the same for gox.
    pub pin: String,
}

/// The nearest such pin, unless a pin that gox reads is in the same folder or below it. What is in the user's folder is
/// the default of that manager.
pub fn nearest(world: &World) -> Option<Unread> {
    let here = directory::current(world).ok()?;
    let user = world.environment.user_home();
    let is_pin = |wish: &Wish| wish.said.is_ok() && wish.folder != user;
    // A manager reads its nearest file, whatever that says.
    let mut seen = HashSet::new();
    let wishes = wishes::pins(&here, &[], None).into_iter().filter(|wish| seen.insert(wish.manager));
    let wish = { wishes }.find(is_pin)?;
    let (folder, request) = (wish.folder.as_deref()?, wish.said.as_ref().ok()?);
    let decides = pin::nearest(&here).map_or(true, |pin| pin.is_some_and(|pin| pin.path.starts_with(folder)));
    if decides {
        return None;
    }
    let line = wish.line.map_or_else(String::new, |line| format!(":{line}"));
    Some(Unread {
        seen: format!(
            "{}{line} asks {} for {request}, and gox does not read it",
            text::path(&wish.path),
            wish.manager
        ),
        pin: pin_in(Some(folder), &request.quoted(), Some(&here)),
    })
}
