SELECT doc_id FROM labels;
