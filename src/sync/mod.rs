//! A machine as a file in Git declares it: the fleet file is read, held against what is there, and what differs becomes
//! a plan of actions. The file has exact versions only, so a commit of it is a state to which one can go back.

pub mod action;
pub mod apply;
mod asked;
pub mod attempt;
pub mod declared;
mod document;
pub mod file;
mod host;
mod owed;
pub mod plan;
pub mod policy;
pub mod record;
mod removal;
pub mod repository;
mod subject;
pub mod update;
