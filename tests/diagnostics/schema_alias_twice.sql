/* @plan
name: sample
sources:
  labels:
    schema:
      doc_id: { type: string, aliases: [docId, "문서번호"] }
      title: { type: string, aliases: ["문서번호", doc_id] }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
