MODEL (
  name mart.interview_guide,
  kind FULL,
  description 'Interview questions by specialty, one row a question.',
  grain (specialty, question_id)
);

SELECT
  interview.specialty::TEXT, -- the specialty
  interview.position::INT, -- order in the guide
  interview.question_id::TEXT, -- the question's id
  interview.competency::TEXT, -- what it tests
  interview.question::TEXT, -- the question
  interview.strong_signal::TEXT, -- what a strong answer holds
  interview.weak_signal::TEXT, -- what a weak answer sounds like
  interview.source::TEXT -- where the question is from
FROM ref.interview AS interview
