//! relight
