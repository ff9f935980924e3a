/* @plan
name: sample
*/
CREATE VIEW records AS SELECT doc_id, title FROM labels;
