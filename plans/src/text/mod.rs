//! Reading Korean and English text by closed lists: offsets, sentences, clauses, words, particles, numbers, candidates.
//!
//! Nothing here guesses. Where a list does not decide, the answer is "unknown" (`None`, [`PredicateKind::Unclear`], no
//! particle), and the caller writes nothing. Ranges are bytes of the text; [`CharIndex`] turns them into characters.

mod by_char;
mod candidates;
mod candidates_en;
mod clauses;
mod endings;
mod normalize;
mod nouns;
mod numbers;
mod offsets;
mod particles;
mod quotes;
mod sentences;
mod units;
mod words;

pub use by_char::ByChar;
pub use candidates::{Candidate, CandidateKind, Candidates, DateParts, count_of_unit};
pub use clauses::{Clause, Predicate, PredicateKind, clauses, clauses_of};
pub use normalize::normalize_answer;
pub use nouns::{noun_stem_in, verbal_noun};
pub use numbers::{Quantity, parse_quantity, same_quantity};
pub use offsets::{CharIndex, char_slice};
pub use particles::{FinalSound, Particle, final_sound, particle_after, strip_particle, with_particle};
pub use quotes::{Enclosed, Enclosure, enclosed, enclosure_at};
pub use sentences::{sentences, sentences_outside};
pub use units::{Unit, unit_at};
pub use words::{
    CutWord, SharedPrefix, contains_spaced, core_of, cut, eojeols, final_consonant, find_from, is_alphabetic,
    is_alphanumeric, is_hangul, is_korean, jamo, occurrences, same_word, shared_jamo_prefix,
    shared_jamo_prefix_syllables, words,
};
