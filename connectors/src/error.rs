//! The crate's error: what went wrong, where, and what the caller should do about it.

/// What the caller should do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the settings are wrong. Mend them; trying again will not help.
    Invalid,
    /// An input is damaged. It is named in the message and can be set aside.
    Data,
    /// Storage did not answer. Try again later; nothing was committed.
    Unavailable,
    /// The commit may or may not have landed. Nothing was deleted; the same command finds out.
    Unknown,
    /// Another writer took over. Stop: its commits win.
    Fenced,
    /// A fault of jogak itself.
    Internal,
}

/// An error with its place in the message and its cause behind it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
    #[source]
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Result of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident => $kind:ident),* $(,)?) => {
        impl Error {
            $($(#[$doc])*
            pub fn $name(message: impl Into<String>) -> Self {
                Self { kind: ErrorKind::$kind, message: message.into(), source: None }
            })*
        }
    };
}
constructors! {
    /// The request or the settings are wrong.
    invalid => Invalid,
    /// An input is damaged.
    data => Data,
    /// Storage did not answer.
    unavailable => Unavailable,
    /// A commit whose outcome is not known.
    unknown => Unknown,
    /// Another writer took over.
    fenced => Fenced,
    /// A fault of ours.
    internal => Internal,
}

impl Error {
    /// Adds the cause.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What the caller should do.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// An error of an object store, met while doing `what` (e.g. "reading s3://bucket/key").
    pub fn store(what: impl std::fmt::Display, error: object_store::Error) -> Self {
        let kind = match &error {
            object_store::Error::NotFound { .. }
            | object_store::Error::InvalidPath { .. }
            | object_store::Error::NotSupported { .. }
            | object_store::Error::NotImplemented { .. }
            | object_store::Error::PermissionDenied { .. }
            | object_store::Error::Unauthenticated { .. }
            | object_store::Error::UnknownConfigurationKey { .. } => ErrorKind::Invalid,
            object_store::Error::Precondition { .. } | object_store::Error::NotModified { .. } => ErrorKind::Data,
            _ => ErrorKind::Unavailable,
        };
        Self { kind, message: format!("{what} failed"), source: Some(Box::new(error)) }
    }
}
