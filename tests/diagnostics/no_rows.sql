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
CREATE VIEW 빈_단계 AS SELECT doc_id, title FROM labels WHERE title = '가' AND title = '나';
CREATE VIEW records AS SELECT doc_id FROM 빈_단계;
