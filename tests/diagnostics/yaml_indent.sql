/* @plan
name: 한글이 아닌 값
   title: 어긋남
sources: {}
@plan */
CREATE VIEW records AS SELECT doc_id, title FROM labels;
