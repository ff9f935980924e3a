//! English wordings, by the names of the Korean ones.

pub(super) const ASKED: &[&str] = &[
    "The question asks {p}, so the answer is {t}.",
    "Since the question says {p}, the answer must be {t}.",
    "What is wanted is {t}: the question asks {p}.",
    "The word {p} in the question calls for {t}.",
    "Look for {t}, because the question asks {p}.",
    "By {p} the question wants {t}.",
    "The kind of answer is {t}, as {p} shows.",
    "With {p} the question points to {t}.",
];

pub(super) const TOGETHER: &[&str] = &[
    "Only {o} has {w} together.",
    "{w} stand together in {o} and in no other.",
    "The one sentence with {w} is {o}.",
    "Of all the sentences, only {o} holds {w}.",
    "No sentence but {o} has both or all of {w}.",
    "Searching for {w} leads to {o} alone.",
    "The question's words {w} meet in {o} only.",
    "Turn to {o}: it alone contains {w}.",
];

pub(super) const ALONE: &[&str] = &[
    "Only {o} has {w}.",
    "{w} occurs in {o} and in no other.",
    "The one sentence with {w} is {o}.",
    "Of all the sentences, only {o} mentions {w}.",
    "No sentence but {o} has {w}.",
    "Searching for {w} leads to {o} alone.",
    "The question's word {w} appears in {o} only.",
    "Turn to {o}: it alone contains {w}.",
];

pub(super) const FORM: &[&str] = &[
    "The question's {q} matches {w}, which only {o} has.",
    "Only {o} has a form of {q}: {w}.",
    "{w} in {o} is the one match for {q}.",
    "For {q} the text has {w}, in {o} and nowhere else.",
    "In {o} stands {w}, a form of {q} that no other sentence has.",
    "Following {q} leads to {w} in {o}; no other sentence has the word.",
    "The word {q} returns as {w} in {o} alone.",
    "No sentence but {o} has a form of {q}; there it is {w}.",
];

pub(super) const HOLDS: &[&str] = &[
    "There stands {c}, in {o}.",
    "In {o} we find {c}.",
    "{c} is found in {o}.",
    "Reading {o} gives {c}.",
    "That sentence, {o}, has {c}.",
    "{c} appears in {o}.",
    "In {o} the text says {c}.",
    "Within {o} there is {c}.",
];

pub(super) const LONE: &[&str] = &[
    "The only {d} in that sentence is {c}.",
    "That sentence has one {d}: {c}.",
    "{c} is the one {d} in that sentence.",
    "No other {d} than {c} stands in that sentence.",
    "There is a single {d} there, {c}.",
    "Looking for a {d} in that sentence gives {c} alone.",
    "One {d} occurs in that sentence, namely {c}.",
    "The sentence holds just one {d}, {c}.",
];

pub(super) const PARTS: &[&str] = &[
    "No comma or conjunction stands between {g} and {gp}; one does between {x} and {gp}.",
    "{g} stands in the same part of the sentence as {gp}, while {x} stands in another part.",
    "The part of the sentence with {gp} has {g} in it, not {x}.",
    "Split the sentence at commas and conjunctions: {gp} falls together with {g}, and {x} falls elsewhere.",
    "{x} is cut off from {gp} by a comma or conjunction; {g} is not.",
    "Between {gp} and {g} nothing divides the sentence, but between {gp} and {x} something does.",
    "{gp} belongs to the stretch with {g}; {x} lies in a different stretch.",
    "The stretch around {gp} contains {g}. It does not contain {x}.",
];

pub(super) const BEFORE: &[&str] = &[
    "Right before {g} comes {gb}, which the question has; before {x} comes another word.",
    "{gb} stands right before {g}. It is in the question, and it does not stand before {x}.",
    "The question's {f} is found right before {g}, not before {x}.",
    "Look at the word before each: {gb} precedes {g}, and something else precedes {x}.",
    "What follows {gb} is {g}; {x} follows another word.",
    "{g} comes straight after {gb}, a word of the question. {x} does not.",
    "Only {g} has {gb} right before it; {x} has not.",
    "The word before tells them apart: it is {gb} for {g} and another one for {x}.",
];

pub(super) const NEXT: &[&str] = &[
    "Right after {g} comes {gp}.",
    "{gp} follows {g} directly.",
    "The word before {gp} is {g}.",
    "{g} stands right before {gp}.",
    "Directly behind {g} we read {gp}.",
    "Nothing stands between {g} and {gp}.",
    "{g} and {gp} are neighbours, in this order.",
    "Find {gp} and look one step back: {g}.",
];

pub(super) const NAMED: &[&str] = &[
    "{a} is in the question already, so it is not {t} we look for.",
    "The question itself names {a}; leave it out.",
    "Since the question gives {a}, the answer is another one.",
    "{a} is given, not asked for.",
    "Drop {a}: the question has it.",
    "The question mentions {a}, so look past it.",
    "{a} belongs to what the question tells us.",
    "What is asked for is not {a}, which the question states.",
];

pub(super) const LISTED: &[&str] = &[
    "The text has {l}.",
    "Compare {l}.",
    "Candidates in the text are {l}.",
    "We find {l} in the text.",
    "Take {l} in turn.",
    "The text offers {l}.",
    "Look at {l} one by one.",
    "Among {l} one must fit the question.",
];

pub(super) const OUT_SENTENCE: &[&str] = &[
    "{a} stands in a sentence without {f}.",
    "The sentence of {a} does not have {f}.",
    "{f} does not occur in the sentence with {a}.",
    "Where {a} stands, there is no {f}.",
    "Leave out {a}: its sentence lacks {f}.",
    "{a} and {f} share no sentence.",
    "No {f} in the sentence of {a}.",
    "Looking for {f} next to {a} finds nothing in that sentence.",
];

pub(super) const OUT_PART: &[&str] = &[
    "{a} is cut off from {f} by a comma or conjunction.",
    "The part of the sentence with {a} does not have {f}.",
    "{f} stands in another part of the sentence than {a}.",
    "A comma or conjunction divides {a} from {f}.",
    "Leave out {a}: its part of the sentence lacks {f}.",
    "{a} and {f} are in different parts of the sentence.",
    "In the stretch around {a} there is no {f}.",
    "The stretch that holds {a} ends or begins before {f} does.",
];

pub(super) const LEFT: &[&str] = &[
    "What is left is {g}, with {gp} in the same part of the sentence.",
    "{g} remains; {gp} stands with it, undivided by comma or conjunction.",
    "Only {g} stays, and {gp} is in its part of the sentence.",
    "That leaves {g}, next to {gp} with no comma or conjunction between.",
    "{g} is not ruled out: its part of the sentence has {gp}.",
    "The rest is {g}, in the stretch that has {gp}.",
    "After that {g} is the one left, together with {gp}.",
    "One remains, {g}; the stretch around it contains {gp}.",
];

pub(super) const AGAIN: &[&str] = &[
    "{g} occurs {m} times; the sentence with {f} is the one that counts.",
    "Of the {m} places with {g}, take the one in the sentence with {f}.",
    "{g} stands in {m} places. Only one of them shares a sentence with {f}.",
    "The text has {g} {m} times, but {f} only once beside it.",
    "There are {m} mentions of {g}; those without {f} in their sentence do not count.",
    "Choose among {m} mentions of {g} by {f}.",
    "{m} times the text says {g}; look where {f} is in the same sentence.",
    "Mentions of {g}: {m}. The one with {f} in its sentence supports the answer.",
];

pub(super) const ANSWER: &[&str] = &[
    "The answer is {g}.",
    "So the answer is {g}.",
    "{g} is the answer.",
    "Hence {g}.",
    "This gives {g}.",
    "The question is answered by {g}.",
    "Therefore we answer {g}.",
    "What the question asks for is {g}.",
];

pub(super) const FIRST: &[&str] = &[
    "The first {d} in {o} is {c}.",
    "{c} is the first {d} in {o}.",
    "Reading {o} from its beginning, the first {d} is {c}.",
    "In {o} the {d} that comes first is {c}.",
    "{o} begins its list of candidates with {c}, the first {d}.",
    "Of what {o} offers, {c} is the earliest {d}.",
    "The earliest {d} in {o} is {c}.",
    "No {d} in {o} comes before {c}.",
];

pub(super) const LAST: &[&str] = &[
    "The last {d} in {o} is {c}.",
    "{c} is the last {d} in {o}.",
    "Reading {o} from its end, the first {d} is {c}.",
    "In {o} the {d} that comes last is {c}.",
    "After {c} there is no {d} in {o}.",
    "Of what {o} offers, {c} is the latest {d} to appear.",
    "{o} closes its list of candidates with {c}, the last {d}.",
    "No {d} in {o} comes after {c}.",
];

pub(super) const FIX_SENTENCE: &[&str] = &[
    "{a} stands in a sentence without {f}, which the question asks about.",
    "The question is about {f}; the sentence of {a} does not have it.",
    "Its place is not enough: the sentence of {a} lacks {f}.",
    "Choose a sentence with {f}. {a} is not in one.",
    "{a} was taken without regard to {f}, which its sentence lacks.",
    "{a} and {f} share no sentence.",
    "The sentence with {a} says nothing with {f}.",
    "{f} is missing where {a} stands.",
];

pub(super) const FIX_PART: &[&str] = &[
    "A comma or conjunction divides {a} from {f}, which the question asks about.",
    "The question is about {f}; the part of the sentence with {a} does not have it.",
    "Its place is not enough: the part with {a} lacks {f}.",
    "Choose the part of the sentence with {f}. {a} is in another.",
    "{a} was taken without regard to {f}, which its part of the sentence lacks.",
    "{a} and {f} are in different parts of the sentence.",
    "The stretch around {a} has no {f}.",
    "{f} is missing in the stretch where {a} stands.",
];

pub(super) const FIX_BEFORE: &[&str] = &[
    "Right before {a} comes {x}; the question has {f}.",
    "The question is about {f}, but {a} follows {x}.",
    "The word before was ignored: it is {x}, not {f}.",
    "{a} comes after {x}, which does not fit {f}.",
    "{x} belongs to {a}; the question points to {f}.",
    "Choose what follows {f}. {a} follows {x}.",
    "Before {a} we read {x}, and the question has {f} instead.",
    "{x} is not {f}, so {a} is not the answer.",
];

pub(super) const FIX_NAMED: &[&str] = &[
    "{a} is in the question already.",
    "The question itself names {a}, so it asks for another.",
    "{a} is given, not asked for.",
    "Read the question again: it contains {a}.",
    "What is asked for is not {a} but another.",
    "The question would answer itself with {a}.",
    "{a} only repeats the question.",
    "The question states {a}.",
];

pub(super) const ABSENT: &[&str] = &[
    "The word {f} does not occur in the text.",
    "Nowhere does the text say {f}.",
    "Searching the text for {f} finds nothing.",
    "The question's {f} is not in the text.",
    "No sentence has the word {f}.",
    "The text never uses the word {f}.",
    "{f} is missing from the whole text.",
    "Read to the end, the text has no {f}.",
];

pub(super) const NEVER_TOGETHER: &[&str] = &[
    "No sentence has {w} together.",
    "{w} never share a sentence.",
    "{w} occur, but in different sentences.",
    "There is no sentence with all of {w}.",
    "The text has {w} only apart.",
    "In no sentence do {w} meet.",
    "Each sentence lacks one of {w}.",
    "{w} stand in separate sentences.",
];

pub(super) const NO_ANSWER: &[&str] = &[
    "The text does not answer this.",
    "From this text the question cannot be answered.",
    "So the text gives no answer.",
    "The answer is not in the text.",
    "This text alone does not settle the question.",
    "The question stays open: the text does not say.",
    "There is no answer to it in this text.",
    "Nothing in the text answers the question.",
];

pub(super) const PASSAGE: &[&str] = &[
    "The passage {k} has {g}.",
    "{g} is found in the passage {k}.",
    "Read {k}: it contains {g}.",
    "In {k} we find {g}.",
    "The relevant passage is {k}, with {g} in it.",
    "The text says {k}, and that includes {g}.",
    "{g} stands in {k}.",
    "Look at {k}; there is {g}.",
];

pub(super) const PASSAGE_APART: &[&str] = &[
    "The text has the passage {k}.",
    "Look at the passage {k}.",
    "The passage to read is {k}.",
    "The text says {k}.",
    "First read {k}.",
    "What bears on the question is {k}.",
    "Start from {k}.",
    "There is the passage {k}.",
];

/// The sentence's place.
pub(super) fn ordinal(sentence: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match WORDS.get(sentence) {
        Some(word) => format!("the {word} sentence"),
        None => format!("sentence {}", sentence + 1),
    }
}
