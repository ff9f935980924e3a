//! A schema as the `schema:` of a plan's header.

use std::fmt::Write;

use arrow::datatypes::{DataType, Field, Fields, Schema};

use super::shape::is_json_field;

/// Prints `schema` as a plan's header declares it, one field a line: `name: string`, or
/// `name: { type: list<int>, aliases: [n], alternatives: [int] }`, or, with fields of its own, a block with `type`,
/// `aliases`, `alternatives`, `required` and `fields`.
pub fn schema_to_yaml(schema: &Schema) -> String {
    let mut out = String::new();
    fields(schema.fields(), 0, &mut out);
    out
}

fn fields(fields: &Fields, indent: usize, out: &mut String) {
    for field in fields {
        let (name, inner) = type_of(field);
        let mut attributes = vec![("type", name)];
        for key in ["aliases", "alternatives"] {
            if let Some(list) = field.metadata().get(&format!("jogak:{key}")) {
                let names: Vec<String> = serde_json::from_str(list).unwrap_or_default();
                let names: Vec<String> = names.iter().map(|name| scalar(name)).collect();
                attributes.push((key, format!("[{}]", names.join(", "))));
            }
        }
        if !field.is_nullable() || field.metadata().get("jogak:required").is_some_and(|flag| flag == "true") {
            attributes.push(("required", "true".to_owned()));
        }
        let key = scalar(field.name());
        // Writing to a String cannot fail.
        let _ = match (inner, attributes.as_slice()) {
            (None, [(_, name)]) => writeln!(out, "{:indent$}{key}: {name}", ""),
            (None, attributes) => {
                let shown: Vec<String> = attributes.iter().map(|(key, value)| format!("{key}: {value}")).collect();
                writeln!(out, "{:indent$}{key}: {{ {} }}", "", shown.join(", "))
            }
            (Some(inner), attributes) => {
                let _ = writeln!(out, "{:indent$}{key}:", "");
                for (key, value) in attributes {
                    let _ = writeln!(out, "{:indent$}  {key}: {value}", "");
                }
                let written = writeln!(out, "{:indent$}  fields:", "");
                self::fields(inner, indent + 4, out);
                written
            }
        };
    }
}

/// The name of a field's type, and the fields of the struct inside it.
fn type_of(field: &Field) -> (String, Option<&Fields>) {
    match field.data_type() {
        DataType::Utf8 if is_json_field(field) => ("json".to_owned(), None),
        DataType::Utf8 => ("string".to_owned(), None),
        DataType::Int64 => ("int".to_owned(), None),
        DataType::Float64 => ("float".to_owned(), None),
        DataType::Boolean => ("bool".to_owned(), None),
        DataType::Struct(fields) => ("struct".to_owned(), Some(fields)),
        DataType::List(item) => {
            let (name, fields) = type_of(item);
            (format!("list<{name}>"), fields)
        }
        other => (other.to_string().to_lowercase(), None),
    }
}

/// A YAML scalar that reads back as this text.
fn scalar(text: &str) -> String {
    let mut characters = text.chars();
    let plain = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let word = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null");
    if plain && !word { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{field, list, object, plain, schema};
    use super::*;

    #[test]
    fn declarations() {
        let inner = object(vec![plain("a:b", DataType::Boolean), plain("on", DataType::Float64)]);
        let schema = schema(vec![
            field("글", DataType::Utf8, &[("aliases", r#"["t","본 문"]"#), ("required", "true")]),
            field("l", list(inner), &[("alternatives", r#"["struct"]"#)]),
        ]);
        let expected = "글: { type: string, aliases: [t, \"본 문\"], required: true }\nl:\n  type: list<struct>\n  \
                        alternatives: [struct]\n  fields:\n    \"a:b\": bool\n    \"on\": float\n";
        assert_eq!(schema_to_yaml(&schema), expected);
    }
}
