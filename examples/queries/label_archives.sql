-- 데이터셋마다 라벨과 원천 파일의 수와 크기: 라벨이 어디 있는지 아직 모르는 것은 NULL
-- Label and source files of each set, with their sizes; NULL where no file list is known yet
SELECT d.id, d.title, f.labels, f.sources, f.others, f.label_bytes, f.source_bytes
FROM catalog.datasets AS d
LEFT JOIN (
    SELECT dataset_id,
           count(*) FILTER (WHERE kind = 'label') AS labels,
           count(*) FILTER (WHERE kind = 'source') AS sources,
           count(*) FILTER (WHERE kind IS NULL OR kind NOT IN ('label', 'source')) AS others,
           sum(size) FILTER (WHERE kind = 'label') AS label_bytes,
           sum(size) FILTER (WHERE kind = 'source') AS source_bytes
    FROM catalog.files
    -- Of some sets a few paths are known only; they are no list, and counting them would say that there are no others.
    WHERE origin IS DISTINCT FROM 'sample'
    GROUP BY dataset_id
) AS f ON f.dataset_id = d.id
ORDER BY f.label_bytes DESC NULLS LAST, d.id
LIMIT 50;
