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
outputs:
  records: {}
  other: {}
@plan */
CREATE VIEW 가 AS SELECT titl FROM labels;
CREATE VIEW 나 AS SELECT 없는_열 FROM 가;
CREATE VIEW records AS SELECT l.wrds FROM labels l;
CREATE VIEW other AS SELECT * FROM 나;
