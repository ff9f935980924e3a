//! The plans that come with jogak, and the sets that each is for.

use std::collections::BTreeMap;

use jogak_plans::BoundPlan;

use crate::error::Result;
use crate::offline::bind_plan;

/// A plan that turns labels into training data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its name, e.g. `mrc_reasoning`.
    pub name: &'static str,
    /// `llm` or `physical`.
    pub track: &'static str,
    /// Its path in the project.
    pub path: &'static str,
    /// The file.
    pub text: &'static str,
}

impl Shipped {
    /// The plan with these parameters.
    ///
    /// # Errors
    /// When a parameter does not fit.
    pub fn bind(&self, params: &BTreeMap<String, String>) -> Result<BoundPlan> {
        bind_plan(self.path, self.text, params)
    }
}

macro_rules! shipped {
    ($($name:literal: $track:literal),* $(,)?) => {
        &[$(Shipped {
            name: $name,
            track: $track,
            path: concat!("plans/sql/", $name, ".sql"),
            text: include_str!(concat!("../../plans/sql/", $name, ".sql")),
        }),*]
    };
}

/// All of them.
pub const PLANS: &[Shipped] = shipped! {
    "mrc_reasoning": "llm",
    "choice_reasoning": "llm",
    "nli_reasoning": "llm",
    "math_reasoning": "llm",
    "track_episodes": "physical",
};

/// The plan of that name, also with its path or `.sql`.
pub fn named(name: &str) -> Option<&'static Shipped> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let name = name.strip_suffix(".sql").unwrap_or(name);
    PLANS.iter().find(|plan| plan.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_headers() {
        for plan in PLANS {
            let bound = plan.bind(&BTreeMap::new()).unwrap();
            assert_eq!(bound.header.name, plan.name);
            let is_physical = bound.header.tags.iter().any(|tag| tag == "physical");
            assert_eq!(is_physical, plan.track == "physical", "{}", plan.name);
        }
        assert_eq!(named("plans/sql/nli_reasoning.sql").map(|plan| plan.name), Some("nli_reasoning"));
        assert_eq!(named("nothing"), None);
    }
}
