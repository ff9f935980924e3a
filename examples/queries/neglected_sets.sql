-- 같은 연도, 같은 유형 안에서 다운로드가 가장 적은 하위 10%: 외면받은 까닭을 들여다볼 후보
-- The least downloaded tenth within the same year and modality: worth a look at why they were neglected
SELECT id, title, build_year, modality, downloads, round(100 * place, 1) AS percentile
FROM (
    SELECT id, title, build_year, modality, downloads,
           percent_rank() OVER (PARTITION BY build_year, modality ORDER BY downloads) AS place,
           count(*) OVER (PARTITION BY build_year, modality) AS peers
    FROM catalog.datasets
    WHERE downloads IS NOT NULL
)
WHERE place <= 0.1 AND peers >= 10
ORDER BY build_year, modality, downloads, id;
