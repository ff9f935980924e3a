/* @plan
name: mrc_reasoning
title:
  ko: 기계독해 라벨 → 근거 기반 추론 레코드
  en: Reading comprehension labels -> reasoning records with evidence
description:
  ko: 지문, 질문, 정답 구간에서 근거를 따라 답에 이르는 여러 경로와 그럴듯한 오답, 그 교정을 만든다.
  en: From passage, question and answer span to several ways to the answer, a near mistake and its correction.
tags: [llm, reasoning, mrc]
version: 1

sources:
  # Documents hold paragraphs, paragraphs hold questions. Sets differ in names and in what an answer is:
  #  - one object with text, place and clue (news, administrative documents),
  #  - a list of spans (SQuAD 1.1 and its Korean kin),
  #  - one object under the singular `answer` (finance and law).
  # `list<struct>` with the alternative `struct` takes all three; what a set does not have is NULL.
  labels:
    files: ["**/*.zip", "**/*.json"]
    members: "**/*.json"
    records: ["$.data[*]"]
    schema:
      doc_id: { type: string, aliases: [docId, document_id], alternatives: [int] }
      title:  { type: string, aliases: [doc_title] }
      paragraphs:
        type: list<struct>
        alternatives: [struct]
        fields:
          context: string
          qas:
            type: list<struct>
            alternatives: [struct]
            fields:
              question_id:   { type: string, aliases: [id, qid], alternatives: [int] }
              question:      string
              qa_type:       string
              question_type: { type: string, alternatives: [int] }
              is_impossible: { type: bool, aliases: [is_imposible], alternatives: [string, int] }
              options:       { type: list<string>, aliases: [choices], alternatives: [string] }
              answers:
                type: list<struct>
                aliases: [answer]
                alternatives: [struct]
                fields:
                  text:         { type: string, alternatives: [int, float, bool] }
                  answer_start: { type: int, aliases: [answer_strat], alternatives: [string, float] }
                  clue_text:    { type: string, aliases: [clue_texet] }
                  clue_start:   { type: int, alternatives: [string, float] }
                  options:      { type: list<string>, alternatives: [string] }

params:
  lang:        { type: string, default: "auto" }       # language of the steps: ko, en, or auto: that of the question
  domain:      { type: string, default: "general" }    # subject, written to every record: news, finance, law, …
  min_context: { type: int,    default: 0 }            # characters; shorter passages are left out
  style:       { type: string, default: "think_tag" }  # steps: think_tag, plain, none, thinking, reasoning_content

outputs:
  records:      { mode: append, publish: [hf] }
  sft_messages: { mode: append, publish: ["trl:sft_messages"] }

columns:
  record_id:    { ko: 레코드 식별자, en: id of the record, checks: [not_null] }
  question:     { ko: 질문, checks: [not_empty] }
  answer.value: { ko: 정답, en: answer as labelled, checks: [not_empty] }
  tier:         { ko: 검증 등급, en: how much can be re-checked, checks: [{ accepted: [A, B, C] }] }
  split:        { ko: 분할, checks: [{ accepted: [train, validation, test] }] }
  messages:     { ko: 대화, checks: [{ length: 2 }] }
  # Of `records` alone: one record has several conversations.
  records.record_id: { checks: [unique] }
  provenance.record_sha256: { checks: [not_null] }

checks:
  - { name: paths_unless_label_only, expr: "(tier = 'C') = empty(paths)", on_fail: quarantine }

tests:
  - name: answers_as_one_object_with_a_clue
    given:
      labels: |
        {"data": [{"doc_id": "NW1", "doc_title": "나루대교", "paragraphs": [{"context_id": "C1",
          "context": "나루대교는 1994년 3월에 착공해 1997년 11월에 준공됐다. 길이는 1,180m이다.",
          "qas": [{"question_id": "Q1", "question": "나루대교가 준공된 해는 언제인가?", "is_impossible": false,
            "answers": {"text": "1997년", "answer_start": 20, "clue_start": 0,
              "clue_text": "나루대교는 1994년 3월에 착공해 1997년 11월에 준공됐다.", "options": null}}]}]}]}
    expect:
      questions: [{ question_id: Q1, group_id: NW1, title: 나루대교 }]
      records:
        - { task_type: mrc_extractive, lang: ko, domain: general, tier: A, answer: { value: 1997년, type: span } }
      rejected: {}
  - name: answers_as_a_list
    given:
      labels: |
        {"data": [{"title": "새들제약", "agency": "나루일보", "paragraphs": [{
          "context": "새들제약의 직원은 300명이다. 공장은 두 곳에 있다.",
          "qas": [{"id": "1-1", "question": "새들제약의 직원은 몇 명인가?",
                   "answers": [{"text": "300명", "answer_start": 10}]},
                  {"id": "1-2", "question": "공장은 몇 곳에 있는가?",
                   "answers": [{"text": "두 곳", "answer_start": 22}, {"text": "두 곳에", "answer_start": 22}]}]}]}]}
    params: { domain: news }
    expect:
      questions: [{ question_id: "1-1", group_id: 새들제약 }, { question_id: "1-2", group_id: 새들제약 }]
      records:
        - { task_type: mrc_extractive, domain: news, answer: { value: 300명, aliases: [] } }
        - { task_type: mrc_extractive, domain: news, answer: { value: 두 곳, aliases: [두 곳에] } }
      rejected: {}
  - name: singular_answer_and_ids_as_numbers
    given:
      labels: |
        {"data": [{"doc_id": 7, "doc_title": "수수료 안내", "paragraphs": [{"context_id": "c1", "tbs": [],
          "context": "계좌를 옮길 때 내는 수수료는 2,000원이다. 창구는 오후 4시에 닫는다.",
          "qas": [{"question_id": 12, "question": "계좌를 옮길 때 내는 수수료는 얼마인가?", "qa_type": "span_extraction",
            "answer": {"text": "2,000원", "answer_start": 17, "clue_text": "", "options": [], "cell_text": null}}]}]}]}
    params: { domain: finance }
    expect:
      questions: [{ question_id: "12", group_id: "7" }]
      records: [{ task_type: mrc_extractive, domain: finance, answer: { value: "2,000원" } }]
      rejected: {}
  - name: unanswerable_and_english
    given:
      labels: |
        {"data": [{"doc_id": "E1", "doc_title": "Alder Bridge", "paragraphs": [{
          "context": "The Alder Bridge was begun in 1994 and completed in 1997. Jane Miller designed it, but Tom Ford led the work.",
          "qas": [{"qid": "a", "question": "What is the yearly maintenance budget?", "is_impossible": "true",
                   "answers": {"text": "", "answer_start": -1}},
                  {"qid": "b", "question": "Who designed the bridge?", "is_impossible": "false",
                   "answers": {"text": "Jane Miller", "answer_start": "58"}}]}]}]}
    expect:
      records:
        - { task_type: mrc_unanswerable, lang: en, answer: { type: none } }
        - { task_type: mrc_extractive, lang: en, answer: { value: Jane Miller } }
      rejected: {}
  - name: options_yes_no_and_table_cells_are_for_other_plans
    given:
      labels: |
        {"data": [{"doc_id": "L1", "doc_title": "대출 규정", "paragraphs": [{
          "context": "대출 기간은 10년이다. 이자는 매달 낸다.",
          "qas": [{"question_id": "q1", "question": "대출 기간은?", "qa_type": "multiple_choice",
                   "answer": {"text": "10년", "answer_start": 7, "options": ["5년", "10년", "15년", "20년"]}},
                  {"question_id": "q2", "question": "이자는 매달 내는가?", "qa_type": "text_entailment",
                   "answer": {"text": "예", "answer_start": -1, "options": []}},
                  {"question_id": "q3", "question": "이자는 해마다 내는가?",
                   "answer": {"text": "아니오", "answer_start": -1}},
                  {"question_id": "q4", "question": "3월 대출 건수는?", "qa_type": "tableqa",
                   "answer": {"text": "3", "answer_start": -1, "cell_text": ["3"]}}]}]}]}
    expect:
      questions: []
      records: []
      rejected: {}
  - name: labels_that_contradict_the_text_are_rejected
    given:
      labels: |
        {"data": [{"title": "가상 등대", "paragraphs": [{"context": "등대는 1931년에 세워졌다.",
          "qas": [{"id": "1", "question": "언제 세워졌나?", "answers": [{"text": "1931년", "answer_start": 3}]},
                  {"id": "2", "question": "누가 세웠나?", "answers": [{"text": "등대지기"}]},
                  {"id": "3", "question": "얼마나 높은가?", "answers": []},
                  {"id": "4", "question": "등대는 언제 세워졌나?", "is_impossible": true,
                   "answers": [{"text": "1931년", "answer_start": 4}]}]}]}]}
    expect:
      records: []
      sft_messages: []
      rejected:
        { ANSWER_NOT_AT_OFFSET: 1, ANSWER_NOT_IN_CONTEXT: 1, ANSWERABLE_BUT_NO_ANSWER: 1, IMPOSSIBLE_WITH_ANSWER: 1 }
  - name: short_passages_are_left_out_when_asked
    given:
      labels: |
        {"data": [{"title": "쪽지", "paragraphs": [{"context": "문은 9시에 연다.",
          "qas": [{"id": 1, "question": "문은 몇 시에 여는가?", "answers": [{"text": "9시", "answer_start": 3}]}]}]}]}
    params: { min_context: 80 }
    expect:
      records: []
      rejected: {}
@plan */

-- From documents to questions to records. What leaves on the way shows in the run's summary: short passages and other
-- kinds of questions are filtered, labels that contradict their text are rejected with a code and the place.
--
--   jogak run mrc_reasoning.sql --source labels=s3://bucket/89 --set domain=news --out ./out

-- 1. One row a paragraph. A document's questions share a split, so the document is the group.
CREATE VIEW paragraphs AS
SELECT coalesce(nullif(doc_id, ''), nullif(title, '')) AS group_id,
       title,
       unnest(paragraphs) AS paragraph
FROM labels;

-- 2. One row a question.
CREATE VIEW qas AS
SELECT group_id, title, paragraph['context'] AS context, unnest(paragraph['qas']) AS qa
FROM paragraphs
WHERE coalesce(character_length(paragraph['context']), 0) >= $min_context;

-- 3. What kind of question it is. (The same step stands in choice_reasoning.)
CREATE VIEW kinds AS
SELECT group_id, title, context, qa,
       CASE
         WHEN array_length(coalesce(qa['options'], qa['answers'][1]['options'])) > 0          THEN 'choice'
         WHEN coalesce(qa['qa_type'], qa['question_type']) = 'multiple_choice'                THEN 'choice'
         WHEN coalesce(qa['qa_type'], qa['question_type']) = 'text_entailment'                THEN 'yes_no'
         WHEN coalesce(qa['qa_type'], qa['question_type']) = 'tableqa'                        THEN 'table'
         WHEN lower(qa['answers'][1]['text']) IN ('예', '네', '아니오', '아니요', 'yes', 'no', 'true', 'false')
              AND coalesce(qa['answers'][1]['answer_start'], -1) < 0                          THEN 'yes_no'
         ELSE 'span'
       END AS kind
FROM qas;

-- 4. Spans, and questions without an answer. The others are not for this plan: `choice_reasoning` takes options and
--    yes/no questions; answers that are cells of a table have no place in the text.
CREATE VIEW questions AS
SELECT group_id, title, context,
       qa['question_id']   AS question_id,
       qa['question']      AS question,
       qa['answers']       AS answers,
       qa['is_impossible'] AS is_impossible
FROM kinds
WHERE kind = 'span';

-- 5. One record a question, or the reason why there is none: the sink writes `record` and books `reject`.
CREATE VIEW records AS
SELECT reason_mrc(
         context, question, answers, is_impossible,
         _src,
         named_struct('id', question_id, 'group', group_id, 'title', title, 'lang', $lang, 'domain', $domain)
       ) AS record
FROM questions;

-- 6. The same as conversations: one for each correct path, none for tier C.
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
