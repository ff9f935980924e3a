/* @plan
name: sample
sources:
  labels:
    schema:
      doc_id: string
      title: string
      문단: list<struct>
      표: { type: struct }
      수: { type: int, fields: { a: int } }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
