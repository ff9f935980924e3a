//! What labels call things, in both languages, and what part each can play.

/// The part that a class can play in a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A person: followed, never commanded to be moved.
    Person,
    /// A hand, gripper or tool: moves other things.
    Actor,
    /// An animal.
    Animal,
    /// A vehicle.
    Vehicle,
    /// Something that others are put on or into.
    Region,
    /// Anything else.
    Thing,
}

/// How a class is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noun {
    /// In Korean.
    pub ko: String,
    /// In English, without article.
    pub en: String,
    /// Its part.
    pub role: Role,
}

/// Korean, English, role, and the other spellings that labels use (lower case, blanks for `_` and `-`).
type Entry = (&'static str, &'static str, Role, &'static [&'static str]);

use Role::{Actor, Animal, Person, Region, Thing, Vehicle};

const ENTRIES: &[Entry] = &[
    ("사람", "person", Person, &["people", "human", "pedestrian", "보행자", "인물"]),
    ("작업자", "worker", Person, &["operator", "근로자"]),
    ("아이", "child", Person, &["kid", "어린이"]),
    ("선수", "player", Person, &["athlete"]),
    ("손", "hand", Actor, &[]),
    ("왼손", "left hand", Actor, &["lhand", "hand left"]),
    ("오른손", "right hand", Actor, &["rhand", "hand right"]),
    ("팔", "arm", Actor, &["forearm"]),
    ("그리퍼", "gripper", Actor, &["end effector", "robot hand", "로봇 손"]),
    ("로봇 팔", "robot arm", Actor, &["manipulator", "로봇팔"]),
    ("집게", "tongs", Actor, &["tweezers", "핀셋"]),
    ("국자", "ladle", Thing, &[]),
    ("젓가락", "chopsticks", Thing, &[]),
    ("숟가락", "spoon", Thing, &[]),
    ("포크", "fork", Thing, &[]),
    ("칼", "knife", Thing, &[]),
    ("컵", "cup", Thing, &["mug", "glass"]),
    ("병", "bottle", Thing, &[]),
    ("캔", "can", Thing, &["tin can"]),
    ("공", "ball", Thing, &["sports ball"]),
    ("책", "book", Thing, &[]),
    ("펜", "pen", Thing, &[]),
    ("휴대전화", "phone", Thing, &["cell phone", "mobile phone", "smartphone", "핸드폰", "스마트폰"]),
    ("리모컨", "remote control", Thing, &["remote"]),
    ("가위", "scissors", Thing, &[]),
    ("블록", "block", Thing, &["cube"]),
    ("사과", "apple", Thing, &[]),
    ("바나나", "banana", Thing, &[]),
    ("오렌지", "orange", Thing, &[]),
    ("가방", "bag", Thing, &["handbag", "backpack", "배낭"]),
    ("여행 가방", "suitcase", Thing, &["luggage"]),
    ("우산", "umbrella", Thing, &[]),
    ("망치", "hammer", Thing, &[]),
    ("드라이버", "screwdriver", Thing, &[]),
    ("상자", "box", Region, &["carton", "crate", "박스"]),
    ("쟁반", "tray", Region, &[]),
    ("접시", "plate", Region, &["dish"]),
    ("그릇", "bowl", Region, &[]),
    ("바구니", "basket", Region, &[]),
    ("통", "bin", Region, &["container", "bucket"]),
    ("쓰레기통", "trash can", Region, &["garbage can", "trash bin"]),
    ("선반", "shelf", Region, &["rack"]),
    ("탁자", "table", Region, &["desk", "dining table", "책상", "테이블"]),
    ("서랍", "drawer", Region, &[]),
    ("싱크대", "sink", Region, &[]),
    ("냄비", "pot", Region, &[]),
    ("팔레트", "pallet", Region, &["파렛트"]),
    ("컨베이어", "conveyor", Region, &["conveyor belt"]),
    ("의자", "chair", Region, &["seat"]),
    ("차", "car", Vehicle, &["vehicle", "승용차", "자동차", "차량"]),
    ("버스", "bus", Vehicle, &[]),
    ("트럭", "truck", Vehicle, &["화물차"]),
    ("자전거", "bicycle", Vehicle, &["bike"]),
    ("오토바이", "motorcycle", Vehicle, &["motorbike", "이륜차"]),
    ("지게차", "forklift", Vehicle, &[]),
    ("로봇", "robot", Vehicle, &["agv", "amr"]),
    ("배", "boat", Vehicle, &["ship", "선박"]),
    ("개", "dog", Animal, &[]),
    ("고양이", "cat", Animal, &[]),
    ("소", "cow", Animal, &["cattle"]),
    ("돼지", "pig", Animal, &[]),
    ("닭", "chicken", Animal, &["hen"]),
    ("새", "bird", Animal, &[]),
    ("말", "horse", Animal, &[]),
    ("물고기", "fish", Animal, &[]),
];

/// The noun of a class. A class that is not in the table keeps its label; where the label is of the other language it
/// is quoted ("'valve'로 표시된 물체"). No class: "대상", "target".
pub fn noun(class: Option<&str>) -> Noun {
    let Some(label) = class.map(str::trim).filter(|label| !label.is_empty()) else {
        return Noun { ko: "대상".to_owned(), en: "target".to_owned(), role: Thing };
    };
    let key: String =
        label.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c.to_ascii_lowercase() }).collect();
    let exact = ENTRIES.iter().find(|(ko, en, ..)| *ko == key || *en == key);
    if let Some((ko, en, role, _)) = exact.or_else(|| ENTRIES.iter().find(|(.., other)| other.contains(&key.as_str())))
    {
        return Noun { ko: (*ko).to_owned(), en: (*en).to_owned(), role: *role };
    }
    let hangul = label.chars().any(|c| ('가'..='힣').contains(&c));
    if hangul {
        Noun { ko: label.to_owned(), en: format!("object labelled '{label}'"), role: Thing }
    } else {
        Noun { ko: format!("'{label}'로 표시된 물체"), en: key, role: Thing }
    }
}

/// The role of a class, where `actor_classes` (separated by commas) names further actors.
pub fn role(class: Option<&str>, actor_classes: &str) -> Role {
    let named = |class: &str| actor_classes.split(',').any(|actor| !actor.trim().is_empty() && actor.trim() == class);
    match class {
        Some(class) if named(class.trim()) => Actor,
        _ => noun(class).role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_both_languages_meet_in_one_noun() {
        for (label, ko, en, role) in [
            ("Pedestrian", "사람", "person", Person),
            ("cell_phone", "휴대전화", "phone", Thing),
            ("right_hand", "오른손", "right hand", Actor),
            ("박스", "상자", "box", Region),
            ("농약통", "농약통", "object labelled '농약통'", Thing),
            ("valve", "'valve'로 표시된 물체", "valve", Thing),
        ] {
            let found = noun(Some(label));
            assert_eq!((found.ko.as_str(), found.en.as_str(), found.role), (ko, en, role));
        }
        assert_eq!(noun(None).ko, "대상");
        assert_eq!(role(Some("nozzle"), "nozzle, hose"), Actor);
    }

    #[test]
    fn no_spelling_stands_twice() {
        let mut all: Vec<&str> = ENTRIES.iter().flat_map(|(ko, en, ..)| [*ko, *en]).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
