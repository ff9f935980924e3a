//! The engine's error: what went wrong, what to do, and which exit code says so.

use jogak_connectors::error::ErrorKind as ConnectorsKind;
use jogak_plans::{Diagnostic, SourceFile};

/// What the caller should do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The plan, the settings or the request are wrong; nothing was started.
    Invalid,
    /// A check, limit, test or verification failed; nothing was committed.
    Failed,
    /// Stopped midway, nothing lost: the same command continues.
    Stopped,
    /// The outcome of a commit is not known; the same command finds out.
    Unknown,
    /// A fault of jogak itself.
    Internal,
}

/// An error with its kind, and diagnostics where the plan is at fault.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Inner>);

#[derive(Debug, thiserror::Error)]
#[error("{message}")]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// Problems of the plan file, with the file they lie in.
    diagnostics: Option<(SourceFile, Vec<Diagnostic>)>,
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
                Self(Box::new(Inner { kind: ErrorKind::$kind, message: message.into(), diagnostics: None, source: None }))
            })*
        }
    };
}
constructors! {
    /// The request is wrong.
    invalid => Invalid,
    /// A check, limit, test or verification failed.
    failed => Failed,
    /// Stopped midway.
    stopped => Stopped,
    /// A fault of ours.
    internal => Internal,
}

impl Error {
    /// The plan file has problems.
    pub fn plan(file: SourceFile, diagnostics: Vec<Diagnostic>) -> Self {
        let message = format!("'{}' cannot be run", file.path());
        Self(Box::new(Inner {
            kind: ErrorKind::Invalid,
            message,
            diagnostics: Some((file, diagnostics)),
            source: None,
        }))
    }

    /// Adds the cause.
    pub fn because(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What the caller should do.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Problems of the plan file.
    pub fn diagnostics(&self) -> Option<(&SourceFile, &[Diagnostic])> {
        self.0.diagnostics.as_ref().map(|(file, list)| (file, list.as_slice()))
    }

    /// The exit code that DESIGN.md gives to this kind.
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            ErrorKind::Invalid => 2,
            ErrorKind::Failed => 1,
            ErrorKind::Stopped | ErrorKind::Internal => 3,
            ErrorKind::Unknown => 75,
        }
    }
}

impl From<jogak_connectors::error::Error> for Error {
    fn from(error: jogak_connectors::error::Error) -> Self {
        let kind = match error.kind() {
            ConnectorsKind::Invalid => ErrorKind::Invalid,
            ConnectorsKind::Unknown => ErrorKind::Unknown,
            ConnectorsKind::Internal => ErrorKind::Internal,
            _ => ErrorKind::Stopped,
        };
        let message = error.to_string();
        let source = std::error::Error::source(&error).map(|cause| chain(cause).into());
        Self(Box::new(Inner { kind, message, diagnostics: None, source }))
    }
}

/// A chain of causes as one text.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        // Many libraries repeat their cause in their own message.
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

impl From<datafusion::error::DataFusionError> for Error {
    /// Keeps the kind of an error of ours that travelled through a plan.
    fn from(error: datafusion::error::DataFusionError) -> Self {
        use datafusion::error::DataFusionError;
        match error {
            DataFusionError::External(inner) => match inner.downcast::<jogak_connectors::error::Error>() {
                Ok(ours) => (*ours).into(),
                Err(other) => Self::stopped("running the plan failed").because(other),
            },
            DataFusionError::Context(_, inner) => (*inner).into(),
            DataFusionError::Shared(inner) => Self::stopped("running the plan failed").because(chain(inner.as_ref())),
            error @ DataFusionError::ResourcesExhausted(_) => {
                Self::failed("the plan needs more memory than it was given; raise --memory").because(error)
            }
            error => Self::stopped("running the plan failed").because(error),
        }
    }
}
