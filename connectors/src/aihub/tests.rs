//! Whole inputs in the forms in which they come, invented throughout, and what must hold for any input.

mod pages;
mod places;
mod properties;
mod shipped;
