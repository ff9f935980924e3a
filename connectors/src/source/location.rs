//! Where a source lies: a URL or a path on disk, and the store that answers for it.

use super::cloud;
use super::durable::DurableLocal;
use super::listing::Object;
use super::pattern::{Pattern, split_glob};
use crate::error::{Error, Result};
use crate::faults;
use object_store::ObjectStore;
use object_store::path::Path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Settings of stores beyond the environment: option names and values by scheme (`s3`) or URL prefix
/// (`s3://bucket`, `s3://bucket/folder`). Option names are those of `object_store`, e.g. `aws_endpoint`,
/// `allow_http`, `region`. Where several keys fit a URL, the longer one wins option by option.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreSettings {
    /// Options by scheme or URL prefix.
    pub stores: BTreeMap<String, BTreeMap<String, String>>,
}

impl StoreSettings {
    /// The options that hold for `url`, from the least to the most specific.
    pub(super) fn options(&self, url: &str) -> impl Iterator<Item = (&str, &str)> {
        let scheme = url.split_once("://").map_or("file", |(scheme, _)| scheme);
        let mut fitting: Vec<_> = (self.stores.iter())
            .filter(|(place, _)| {
                let place = place.trim_end_matches('/');
                place == scheme
                    || place.strip_suffix(':') == Some(scheme)
                    || url.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
            })
            .collect();
        fitting.sort_by_key(|(place, _)| place.len());
        fitting.into_iter().flat_map(|(_, options)| options.iter()).map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// A parsed URL with its store: an object, a folder, or a glob.
///
/// Paths of `s3://`, `gs://`, `az://` and the disk are taken as they are written, without percent decoding;
/// `file://` and `http(s)://` are URLs in the strict sense and are decoded. Nothing is read when a location is opened.
#[derive(Debug, Clone)]
pub struct Location {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) root: Path,
    pub(super) pattern: Option<Pattern>,
    pub(super) is_folder: bool,
    pub(super) can_list: bool,
    pub(super) on_disk: bool,
    pub(super) listed: Option<Arc<[Object]>>,
    url: String,
}

impl Location {
    /// Parses `url` (also a relative or absolute path on disk) and makes its client.
    ///
    /// Fails with kind `Invalid` where the scheme, the glob or a setting is not known, or where a path holds what no
    /// store can address (`..`, empty segments, control characters).
    pub fn open(url: &str, settings: &StoreSettings) -> Result<Self> {
        match url.split_once("://") {
            Some(("file", rest)) => Self::open_disk(&file_path(url, rest)?, url),
            Some((scheme, rest)) => match scheme.to_ascii_lowercase().as_str() {
                scheme @ ("http" | "https") => Self::open_http(scheme, url, settings),
                scheme => Self::open_bucket(scheme, rest, url, settings),
            },
            None => Self::open_disk(url, url),
        }
    }

    /// A location over a store made elsewhere; `path` may hold a glob. For tests, plans' own tests and examples.
    pub fn with_store(store: Arc<dyn ObjectStore>, path: &str) -> Result<Self> {
        let (root, pattern) = split_glob(path);
        let url = format!("{store}/{path}");
        Ok(Self {
            store,
            root: parse(&root, &url)?,
            pattern: pattern.map(Pattern::new).transpose()?,
            is_folder: root.is_empty() || path.ends_with('/'),
            can_list: true,
            on_disk: false,
            listed: None,
            url,
        })
    }

    fn open_bucket(scheme: &str, rest: &str, url: &str, settings: &StoreSettings) -> Result<Self> {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.is_empty() {
            return Err(Error::invalid(format!("'{url}' names no bucket")));
        }
        // Options of a longer prefix count too, so the settings are asked with the whole URL.
        let bucket = format!("{scheme}://{authority}");
        let store = faults::wrap(cloud::open(scheme, &bucket, &settings.narrowed(url, &bucket))?);
        let mut location = Self::with_store(store, path)?;
        location.url = url.to_owned();
        Ok(location)
    }

    fn open_http(scheme: &str, text: &str, settings: &StoreSettings) -> Result<Self> {
        let wrong = |error| Error::invalid(format!("'{}' is not a URL", without_secrets(text))).because(error);
        let mut url = url::Url::parse(text).map_err(wrong)?;
        let shown = without_secrets(text);
        let path = Path::from_url_path(url.path())
            .map_err(|error| Error::invalid(format!("'{shown}' cannot be addressed")).because(error))?;
        if path.is_root() {
            return Err(Error::invalid(format!("'{shown}' names no file; over http only named files can be read")));
        }
        url.set_path("");
        url.set_fragment(None);
        // A signature in the query has to travel with each request; the client keeps the query of its base URL.
        let store = faults::wrap(cloud::open(scheme, url.as_str(), &settings.narrowed(text, url.as_str()))?);
        Ok(Self {
            store,
            root: path,
            pattern: None,
            is_folder: false,
            can_list: false,
            on_disk: false,
            listed: None,
            url: shown,
        })
    }

    fn open_disk(text: &str, url: &str) -> Result<Self> {
        let (folder, pattern) = split_glob(text);
        let wrong = |error: std::io::Error| Error::invalid(format!("'{url}' cannot be opened")).because(error);
        let named = if folder.is_empty() { "." } else { folder.as_str() };
        let named = std::path::absolute(named).map_err(wrong)?;
        // Only the folder is made canonical: a link's own name is the key, and `..` has to be followed, not cut.
        let canonical = match (named.parent(), named.file_name()) {
            (Some(parent), Some(name)) if pattern.is_none() => {
                parent.canonicalize().map_or_else(|_| named.clone(), |parent| parent.join(name))
            }
            _ => named.canonicalize().unwrap_or_else(|_| named.clone()),
        };
        let Some(path) = canonical.to_str() else {
            return Err(Error::invalid(format!("the path of '{url}' is not Unicode; rename the folder")));
        };
        Ok(Self {
            store: faults::wrap(Arc::new(DurableLocal::default())),
            root: parse(path, url)?,
            pattern: pattern.map(Pattern::new).transpose()?,
            is_folder: text.ends_with('/') || canonical.is_dir(),
            can_list: true,
            on_disk: true,
            listed: None,
            url: url.to_owned(),
        })
    }

    /// The same place, read through a store around its own: one that counts, or limits.
    pub fn through(mut self, wrap: impl FnOnce(Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore>) -> Self {
        self.store = wrap(self.store);
        self
    }

    /// The same place, of which only `objects` are read: some of what [`list`](super::list) gave for it. They are not
    /// listed again, and no default glob chooses among them.
    pub fn holding(mut self, objects: Vec<Object>) -> Self {
        self.listed = Some(objects.into());
        self
    }

    /// The objects that are read, where they were [chosen](Self::holding) one by one.
    pub fn held(&self) -> Option<&[Object]> {
        self.listed.as_deref()
    }

    /// The store that holds the raw objects.
    pub fn store(&self) -> &Arc<dyn ObjectStore> {
        &self.store
    }

    /// The folder before the first glob sign; without a glob, what the URL names: a folder or one object.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The glob, relative to the root.
    pub fn pattern(&self) -> Option<&Pattern> {
        self.pattern.as_ref()
    }

    /// The URL for messages: without user, password and query, which may hold secrets.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl StoreSettings {
    /// The options that hold for `url`, keyed by `place` alone.
    fn narrowed(&self, url: &str, place: &str) -> Self {
        let options = self.options(url).map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { stores: BTreeMap::from([(place.to_owned(), options)]) }
    }
}

/// `Path::parse`, never `Path::from`, which would percent-encode `[라벨]`, `~` and `#`.
fn parse(path: &str, url: &str) -> Result<Path> {
    Path::parse(path).map_err(|error| Error::invalid(format!("'{url}' cannot be addressed")).because(error))
}

/// The path of a `file://` URL; its percent signs are decoded, its glob signs kept.
fn file_path(url: &str, rest: &str) -> Result<String> {
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    if !path.starts_with('/') {
        return Err(Error::invalid(format!("'{url}' names a host; write file:///path or the path alone")));
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_err(|error| Error::invalid(format!("'{url}' is not UTF-8")).because(error))
}

pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

fn without_secrets(url: &str) -> String {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let url = &url[..end];
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_setting_wins() {
        let settings = StoreSettings {
            stores: BTreeMap::from([
                ("s3".to_owned(), BTreeMap::from([("region".to_owned(), "a".to_owned())])),
                ("s3://b/x".to_owned(), BTreeMap::from([("region".to_owned(), "c".to_owned())])),
                ("s3://bb".to_owned(), BTreeMap::from([("region".to_owned(), "d".to_owned())])),
                ("s3://b".to_owned(), BTreeMap::from([("region".to_owned(), "b".to_owned())])),
            ]),
        };
        let regions = |url: &str| settings.options(url).map(|(_, value)| value.to_owned()).collect::<String>();
        assert_eq!(regions("s3://b/x/y.zip"), "abc");
        assert_eq!(regions("s3://b/xy"), "ab");
        assert_eq!(regions("s3://other/x"), "a");
        assert_eq!(regions("gs://b/x"), "");
    }

    #[test]
    fn secrets_stay_out_of_messages() {
        assert_eq!(without_secrets("https://u:p@host/a b/x.zip?X-Sig=1#f"), "https://host/a b/x.zip");
    }

    #[test]
    fn cloud_urls_keep_raw_names() {
        let settings = StoreSettings {
            stores: BTreeMap::from([(
                "s3".to_owned(),
                [("region", "ap-northeast-2"), ("access_key_id", "x"), ("aws_secret_access_key", "y")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            )]),
        };
        let location = Location::open("s3://bucket/077.가상/[라벨]~100%25#1/*.zip", &settings).unwrap();
        assert_eq!(location.root().as_ref(), "077.가상/[라벨]~100%25#1");
        assert_eq!(location.pattern().map(Pattern::as_str), Some("*.zip"));
        let named = Location::open("https://host/a%20b/x.zip?sig=s", &StoreSettings::default()).unwrap();
        assert_eq!((named.root().as_ref(), named.url()), ("a b/x.zip", "https://host/a%20b/x.zip"));
        assert!(Location::open("ftp://host/x", &StoreSettings::default()).is_err());
        assert!(Location::open("s3:///x", &settings).is_err());
        let unknown = StoreSettings {
            stores: BTreeMap::from([("s3".to_owned(), BTreeMap::from([("regoin".to_owned(), "x".to_owned())]))]),
        };
        assert!(Location::open("s3://b/x", &unknown).is_err());
    }

    #[test]
    fn file_urls_are_decoded() {
        assert_eq!(file_path("", "/a%20b/%5B라벨%5D/100%").unwrap(), "/a b/[라벨]/100%");
        assert!(file_path("file://host/x", "host/x").is_err());
    }
}
