/* @plan
name: sample
sources:
  labels:
    schema:
      doc_id: { type: string, alternatives: [int, struct] }
      title: { type: json, alternatives: [string] }
      정답: { type: list<struct>, alternatives: [struct, string], fields: { text: string } }
      n: { type: int, alternatives: [string, bool, int] }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
