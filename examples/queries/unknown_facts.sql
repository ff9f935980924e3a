-- 항목별로 모르는 데이터셋의 비율: 모르는 값은 0이 아니라 NULL이다
-- What share of sets lacks each fact: what is not known is NULL, never zero
WITH facts AS (
    SELECT unnest(make_array(
        named_struct('fact', 'build_year', 'unknown', build_year IS NULL),
        named_struct('fact', 'updated', 'unknown', updated IS NULL),
        named_struct('fact', 'downloads', 'unknown', downloads IS NULL),
        named_struct('fact', 'tags', 'unknown', tags IS NULL),
        named_struct('fact', 'files', 'unknown', files IS NULL),
        named_struct('fact', 'bytes', 'unknown', bytes IS NULL),
        named_struct('fact', 'layout', 'unknown', layout IS NULL),
        named_struct('fact', 'label_type', 'unknown', label_type IS NULL),
        named_struct('fact', 'quantity', 'unknown', quantity IS NULL),
        named_struct('fact', 'terms', 'unknown', terms IS NULL)
    )) AS f
    FROM catalog.datasets
)
SELECT f['fact'] AS fact, count(*) AS sets, count(*) FILTER (WHERE f['unknown']) AS unknown,
       round(100.0 * count(*) FILTER (WHERE f['unknown']) / count(*), 1) AS percent
FROM facts
GROUP BY f['fact']
ORDER BY percent DESC, fact;
