/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
outputs:
  recods: { publish: [hf, "trl:sft_message"] }
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
