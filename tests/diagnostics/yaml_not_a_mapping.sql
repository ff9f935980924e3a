/* @plan
- name
- sources
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
