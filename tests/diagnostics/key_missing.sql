/* @plan
title: 이름 없는 계획
sources:
  labels: { schema: { doc_id: string, title: string } }
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
