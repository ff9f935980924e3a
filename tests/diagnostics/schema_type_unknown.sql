/* @plan
name: sample
sources:
  labels:
    schema:
      doc_id: strng
      title: text
      pages: list<itn>
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
