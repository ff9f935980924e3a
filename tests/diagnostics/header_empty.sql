/* @plan

@plan */
CREATE VIEW a AS SELECT 1;
