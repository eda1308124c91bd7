MODEL (
  name mart.pay,
  kind FULL,
  description 'Pay premiums by specialty with the baseline that each is measured against, one row a premium.',
  grain position
);

SELECT
  pay.position::INT, -- order in the configuration
  pay.rank::INT, -- place for equal seniority, 1 is the highest
  pay.specialty::TEXT, -- the specialty
  pay.camp::TEXT, -- the camp, if only one
  pay.level::TEXT, -- seniority
  pay.low_percent::INT, -- lower end of the premium in percent of the baseline
  pay.high_percent::INT, -- upper end
  pay.baseline::TEXT, -- what the premium is measured against
  pay.condition::TEXT, -- when it holds
  pay.note::TEXT, -- what else to know
  pay.year::INT, -- the year it is about
  pay.geography::TEXT, -- where
  pay.component::TEXT, -- base, total or unstated
  pay.source::TEXT, -- who says so
  pay.reliability::TEXT, -- low, medium or high
  pay.as_of::DATE -- the day the table was last gone over
FROM ref.pay AS pay
