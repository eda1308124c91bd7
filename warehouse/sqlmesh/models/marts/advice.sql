MODEL (
  name mart.advice,
  kind FULL,
  description 'What to look for, what misleads and which backgrounds are adjacent, one row a piece of advice.',
  grain (specialty, kind, position)
);

SELECT
  advice.specialty::TEXT, -- the specialty
  advice.kind::TEXT, -- what_to_look_for, what_misleads or adjacent_background
  advice.position::INT, -- order in the configuration
  advice.advice::TEXT -- the advice
FROM ref.advice AS advice
