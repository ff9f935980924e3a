//! What an error of a store, or of the system below it, means for whoever started the program.

use super::ErrorKind;
use std::error::Error as StdError;
use std::io;

/// What was found among the causes of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reason {
    pub(super) kind: ErrorKind,
    /// What is wrong and what to do about it.
    pub(super) advice: Option<&'static str>,
    /// Whether the same request may succeed a moment later.
    pub(super) is_passing: bool,
}

const fn reason(kind: ErrorKind, advice: &'static str) -> Reason {
    Reason { kind, advice: Some(advice), is_passing: false }
}

const FULL_DISK: Reason = reason(
    ErrorKind::Unavailable,
    "the disk is full, or a quota is used up; make room, and run the same command again",
);
const TOO_LARGE: Reason = reason(
    ErrorKind::Unavailable,
    "the file may not grow further; raise the limit of file sizes (`ulimit -f`) or that of the file system, and run the \
     same command again",
);
const NO_HANDLES: Reason = Reason {
    kind: ErrorKind::Unavailable,
    advice: Some(
        "no more files may be open; raise the limit (`ulimit -n 4096`) or use fewer --threads, and run the same command \
         again",
    ),
    is_passing: true,
};
const NO_PERMISSION: Reason = reason(
    ErrorKind::Refused,
    "permission is denied; give this user access to the place, and run the same command again",
);
const READ_ONLY: Reason =
    reason(ErrorKind::Refused, "the file system is read-only; make it writable or choose another place");
const MISSING: Reason = Reason { kind: ErrorKind::Unavailable, advice: None, is_passing: false };
const NO_BUCKET: Reason = reason(ErrorKind::Refused, "the bucket does not exist; create it or correct its name");
const CREDENTIALS: Reason = reason(
    ErrorKind::Refused,
    "the store does not accept these credentials; correct them (environment or [stores] in jogak.toml), and run the same \
     command again",
);
const EXPIRED: Reason =
    reason(ErrorKind::Refused, "the credentials have expired; renew them, and run the same command again");
const NOT_ALLOWED: Reason = reason(
    ErrorKind::Refused,
    "the store refuses access with these credentials; correct them or have it allowed (and see that the clock of this \
     machine is right), and run the same command again",
);
/// The answer to a HEAD has no text that could say why.
const WORDLESS: Reason = reason(
    ErrorKind::Refused,
    "the store refused it without a word, as it does where credentials have expired; renew them, and run the same command \
     again",
);
const CLOCK: Reason = reason(
    ErrorKind::Refused,
    "the clock of this machine is not right: it differs too much from the store's; set it, and run the same command again",
);
const OTHER_REGION: Reason = reason(
    ErrorKind::Refused,
    "the bucket lies in another region or behind another address; set `region` and `endpoint`",
);
const CHANGED: Reason = Reason { kind: ErrorKind::Data, advice: None, is_passing: false };
const WRONG: Reason = Reason { kind: ErrorKind::Invalid, advice: None, is_passing: false };
const OUTAGE: Reason = Reason { kind: ErrorKind::Unavailable, advice: None, is_passing: true };
const REFUSED: Reason = Reason { kind: ErrorKind::Unavailable, advice: None, is_passing: false };

/// Codes in the text of a refusal, and what they mean. Some stores send them with a status that says something else.
const CODES: [(&str, Reason); 15] = [
    ("RequestTimeTooSkewed", CLOCK),
    ("ExpiredToken", EXPIRED),
    ("TokenRefreshRequired", EXPIRED),
    ("ExpiredAuthenticationToken", EXPIRED),
    ("SignatureDoesNotMatch", CREDENTIALS),
    ("InvalidAccessKeyId", CREDENTIALS),
    ("InvalidToken", CREDENTIALS),
    ("InvalidClientTokenId", CREDENTIALS),
    ("AuthenticationFailed", CREDENTIALS),
    ("AuthorizationHeaderMalformed", OTHER_REGION),
    ("PermanentRedirect", OTHER_REGION),
    ("AccessDenied", NOT_ALLOWED),
    ("NoSuchBucket", NO_BUCKET),
    ("ContainerNotFound", NO_BUCKET),
    ("QuotaExceeded", FULL_DISK),
];

/// Looks through `error` and its causes.
pub(super) fn of(error: &(dyn StdError + 'static)) -> Reason {
    let mut found = None;
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(system) = cause.downcast_ref::<io::Error>() {
            if let Some(reason) = of_system(system) {
                return reason;
            }
            // What an `io::Error` wraps is not among its sources.
            next = system.get_ref().map(|inner| inner as &(dyn StdError + 'static)).or_else(|| system.source());
            continue;
        }
        if found.is_none() {
            found = cause.downcast_ref::<object_store::Error>().and_then(of_store);
        }
        next = cause.source();
    }
    let text = full_text(error);
    let told = |code: &str| text.contains(&format!("<Code>{code}</Code>"));
    if let Some((_, reason)) = CODES.iter().find(|(code, _)| told(code)) {
        return *reason;
    }
    if text.contains("redirect without LOCATION") {
        return OTHER_REGION;
    }
    found.unwrap_or_else(|| match status(&text) {
        Some(401) => CREDENTIALS,
        Some(403) => NOT_ALLOWED,
        Some(404) => MISSING,
        Some(408 | 429) => OUTAGE,
        Some(400) if text.contains("performing HEAD") => WORDLESS,
        Some(400..500) => REFUSED,
        _ => OUTAGE,
    })
}

/// What the variant says, where it says more than that something failed.
fn of_store(error: &object_store::Error) -> Option<Reason> {
    use object_store::Error as Store;
    Some(match error {
        Store::NotFound { .. } => MISSING,
        Store::PermissionDenied { .. } => NOT_ALLOWED,
        Store::Unauthenticated { .. } => CREDENTIALS,
        Store::Precondition { .. } | Store::NotModified { .. } => CHANGED,
        Store::InvalidPath { .. }
        | Store::NotSupported { .. }
        | Store::NotImplemented { .. }
        | Store::UnknownConfigurationKey { .. } => WRONG,
        _ => return None,
    })
}

fn of_system(error: &io::Error) -> Option<Reason> {
    use io::ErrorKind as Kind;
    // "Too many open files", of the process and of the machine: the standard library has no kind for them.
    if cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)) {
        return Some(NO_HANDLES);
    }
    Some(match error.kind() {
        Kind::StorageFull | Kind::QuotaExceeded => FULL_DISK,
        Kind::FileTooLarge => TOO_LARGE,
        Kind::PermissionDenied => NO_PERMISSION,
        Kind::ReadOnlyFilesystem => READ_ONLY,
        _ => return None,
    })
}

/// The status in the words of `object_store`, whose own type for it cannot be named.
fn status(text: &str) -> Option<u16> {
    let (_, rest) = text.split_once("non-2xx status code: ")?;
    rest.get(..3)?.parse().ok()
}

/// The messages of all causes.
fn full_text(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push('\n');
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::Error as Store;

    fn generic(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Store {
        Store::Generic { store: "S3", source: source.into() }
    }

    fn system(code: i32) -> Store {
        generic(io::Error::from_raw_os_error(code))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn errors_of_the_system_say_what_to_do() {
        let cases = [
            (28, ErrorKind::Unavailable, "the disk is full"),
            (122, ErrorKind::Unavailable, "a quota"),
            (27, ErrorKind::Unavailable, "ulimit -f"),
            (24, ErrorKind::Unavailable, "ulimit -n"),
            (23, ErrorKind::Unavailable, "ulimit -n"),
            (13, ErrorKind::Refused, "permission"),
            (30, ErrorKind::Refused, "read-only"),
        ];
        for (code, kind, advice) in cases {
            let found = of(&system(code));
            assert_eq!(found.kind, kind, "{code}");
            assert!(found.advice.is_some_and(|told| told.contains(advice)), "{code}: {found:?}");
            let error = super::super::Error::store("writing 'a'", system(code));
            assert!(error.to_string().starts_with("writing 'a' failed: "), "{error}");
        }
        // Wrapped in what other crates make of it.
        let wrapped = io::Error::other(generic(io::Error::other(io::Error::from_raw_os_error(28))));
        assert_eq!(of(&wrapped), FULL_DISK);
        assert!(of(&system(5)).is_passing);
    }

    #[test]
    fn refusals_say_what_to_do() {
        let refusal = |status: u16, code: &str| {
            generic(format!("Server returned non-2xx status code: {status} X: <Error><Code>{code}</Code></Error>"))
        };
        let cases = [
            (refusal(403, "SignatureDoesNotMatch"), CREDENTIALS),
            (refusal(403, "InvalidAccessKeyId"), CREDENTIALS),
            (refusal(403, "RequestTimeTooSkewed"), CLOCK),
            (refusal(400, "ExpiredToken"), EXPIRED),
            (refusal(403, "AccessDenied"), NOT_ALLOWED),
            (refusal(403, "SomethingNew"), NOT_ALLOWED),
            (refusal(401, "SomethingNew"), CREDENTIALS),
            (refusal(404, "NoSuchBucket"), NO_BUCKET),
            (refusal(404, "NoSuchUpload"), MISSING),
            (refusal(503, "SlowDown"), OUTAGE),
            (refusal(429, "TooManyRequests"), OUTAGE),
            (refusal(400, "InvalidRequest"), REFUSED),
            (generic("connection reset"), OUTAGE),
            (Store::NotFound { path: "a".into(), source: "x".into() }, MISSING),
            (Store::PermissionDenied { path: "AccessDenied".into(), source: "x".into() }, NOT_ALLOWED),
            (Store::Precondition { path: "a".into(), source: "x".into() }, CHANGED),
            (Store::NotSupported { source: "x".into() }, WRONG),
        ];
        for (error, expected) in cases {
            assert_eq!(of(&error), expected, "{error}");
        }
    }
}
