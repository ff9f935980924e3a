//! Clients of the object stores: settings from the environment, overridden by those of the settings file.

use super::http::{CheckingConnector, REQUEST, retries};
use super::location::StoreSettings;
use crate::error::{Error, Result};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::http::HttpBuilder;
use object_store::{ClientConfigKey, ObjectStore};
use std::str::FromStr;
use std::sync::Arc;

/// A client for `bucket`, the scheme and authority of a URL such as `s3://bucket`.
pub(super) fn open(scheme: &str, bucket: &str, settings: &StoreSettings) -> Result<Arc<dyn ObjectStore>> {
    let options = settings.options(bucket);
    let failed = |error: object_store::Error| {
        Error::invalid(format!("'{bucket}' cannot be opened with these settings")).because(error)
    };
    Ok(match scheme {
        "s3" | "s3a" => {
            let mut builder = AmazonS3Builder::from_env().with_url(bucket).with_retry(retries());
            builder = builder.with_http_connector(CheckingConnector::default());
            if std::env::var_os("AWS_TIMEOUT").is_none() {
                builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), REQUEST);
            }
            for (name, value) in options {
                builder = builder.with_config(known::<AmazonS3ConfigKey>("aws_", name)?, value);
            }
            Arc::new(builder.build().map_err(failed)?)
        }
        "gs" => {
            let mut builder = GoogleCloudStorageBuilder::from_env().with_url(bucket).with_retry(retries());
            builder = builder.with_http_connector(CheckingConnector::default());
            if std::env::var_os("GOOGLE_TIMEOUT").is_none() {
                builder = builder.with_config(GoogleConfigKey::Client(ClientConfigKey::Timeout), REQUEST);
            }
            for (name, value) in options {
                builder = builder.with_config(known::<GoogleConfigKey>("google_", name)?, value);
            }
            Arc::new(builder.build().map_err(failed)?)
        }
        "az" | "azure" | "adl" | "abfs" | "abfss" => {
            let mut builder = MicrosoftAzureBuilder::from_env().with_url(bucket).with_retry(retries());
            builder = builder.with_http_connector(CheckingConnector::default());
            if std::env::var_os("AZURE_TIMEOUT").is_none() {
                builder = builder.with_config(AzureConfigKey::Client(ClientConfigKey::Timeout), REQUEST);
            }
            for (name, value) in options {
                builder = builder.with_config(known::<AzureConfigKey>("azure_", name)?, value);
            }
            Arc::new(builder.build().map_err(failed)?)
        }
        "http" | "https" => {
            let mut builder = HttpBuilder::new().with_url(bucket).with_retry(retries());
            builder = builder.with_http_connector(CheckingConnector::default());
            builder = builder.with_config(ClientConfigKey::Timeout, REQUEST);
            if scheme == "http" {
                builder = builder.with_config(ClientConfigKey::AllowHttp, "true");
            }
            for (name, value) in options {
                builder = builder.with_config(known::<ClientConfigKey>("", name)?, value);
            }
            Arc::new(builder.build().map_err(failed)?)
        }
        _ => return Err(Error::invalid(format!("'{scheme}://' is not a known kind of storage"))),
    })
}

/// The setting called `name`, with or without the prefix that its environment variable has.
fn known<K: FromStr>(prefix: &str, name: &str) -> Result<K> {
    let name = name.to_ascii_lowercase();
    K::from_str(&name)
        .or_else(|_| K::from_str(&format!("{prefix}{name}")))
        .map_err(|_| Error::invalid(format!("storage setting '{name}' is not known")))
}
