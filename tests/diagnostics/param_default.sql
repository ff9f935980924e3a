/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
params:
  길이: { type: int, default: "80" }
  seed: { type: string, default: 2026 }
  on: { type: bool, default: yes }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels WHERE character_length(title) > $길이 AND title <> $seed AND $on;
