//! What gox says when it is asked for something that it cannot understand or do here.

mod settings;
mod words;
