/* @plan
name: catalog_score
title:
  ko: 카탈로그 점수 — LLM과 피지컬 AI로의 확장 잠재력
  en: Scores of the catalogue - potential for language models and physical AI
description:
  ko: >-
    문(권리, 개인정보, 입수, 장면의 연속성)을 먼저 두고, 생성형 AI 데이터로의 확장 잠재력과 활용 가치, 측정된 품질, 비용, 준비도를
    구간으로 매긴다. 모르는 것은 [0, 1]이다. 제목만으로 매긴 세트는 '후보: 조사 필요'로 남는다.
  en: >-
    Gates first (rights, privacy, availability, continuity of scenes), then potential for expansion into generative-AI
    data, utilisation value, measured quality, cost and readiness, each as an interval. What is not known is [0, 1]. A set
    that rests on its title alone stays a candidate to be probed.
tags: [catalog, llm, physical]
version: 1

# Everything that judges is a table in plans/catalog: change a row there, not this file. See docs/design/0006-scoring.md.
sources:
  datasets:        { table: catalog.datasets }         # one row a set
  files:           { table: catalog.files }            # one row a file of a set's tree, or a sample of it
  locations:       { table: catalog.locations }        # where sets lie in object storage; may be empty
  profiles:        { table: catalog.profiles }         # what probes measured; may be empty
  judgments:       { table: catalog.judgments }        # what experts said; may be empty
  criteria:        { table: catalog.criteria }         # what counts, and how much
  lexicon_task:    { table: catalog.lexicon_task }     # words that tell a set's kind
  families:        { table: catalog.families }         # the kinds
  family_values:   { table: catalog.family_values }    # what a kind is worth, criterion by criterion
  lexicon_domain:  { table: catalog.lexicon_domain }   # words that tell a set's field
  domains:         { table: catalog.domains }          # how much a field is wanted
  lexicon_gate:    { table: catalog.lexicon_gate }     # words that speak of rights and persons
  lexicon_signal:  { table: catalog.lexicon_signal }   # words that raise or cap one criterion
  forms:           { table: catalog.forms }            # what modality and size together say
  form_values:     { table: catalog.form_values }      # and what follows from it
  successors:      { table: catalog.successors }       # sets that were continued
  series:          { table: catalog.series }           # sets that belong together under different titles
  measures:        { table: catalog.measures }         # which measure speaks for which criterion, and its scale

params:
  max_build_year:  { type: int,    default: 9999 }     # sets built later are context, not candidates: they get no score
  optimism:        { type: float,  default: 0.5 }      # where in its interval a set's score lies: 0 worst case, 1 best case
  min_measured:    { type: float,  default: 0.3 }      # share of the potential's weight that must be measured
  with_judgments:  { type: bool,   default: true }     # false: the rules alone
  label_share:     { type: float,  default: 0.01 }     # assumed share of a set's bytes that labels take, where not listed
  clip_share:      { type: float,  default: 0.1 }      # assumed share of the clips that a physical release uses
  weights:         { type: string, default: "" }       # overrides: "llm.reasoning=30;physical.action=25"

outputs:
  score_parts: { key: [dataset_id, track, position] }
  scores:      { key: [track, rank, dataset_id] }
  placements:  { key: [dataset_id, track] }

columns:
  dataset_id:    { ko: 데이터셋, en: data set }
  track:         { ko: 부문, en: track, checks: [{ accepted: [llm, physical] }] }
  score:         { ko: 점수(0–1), en: "score, 0 to 1: low + optimism × (high − low)" }
  low:           { ko: 하한, en: if everything unknown turns out badly }
  high:          { ko: 상한, en: if everything unknown turns out well }
  rule_low:      { ko: 판단을 뺀 하한, en: "low without judgements: by measures and rules alone" }
  rule_high:     { ko: 판단을 뺀 상한, en: "high without judgements: by measures and rules alone" }
  rank_low:      { ko: 가장 높은 순위, en: 1 + sets that surely beat it }
  rank_high:     { ko: 가장 낮은 순위, en: sets that it does not surely beat }
  evidence:      { ko: 근거 등급, en: how it is known, checks: [{ accepted: [measured, documented, inferred, unknown] }] }
  status:        { ko: 상태, en: status, checks: [{ accepted: [eligible, "candidate: review", "candidate: probe", gated] }] }
@plan */

-- The order of joins matters for memory: the small side stands on the left, the sets stream past on the right.

-- 1. Sets, as keys in which words are sought: small letters, no blanks, no middle dots (they differ between listings).
CREATE VIEW sets AS
SELECT CAST(id AS VARCHAR) AS dataset_id,
       title,
       CAST(build_year AS BIGINT) AS build_year,
       coalesce(CAST(build_year AS BIGINT), $max_build_year) <= $max_build_year AS is_candidate,
       CAST(bytes AS BIGINT) AS bytes,
       CAST(files AS BIGINT) AS file_count,
       CAST(downloads AS BIGINT) AS downloads,
       as_of,
       lower(trim(coalesce(modality, ''))) AS modality_key,
       translate(lower(concat_ws('|', label_type, formats)), ' ·∙‧•', '') AS label_key,
       translate(lower(coalesce(terms, '')), ' ·∙‧•', '') AS terms_key,
       translate(lower(coalesce(title, '')), ' ·∙‧•', '') AS title_key,
       translate(lower(coalesce(tags, '')), ' ·∙‧•', '') AS tags_key,
       translate(lower(coalesce(field, '')), ' ·∙‧•', '') AS field_key,
       -- The title before its brackets, unless next to nothing is left.
       CASE WHEN strpos(title, '(') > 5 THEN translate(lower(split_part(title, '(', 1)), ' ·∙‧•', '')
            ELSE translate(lower(coalesce(title, '')), ' ·∙‧•', '') END AS series_key
FROM datasets;

-- One text a set, and where in it each part begins.
CREATE VIEW haystacks AS
SELECT dataset_id, build_year,
       label_key || chr(10) || terms_key || chr(10) || title_key || chr(10) || tags_key || chr(10) || field_key AS hay,
       character_length(label_key) + 2 AS terms_at,
       character_length(label_key) + character_length(terms_key) + 3 AS title_at,
       character_length(label_key) + character_length(terms_key) + character_length(title_key) + 4 AS tags_at,
       character_length(label_key) + character_length(terms_key) + character_length(title_key)
         + character_length(tags_key) + 5 AS field_at
FROM sets;

-- Every two letters of it: words are found by an equi-join on their first two, which a million sets can bear.
CREATE VIEW spots AS
SELECT dataset_id, build_year, hay, spot, substr(hay, spot, 2) AS head,
       CASE WHEN spot >= field_at THEN 5 WHEN spot >= tags_at THEN 4 WHEN spot >= title_at THEN 3
            WHEN spot >= terms_at THEN 2 ELSE 1 END AS place
FROM (SELECT *, unnest(range(1, character_length(hay))) AS spot FROM haystacks) AS exploded;

-- 2. All words in one numbered list; a smaller number wins. Within the kinds the more specific word (priority, then
--    length) wins, within the gates the more severe one. Words have two letters at least.
CREATE VIEW vocabulary AS
SELECT CAST(row_number() OVER (ORDER BY lexicon, priority DESC, severity, character_length(term) DESC, term, track, target)
            AS BIGINT) AS ordinal,
       substr(term, 1, 2) AS head, character_length(term) AS length,
       lexicon, track, target, term, places, low, high, why_ko, why_en
FROM (
  SELECT 'task' AS lexicon, track, family AS target, term, places, CAST(priority AS DOUBLE) AS priority, 0.0 AS severity,
         CAST(NULL AS DOUBLE) AS low, CAST(NULL AS DOUBLE) AS high,
         CAST(NULL AS VARCHAR) AS why_ko, CAST(NULL AS VARCHAR) AS why_en
  FROM lexicon_task
  UNION ALL
  SELECT 'domain' AS lexicon, track, domain AS target, term, places, CAST(priority AS DOUBLE) AS priority, 0.0 AS severity,
         NULL AS low, NULL AS high, NULL AS why_ko, NULL AS why_en
  FROM lexicon_domain
  UNION ALL
  SELECT gate AS lexicon, '' AS track, gate AS target, coalesce(term, '') AS term, places, CAST(priority AS DOUBLE) AS priority,
         high AS severity, low, high, why_ko, why_en
  FROM lexicon_gate
  UNION ALL
  SELECT 'series' AS lexicon, '' AS track, series AS target, term, 'title' AS places, 0.0 AS priority, 0.0 AS severity,
         NULL AS low, NULL AS high, NULL AS why_ko, NULL AS why_en
  FROM series
  UNION ALL
  SELECT 'successor' AS lexicon, CAST(newer_id AS VARCHAR) AS track, CAST(newer_year AS VARCHAR) AS target, term,
         'title' AS places, 0.0 AS priority, high AS severity, low, high, newer_title AS why_ko, relation AS why_en
  FROM successors
) AS words;

CREATE VIEW places AS
SELECT * FROM (VALUES (1, 'label', '라벨 유형·형식', 'label type or formats'), (2, 'terms', '이용 조건', 'terms'),
                      (3, 'title', '제목', 'title'), (4, 'tags', '태그', 'tags'), (5, 'field', '분야', 'field'),
                      (6, 'path', '파일 경로', 'file paths')) AS p(place, name, place_ko, place_en);

-- A word in a place; `finding` names the pair. The label type, formats and terms of a set's page are documented, the rest is
-- inferred.
CREATE VIEW findings AS
SELECT v.ordinal * 10 + p.place AS finding, p.place, p.place_ko, p.place_en, p.place <= 2 AS is_documented,
       v.lexicon, v.track, v.target, v.term, v.low, v.high, v.why_ko, v.why_en
FROM vocabulary AS v
JOIN places AS p ON contains(v.places, p.name);

-- 3. Which words stand in which set, and where. The key orders the hits of a set: place first, then the word; for the
--    gates the word first.
CREATE VIEW hits AS
SELECT s.dataset_id, v.lexicon, v.track,
       CASE WHEN v.lexicon IN ('rights', 'privacy') THEN 0 ELSE s.place * 1000000 END + v.ordinal * 10 + s.place AS sort_key
FROM vocabulary AS v
JOIN spots AS s ON s.head = v.head
WHERE substr(s.hay, s.spot, v.length) = v.term
  AND contains(v.places, CASE s.place WHEN 1 THEN 'label' WHEN 2 THEN 'terms' WHEN 3 THEN 'title' WHEN 4 THEN 'tags' ELSE 'field' END)
  -- A set is not its own successor, and what is newer than the successor is not superseded by it.
  AND (v.lexicon <> 'successor' OR (s.dataset_id <> v.track AND s.build_year < TRY_CAST(v.target AS BIGINT)));

-- 4. The winning words, one row a set.
CREATE VIEW winners AS
SELECT dataset_id,
       min(CASE WHEN lexicon = 'task' AND track = 'llm' THEN sort_key END) % 1000000        AS llm_family,
       min(CASE WHEN lexicon = 'task' AND track = 'physical' THEN sort_key END) % 1000000   AS physical_family,
       min(CASE WHEN lexicon = 'domain' AND track = 'llm' THEN sort_key END) % 1000000      AS llm_domain,
       min(CASE WHEN lexicon = 'domain' AND track = 'physical' THEN sort_key END) % 1000000 AS physical_domain,
       min(CASE WHEN lexicon = 'rights' THEN sort_key END)    AS rights,
       min(CASE WHEN lexicon = 'privacy' THEN sort_key END)   AS privacy,
       min(CASE WHEN lexicon = 'series' THEN sort_key END) % 1000000    AS series,
       min(CASE WHEN lexicon = 'successor' THEN sort_key END) % 1000000 AS successor
FROM hits
GROUP BY dataset_id;

-- The gates' rows without a word hold where no word is found.
CREATE VIEW wordless AS
SELECT max(CASE WHEN lexicon = 'rights' THEN finding END) AS rights,
       max(CASE WHEN lexicon = 'privacy' THEN finding END) AS privacy
FROM findings
WHERE term = '';

-- 5. What the files say. A set may be listed twice, by AI Hub's tree and by what lies in object storage, under another root
--    name: each listing is summed for itself.
CREATE VIEW trees AS
SELECT CAST(dataset_id AS VARCHAR) AS dataset_id,
       count(CASE WHEN origin = 'prefix' THEN size END) AS stored_sized,
       CAST(sum(CASE WHEN origin = 'prefix' AND kind = 'label' THEN size END) AS BIGINT) AS stored_labels,
       count(CASE WHEN coalesce(origin, '') <> 'prefix' THEN size END) AS listed_sized,
       CAST(sum(CASE WHEN coalesce(origin, '') <> 'prefix' AND kind = 'label' THEN size END) AS BIGINT) AS listed_labels
FROM files
GROUP BY CAST(dataset_id AS VARCHAR);

-- Where it lies, as somebody has bound it.
CREATE VIEW bound AS
SELECT CAST(dataset_id AS VARCHAR) AS dataset_id, min(url) AS url
FROM locations
WHERE url <> ''
GROUP BY CAST(dataset_id AS VARCHAR);

-- Downloads, ranked within build year and modality.
CREATE VIEW popularity AS
SELECT dataset_id, percent_rank() OVER (PARTITION BY build_year, modality_key ORDER BY downloads) AS downloads_rank
FROM sets
WHERE downloads IS NOT NULL;

-- The newest set with the same title before its brackets.
CREATE VIEW namesakes AS
SELECT series_key, max(CAST(build_year AS VARCHAR) || ' ' || dataset_id) AS newest, max(build_year) AS newest_year
FROM sets
-- Sets without a title are no series.
WHERE series_key <> ''
GROUP BY series_key;

-- 6. Form: what modality and size say together ("text" of 2 TB is not text). Series: by a word, else by the title.
CREATE VIEW marked AS
SELECT s.dataset_id, s.build_year, s.is_candidate, s.bytes, s.file_count, s.downloads, s.as_of,
       coalesce(f.form, 'unknown') AS form, coalesce(f.name_ko, '유형 모름') AS form_ko,
       coalesce(f.name_en, 'unknown modality') AS form_en,
       CASE WHEN s.bytes IS NULL THEN '?'
            WHEN s.bytes >= 1099511627776 THEN CAST(round(s.bytes / 1099511627776.0, 1) AS VARCHAR) || ' TB'
            WHEN s.bytes >= 1073741824 THEN CAST(round(s.bytes / 1073741824.0, 1) AS VARCHAR) || ' GB'
            ELSE CAST(round(s.bytes / 1048576.0, 1) AS VARCHAR) || ' MB' END AS size_text,
       -- Label archives count only where all files are listed with sizes: by one listing (what lies in storage is exact,
       -- a tree is rounded), or by both together where they list different files.
       CASE WHEN t.stored_sized >= s.file_count THEN t.stored_labels
            WHEN t.listed_sized >= s.file_count THEN t.listed_labels
            WHEN t.stored_sized + t.listed_sized = s.file_count
            THEN coalesce(t.stored_labels + t.listed_labels, t.stored_labels, t.listed_labels) END AS label_bytes,
       b.url,
       w.llm_family, w.physical_family, w.llm_domain, w.physical_domain, w.successor,
       coalesce(w.rights, d.rights) AS rights, coalesce(w.privacy, d.privacy) AS privacy,
       coalesce(e.target, nullif(s.series_key, '')) AS series,
       k.downloads_rank, n.newest, n.newest_year
FROM wordless AS d
CROSS JOIN (findings AS e
            RIGHT JOIN (forms AS f
                        RIGHT JOIN (popularity AS k
                                    RIGHT JOIN (namesakes AS n
                                                RIGHT JOIN (winners AS w
                                                            RIGHT JOIN (bound AS b
                                                                        RIGHT JOIN (trees AS t RIGHT JOIN sets AS s
                                                                                    ON t.dataset_id = s.dataset_id)
                                                                        ON b.dataset_id = s.dataset_id)
                                                            ON w.dataset_id = s.dataset_id)
                                                ON n.series_key = s.series_key)
                                    ON k.dataset_id = s.dataset_id)
                        ON f.modality = s.modality_key AND coalesce(s.bytes, -1) >= f.min_bytes
                           AND coalesce(s.bytes, -1) < coalesce(f.max_bytes, 9223372036854775807))
            ON e.finding = w.series);

-- 7. One row a set and track, with the words that won and how many candidates are of the same kind.
--    (Not DISTINCT from `criteria`: DataFusion would take the track alone for a key of whatever is joined to it, and drop
--    the set from groups of both.)
CREATE VIEW tracks AS
SELECT * FROM (VALUES ('llm'), ('physical')) AS t(track);

CREATE VIEW family_findings AS
SELECT w.finding, w.track, w.place AS family_place, w.is_documented AS family_is_documented, w.target AS family,
       w.term AS family_term, f.name_ko AS family_ko, f.name_en AS family_en, f.what_ko, f.what_en,
       nullif(f.plan, '') AS plan, f.capability,
       w.place_ko || '의 ''' || w.term || ''' → ' || f.name_ko || ': ' AS family_lead_ko,
       '''' || w.term || ''' in its ' || w.place_en || ' → ' || f.name_en || ': ' AS family_lead_en
FROM findings AS w
JOIN families AS f ON f.family = w.target AND f.track = w.track
WHERE w.lexicon = 'task';

CREATE VIEW domain_findings AS
SELECT w.finding, w.track, w.is_documented AS domain_is_documented, w.target AS domain,
       d.name_ko AS domain_ko, d.name_en AS domain_en,
       -- A tag is weaker evidence than a title: it lowers the lower end.
       d.low - CASE w.place WHEN 4 THEN 0.15 ELSE 0.0 END AS need_low, d.high AS need_high,
       w.place_ko || '의 ''' || w.term || ''' → ' || d.name_ko || ' 분야: ' || d.why_ko AS need_ko,
       '''' || w.term || ''' in its ' || w.place_en || ' → ' || d.name_en || ': ' || d.why_en AS need_en
FROM findings AS w
JOIN domains AS d ON d.domain = w.target AND d.track = w.track
WHERE w.lexicon = 'domain';

CREATE VIEW gate_findings AS
SELECT finding, is_documented, low, high,
       CASE WHEN term = '' THEN '' ELSE place_ko || '의 ''' || term || ''': ' END || why_ko AS gate_ko,
       CASE WHEN term = '' THEN '' ELSE '''' || term || ''' in its ' || place_en || ': ' END || why_en AS gate_en
FROM findings
WHERE lexicon IN ('rights', 'privacy');

CREATE VIEW successor_findings AS
SELECT finding, low AS newer_low, high AS newer_high,
       target || '년의 ''' || why_ko || '''(' || track || ')' || CASE why_en WHEN 'replaces' THEN ': 대신할 수 있다'
         WHEN 'extends' THEN ': 이어서 넓힌 세트' ELSE ': 일부 겹친다' END AS newer_ko,
       '''' || why_ko || ''' (' || track || ', ' || target || ') ' || why_en || ' it' AS newer_en
FROM findings
WHERE lexicon = 'successor';

CREATE VIEW told AS
SELECT t.track, s.dataset_id, s.build_year, s.bytes, s.file_count, s.downloads, s.as_of, s.form, s.form_ko, s.form_en, s.size_text,
       s.label_bytes, s.url, s.successor, s.rights, s.privacy, s.series, s.downloads_rank, s.newest, s.newest_year,
       coalesce(f.family, '') AS family, f.family_place, f.family_is_documented, f.family_term, f.family_ko, f.family_en,
       f.what_ko, f.what_en, f.plan, f.capability, f.family_lead_ko, f.family_lead_en,
       d.domain, d.domain_is_documented, d.domain_ko, d.domain_en, d.need_low, d.need_high, d.need_ko, d.need_en
FROM domain_findings AS d
RIGHT JOIN (family_findings AS f
            RIGHT JOIN (tracks AS t CROSS JOIN marked AS s)
            ON f.finding = CASE t.track WHEN 'llm' THEN s.llm_family ELSE s.physical_family END)
ON d.finding = CASE t.track WHEN 'llm' THEN s.llm_domain ELSE s.physical_domain END
WHERE s.is_candidate;

CREATE VIEW fields AS
SELECT track, family, coalesce(domain, '') AS domain, count(*) AS n FROM told GROUP BY track, family, coalesce(domain, '');

CREATE VIEW kinds AS
SELECT f.track, f.family, f.domain, f.n AS same_kind_and_field, k.n AS same_kind
FROM (SELECT track, family, CAST(sum(n) AS BIGINT) AS n FROM fields GROUP BY track, family) AS k
JOIN fields AS f ON f.track = k.track AND f.family = k.family;

CREATE VIEW placed AS
SELECT s.*, k.same_kind, k.same_kind_and_field,
       r.is_documented AS rights_is_documented, r.low AS rights_low, r.high AS rights_high,
       r.gate_ko AS rights_ko, r.gate_en AS rights_en,
       p.is_documented AS privacy_is_documented, p.low AS privacy_low, p.high AS privacy_high,
       p.gate_ko AS privacy_ko, p.gate_en AS privacy_en,
       n.newer_low, n.newer_high, n.newer_ko, n.newer_en,
       -- Gigabytes to move: at most the whole set; at least its labels, and for physical AI the clips that a release uses.
       CASE WHEN s.bytes IS NOT NULL THEN greatest(1.0, s.bytes / 1073741824.0) END AS most_gb,
       CASE WHEN s.bytes IS NOT NULL
            THEN greatest(1.0, (coalesce(CAST(s.label_bytes AS DOUBLE), s.bytes * $label_share)
                                + CASE s.track WHEN 'physical' THEN s.bytes * $clip_share ELSE 0.0 END) / 1073741824.0)
       END AS least_gb
FROM kinds AS k
RIGHT JOIN (gate_findings AS r
            RIGHT JOIN (gate_findings AS p
                        RIGHT JOIN (successor_findings AS n RIGHT JOIN told AS s ON n.finding = s.successor)
                        ON p.finding = s.privacy)
            ON r.finding = s.rights)
ON k.track = s.track AND k.family = s.family AND k.domain = coalesce(s.domain, '');

-- 8. Words that raise or cap one criterion, in titles, tags, label types and paths (below the root folder, which repeats
--    the title). The strongest of each is kept.
CREATE VIEW signals AS
SELECT CAST(row_number() OVER (ORDER BY effect, CASE effect WHEN 'cap' THEN high ELSE -low END, term, track, criterion)
            AS BIGINT) AS ordinal, substr(term, 1, 2) AS head, character_length(term) AS length, *
FROM lexicon_signal;

-- Paths are many (a set of 4,000 archives has as many): one pattern of all words passes over those that hold none.
CREATE VIEW telling_paths AS
SELECT p.dataset_id, p.path_key
FROM (SELECT string_agg(regexp_replace(term, '([^0-9a-z가-힣_ -])', '[$1]', 'g'), '|') AS pattern
      FROM signals WHERE contains(places, 'path')) AS w
JOIN (SELECT CAST(dataset_id AS VARCHAR) AS dataset_id,
             translate(lower(substr(path, strpos(path, '/') + 1)), ' ', '') AS path_key
      FROM files) AS p ON regexp_like(p.path_key, w.pattern);

CREATE VIEW signal_hits AS
SELECT s.dataset_id, g.track, g.criterion, g.effect, g.ordinal * 10 + s.place AS finding
FROM signals AS g
JOIN spots AS s ON s.head = g.head
WHERE substr(s.hay, s.spot, g.length) = g.term
  AND contains(g.places, CASE s.place WHEN 1 THEN 'label' WHEN 2 THEN 'terms' WHEN 3 THEN 'title' WHEN 4 THEN 'tags' ELSE 'field' END)
UNION ALL
SELECT p.dataset_id, g.track, g.criterion, g.effect, g.ordinal * 10 + 6 AS finding
FROM signals AS g
JOIN telling_paths AS p ON contains(p.path_key, g.term)
WHERE contains(g.places, 'path');

CREATE VIEW strongest AS
SELECT dataset_id, track, criterion,
       min(CASE WHEN effect = 'raise' THEN finding END) AS raised, min(CASE WHEN effect = 'cap' THEN finding END) AS capped
FROM signal_hits
GROUP BY dataset_id, track, criterion;

CREATE VIEW signal_findings AS
SELECT g.ordinal * 10 + p.place AS finding, g.low, g.high,
       '. ' || p.place_ko || '의 ''' || g.term || ''': ' || g.why_ko AS ko,
       '. ''' || g.term || ''' in its ' || p.place_en || ': ' || g.why_en AS en
FROM signals AS g
JOIN places AS p ON contains(g.places, p.name);

CREATE VIEW signalled AS
SELECT s.dataset_id, s.track, s.criterion, r.low AS raise_low, r.high AS raise_high, r.ko AS raise_ko, r.en AS raise_en,
       c.high AS signal_cap, c.ko AS cap_ko, c.en AS cap_en
FROM signal_findings AS r
RIGHT JOIN (signal_findings AS c RIGHT JOIN strongest AS s ON c.finding = s.capped)
ON r.finding = s.raised;

-- 9. Measures, put on the scale of their criterion: 0 at zero_at, 1 at one_at, whichever is larger.
CREATE VIEW scaled AS
SELECT CAST(p.dataset_id AS VARCHAR) AS dataset_id, m.track, m.criterion, m.measure, m.weight, m.name_ko, m.name_en,
       p.value, p.sample,
       greatest(0.0, least(1.0, (coalesce(p.low, p.value) - m.zero_at) / (m.one_at - m.zero_at)))  AS a,
       greatest(0.0, least(1.0, (coalesce(p.high, p.value) - m.zero_at) / (m.one_at - m.zero_at))) AS b
FROM measures AS m
JOIN profiles AS p ON m.measure = p.measure
WHERE p.value IS NOT NULL;

CREATE VIEW measured AS
SELECT dataset_id, track, criterion,
       sum(weight * least(a, b)) / sum(weight) AS low, sum(weight * greatest(a, b)) / sum(weight) AS high,
       string_agg(name_ko || ' ' || CAST(round(value, 3) AS VARCHAR), ', ' ORDER BY measure) AS what_ko,
       string_agg(name_en || ' ' || CAST(round(value, 3) AS VARCHAR), ', ' ORDER BY measure) AS what_en,
       CAST(max(sample) AS BIGINT) AS sample
FROM scaled
GROUP BY dataset_id, track, criterion;

-- 10. Judgements: the last of each reviewer on a criterion of a track, none with a conflict of interest. `need` speaks for
--     both tracks, `physical.need` for one; of two at the same time the one for the track holds.
CREATE VIEW opinions AS
SELECT CAST(dataset_id AS VARCHAR) AS dataset_id,
       CASE WHEN strpos(criterion, '.') > 0 THEN split_part(criterion, '.', 1) END AS only_track,
       CASE WHEN strpos(criterion, '.') > 0 THEN split_part(criterion, '.', 2) ELSE criterion END AS criterion,
       reviewer, value, reason, time
FROM judgments
WHERE $with_judgments AND NOT coalesce(conflict_of_interest, false) AND value BETWEEN 0 AND 1;

CREATE VIEW latest AS
SELECT o.dataset_id, c.track, o.criterion, o.reviewer, o.value, o.reason,
       row_number() OVER (PARTITION BY o.dataset_id, c.track, o.criterion, o.reviewer
                          ORDER BY o.time DESC, o.only_track IS NULL, o.value DESC) AS newest
FROM criteria AS c
JOIN opinions AS o ON c.criterion = o.criterion AND coalesce(o.only_track, c.track) = c.track;

CREATE VIEW judged AS
SELECT dataset_id, track, criterion, min(value) AS low, max(value) AS high,
       string_agg(reviewer || ' ' || CAST(round(value, 2) AS VARCHAR) || coalesce(' (' || reason || ')', ''), '; '
                  ORDER BY reviewer) AS who
FROM latest
WHERE newest = 1
GROUP BY dataset_id, track, criterion;

-- 11. The rules, one row for each kind, form and criterion: all that can be said without looking at a set.
CREATE VIEW weighed AS
SELECT position, criterion, track, kind, source, gate_min,
       CASE WHEN contains(';' || $weights, ';' || track || '.' || criterion || '=')
            THEN CAST(split_part(split_part(';' || $weights, ';' || track || '.' || criterion || '=', 2), ';', 1) AS DOUBLE)
            ELSE weight END AS weight
FROM criteria;

CREATE VIEW rules AS
SELECT c.position, c.criterion, c.track, c.kind, c.source, c.gate_min, c.weight, k.family, o.form,
       coalesce(fv.low, ov.low) AS low, coalesce(fv.high, ov.high) AS high,
       coalesce(nullif(fv.why_ko, ''), k.what_ko) AS why_ko, coalesce(nullif(fv.why_en, ''), k.what_en) AS why_en,
       CASE WHEN fv.low IS NOT NULL THEN ov.doubt END AS doubt, ov.floor, ov.cap,
       ov.why_ko AS form_why_ko, ov.why_en AS form_why_en
FROM weighed AS c
JOIN (SELECT track, family, what_ko, what_en FROM families
      UNION ALL SELECT track, '' AS family, NULL AS what_ko, NULL AS what_en FROM tracks) AS k ON k.track = c.track
CROSS JOIN (SELECT DISTINCT form FROM forms UNION ALL SELECT 'unknown' AS form) AS o
LEFT JOIN family_values AS fv
  ON fv.family = k.family AND fv.track = c.track AND fv.criterion = c.criterion AND c.source = 'family'
LEFT JOIN form_values AS ov
  ON ov.form = o.form AND ov.track = c.track AND ov.criterion = c.criterion AND c.source = 'family';

-- 12. Each set, each criterion: what the rules say of it. NULL is unknown.
CREATE VIEW ruled AS
SELECT s.dataset_id, s.track, c.position, c.criterion, c.kind, c.weight, c.gate_min, c.doubt, c.floor, c.cap,
       s.family_place IS NOT NULL AS has_family,
       CASE c.source WHEN 'family' THEN s.family_is_documented WHEN 'domain' THEN s.domain_is_documented
                     WHEN 'rights' THEN s.rights_is_documented WHEN 'privacy' THEN s.privacy_is_documented
                     -- The high end assumes the size of labels where they are not listed, for physical AI the clips too.
                     WHEN 'cost' THEN s.label_bytes IS NOT NULL AND s.track = 'llm'
                     ELSE c.source IN ('availability', 'downloads') END AS is_documented,
       CASE c.source
         WHEN 'family'       THEN c.low - CASE s.family_place WHEN 4 THEN 0.15 ELSE 0.0 END
         WHEN 'domain'       THEN s.need_low
         WHEN 'rights'       THEN s.rights_low
         WHEN 'privacy'      THEN s.privacy_low
         WHEN 'availability' THEN CASE WHEN s.url IS NOT NULL THEN 0.8 WHEN s.file_count > 0 THEN 0.7
                                       WHEN s.file_count = 0 THEN 0.0 END
         WHEN 'scarcity'     THEN CASE WHEN s.family <> '' THEN 1.0 / (1.0 + 0.5 * ln(s.same_kind)) END
         WHEN 'currency'     THEN CASE WHEN s.newer_low IS NOT NULL THEN s.newer_low
                                       WHEN s.newest_year > s.build_year THEN 0.3
                                       WHEN s.build_year >= 2021 THEN 0.55 WHEN s.build_year < 2021 THEN 0.35 END
         WHEN 'cost'         THEN 1.0 - log10(s.most_gb) / 4.0
         WHEN 'readiness'    THEN CASE WHEN s.plan IS NOT NULL THEN 0.5 WHEN s.family <> '' THEN 0.15 END
         WHEN 'downloads'    THEN s.downloads_rank
       END AS base_low,
       CASE c.source
         WHEN 'family'       THEN c.high
         WHEN 'domain'       THEN s.need_high
         WHEN 'rights'       THEN s.rights_high
         WHEN 'privacy'      THEN s.privacy_high
         WHEN 'availability' THEN CASE WHEN s.url IS NOT NULL OR s.file_count > 0 THEN 1.0
                                       WHEN s.file_count = 0 THEN 0.0 END
         WHEN 'scarcity'     THEN CASE WHEN s.family = '' THEN NULL WHEN s.domain IS NULL THEN 1.0
                                       ELSE 1.0 / (1.0 + 0.5 * ln(s.same_kind_and_field)) END
         WHEN 'currency'     THEN CASE WHEN s.newer_high IS NOT NULL THEN s.newer_high
                                       WHEN s.newest_year > s.build_year THEN 0.6
                                       WHEN s.build_year >= 2021 THEN 1.0 WHEN s.build_year < 2021 THEN 0.9 END
         WHEN 'cost'         THEN 1.0 - log10(s.least_gb) / 4.0
         WHEN 'readiness'    THEN CASE WHEN s.plan IS NOT NULL THEN 0.95 WHEN s.family <> '' THEN 0.5 END
         WHEN 'downloads'    THEN s.downloads_rank
       END AS base_high,
       CASE c.source
         WHEN 'family'       THEN coalesce(s.family_lead_ko || c.why_ko, replace(c.form_why_ko, '{size}', s.size_text))
         WHEN 'domain'       THEN s.need_ko
         WHEN 'rights'       THEN s.rights_ko
         WHEN 'privacy'      THEN s.privacy_ko
         WHEN 'availability' THEN CASE WHEN s.url IS NOT NULL THEN '위치가 알려져 있다: ' || s.url
                                       WHEN s.file_count > 0
                                       THEN '공개 파일 목록에 ' || CAST(s.file_count AS VARCHAR) || '개, ' || s.size_text
                                            || coalesce(' (' || CAST(s.as_of AS VARCHAR) || ')', '')
                                       ELSE '공개 파일 목록이 비어 있다' END
         WHEN 'scarcity'     THEN '후보 중 같은 종류(' || s.family_ko || ') ' || CAST(s.same_kind AS VARCHAR)
                                  || '개, 그중 같은 분야(' || coalesce(s.domain_ko, '모름') || ') '
                                  || CAST(s.same_kind_and_field AS VARCHAR) || '개'
         WHEN 'currency'     THEN CASE WHEN s.newer_low IS NOT NULL THEN s.newer_ko
                                       WHEN s.newest_year > s.build_year THEN '같은 계열의 더 새 세트: ' || s.newest
                                       ELSE CAST(s.build_year AS VARCHAR) || '년 구축, 이어 만든 세트를 목록에서 찾지 못했다' END
         WHEN 'cost'         THEN '전체 ' || s.size_text || CASE WHEN s.label_bytes IS NULL THEN ', 라벨 크기는 가정'
                                       ELSE ', 라벨 ' || CAST(round(s.label_bytes / 1073741824.0, 2) AS VARCHAR) || ' GB' END
                                     || CASE s.track WHEN 'physical' THEN ', 쓸 클립의 비율은 가정' ELSE '' END
         WHEN 'readiness'    THEN CASE WHEN s.plan IS NOT NULL THEN s.family_ko || ' 종류를 읽는 제공 계획: ' || s.plan
                                       ELSE s.family_ko || ' 종류의 제공 계획이 아직 없다' END
         WHEN 'downloads'    THEN '내려받기 ' || CAST(s.downloads AS VARCHAR) || '회, 같은 연도·유형의 '
                                  || CAST(CAST(round(100.0 * s.downloads_rank) AS BIGINT) AS VARCHAR) || '%보다 많다'
       END AS base_ko,
       CASE c.source
         WHEN 'family'       THEN coalesce(s.family_lead_en || c.why_en, replace(c.form_why_en, '{size}', s.size_text))
         WHEN 'domain'       THEN s.need_en
         WHEN 'rights'       THEN s.rights_en
         WHEN 'privacy'      THEN s.privacy_en
         WHEN 'availability' THEN CASE WHEN s.url IS NOT NULL THEN 'its location is known: ' || s.url
                                       WHEN s.file_count > 0
                                       THEN CAST(s.file_count AS VARCHAR) || ' files publicly listed, ' || s.size_text
                                            || coalesce(' (' || CAST(s.as_of AS VARCHAR) || ')', '')
                                       ELSE 'its public file list is empty' END
         WHEN 'scarcity'     THEN 'candidates of the same kind (' || s.family_en || '): ' || CAST(s.same_kind AS VARCHAR)
                                  || ', of them in the same field (' || coalesce(s.domain_en, 'unknown') || '): '
                                  || CAST(s.same_kind_and_field AS VARCHAR)
         WHEN 'currency'     THEN CASE WHEN s.newer_low IS NOT NULL THEN s.newer_en
                                       WHEN s.newest_year > s.build_year THEN 'a newer set of the series: ' || s.newest
                                       ELSE 'built in ' || CAST(s.build_year AS VARCHAR) || ', no successor found in the list' END
         WHEN 'cost'         THEN s.size_text || ' in all' || CASE WHEN s.label_bytes IS NULL THEN ', size of labels assumed'
                                       ELSE ', labels ' || CAST(round(s.label_bytes / 1073741824.0, 2) AS VARCHAR) || ' GB' END
                                     || CASE s.track WHEN 'physical' THEN ', share of clips in use assumed' ELSE '' END
         WHEN 'readiness'    THEN CASE WHEN s.plan IS NOT NULL THEN 'the shipped plan ' || s.plan || ' reads the kind ' || s.family_en
                                       ELSE 'no shipped plan yet for the kind ' || s.family_en END
         WHEN 'downloads'    THEN CAST(s.downloads AS VARCHAR) || ' downloads, more than '
                                  || CAST(CAST(round(100.0 * s.downloads_rank) AS BIGINT) AS VARCHAR)
                                  || '% of its build year and modality'
       END AS base_en,
       replace(c.form_why_ko, '{size}', s.size_text) AS form_why_ko, replace(c.form_why_en, '{size}', s.size_text) AS form_why_en
FROM rules AS c
JOIN placed AS s ON s.track = c.track AND s.family = c.family AND s.form = c.form;

-- 13. What the form takes off, holds up and caps; then words that raise, then words that cap.
CREATE VIEW limited AS
SELECT *,
       -- least and greatest pass over NULL, and unknown must stay unknown.
       CASE WHEN base_low IS NOT NULL
            THEN greatest(0.0, least(greatest(base_low - coalesce(doubt, 0.0), coalesce(floor, 0.0)), coalesce(cap, 1.0)))
       END AS formed_low,
       CASE WHEN base_high IS NOT NULL
            THEN greatest(0.0, least(1.0, greatest(base_high, coalesce(floor, 0.0)), coalesce(cap, 1.0)))
       END AS formed_high,
       -- Told only where it changed something.
       CASE WHEN NOT has_family THEN '' WHEN cap < base_high OR doubt > 0 THEN '. 다만 ' || form_why_ko
            WHEN floor > base_low THEN '. 또한 ' || form_why_ko ELSE '' END AS form_ko,
       CASE WHEN NOT has_family THEN '' WHEN cap < base_high OR doubt > 0 THEN '. But ' || form_why_en
            WHEN floor > base_low THEN '. Also ' || form_why_en ELSE '' END AS form_en
FROM ruled;

CREATE VIEW inferred AS
SELECT i.dataset_id, i.track, i.position, i.criterion, i.kind, i.weight, i.gate_min, i.is_documented,
       CASE WHEN coalesce(i.formed_low, g.raise_low, g.signal_cap) IS NOT NULL
            THEN least(greatest(coalesce(i.formed_low, 0.0), coalesce(g.raise_low, 0.0)), coalesce(g.signal_cap, 1.0))
       END AS rule_low,
       CASE WHEN coalesce(i.formed_high, g.raise_high, g.signal_cap) IS NOT NULL
            THEN least(greatest(coalesce(i.formed_high, 1.0), coalesce(g.raise_high, 0.0)), coalesce(g.signal_cap, 1.0))
       END AS rule_high,
       coalesce(i.base_ko, '제목과 크기만으로는 알 수 없다') || i.form_ko
         || CASE WHEN g.raise_low > coalesce(i.formed_low, 0.0) THEN g.raise_ko ELSE '' END
         || CASE WHEN g.signal_cap < greatest(coalesce(i.formed_high, 1.0), coalesce(g.raise_high, 0.0)) THEN g.cap_ko
                 ELSE '' END AS rule_ko,
       coalesce(i.base_en, 'not to be told from title and size') || i.form_en
         || CASE WHEN g.raise_low > coalesce(i.formed_low, 0.0) THEN g.raise_en ELSE '' END
         || CASE WHEN g.signal_cap < greatest(coalesce(i.formed_high, 1.0), coalesce(g.raise_high, 0.0)) THEN g.cap_en
                 ELSE '' END AS rule_en
FROM signalled AS g
RIGHT JOIN limited AS i ON g.dataset_id = i.dataset_id AND g.track = i.track AND g.criterion = i.criterion;

-- 14. Judged by experts, else measured, else ruled, else unknown: [0, 1].
CREATE VIEW chosen AS
SELECT i.dataset_id, i.track, i.position, i.criterion, i.kind, i.weight, i.gate_min,
       coalesce(j.low, m.low, i.rule_low) IS NOT NULL AS is_known,
       m.low IS NOT NULL AS is_measured,
       round(coalesce(j.low, m.low, i.rule_low, 0.0), 4) AS low,
       round(coalesce(j.high, m.high, i.rule_high, 1.0), 4) AS high,
       -- What holds without judgements, for whoever compares; NULL is unknown.
       round(coalesce(m.low, i.rule_low), 4) AS rule_low,
       round(coalesce(m.high, i.rule_high), 4) AS rule_high,
       CASE WHEN j.low IS NOT NULL THEN 'documented' WHEN m.low IS NOT NULL THEN 'measured' WHEN i.rule_low IS NULL THEN 'unknown'
            WHEN i.is_documented THEN 'documented' ELSE 'inferred' END AS evidence,
       CASE WHEN j.low IS NOT NULL THEN '전문가 판단: ' || j.who
            WHEN m.low IS NOT NULL THEN '측정' || coalesce('(표본 ' || CAST(m.sample AS VARCHAR) || ')', '') || ': ' || m.what_ko
            WHEN i.rule_low IS NULL THEN '알려진 것이 없다: 전 구간'
            ELSE i.rule_ko END AS reason_ko,
       CASE WHEN j.low IS NOT NULL THEN 'expert judgement: ' || j.who
            WHEN m.low IS NOT NULL THEN 'measured' || coalesce(' (sample ' || CAST(m.sample AS VARCHAR) || ')', '') || ': ' || m.what_en
            WHEN i.rule_low IS NULL THEN 'nothing is known: the full range'
            ELSE i.rule_en END AS reason_en
FROM judged AS j
RIGHT JOIN (measured AS m
            RIGHT JOIN inferred AS i ON m.dataset_id = i.dataset_id AND m.track = i.track AND m.criterion = i.criterion)
ON j.dataset_id = i.dataset_id AND j.track = i.track AND j.criterion = i.criterion;

CREATE VIEW score_parts AS
SELECT dataset_id, track, position, criterion, kind,
       CASE WHEN is_known THEN round(low + $optimism * (high - low), 4) END AS value,
       low, high, rule_low, rule_high, evidence, weight, gate_min, reason_ko, reason_en
FROM chosen;

-- 15. Scores. Sums are of whole numbers (values in 1/10,000, weights in 1/1,000), so that they are the same in any order
--     and on any machine.
CREATE VIEW totals AS
SELECT dataset_id, track,
       sum(CASE WHEN kind <> 'gate' THEN CAST(round(weight * 1000.0) AS BIGINT) * CAST(round(low * 10000.0) AS BIGINT) ELSE 0 END) AS low_sum,
       sum(CASE WHEN kind <> 'gate' THEN CAST(round(weight * 1000.0) AS BIGINT) * CAST(round(high * 10000.0) AS BIGINT) ELSE 0 END) AS high_sum,
       sum(CASE WHEN kind <> 'gate' THEN CAST(round(weight * 1000.0) AS BIGINT) ELSE 0 END) AS weight_sum,
       sum(CASE WHEN kind <> 'gate' AND is_known THEN CAST(round(weight * 1000.0) AS BIGINT) ELSE 0 END) AS known_sum,
       sum(CASE WHEN kind = 'potential' THEN CAST(round(weight * 1000.0) AS BIGINT) ELSE 0 END) AS potential_sum,
       -- An opinion takes the place of a value, not of a look into the set.
       sum(CASE WHEN kind = 'potential' AND is_measured
                THEN CAST(round(weight * 1000.0) AS BIGINT) ELSE 0 END) AS measured_sum,
       min(CASE WHEN kind = 'gate' AND high < gate_min THEN position END) AS failed_gate,
       sum(CASE WHEN kind = 'gate' AND high >= gate_min AND low < gate_min THEN 1 ELSE 0 END) AS open_gates
FROM chosen
GROUP BY dataset_id, track;

CREATE VIEW levels AS
SELECT dataset_id, track, failed_gate, open_gates,
       round(low_sum / (weight_sum * 10000.0), 6) AS low,
       round(high_sum / (weight_sum * 10000.0), 6) AS high,
       round((low_sum + $optimism * (high_sum - low_sum)) / (weight_sum * 10000.0), 6) AS score,
       round(known_sum / (weight_sum * 1.0), 4) AS known_share,
       round(measured_sum / (potential_sum * 1.0), 4) AS measured_share,
       CASE WHEN failed_gate IS NOT NULL THEN 'gated'
            WHEN measured_sum < $min_measured * potential_sum THEN 'candidate: probe'
            WHEN open_gates > 0 THEN 'candidate: review'
            ELSE 'eligible' END AS status
FROM totals;

-- 16. Ranks, among the sets of a track that no gate has stopped. Both ends of every interval are put in one order, from the
--     top down, upper ends before lower ends of the same height: the lower ends before a set's upper end belong to sets
--     that surely beat it, the upper ends before its lower end to sets that it does not surely beat (itself among them).
CREATE VIEW ends AS
SELECT s.side, l.*, l.failed_gate IS NOT NULL AS is_stopped, CASE s.side WHEN 1 THEN low ELSE high END AS x
FROM (VALUES (0), (1)) AS s(side)
CROSS JOIN levels AS l;

CREATE VIEW ordered AS
SELECT *,
       sum(side) OVER (PARTITION BY track, is_stopped ORDER BY x DESC, side) AS lows_above,
       sum(1 - side) OVER (PARTITION BY track, is_stopped ORDER BY x DESC, side) AS highs_above
FROM ends;

CREATE VIEW bounded AS
SELECT dataset_id, track, is_stopped, max(failed_gate) AS failed_gate, max(open_gates) AS open_gates, max(low) AS low,
       max(high) AS high, max(score) AS score, max(known_share) AS known_share, max(measured_share) AS measured_share,
       max(status) AS status,
       max(CASE side WHEN 0 THEN lows_above + 1 END) AS rank_low, max(CASE side WHEN 1 THEN highs_above END) AS rank_high
FROM ordered
GROUP BY dataset_id, track, is_stopped;

CREATE VIEW ranked AS
SELECT *, row_number() OVER (PARTITION BY track, is_stopped ORDER BY score DESC, low DESC, dataset_id) AS rank
FROM bounded;

CREATE VIEW scores AS
SELECT r.dataset_id, r.track, r.score, r.low, r.high,
       CASE WHEN NOT r.is_stopped THEN CAST(r.rank AS BIGINT) END AS rank,
       CASE WHEN NOT r.is_stopped THEN CAST(r.rank_low AS BIGINT) END AS rank_low,
       CASE WHEN NOT r.is_stopped THEN CAST(r.rank_high AS BIGINT) END AS rank_high,
       r.status, c.criterion AS gate, CAST(r.open_gates AS BIGINT) AS open_gates, r.known_share, r.measured_share
FROM criteria AS c
RIGHT JOIN ranked AS r ON c.position = r.failed_gate AND c.track = r.track;

-- 17. What a set was taken for: for lists, limits per series and field, coverage of capabilities, plan stubs.
CREATE VIEW placements AS
SELECT dataset_id, track, nullif(family, '') AS family, family_ko, family_en, family_term, capability, plan,
       domain, domain_ko, domain_en, series, form, form_ko, form_en, same_kind, same_kind_and_field,
       coalesce(family_lead_ko || what_ko, '제목에서 종류를 알 수 없다')
         || coalesce(' · ' || domain_ko, '') || ' · ' || form_ko || ' ' || size_text AS summary_ko,
       coalesce(family_lead_en || what_en, 'its title does not tell its kind')
         || coalesce(' · ' || domain_en, '') || ' · ' || form_en || ' ' || size_text AS summary_en
FROM placed;
