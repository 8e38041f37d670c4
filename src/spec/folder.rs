//! Where a spec comes from: the one door to files, so that this room reads none itself.

/// Why a folder or file cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderError {
    /// There is none.
    #[error("it does not exist")]
    Missing,
    /// It lies outside of the allowed folder, through `..` or a symbolic link.
    #[error("it lies outside of the folder that may be read")]
    Outside,
    /// It is larger than is read; its size in bytes.
    #[error("it has {0} bytes")]
    TooLarge(u64),
    /// The operating system's reason.
    #[error("{0}")]
    Unreadable(String),
}

/// The folders of a spec. Directories are named relative to the root module's: `.`, `modules/net`, `../common/net`.
pub trait Folder {
    /// The names of the regular files directly in a directory, sorted.
    fn names(&self, directory: &str) -> Result<Vec<String>, FolderError>;
    /// The bytes of a file in a directory, unless there are more than `limit`; then it is not read at all.
    fn read(&self, directory: &str, name: &str, limit: u64) -> Result<Vec<u8>, FolderError>;
    /// The directory that `path`, as written in `directory`, leads to: one name for one folder, however it is reached.
    fn resolve(&self, directory: &str, path: &str) -> Result<String, FolderError>;
}

/// The path of a file in a directory, as diagnostics show it.
pub(super) fn path(directory: &str, name: &str) -> String {
    match directory {
        "." => name.to_owned(),
        _ => format!("{directory}/{name}"),
    }
}
