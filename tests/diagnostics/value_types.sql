/* @plan
name: sample
sources:
  labels: { schema: { doc_id: string, title: string } }
version: 0
tags: 3
owner: [가, 나]
title: { ko: 1 }
outputs:
  records: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
