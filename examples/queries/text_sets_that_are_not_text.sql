-- '텍스트'라고 적혔지만 100 GB가 넘는 데이터셋: 적힌 유형은 증거일 뿐이다
-- Sets that call themselves text and exceed 100 GB: a stated modality is evidence, not truth
SELECT id, title, field, build_year, files, round(bytes / 1e9, 1) AS gigabytes
FROM catalog.datasets
WHERE modality = '텍스트' AND bytes > 100e9
ORDER BY bytes DESC;
