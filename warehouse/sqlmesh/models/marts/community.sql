MODEL (
  name mart.community,
  kind FULL,
  description 'Where practitioners gather, one row a specialty and community.',
  grain (specialty, name)
);

SELECT
  community.specialty::TEXT, -- the specialty
  community.position::INT, -- order in the configuration
  community.name::TEXT, -- the community
  community.kind::TEXT, -- online, conference, chat, meetup or open_source
  community.url::TEXT, -- its page
  community.crawled::BOOLEAN, -- whether this pipeline reads it; where false it is a place for people, never for a crawler
  community.note::TEXT -- what to know
FROM ref.community AS community
