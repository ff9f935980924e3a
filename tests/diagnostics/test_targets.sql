/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
tests:
  - name: 하나
    given: { lables: "[]" }
    params: { min: 3 }
    expect: { recrods: [{ doc_id: D1 }], quarantined: none }
  - name: 둘
    given: { labels: "[]" }
    expect: {}
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
