/* @plan
name: sample
sources:
  labels:
    files: "**/TL_*.zip"
    members: "**/*.json"
    records: "$.data[*]"
    schema:
      doc_id: string
      title: string
      pages: int
      words: int
      score: float
      imageId: string
      ok: bool
      extra: json
      qas:
        type: list<struct>
        fields: { question: string, answers: { type: list<struct>, fields: { text: string, start: int } } }
columns:
  docid: { checks: [unique] }
  title: { checks: [{ range: [0, 1] }] }
checks:
  - { name: 제목, expr: "tittle <> ''" }
  - { name: 길이, expr: "character_length(title)" }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
