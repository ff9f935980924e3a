//! Arithmetic word problems with their solutions, one equation a line. A few solutions hold a wrong equation when the
//! hazard `equation` is on; the report names them.

use super::json::{Json, write_string};
use super::korean::{Particle, grouped};
use super::names::{full_name, root};
use super::random::Random;

/// One step of a solution.
struct Line {
    /// What is counted, e.g. `남은 컵의 수`.
    what: String,
    left: String,
    value: i64,
    unit: &'static str,
}

/// A problem with its worked solution.
pub(super) struct Problem {
    question: String,
    lines: Vec<Line>,
    grade: i64,
    topic: &'static str,
    /// The line whose equation was made wrong.
    wrong: Option<usize>,
    /// The value written there.
    written: i64,
}

const SCHEMATA: [fn(&mut Random) -> Draft; 14] =
    [pottery, books, bus, orchard, savings, tickets, rectangle, trip, paint, stairs, parcels, ages, chickens, ribbon];

/// A problem before it is dressed: the question, its lines, grade and topic.
type Draft = (String, Vec<Line>, i64, &'static str);

fn line(what: &str, left: String, value: i64, unit: &'static str) -> Line {
    Line { what: what.to_owned(), left, value, unit }
}

impl Problem {
    /// Problem `index`; `faulty`: one in forty holds a wrong equation.
    pub(super) fn new(seed: u64, index: u64, faulty: bool) -> Self {
        let mut random = Random::new(seed, "math", index);
        // Below the length by `below`.
        let (question, lines, grade, topic) = SCHEMATA[random.below(SCHEMATA.len())](&mut random);
        let spoil = random.below(40) == 0;
        let (place, by) = (random.below(lines.len()), random.range(1, 9));
        let wrong = (faulty && spoil).then_some(place);
        let written = lines.get(place).map_or(0, |line| line.value + by);
        Self { question, lines, grade, topic, wrong, written }
    }

    /// Whether one of its equations does not compute.
    pub(super) fn is_wrong(&self) -> bool {
        self.wrong.is_some()
    }

    fn answer(&self) -> String {
        self.lines.last().map(|line| format!("{}{}", line.value, line.unit)).unwrap_or_default()
    }

    fn shown(&self, place: usize, line: &Line) -> i64 {
        if self.wrong == Some(place) { self.written } else { line.value }
    }

    /// As one JSON document: question, answer and solution as texts.
    pub(super) fn document(&self, index: u64, json: &mut Json) {
        json.open("{");
        json.field("id", &format!("M_{index:08}"));
        json.field("question_grade", &format!("P{}", self.grade));
        json.key("question_term");
        json.int(1 + (index % 2) as i64);
        json.field("question_topic_name", self.topic);
        json.field("question_type1", "주관식");
        json.key("question_difficulty");
        json.int((self.lines.len() as i64).min(5));
        json.field("question_text", &self.question);
        json.field("answer_text", &self.answer());
        let mut solution = String::new();
        for (place, line) in self.lines.iter().enumerate() {
            let topic = Particle::named("은").map_or("", |particle| particle.after(&line.what));
            let value = self.shown(place, line);
            solution.push_str(&format!("{}{topic} {} = {value}({})이다.\n", line.what, line.left, line.unit));
        }
        solution.push_str(&format!("따라서 답은 {}이다.", self.answer()));
        json.field("solution_text", &solution);
        json.close("}");
    }

    /// As one line of JSON with calculator notes: `<<20-4-5=11>>11`.
    pub(super) fn json_line(&self, out: &mut Vec<u8>) {
        let mut answer = String::new();
        for (place, line) in self.lines.iter().enumerate() {
            let topic = Particle::named("은").map_or("", |particle| particle.after(&line.what));
            let value = self.shown(place, line);
            let note = line.left.replace(' ', "").replace('×', "*").replace('÷', "/");
            answer.push_str(&format!(
                "{}{topic} {} = <<{note}={value}>>{value}{}이다.\n",
                line.what, line.left, line.unit
            ));
        }
        answer.push_str(&format!("#### {}", self.lines.last().map_or(0, |line| line.value)));
        out.extend_from_slice(b"{\"question\":");
        write_string(out, &self.question);
        out.extend_from_slice(b",\"answer\":");
        write_string(out, &answer);
        out.extend_from_slice(b"}\n");
    }
}

fn pottery(random: &mut Random) -> Draft {
    let (made, broken, given, price) =
        (random.range(20, 60), random.range(2, 7), random.range(3, 9), random.range(3, 9) * 1000);
    let left = made - broken - given;
    let thing = random.pick(&["컵", "접시", "꽃병", "찻잔"]);
    let eul = Particle::named("을").map_or("", |p| p.after(thing));
    let name = full_name(random);
    let eun = Particle::named("은").map_or("", |p| p.after(&name));
    (
        format!(
            "{name}{eun} {thing}{eul} {made}개 구웠다. 그 가운데 {broken}개가 깨졌고 {given}개는 이웃에게 주었다. 남은 것을 한 개에 {}원씩 받고 모두 팔았다면 받은 돈은 얼마인가?",
            grouped(price)
        ),
        vec![
            line(&format!("남은 {thing}"), format!("{made} - {broken} - {given}"), left, "개"),
            line("받은 돈", format!("{left} × {price}"), left * price, "원"),
        ],
        3,
        "자연수의 혼합 계산",
    )
}

fn books(random: &mut Random) -> Draft {
    let (shelves, each, lent) = (random.range(4, 15), random.range(18, 48), random.range(11, 60));
    let total = shelves * each;
    (
        format!(
            "{}도서관 어린이실에는 책꽂이가 {shelves}개 있고, 책꽂이마다 책이 {each}권씩 꽂혀 있다. 오늘 {lent}권을 빌려주었다면 남은 책은 몇 권인가?",
            root(random)
        ),
        vec![
            line("처음에 있던 책", format!("{shelves} × {each}"), total, "권"),
            line("남은 책", format!("{total} - {lent}"), total - lent, "권"),
        ],
        3,
        "곱셈과 뺄셈",
    )
}

fn bus(random: &mut Random) -> Draft {
    let (first, off, on) = (random.range(18, 42), random.range(4, 15), random.range(5, 22));
    let after = first - off + on;
    let next = random.range(2, 9);
    (
        format!(
            "버스에 {first}명이 타고 있었다. {0} 정류장에서 {off}명이 내리고 {on}명이 탔다. 다음 정류장에서 다시 {next}명이 내렸다. 버스에 남은 사람은 몇 명인가?",
            root(random)
        ),
        vec![
            line("첫 정류장을 지난 뒤의 승객", format!("{first} - {off} + {on}"), after, "명"),
            line("남은 승객", format!("{after} - {next}"), after - next, "명"),
        ],
        2,
        "덧셈과 뺄셈",
    )
}

fn orchard(random: &mut Random) -> Draft {
    let (box_, boxes, rest) = (random.range(6, 15), random.range(12, 48), random.range(1, 5));
    let total = box_ * boxes + rest;
    let fruit = random.pick(&["사과", "배", "감", "귤"]);
    let eul = Particle::named("을").map_or("", |p| p.after(fruit));
    (
        format!(
            "{} 과수원에서 딴 {fruit}{eul} 한 상자에 {box_}개씩 담았더니 {boxes}상자가 되고 {rest}개가 남았다. 이 가운데 {}상자를 팔았다면 남은 {fruit}의 수는 모두 몇 개인가?",
            root(random),
            boxes / 3
        ),
        vec![
            line(&format!("딴 {fruit}"), format!("{box_} × {boxes} + {rest}"), total, "개"),
            line(&format!("판 {fruit}"), format!("{box_} × {}", boxes / 3), box_ * (boxes / 3), "개"),
            line(
                &format!("남은 {fruit}"),
                format!("{total} - {}", box_ * (boxes / 3)),
                total - box_ * (boxes / 3),
                "개",
            ),
        ],
        4,
        "자연수의 혼합 계산",
    )
}

fn savings(random: &mut Random) -> Draft {
    let (week, weeks, spent) = (random.range(2, 9) * 500, random.range(6, 20), random.range(2, 6) * 500);
    let saved = week * weeks;
    let name = full_name(random);
    let eun = Particle::named("은").map_or("", |p| p.after(&name));
    (
        format!(
            "{name}{eun} 매주 {}원씩 {weeks}주 동안 모았다. 그 돈에서 {}원짜리 공책을 한 권 샀다. 남은 돈은 얼마인가?",
            grouped(week),
            grouped(spent)
        ),
        vec![
            line("모은 돈", format!("{week} × {weeks}"), saved, "원"),
            line("남은 돈", format!("{saved} - {spent}"), saved - spent, "원"),
        ],
        3,
        "곱셈과 뺄셈",
    )
}

fn tickets(random: &mut Random) -> Draft {
    let (adult, child) = (random.range(5, 12) * 1000, random.range(2, 4) * 1000);
    let (adults, children) = (random.range(2, 9), random.range(10, 19));
    let (a, c) = (adult * adults, child * children);
    (
        format!(
            "{} 미술관의 입장료는 어른 {}원, 어린이 {}원이다. 어른 {adults}명과 어린이 {children}명이 들어갈 때 내야 하는 돈은 모두 얼마인가?",
            root(random),
            grouped(adult),
            grouped(child)
        ),
        vec![
            line("어른의 입장료", format!("{adult} × {adults}"), a, "원"),
            line("어린이의 입장료", format!("{child} × {children}"), c, "원"),
            line("모두 낼 돈", format!("{a} + {c}"), a + c, "원"),
        ],
        4,
        "자연수의 혼합 계산",
    )
}

fn rectangle(random: &mut Random) -> Draft {
    let (width, more) = (random.range(8, 30), random.range(3, 12));
    let length = width + more;
    (
        format!(
            "직사각형 모양의 {} 텃밭은 가로가 세로보다 {more}m 길다. 세로가 {width}m일 때 텃밭의 둘레는 몇 m인가?",
            root(random)
        ),
        vec![
            line("가로의 길이", format!("{width} + {more}"), length, "m"),
            line("둘레", format!("({length} + {width}) × 2"), (length + width) * 2, "m"),
        ],
        5,
        "다각형의 둘레",
    )
}

fn trip(random: &mut Random) -> Draft {
    let (speed, hours, rest) = (random.range(5, 11) * 10, random.range(2, 5), random.range(15, 90));
    let gone = speed * hours;
    (
        format!(
            "{} 마을로 가는 자동차가 한 시간에 {speed}km씩 {hours}시간 동안 달렸다. 아직 {rest}km가 남았다면 전체 거리는 몇 km인가?",
            root(random)
        ),
        vec![
            line("달린 거리", format!("{speed} × {hours}"), gone, "km"),
            line("전체 거리", format!("{gone} + {rest}"), gone + rest, "km"),
        ],
        6,
        "속력과 거리",
    )
}

fn paint(random: &mut Random) -> Draft {
    let (rooms, litres) = (random.range(3, 12), random.range(2, 9));
    let can = random.pick(&[&2_i64, &3, &4]);
    // A whole number of cans: the rooms are multiplied by a can's litres.
    let rooms = rooms * can;
    let need = rooms * litres;
    (
        format!(
            "{} 학교에서 교실 {rooms}칸의 벽을 칠하려고 한다. 한 칸에 페인트가 {litres}L 들고, 페인트 한 통은 {can}L이다. 필요한 페인트는 모두 몇 통인가?",
            root(random)
        ),
        vec![
            line("필요한 페인트의 양", format!("{rooms} × {litres}"), need, "L"),
            line("필요한 통의 수", format!("{need} ÷ {can}"), need / can, "통"),
        ],
        4,
        "곱셈과 나눗셈",
    )
}

fn stairs(random: &mut Random) -> Draft {
    let (floors, steps, seconds) = (random.range(4, 16), random.range(14, 26), random.range(2, 4));
    let total = floors * steps;
    (
        format!(
            "{} 탑은 한 층을 오를 때마다 계단이 {steps}개 있다. {floors}개 층을 오르는 데 계단 하나에 {seconds}초가 걸린다면 모두 몇 초가 걸리는가?",
            root(random)
        ),
        vec![
            line("계단의 수", format!("{floors} × {steps}"), total, "개"),
            line("걸리는 시간", format!("{total} × {seconds}"), total * seconds, "초"),
        ],
        4,
        "곱셈",
    )
}

fn parcels(random: &mut Random) -> Draft {
    let (trucks, each, teams) = (random.range(3, 9), random.range(4, 12), random.range(2, 6));
    // Every team gets a whole number.
    let each = each * teams;
    let total = trucks * each;
    (
        format!(
            "{} 우체국에 트럭 {trucks}대가 소포를 {each}개씩 싣고 왔다. 이것을 {teams}개 조가 똑같이 나누어 배달한다면 한 조가 맡는 소포는 몇 개인가?",
            root(random)
        ),
        vec![
            line("모든 소포", format!("{trucks} × {each}"), total, "개"),
            line("한 조가 맡는 소포", format!("{total} ÷ {teams}"), total / teams, "개"),
        ],
        4,
        "곱셈과 나눗셈",
    )
}

fn ages(random: &mut Random) -> Draft {
    let (child, gap, years) = (random.range(7, 13), random.range(24, 35), random.range(3, 12));
    let mother = child + gap;
    let name = full_name(random);
    let eun = Particle::named("은").map_or("", |p| p.after(&name));
    (
        format!(
            "{name}{eun} 올해 {child}살이고 어머니는 {name}보다 {gap}살 많다. {years}년 뒤에 어머니는 몇 살이 되는가?"
        ),
        vec![
            line("올해 어머니의 나이", format!("{child} + {gap}"), mother, "살"),
            line(&format!("{years}년 뒤 어머니의 나이"), format!("{mother} + {years}"), mother + years, "살"),
        ],
        2,
        "덧셈",
    )
}

fn chickens(random: &mut Random) -> Draft {
    let (day, days, used) = (random.range(14, 88), random.range(3, 9), random.range(5, 13));
    let total = day * days;
    (
        format!(
            "{} 농장의 암탉들은 하루에 알을 모두 {day}개 낳는다. {days}일 동안 낳은 알에서 {used}개를 먹고 나머지를 팔았다면 판 알은 몇 개인가?",
            root(random)
        ),
        vec![
            line(&format!("{days}일 동안 낳은 알"), format!("{day} × {days}"), total, "개"),
            line("판 알", format!("{total} - {used}"), total - used, "개"),
        ],
        3,
        "곱셈과 뺄셈",
    )
}

fn ribbon(random: &mut Random) -> Draft {
    let (piece, pieces, left) = (random.range(12, 35), random.range(6, 18), random.range(3, 11));
    let used = piece * pieces;
    let name = full_name(random);
    let eun = Particle::named("은").map_or("", |p| p.after(&name));
    (
        format!(
            "{name}{eun} 끈을 {piece}cm씩 {pieces}도막으로 잘랐더니 {left}cm가 남았다. 처음 끈의 길이는 몇 cm인가?"
        ),
        vec![
            line("쓴 끈의 길이", format!("{piece} × {pieces}"), used, "cm"),
            line("처음 끈의 길이", format!("{used} + {left}"), used + left, "cm"),
        ],
        4,
        "곱셈과 덧셈",
    )
}
