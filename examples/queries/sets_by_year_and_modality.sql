-- 구축 연도와 유형별로 데이터셋이 몇 종이고 얼마나 큰가
-- How many sets there are by build year and modality, and how large they are
SELECT build_year, modality, count(*) AS sets, sum(files) AS files, round(sum(bytes) / 1e9, 1) AS gigabytes
FROM catalog.datasets
GROUP BY build_year, modality
ORDER BY build_year, sets DESC;
