/* @plan
name: choice_reasoning
title:
  ko: 선다형·예/아니오 라벨 → 근거 기반 추론 레코드
  en: Multiple-choice and yes/no labels -> reasoning records with evidence
description:
  ko: 보기를 하나씩 글에 비추어 고르거나 지우고, 예/아니오 물음을 글의 문장과 견준다.
  en: Holds options one by one against the text, and yes/no questions against its sentences.
tags: [llm, reasoning, choice]
version: 1

sources:
  # A record is a document with paragraphs and questions, as in reading comprehension, or a question by itself:
  # `paragraphs` or `question`. Options stand beside the question or inside the answer.
  labels:
    files: ["**/*.zip", "**/*.json", "**/*.jsonl"]
    members: ["**/*.json", "**/*.jsonl"]
    records: ["$.data[*]", "$[*]", "$"]
    schema:
      doc_id:      { type: string, aliases: [docId, document_id], alternatives: [int] }
      title:       { type: string, aliases: [doc_title] }
      context:     { type: string, aliases: [passage] }
      question_id: { type: string, aliases: [id, qid], alternatives: [int] }
      question:    string
      qa_type:     string
      options:     { type: list<string>, aliases: [choices], alternatives: [string] }
      answer:      { type: string, aliases: [label], alternatives: [int, float, bool] }
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
  lang:         { type: string, default: "auto" }       # language of the steps: ko, en, or auto: that of the question
  domain:       { type: string, default: "general" }    # subject, written to every record: news, finance, law, …
  first_option: { type: int,    default: 1 }            # the number that means the first option: 0 in some sets
  style:        { type: string, default: "think_tag" }  # steps: think_tag, plain, none, thinking, reasoning_content

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
  - name: options_inside_the_answer
    given:
      labels: |
        {"data": [{"doc_id": "L1", "doc_title": "대출 규정", "paragraphs": [{"context_id": "c1", "tbs": [],
          "context": "햇살은행의 대출 기간은 10년이다. 보증금은 5년 뒤에 돌려준다. 이자는 매달 25일에 낸다.",
          "qas": [{"question_id": "q1", "question": "햇살은행의 대출 기간은 얼마인가?", "qa_type": "multiple_choice",
            "answer": {"text": "10년", "answer_start": 13, "clue_text": "햇살은행의 대출 기간은 10년이다.", "clue_start": 0,
                       "options": ["5년", "10년", "15년", "20년"]}}]}]}]}
    params: { domain: finance }
    expect:
      questions: [{ kind: choice, question_id: q1, group_id: L1, answer: 10년, clue_start: 0 }]
      records: [{ task_type: mcq, domain: finance, lang: ko, tier: B, answer: { value: 10년, normalized: "2" } }]
      rejected: {}
  - name: answers_by_number_count_from_one
    given:
      labels: |
        {"data": [{"doc_id": "A1", "doc_title": "나루 도서관", "paragraphs": [{
          "context": "나루 도서관은 1998년에 문을 열었다. 열람석은 320석이다. 주차장은 없다.",
          "qas": [{"question_id": 3, "question": "나루 도서관이 문을 연 해는 언제인가?", "is_impossible": false,
            "question_type": "multiple_choice",
            "answers": {"text": 2, "answer_start": -1, "clue_text": "", "clue_start": -1,
                        "options": ["1988년", "1998년", "2008년", "2018년"]}}]}]}]}
    expect:
      questions: [{ kind: choice, question_id: "3", answer: "2", number: 1 }]
      records: [{ task_type: mcq, tier: B, answer: { value: 1998년, normalized: "2" } }]
      rejected: {}
  - name: yes_no_questions
    given:
      labels: |
        {"data": [{"doc_id": "L2", "doc_title": "요금 안내", "paragraphs": [{
          "context": "버스 요금은 1,500원이다. 어린이는 요금을 내지 않는다.",
          "qas": [{"question_id": "q1", "question": "버스 요금은 1,500원인가?", "qa_type": "text_entailment",
                   "answer": {"text": "예", "answer_start": -1, "clue_text": "버스 요금은 1,500원이다.", "clue_start": 0,
                              "options": []}},
                  {"question_id": "q2", "question": "버스 요금은 1,800원인가?", "qa_type": "text_entailment",
                   "answer": {"text": "아니오", "answer_start": -1, "options": []}},
                  {"question_id": "q3", "question": "어린이는 요금을 내는가?",
                   "answer": {"text": "No", "answer_start": -1}}]}]}]}
    expect:
      questions: [{ kind: yes_no, answer: 예 }, { kind: yes_no, answer: 아니오 }, { kind: yes_no, answer: "No" }]
      records:
        - { task_type: classification, tier: B, answer: { value: 예, type: boolean } }
        - { task_type: classification, answer: { value: 아니오, normalized: 아니요 } }
        - { task_type: classification, answer: { value: "No", normalized: 아니요 } }
      rejected: {}
  - name: questions_by_themselves
    given:
      labels: |
        {"id": 1, "question": "다음 가운데 바다가 아닌 것은?", "choices": ["동해", "서해", "남해", "한강"], "answer": "④"}
        {"id": 2, "passage": "The Alder Bridge was completed in 1997.", "question": "When was the Alder Bridge completed?",
         "options": ["1994", "1997"], "answer": "B"}
        {"id": 3, "passage": "The library is closed on Mondays.", "question": "Is the library closed on Mondays?",
         "answer": true}
    expect:
      questions:
        - { question_id: "1", kind: choice, answer: ④ }
        - { question_id: "2", kind: choice, answer: B }
        - { question_id: "3", kind: yes_no, answer: "true" }
      records:
        - { task_type: mcq, lang: ko, tier: C, contexts: [], answer: { value: 한강, normalized: "4" } }
        - { task_type: mcq, lang: en, answer: { value: "1997", normalized: "2" } }
        - { task_type: classification, lang: en, answer: { normalized: "yes" } }
      rejected: {}
  - name: numbers_that_count_from_zero
    given:
      labels: |
        [{"question": "1년은 몇 달인가?", "choices": ["열 달", "열두 달"], "answer": 1}]
    params: { first_option: 0 }
    expect:
      questions: [{ answer: "1", number: 1 }]
      records: [{ task_type: mcq, tier: C, answer: { value: 열두 달, normalized: "2" } }]
  - name: spans_and_table_cells_are_for_other_plans
    given:
      labels: |
        {"data": [{"title": "가상 등대", "paragraphs": [{"context": "등대는 1931년에 세워졌다.",
          "qas": [{"id": "1", "question": "언제 세워졌나?", "answers": [{"text": "1931년", "answer_start": 4}]},
                  {"id": "2", "question": "5월의 방문자는?", "qa_type": "tableqa", "answer": {"text": "120", "answer_start": -1}},
                  {"id": "3", "question": "높이는?", "is_impossible": true, "answers": []}]}]}]}
    expect:
      records: []
      rejected: {}
  - name: answers_that_are_no_option_are_rejected
    given:
      labels: |
        [{"question": "한 주는 며칠인가?", "options": ["엿새", "이레"], "answer": "여드레"},
         {"question": "한 주는 며칠인가?", "options": ["엿새", "이레"], "answer": 3},
         {"question": "한 주는 며칠인가?", "options": ["이레"], "answer": "이레"},
         {"question": "한 주는 며칠인가?", "options": ["이레", "이레"], "answer": "이레"},
         {"question": "해는 동쪽에서 뜨는가?", "answer": "예"}]
    expect:
      records: []
      sft_messages: []
      rejected: { GOLD_NOT_AN_OPTION: 2, TOO_FEW_OPTIONS: 1, DUPLICATE_OPTIONS: 1, EMPTY_CONTEXT: 1 }
@plan */

-- The questions that mrc_reasoning leaves: options, and yes or no. Two builders fill one column, so that each question
-- is looked at once and either becomes a record or is rejected with a code.
--
--   jogak run choice_reasoning.sql --source labels=s3://bucket/569 --set first_option=1 --out ./out

-- 1. One row a paragraph. A record without paragraphs is a question by itself: it goes on as one row with an empty
--    paragraph, and keeps its own columns.
CREATE VIEW paragraphs AS
SELECT coalesce(nullif(doc_id, ''), nullif(title, '')) AS group_id,
       title,
       context     AS own_context,
       question_id AS own_id,
       question    AS own_question,
       qa_type     AS own_type,
       options     AS own_options,
       answer      AS own_answer,
       unnest(coalesce(paragraphs, make_array(NULL))) AS paragraph
FROM labels;

-- 2. One row a question.
CREATE VIEW qas AS
SELECT *, unnest(coalesce(paragraph['qas'], make_array(NULL))) AS qa
FROM paragraphs;

-- 3. Both shapes in the same columns. Negative places mean "unknown".
CREATE VIEW questions_of_all_kinds AS
SELECT group_id, title,
       coalesce(paragraph['context'], own_context)                             AS context,
       coalesce(qa['question_id'], own_id)                                     AS question_id,
       coalesce(qa['question'], own_question)                                  AS question,
       coalesce(qa['qa_type'], qa['question_type'], own_type)                  AS qa_type,
       coalesce(qa['options'], qa['answers'][1]['options'], own_options)       AS options,
       coalesce(qa['answers'][1]['text'], own_answer)                          AS answer,
       coalesce(qa['answers'][1]['answer_start'], -1)                          AS answer_start,
       qa['answers'][1]['clue_text']                                           AS clue_text,
       CASE WHEN qa['answers'][1]['clue_start'] >= 0 THEN qa['answers'][1]['clue_start'] END AS clue_start
FROM qas;

-- 4. What kind of question it is. (The same step stands in mrc_reasoning, which takes the spans.)
CREATE VIEW kinds AS
SELECT *,
       CASE
         WHEN array_length(options) > 0     THEN 'choice'
         WHEN qa_type = 'multiple_choice'   THEN 'choice'
         WHEN qa_type = 'text_entailment'   THEN 'yes_no'
         WHEN qa_type = 'tableqa'           THEN 'table'
         WHEN lower(answer) IN ('예', '네', '아니오', '아니요', 'yes', 'no', 'true', 'false')
              AND answer_start < 0          THEN 'yes_no'
         ELSE 'span'
       END AS kind
FROM questions_of_all_kinds;

-- 5. Multiple choice and yes/no. A number that is none of the options' texts is the number of an option.
CREATE VIEW questions AS
SELECT kind, group_id, title, context, question_id, question, options, answer, clue_text, clue_start,
       CASE WHEN array_has(options, answer) THEN NULL ELSE TRY_CAST(answer AS BIGINT) - $first_option END AS number
FROM kinds
WHERE kind IN ('choice', 'yes_no');

-- 6. What every builder takes beside the question.
CREATE VIEW prepared AS
SELECT *,
       named_struct('id', question_id, 'group', group_id, 'title', title, 'clue_text', clue_text,
                    'clue_start', clue_start, 'lang', $lang, 'domain', $domain) AS about
FROM questions;

-- 7. One record a question, or the reason why there is none. Which builder runs depends on the row; each row meets one.
CREATE VIEW records AS
SELECT CASE
         WHEN kind = 'yes_no'      THEN reason_yes_no(context, question, answer, _src, about)
         WHEN number IS NOT NULL   THEN reason_choice(context, question, options, number, _src, about)
         ELSE                           reason_choice(context, question, options, answer, _src, about)
       END AS record
FROM prepared;

-- 8. The same as conversations: one for each correct path, none for tier C.
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
