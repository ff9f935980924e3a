//! Tests over whole records.
