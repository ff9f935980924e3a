//! The crate's error: what went wrong, where, and what the caller should do about it.

mod reason;

/// What the caller should do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request or the settings are wrong. Mend them; trying again will not help.
    Invalid,
    /// A place is not there, or its store refuses: credentials, permissions, a clock that is wrong. Mend that; the same
    /// command goes on. Nothing was committed.
    Refused,
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
    is_passing: bool,
    is_explained: bool,
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
                Self { kind: ErrorKind::$kind, message: message.into(), is_passing: false, is_explained: false, source: None }
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

    /// Whether store or system have said why they did not do it, and the message what to do about it.
    pub fn is_explained(&self) -> bool {
        self.is_explained
    }

    /// Whether the same request may succeed a moment later.
    pub(crate) fn is_passing(&self) -> bool {
        self.is_passing
    }

    /// An error of an object store, met while doing `what` (e.g. "reading s3://bucket/key").
    ///
    /// What can be done about it is said in the message where that is known: a full disk, no file handles, credentials
    /// that are not accepted, a missing bucket.
    pub fn store(what: impl std::fmt::Display, error: object_store::Error) -> Self {
        Self::met(what, error)
    }

    /// The same for an error that has one of an object store, or of the system, among its causes.
    pub fn met(what: impl std::fmt::Display, error: impl std::error::Error + Send + Sync + 'static) -> Self {
        let found = reason::of(&error);
        let message = match found.advice {
            Some(advice) => format!("{what} failed: {advice}"),
            None => format!("{what} failed"),
        };
        let (is_passing, is_explained) = (found.is_passing, found.advice.is_some());
        Self { kind: found.kind, message, is_passing, is_explained, source: Some(Box::new(error)) }
    }
}

/// Whether the same request may succeed a moment later: a connection that broke, a server that is overloaded.
pub(crate) fn is_passing(error: &object_store::Error) -> bool {
    reason::of(error).is_passing
}
