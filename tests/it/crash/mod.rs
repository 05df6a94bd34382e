//! A gox that is killed, or meets a disk that fails, at each call that changes something: the store is as it
//! was, and the next run needs no cleaning.

mod faults;
mod kills;
mod power;
mod scene;
mod signals;
mod upgrades;
