-- 태그가 모두 같은 데이터셋: 겹치거나 이어지는 사업인지 살펴볼 것
-- Sets whose tags are all the same: overlapping, or a series that was continued
SELECT tags, count(*) AS sets, min(build_year) AS first_year, max(build_year) AS last_year,
       array_to_string(array_agg(id ORDER BY id), ', ') AS ids
FROM catalog.datasets
WHERE tags IS NOT NULL
GROUP BY tags
HAVING count(*) > 1
ORDER BY sets DESC, tags;
