/* @plan
name: nli_reasoning
title:
  ko: 자연어 추론(함의·모순·중립) 라벨 → 추론 레코드
  en: Natural language inference labels -> reasoning records
description:
  ko: 전제와 가설을 낱말까지 견주어, 라벨이 가리키는 차이를 짚는 경로를 만든다. 규칙이 닿지 않으면 라벨만 남긴다.
  en: Lays hypothesis on premise word by word and shows what the label rests on, where a rule finds it.
tags: [llm, reasoning, nli]
version: 1

sources:
  # One array of pairs, pairs under `data`, or a pair a line. The label is 함의, 모순, 중립 or its English name.
  labels:
    files: ["**/*.zip", "**/*.json", "**/*.jsonl"]
    members: ["**/*.json", "**/*.jsonl"]
    records: ["$[*]", "$.data[*]", "$"]
    schema:
      guid:       { type: string, aliases: [id, pair_id, pairID], alternatives: [int] }
      premise:    { type: string, aliases: [sentence1] }
      hypothesis: { type: string, aliases: [sentence2, hypothsis] }
      gold_label: { type: string, aliases: [label, gold_lable], alternatives: [int] }

params:
  lang:   { type: string, default: "auto" }       # language of the steps: ko, en, or auto: that of the premise
  domain: { type: string, default: "general" }    # subject, written to every record
  style:  { type: string, default: "think_tag" }  # steps: think_tag, plain, none, thinking, reasoning_content

outputs:
  records:      { mode: append, publish: [hf] }
  sft_messages: { mode: append, publish: ["trl:sft_messages"] }

columns:
  record_id:         { ko: 레코드 식별자, en: id of the record, checks: [not_null] }
  question:          { ko: 질문, checks: [not_empty] }
  contexts:          { ko: 전제와 가설, en: premise and hypothesis, checks: [{ length: 2 }] }
  answer.normalized: { ko: 정답, checks: [{ accepted: [entailment, contradiction, neutral] }] }
  tier:              { ko: 검증 등급, en: how much can be re-checked, checks: [{ accepted: [A, B, C] }] }
  split:             { ko: 분할, checks: [{ accepted: [train, validation, test] }] }
  messages:          { ko: 대화, checks: [{ length: 2 }] }
  # Of `records` alone: one record has several conversations.
  records.record_id: { checks: [unique] }
  provenance.record_sha256: { checks: [not_null] }

checks:
  - { name: paths_unless_label_only, expr: "(tier = 'C') = empty(paths)", on_fail: quarantine }

tests:
  - name: one_array_of_pairs
    given:
      labels: |
        [{"guid": "p-1", "source": "notice", "premise": "나루도서관 휴게실에서는 음료를 마실 수 있다.",
          "hypothesis": "휴게실에서는 음료를 마실 수 없다.", "gold_label": "contradiction", "author": "contradiction",
          "label2": "contradiction", "label3": "neutral", "label4": "contradiction", "label5": "contradiction"},
         {"guid": "p-2", "source": "notice", "premise": "나루도서관 휴게실에서는 음료를 마실 수 있다.",
          "hypothesis": "휴게실에서는 음료를 마실 수 있다.", "gold_label": "entailment", "author": "entailment"}]
    expect:
      pairs: [{ guid: p-1, label: contradiction }, { guid: p-2, label: entailment }]
      records:
        - { task_type: nli, lang: ko, tier: B, answer: { value: contradiction } }
        - { task_type: nli, lang: ko, tier: B, answer: { value: entailment } }
      rejected: {}
  - name: pairs_under_a_key_with_korean_labels
    given:
      labels: |
        {"data": [{"id": 41, "sentence1": "모든 참가자는 번호표를 받았다.", "sentence2": "번호표는 노란색이었다.", "label": "중립"}]}
    params: { domain: daily }
    expect:
      pairs: [{ guid: "41", label: 중립 }]
      records: [{ task_type: nli, domain: daily, answer: { value: 중립, normalized: neutral } }]
      rejected: {}
  - name: a_pair_a_line_in_english
    given:
      labels: |
        {"pairID": "7n", "sentence1": "All had a number.", "sentence2": "The number was yellow.", "gold_label": "neutral"}
        {"pairID": "7e", "sentence1": "All had a number.", "sentence2": "They had numbers.", "gold_label": "Entailment"}
    expect:
      records: [{ lang: en, answer: { normalized: neutral } }, { lang: en, answer: { normalized: entailment } }]
      rejected: {}
  - name: pairs_without_a_label_or_a_sentence_are_rejected
    given:
      labels: |
        [{"guid": "a", "premise": "문은 아홉 시에 연다.", "hypothesis": "문은 열 시에 연다.", "gold_label": "-"},
         {"guid": "b", "premise": "문은 아홉 시에 연다.", "hypothesis": "문은 열 시에 연다.", "gold_label": 2},
         {"guid": "c", "premise": "", "hypothesis": "문은 열 시에 연다.", "gold_label": "neutral"},
         {"guid": "d", "premise": "문은 아홉 시에 연다.", "gold_label": "neutral"}]
    expect:
      records: []
      sft_messages: []
      rejected: { LABEL_UNKNOWN: 2, EMPTY_PREMISE: 1, EMPTY_HYPOTHESIS: 1 }
@plan */

-- A pair, a record. Pairs for which no rule finds what decides stay in the records as label only (tier C), and out of
-- the conversations.
--
--   jogak run nli_reasoning.sql --source labels=./klue-nli-dev.json --out ./out

-- 1. One row a pair.
CREATE VIEW pairs AS
SELECT guid, premise, hypothesis, gold_label AS label
FROM labels;

-- 2. One record a pair, or the reason why there is none: the sink writes `record` and books `reject`. Pairs with the
--    same premise share a split; the builder sees to that when no group is given.
CREATE VIEW records AS
SELECT reason_nli(
         premise, hypothesis, label,
         _src,
         named_struct('id', guid, 'lang', $lang, 'domain', $domain)
       ) AS record
FROM pairs;

-- 3. The same as conversations: one for each correct path, none for tier C.
CREATE VIEW rendered AS
SELECT unnest(render_messages(record, $style)) AS conversation
FROM records;

CREATE VIEW sft_messages AS
SELECT conversation['record_id']  AS record_id,
       conversation['path_id']    AS path_id,
       conversation['projection'] AS projection,
       conversation['lang']       AS lang,
       conversation['tier']       AS tier,
       conversation['split']      AS split,
       conversation['messages']   AS messages,
       conversation['step_map']   AS step_map
FROM rendered;
