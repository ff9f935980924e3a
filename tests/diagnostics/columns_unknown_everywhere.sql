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
CREATE VIEW 첫째 AS
SELECT doc_idd, upper(titl) AS title, pages FROM labels WHERE wrods > 10 ORDER BY pagse;
CREATE VIEW 둘째 AS SELECT scoer FROM labels;
CREATE VIEW records AS SELECT a.pages FROM 첫째 a, 둘째 b;
