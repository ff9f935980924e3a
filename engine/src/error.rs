//! The engine's error: what went wrong, what to do, and which exit code says so.

use jogak_connectors::error::ErrorKind as ConnectorsKind;
use jogak_plans::{Diagnostic, SourceFile};

use crate::run::StopReason;

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
    /// Stopped because it was asked to; the same command continues.
    StoppedBy(StopReason),
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
    /// A place is not there, or its store refuses: at the start a wrong request, later a reason to stop.
    is_refusal: bool,
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
                Self(Box::new(Inner { kind: ErrorKind::$kind, message: message.into(), is_refusal: false, diagnostics: None, source: None }))
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
    /// Stopped because it was asked to.
    pub fn stopped_by(reason: StopReason, message: impl Into<String>) -> Self {
        let (kind, message) = (ErrorKind::StoppedBy(reason), message.into());
        Self(Box::new(Inner { kind, message, is_refusal: false, diagnostics: None, source: None }))
    }

    /// The plan file has problems.
    pub fn plan(file: SourceFile, diagnostics: Vec<Diagnostic>) -> Self {
        let message = format!("'{}' cannot be run", file.path());
        Self(Box::new(Inner {
            kind: ErrorKind::Invalid,
            message,
            is_refusal: false,
            diagnostics: Some((file, diagnostics)),
            source: None,
        }))
    }

    /// The same error, met by a run that had begun: credentials that expired, or a bucket that was removed, stop it, and
    /// the same command continues.
    pub(crate) fn midway(mut self) -> Self {
        if self.0.is_refusal {
            self.0.kind = ErrorKind::Stopped;
        }
        self
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

    /// The message with all causes, in one text.
    pub fn with_causes(&self) -> String {
        chain(self)
    }

    /// The exit code that DESIGN.md gives to this kind.
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            ErrorKind::Invalid => 2,
            ErrorKind::Failed => 1,
            ErrorKind::Stopped | ErrorKind::Internal => 3,
            ErrorKind::StoppedBy(reason) => reason.exit_code(),
            ErrorKind::Unknown => 75,
        }
    }
}

impl From<jogak_connectors::error::Error> for Error {
    fn from(error: jogak_connectors::error::Error) -> Self {
        let kind = match error.kind() {
            ConnectorsKind::Invalid | ConnectorsKind::Refused => ErrorKind::Invalid,
            ConnectorsKind::Unknown => ErrorKind::Unknown,
            ConnectorsKind::Internal => ErrorKind::Internal,
            _ => ErrorKind::Stopped,
        };
        let (message, is_refusal) = (error.to_string(), error.kind() == ConnectorsKind::Refused);
        let source = std::error::Error::source(&error).map(|cause| chain(cause).into());
        Self(Box::new(Inner { kind, message, is_refusal, diagnostics: None, source }))
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
            error => jogak_connectors::error::Error::met("running the plan", error).into(),
        }
    }
}
