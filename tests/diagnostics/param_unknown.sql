/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
params:
  min_context: { type: int, default: 80 }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id FROM labels WHERE '글' = title AND character_length(title) > $min_contxt AND title <> $2;
