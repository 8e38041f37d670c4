//! HCL text to a spec, through the room's public surface.

mod blocks;
mod expressions;
mod folders;
mod hostile;
mod identifiers;
mod speed;
mod support;
