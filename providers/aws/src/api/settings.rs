//! How calls reach AWS, where the user's own configuration is not to decide.

use std::fmt;

/// How the door is set up. The default takes everything from the environment and the shared configuration files, as
/// every tool for AWS does.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The address that every call goes to instead of AWS's own, such as `http://127.0.0.1:5000`: a test server.
    pub endpoint: Option<String>,
    /// Credentials instead of those that the environment and the profiles give.
    pub keys: Option<Keys>,
}

/// A pair of access keys.
#[derive(Clone)]
pub struct Keys {
    /// The access key id.
    pub id: String,
    /// The secret access key.
    pub secret: String,
}

/// Shows no secret, in no log.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keys({})", self.id)
    }
}

/// Why a door cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionsError {
    /// The address is none.
    #[error("`{0}` is no address of a server: it begins with neither `http://` nor `https://`")]
    Endpoint(String),
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OptionsError> {
        let host = |url: &str| {
            let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
            rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        };
        match &self.endpoint {
            Some(url) if !host(url) => Err(OptionsError::Endpoint(url.clone())),
            _ => Ok(()),
        }
    }
}
