//! The folder of a spec on a disk.

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::spec::{Folder, FolderError};

/// A spec's folder, and the folder around it that its modules may lie in.
#[derive(Debug)]
pub struct DiskFolder {
    root: PathBuf,
    allowed: PathBuf,
}

impl DiskFolder {
    /// The folder at `path`. What may be read lies inside the enclosing git repository, or inside the folder itself
    /// when there is none.
    pub fn open(path: &Path) -> Result<DiskFolder, FolderError> {
        let root = fs::canonicalize(path).map_err(|error| failure(&error))?;
        if !root.is_dir() {
            return Err(FolderError::Unreadable("it is not a folder".to_owned()));
        }
        let allowed =
            root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&root).to_owned();
        Ok(DiskFolder { root, allowed })
    }

    /// The folder itself, absolute and without symbolic links.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A directory of the spec on the disk.
    pub fn directory(&self, directory: &str) -> PathBuf {
        normal(&self.root.join(directory))
    }

    /// The true path of something inside the allowed folder.
    fn confined(&self, path: &Path) -> Result<PathBuf, FolderError> {
        confined(&self.allowed, path)
    }
}

impl Folder for DiskFolder {
    fn names(&self, directory: &str) -> Result<Vec<String>, FolderError> {
        let path = self.confined(&self.directory(directory))?;
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| failure(&error))? {
            let entry = entry.map_err(|error| failure(&error))?;
            if !entry.file_type().map_err(|error| failure(&error))?.is_dir() {
                names.push(entry.file_name().to_string_lossy().into_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn read(&self, directory: &str, name: &str, limit: u64) -> Result<Vec<u8>, FolderError> {
        read_file(&self.confined(&self.directory(directory).join(name))?, limit)
    }

    fn resolve(&self, directory: &str, path: &str) -> Result<String, FolderError> {
        let found = self.confined(&self.directory(directory).join(path))?;
        if !found.is_dir() {
            return Err(FolderError::Unreadable("it is not a folder".to_owned()));
        }
        Ok(relative(&self.root, &found))
    }
}

/// The true path of `path`, which must lie inside `allowed` both as written and with symbolic links followed.
pub(super) fn confined(allowed: &Path, path: &Path) -> Result<PathBuf, FolderError> {
    if !normal(path).starts_with(allowed) {
        return Err(FolderError::Outside);
    }
    let found = fs::canonicalize(path).map_err(|error| failure(&error))?;
    if !found.starts_with(allowed) {
        return Err(FolderError::Outside);
    }
    Ok(found)
}

/// The bytes of a regular file of at most `limit` bytes.
pub(super) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, FolderError> {
    let about = fs::metadata(path).map_err(|error| failure(&error))?;
    if !about.is_file() {
        return Err(FolderError::Unreadable("it is not a regular file".to_owned()));
    }
    if about.len() > limit {
        return Err(FolderError::TooLarge(about.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0));
    let file = fs::File::open(path).map_err(|error| failure(&error))?;
    // It may have grown meanwhile.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| failure(&error))?;
    match bytes.len() as u64 > limit {
        true => Err(FolderError::TooLarge(bytes.len() as u64)),
        false => Ok(bytes),
    }
}

/// The path without `.` and `..`, by its words alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// How to get from `root` to `path`, both true paths; with `/` between folders.
fn relative(root: &Path, path: &Path) -> String {
    let common = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = root.components().skip(common).map(|_| "..".to_owned());
    let down = path.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    let words: Vec<String> = up.chain(down).collect();
    if words.is_empty() { ".".to_owned() } else { words.join("/") }
}

fn failure(error: &io::Error) -> FolderError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FolderError::Missing,
        _ => FolderError::Unreadable(error.to_string()),
    }
}
