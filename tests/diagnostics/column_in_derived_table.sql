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
  records: { key: [doc_id] }
@plan */
CREATE VIEW records AS
WITH c AS (SELECT doc_id, titl FROM labels)
SELECT d.doc_id FROM (SELECT doc_id, wordz FROM labels) d JOIN c ON c.doc_id = d.docid;
