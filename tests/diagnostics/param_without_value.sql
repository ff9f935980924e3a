/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
params:
  길이: { type: int }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels WHERE character_length(title) > $길이;
