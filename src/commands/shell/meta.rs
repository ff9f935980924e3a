//! Commands of the shell: lines that begin with `\`, or with `.` as in other shells.

use clap::ValueEnum;

use super::complete::FORMATS;
use super::pick;
use crate::args::Format;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meta {
    /// Lists tables whose name contains this.
    Tables(Option<String>),
    /// Lists the columns of what can stand after FROM.
    Columns(String),
    /// Lists functions whose name contains this; those of jogak where nothing is given.
    Functions(Option<String>),
    /// Says how long queries take; turns it round where nothing is given.
    Timing(Option<bool>),
    /// Sends results to a file, or back to stdout.
    Output(Option<String>),
    /// How results are printed; says how where nothing is given.
    Format(Option<Format>),
    /// Lists the commands.
    Help,
    /// Ends the shell.
    Quit,
}

/// Reads a command.
pub(super) fn parse(text: &str, korean: bool) -> Result<Meta, String> {
    let text = text.trim_end().trim_end_matches(';').trim_end();
    let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let argument = Some(argument.trim()).filter(|argument| !argument.is_empty()).map(str::to_owned);
    let alone = |meta: Meta| match &argument {
        None => Ok(meta),
        Some(_) => Err(pick(korean, format!("{name} 뒤에는 아무것도 오지 않습니다"), format!("{name} takes nothing"))),
    };
    match name {
        "\\d" => Ok(argument.map_or(Meta::Tables(None), Meta::Columns)),
        ".schema" => Ok(argument.map_or(Meta::Tables(None), Meta::Columns)),
        "\\dt" | ".tables" => Ok(Meta::Tables(argument)),
        "\\df" => Ok(Meta::Functions(argument)),
        "\\timing" | ".timer" => match argument.as_deref() {
            None => Ok(Meta::Timing(None)),
            Some("on") => Ok(Meta::Timing(Some(true))),
            Some("off") => Ok(Meta::Timing(Some(false))),
            Some(other) => Err(pick(
                korean,
                format!("'{other}': on 또는 off로 적어 주세요"),
                format!("'{other}' is neither on nor off"),
            )),
        },
        "\\o" | ".output" => Ok(Meta::Output(argument.map(|path| unquoted(&path)))),
        "\\format" | ".mode" => match argument {
            None => Ok(Meta::Format(None)),
            Some(format) => match Format::from_str(&format, true) {
                Ok(format) => Ok(Meta::Format(Some(format))),
                Err(_) => {
                    let known = FORMATS.join(", ");
                    let ko = format!("'{format}' 형식은 없습니다: {known} 가운데 고르세요");
                    Err(pick(korean, ko, format!("there is no format '{format}'; choose one of {known}")))
                }
            },
        },
        "\\h" | "\\?" | "\\help" | ".help" => Ok(Meta::Help),
        "\\q" | ".quit" | ".exit" => alone(Meta::Quit),
        _ => Err(pick(
            korean,
            format!("{name} 명령은 없습니다. 목록은 \\h"),
            format!("there is no command {name}; \\h lists them"),
        )),
    }
}

/// A path may stand in quotes.
fn unquoted(path: &str) -> String {
    path.strip_prefix('\'')
        .and_then(|path| path.strip_suffix('\''))
        .map_or(path.to_owned(), |path| path.replace("''", "'"))
}

/// The commands, for people.
pub(super) fn help(korean: bool) -> &'static str {
    match korean {
        true => {
            "SQL은 세미콜론(;)으로 끝납니다. 여러 줄에 걸쳐 쓸 수 있습니다. 아무것도 고치지 않습니다.
  FROM catalog.datasets      목록의 표. 지난 판은 catalog.\"datasets@3\"
  FROM 'labels/**/*.zip'     읽을 수 있는 파일, 압축 파일, 객체 저장소 주소
  \\d                         표 목록
  \\d TABLE                   열 목록. 표, 표의 판, '주소' 모두 됩니다
  \\dt [WORD]                 이름에 WORD가 든 표
  \\df [WORD]                 jogak의 함수. WORD를 주면 모든 함수에서 찾습니다
  \\format [FORMAT]           table, json, ndjson, csv, parquet
  \\o [FILE]                  결과를 파일로. 파일 없이 쓰면 다시 화면으로
  \\timing [on|off]           걸린 시간
  \\h                         이 도움말
  \\q                         끝내기 (Ctrl-D도 됩니다)
Ctrl-C는 질의를 멈추고, Tab은 이름을 채웁니다. NULL은 값이 없다는 뜻이고, 빈칸은 빈 글입니다."
        }
        false => {
            "A query ends with a semicolon and may take many lines. Nothing can be written.
  FROM catalog.datasets      a table of the catalogue; an older version is catalog.\"datasets@3\"
  FROM 'labels/**/*.zip'     any readable file, archive, or address in object storage
  \\d                         list the tables
  \\d TABLE                   list the columns of a table, a version of one, or a 'place'
  \\dt [WORD]                 tables with WORD in their name
  \\df [WORD]                 the functions of jogak; with WORD, of all functions
  \\format [FORMAT]           table, json, ndjson, csv, parquet
  \\o [FILE]                  send results to a file; without one, back to the screen
  \\timing [on|off]           say how long queries take
  \\h                         this help
  \\q                         end (Ctrl-D does, too)
Ctrl-C stops a query, Tab completes names. NULL is no value, a blank cell is an empty text."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_both_kinds_are_known() {
        let parsed = |text: &str| parse(text, false).unwrap();
        assert_eq!(parsed("\\d"), Meta::Tables(None));
        assert_eq!(parsed("\\d catalog.datasets;"), Meta::Columns("catalog.datasets".to_owned()));
        assert_eq!(parsed("\\d 'a b.json'"), Meta::Columns("'a b.json'".to_owned()));
        assert_eq!(parsed(".tables"), Meta::Tables(None));
        assert_eq!(parsed("\\format CSV"), Meta::Format(Some(Format::Csv)));
        assert_eq!(parsed("\\o 'a b.csv'"), Meta::Output(Some("a b.csv".to_owned())));
        assert_eq!(parsed("\\o"), Meta::Output(None));
        assert_eq!(parsed("\\timing on"), Meta::Timing(Some(true)));
        assert_eq!(parsed("\\q"), Meta::Quit);
        assert!(parse("\\format xml", false).unwrap_err().contains("ndjson"));
        assert!(parse("\\x", false).unwrap_err().contains("\\h"));
    }

    #[test]
    fn every_format_can_be_completed() {
        let all: Vec<_> = Format::value_variants().iter().filter_map(|format| format.to_possible_value()).collect();
        assert_eq!(all.len(), FORMATS.len());
        assert!(all.iter().all(|value| FORMATS.contains(&value.get_name())));
    }
}
