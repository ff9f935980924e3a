//! The rules of `JOGAK_FAULTS` and the calls that they count.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::str::FromStr;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use object_store::path::Path;

use super::GUARDS;

/// How much longer a call takes that is to pause.
const PAUSE: Duration = Duration::from_millis(200);

/// The point of a call at which something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Before,
    During,
    After,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Fail,
    Exists,
    Kill,
    Stop,
    Flip,
    Blind,
    Pause,
}

/// What goes wrong, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) when: When,
    pub(super) action: Action,
}

/// A call, counted.
#[derive(Debug)]
pub(super) struct Call {
    number: u64,
    name: String,
    path: String,
    pub(super) fault: Option<Fault>,
}

#[derive(Debug)]
struct Rule {
    point: String,
    /// The first and the last of the calls that it fits, from 1.
    nth: (u64, u64),
    since: Option<String>,
    fault: Fault,
    /// Calls that it has fitted.
    met: u64,
}

#[derive(Debug, Default)]
struct Faults {
    rules: Vec<Rule>,
    log: Option<File>,
    calls: u64,
    /// Names of `since` that have been called.
    seen: BTreeSet<String>,
}

/// What the environment asks for. A mistake in it ends the process: a test that injects nothing would pass.
fn faults() -> Option<&'static Mutex<Faults>> {
    static FAULTS: OnceLock<Option<Mutex<Faults>>> = OnceLock::new();
    let parsed = || {
        let text = std::env::var("JOGAK_FAULTS").ok()?;
        Some(Mutex::new(Faults::from_str(&text).unwrap_or_else(|error| refuse("JOGAK_FAULTS", &error))))
    };
    FAULTS.get_or_init(parsed).as_ref()
}

fn refuse(variable: &str, error: &str) -> ! {
    eprintln!("{variable}: {error}");
    std::process::exit(2)
}

/// Does the environment ask for anything that a store has to do?
pub(super) fn wanted() -> bool {
    faults().is_some() || !guard("put_if_absent")
}

pub(super) fn guard(name: &str) -> bool {
    static OFF: OnceLock<Vec<String>> = OnceLock::new();
    let parsed = || {
        let text = std::env::var("JOGAK_GUARD_OFF").unwrap_or_default();
        let names: Vec<String> = text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        match names.iter().find(|name| !is_guard(name)) {
            Some(unknown) => refuse("JOGAK_GUARD_OFF", &format!("there is no guard '{unknown}'")),
            None => names,
        }
    };
    debug_assert!(is_guard(name), "'{name}' is not in the table of guards");
    !OFF.get_or_init(parsed).iter().any(|off| off == name)
}

fn is_guard(name: &str) -> bool {
    GUARDS.iter().any(|(guard, _)| *guard == name)
}

pub(super) fn point(name: &str) {
    let call = Call::begin("at", name, "");
    if let Some(action) = call.fault.map(|fault| fault.action)
        && matches!(action, Action::Kill | Action::Stop)
    {
        call.note();
        signal(action);
    }
}

impl Call {
    /// Counts a call on an object or folder of a store.
    pub(super) fn on(operation: &str, path: &Path) -> Self {
        Self::begin(operation, class_of(path.as_ref()), path.as_ref())
    }

    fn begin(operation: &str, class: &str, path: &str) -> Self {
        let name = format!("{operation}:{class}");
        let Some(faults) = faults() else { return Self { number: 0, name, path: path.to_owned(), fault: None } };
        let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.calls += 1;
        let number = faults.calls;
        let fault = faults.meet(&name);
        faults.note(&format!("call {number} {name} {path}\n"));
        Self { number, name, path: path.to_owned(), fault }
    }

    /// Is this what goes wrong with the call?
    pub(super) fn is(&self, action: Action) -> bool {
        self.fault.is_some_and(|fault| fault.action == action)
    }

    /// Is the call on a version of a Delta log?
    pub(super) fn is_on_log(&self) -> bool {
        self.name.ends_with(":log")
    }

    fn note(&self) {
        if let Some(faults) = faults() {
            let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
            faults.note(&format!("fault {} {}\n", self.number, self.name));
        }
    }

    /// Lets happen what goes wrong. A killed process does not come back from here, a stopped one when it is continued.
    pub(super) async fn act(&self) -> object_store::Result<()> {
        let Some(fault) = self.fault else { return Ok(()) };
        self.note();
        let source = format!("call {} ({}) was to end so", self.number, self.name).into();
        match fault.action {
            Action::Fail => return Err(object_store::Error::Generic { store: "FaultStore", source }),
            Action::Exists => return Err(object_store::Error::AlreadyExists { path: self.path.clone(), source }),
            Action::Kill | Action::Stop => signal(fault.action),
            Action::Pause => tokio::time::sleep(PAUSE).await,
            Action::Flip | Action::Blind => {}
        }
        Ok(())
    }
}

/// Sends a signal to this process.
fn signal(action: Action) {
    let number = if action == Action::Stop { libc::SIGSTOP } else { libc::SIGKILL };
    // SAFETY: neither call touches memory of ours; the signals cannot be caught.
    unsafe { libc::kill(libc::getpid(), number) };
    if action == Action::Kill {
        // Another thread may be the one that meets it.
        loop {
            std::thread::sleep(Duration::from_secs(1));
        }
    }
}

impl Faults {
    /// What befalls the next call of this name.
    fn meet(&mut self, name: &str) -> Option<Fault> {
        let mut found = None;
        for rule in &mut self.rules {
            if rule.since.as_ref().is_some_and(|since| !self.seen.contains(since)) || !fits(&rule.point, name) {
                continue;
            }
            rule.met += 1;
            if found.is_none() && rule.nth.0 <= rule.met && rule.met <= rule.nth.1 {
                found = Some(rule.fault);
            }
        }
        if self.rules.iter().any(|rule| rule.since.as_deref() == Some(name)) {
            self.seen.insert(name.to_owned());
        }
        found
    }

    /// One write a line: the file is opened for appending, so that a kill leaves whole lines.
    fn note(&mut self, line: &str) {
        if let Some(log) = &mut self.log
            && let Err(error) = log.write_all(line.as_bytes())
        {
            refuse("JOGAK_FAULTS", &format!("its log cannot be written: {error}"));
        }
    }
}

fn fits(pattern: &str, name: &str) -> bool {
    pattern.split('|').any(|pattern| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(""), _) => true,
        (Some(end), None) => name.ends_with(end),
        (None, Some(start)) => name.starts_with(start),
        (Some(middle), Some(_)) => name.contains(middle.trim_end_matches('*')),
        (None, None) => pattern == name,
    })
}

/// What a path is for.
fn class_of(path: &str) -> &'static str {
    // A folder is listed by its name without the slash.
    let path = format!("{path}/");
    let below = |folder: &str| path.split_once(folder).map(|(_, rest)| rest);
    if let Some(name) = below("_delta_log/") {
        return match name {
            "_last_checkpoint/" => "hint",
            name if name.ends_with(".parquet/") || name.starts_with("_sidecars") => "checkpoint",
            _ => "log",
        };
    }
    if let Some(rest) = below("_jogak/") {
        return match rest.split_once('/') {
            Some(("probe", _)) => "probe",
            Some(("quarantine", _)) => "quarantine",
            Some(("keys", name)) if name.ends_with("-run.json/") => "run-key",
            Some(("keys", name)) if name.ends_with("-intent.json/") => "intent",
            Some(("runs", rest)) if rest.contains("/starts/") => "start",
            Some(("runs", rest)) if rest.contains("/ckpt/") => "ckpt",
            Some(("runs", rest)) if rest.contains("/inputs-") => "ledger",
            Some(("runs", _)) => "run",
            _ => "side",
        };
    }
    // Inputs may lie in a folder of that name too, but not under the id of a run.
    let is_id = |text: &str| text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4;
    let of_run = |(at, _): (usize, &str)| is_id(path[at + "/data/".len()..].split('/').next().unwrap_or_default());
    if path.match_indices("/data/").any(of_run) { "data" } else { "input" }
}

impl FromStr for Faults {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut faults = Self::default();
        for rule in text.split(';').map(str::trim).filter(|rule| !rule.is_empty()) {
            if let Some(path) = rule.strip_prefix("log=") {
                let opened = File::options().create(true).append(true).open(path);
                faults.log = Some(opened.map_err(|error| format!("'{path}' cannot be opened: {error}"))?);
            } else {
                faults.rules.push(Rule::from_str(rule)?);
            }
        }
        Ok(faults)
    }
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |part: &str| format!("'{part}' in '{text}' is not understood");
        let (mut point, mut nth, mut since) = ("*".to_owned(), (1, 1), None);
        let (mut when, mut action) = (When::Before, None);
        for part in text.split(',').map(str::trim) {
            let (key, value) = part.split_once('=').ok_or_else(|| wrong(part))?;
            let number = |text: &str| text.parse::<u64>().map_err(|_| wrong(part));
            match (key, value) {
                ("point", value) => point = value.to_owned(),
                ("since", value) => since = Some(value.to_owned()),
                ("call" | "nth", value) => {
                    nth = match value.strip_suffix('-') {
                        Some(first) => (number(first)?, u64::MAX),
                        None => (number(value)?, number(value)?),
                    }
                }
                ("when", "before") => when = When::Before,
                ("when", "during") => when = When::During,
                ("when", "after") => when = When::After,
                ("do", "fail") => action = Some(Action::Fail),
                ("do", "exists") => action = Some(Action::Exists),
                ("do", "kill") => action = Some(Action::Kill),
                ("do", "stop") => action = Some(Action::Stop),
                ("do", "flip") => action = Some(Action::Flip),
                ("do", "blind") => action = Some(Action::Blind),
                ("do", "pause") => action = Some(Action::Pause),
                _ => return Err(wrong(part)),
            }
        }
        let action = action.ok_or_else(|| format!("'{text}' does not say what to do"))?;
        Ok(Self { point, nth, since, fault: Fault { when, action }, met: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart() {
        let id = "01a202a7-ba4c-77d0-80bc-8b0596f7cdb2";
        for (path, class) in [
            ("b/t/_delta_log", "log"),
            ("_delta_log/00000000000000000001.json", "log"),
            ("t/_delta_log/_last_checkpoint", "hint"),
            ("t/_delta_log/00000000000000000010.checkpoint.parquet", "checkpoint"),
            ("t/_jogak/keys/ab-run.json", "run-key"),
            ("t/_jogak/keys/ab-intent.json", "intent"),
            (&format!("t/_jogak/runs/{id}"), "run"),
            (&format!("t/_jogak/runs/{id}/starts/1.json"), "start"),
            (&format!("t/_jogak/runs/{id}/ckpt/000001-1.json"), "ckpt"),
            (&format!("t/_jogak/runs/{id}/inputs-00.parquet"), "ledger"),
            (&format!("t/_jogak/quarantine/{id}/1/part-000001.parquet"), "quarantine"),
            ("t/_jogak/probe/x/first", "probe"),
            (&format!("t/data/{id}/1/part-000000-0000.parquet"), "data"),
            ("shared/data/가상/TL.zip", "input"),
        ] {
            assert_eq!(class_of(path), class, "{path}");
        }
    }

    #[test]
    fn rules_count_the_calls_that_they_fit() {
        let mut faults: Faults =
            "point=put:*,nth=2,do=fail; point=*:log|head:data,since=put:log,nth=1-,when=after,do=exists"
                .parse()
                .unwrap();
        let fail = Some(Fault { when: When::Before, action: Action::Fail });
        let exists = Some(Fault { when: When::After, action: Action::Exists });
        assert_eq!(faults.meet("get:log"), None);
        assert_eq!(faults.meet("put:ckpt"), None);
        assert_eq!(faults.meet("put:log"), fail);
        assert_eq!([faults.meet("get:log"), faults.meet("head:data")], [exists, exists]);
        assert_eq!([faults.meet("get:data"), faults.meet("put:ckpt")], [None, None]);
        for wrong in ["do=explode", "nth=x,do=fail", "point=put:log", "call"] {
            assert!(wrong.parse::<Faults>().is_err(), "{wrong}");
        }
    }
}
