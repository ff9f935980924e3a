/* @plan
name: math_reasoning
title:
  ko: 수학 문장제 풀이 → 검산된 추론 레코드
  en: Word problems with solutions -> recomputed reasoning records
description:
  ko: 풀이의 식을 모두 다시 계산하고, 거꾸로 푼 길, 다른 순서의 길, 흔한 실수와 그 교정을 더한다. 맞지 않는 식은 거절한다.
  en: Computes every equation again and adds the way back, another order, a usual mistake and its correction.
tags: [llm, reasoning, math]
version: 1

sources:
  # One problem a document, a list of problems, or a problem a line. Two ways to give the answer:
  #  - in a field of its own, beside the solution;
  #  - at the end of the solution, behind `####` (GSM8K, where the field `answer` holds the solution).
  labels:
    files: ["**/*.zip", "**/*.json", "**/*.jsonl"]
    members: ["**/*.json", "**/*.jsonl"]
    records: ["$[*]", "$.data[*]", "$"]
    schema:
      id:       { type: string, aliases: [problem_id], alternatives: [int] }
      question: { type: string, aliases: [question_text, qustion_text, problem] }
      solution: { type: string, aliases: [solution_text, soultion_text, explanation] }
      answer:   { type: string, aliases: [answer_text, anwser_text, final_answer], alternatives: [int, float] }

params:
  lang:   { type: string, default: "auto" }       # language of the steps: ko, en, or auto: that of the problem
  domain: { type: string, default: "general" }    # subject, written to every record
  style:  { type: string, default: "think_tag" }  # steps: think_tag, plain, none, thinking, reasoning_content

outputs:
  records:      { mode: append, publish: [hf] }
  sft_messages: { mode: append, publish: ["trl:sft_messages"] }

columns:
  record_id:         { ko: 레코드 식별자, en: id of the record, checks: [not_null] }
  question:          { ko: 문제, checks: [not_empty] }
  answer.normalized: { ko: 정답, en: the answer as an exact number, checks: [not_empty] }
  tier:              { ko: 검증 등급, en: how much can be re-checked, checks: [{ accepted: [A, C] }] }
  split:             { ko: 분할, checks: [{ accepted: [train, validation, test] }] }
  messages:          { ko: 대화, checks: [{ length: 2 }] }
  # Of `records` alone: one record has several conversations.
  records.record_id: { checks: [unique] }
  provenance.record_sha256: { checks: [not_null] }

checks:
  - { name: paths_unless_label_only, expr: "(tier = 'C') = empty(paths)", on_fail: quarantine }

tests:
  - name: one_problem_a_document
    given:
      labels: |
        {"id": "M_00000001", "question_grade": "P3", "question_term": 1, "question_topic_name": "자연수의 혼합 계산",
         "question_text": "컵을 20개 구웠다. 그 가운데 4개가 깨졌고 5개는 이웃에게 주었다. 남은 컵을 한 개에 3,000원씩 받고 모두 팔았다면 받은 돈은 얼마인가?",
         "answer_text": "33000원",
         "solution_text": "남은 컵은 20 - 4 - 5 = 11(개)이다.\n받은 돈은 11 × 3000 = 33000(원)이다.\n따라서 답은 33000원이다."}
    expect:
      problems: [{ id: M_00000001, answer: 33000원 }]
      records:
        - { task_type: math_equation, lang: ko, domain: general, tier: A, answer: { normalized: "33000", unit: 원 } }
      rejected: {}
  - name: a_problem_a_line_with_calculator_notes
    given:
      labels: |
        {"question": "A potter fires 20 cups, breaks 4 and gives 5 away. She sells the rest for 3 dollars each. How many dollars does she get?", "answer": "She has 20-4-5=<<20-4-5=11>>11 cups left.\nShe gets 11*3=$<<11*3=33>>33.\n#### 33"}
        {"question": "A bus holds 42 people. 6 get off and 9 get on. How many people are on the bus?", "answer": "42-6=<<42-6=36>>36 stay.\n36+9=<<36+9=45>>45 are on the bus.\n#### 45"}
    expect:
      problems: [{ answer: null }, { answer: null }]
      records: [{ lang: en, tier: A, answer: { value: "33" } }, { lang: en, tier: A, answer: { value: "45" } }]
      rejected: {}
  - name: problems_under_a_key_with_numbers_as_answers
    given:
      labels: |
        {"data": [{"problem_id": 5, "problem": "책꽂이 7개에 책이 24권씩 꽂혀 있다. 오늘 18권을 빌려주었다면 남은 책은 몇 권인가?",
                   "solution": "처음에 있던 책은 7 × 24 = 168(권)이다. 남은 책은 168 - 18 = 150(권)이다.", "answer": 150}]}
    expect:
      problems: [{ id: "5", answer: "150" }]
      records: [{ task_type: math_equation, tier: A, answer: { value: "150" } }]
      rejected: {}
  - name: an_answer_without_equations_has_no_path
    given:
      labels: |
        [{"question": "3보다 큰 가장 작은 소수는 무엇인가?", "solution": "4는 소수가 아니고 5는 소수이다.", "answer": "5"},
         {"question": "바둑돌이 12개 있다. 3개를 더 놓으면 몇 개인가?", "answer": "15개"}]
    expect:
      records: [{ tier: C }, { tier: C }]
      sft_messages: []
      rejected: {}
  - name: wrong_equations_and_missing_answers_are_rejected
    given:
      labels: |
        [{"question": "컵 20개 가운데 4개가 깨졌다. 남은 컵은 몇 개인가?", "solution": "남은 컵은 20 - 4 = 17(개)이다.", "answer": "16개"},
         {"question": "컵 20개 가운데 4개가 깨졌다. 남은 컵은 몇 개인가?", "solution": "남은 컵은 <<20-4=16>>16개이다.\n#### 16", "answer": "15"},
         {"question": "컵 20개 가운데 4개가 깨졌다. 남은 컵은 몇 개인가?", "solution": "남은 컵은 20 - 4 = 16(개)이다."},
         {"question": "다음 가운데 옳은 것은?", "solution": "둘째가 옳다.", "answer": "②"},
         {"question": " ", "solution": "1 + 1 = 2", "answer": "2"}]
    expect:
      records: []
      sft_messages: []
      rejected:
        { EQUATION_DOES_NOT_COMPUTE: 1, ANSWER_CONFLICT: 1, NO_ANSWER: 1, ANSWER_NOT_A_NUMBER: 1, EMPTY_QUESTION: 1 }
@plan */

-- A problem, a record. Nothing is repaired: an equation that does not compute rejects its problem.
--
--   jogak run math_reasoning.sql --source labels=./gsm8k.jsonl --out ./out

-- 1. Solution and answer, each in its place: an `answer` with `####` in it is a solution that ends in the answer.
CREATE VIEW problems AS
SELECT id, question,
       CASE WHEN solution IS NULL AND contains(answer, '####') THEN answer ELSE solution END AS solution,
       CASE WHEN solution IS NULL AND contains(answer, '####') THEN NULL ELSE answer END     AS answer
FROM labels;

-- 2. One record a problem, or the reason why there is none: the sink writes `record` and books `reject`.
CREATE VIEW records AS
SELECT reason_math(
         question, solution, answer,
         _src,
         named_struct('id', id, 'lang', $lang, 'domain', $domain)
       ) AS record
FROM problems;

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
