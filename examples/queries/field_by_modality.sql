-- 분야와 유형의 교차표: 어디가 비어 있는가
-- Fields against modalities: where are the gaps
SELECT coalesce(field, '모름') AS field,
       count(*) FILTER (WHERE modality = '텍스트') AS text,
       count(*) FILTER (WHERE modality = '이미지') AS image,
       count(*) FILTER (WHERE modality = '비디오') AS video,
       count(*) FILTER (WHERE modality = '오디오') AS audio,
       count(*) FILTER (WHERE modality = '3D') AS three_d,
       count(*) FILTER (WHERE modality = '센서') AS sensor,
       count(*) FILTER (WHERE modality IS NULL OR modality NOT IN ('텍스트', '이미지', '비디오', '오디오', '3D', '센서')) AS other,
       count(*) AS sets
FROM catalog.datasets
GROUP BY field
ORDER BY sets DESC;
