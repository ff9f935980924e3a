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
@plan */
CREATE VIEW records AS SELECT '그림' AS 종류, imageId FROM labels;
