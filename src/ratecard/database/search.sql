-- The searchable words of each card.
CREATE VIEW card_words AS
SELECT
  cards.id AS id, cards.slug, cards.name, providers.name AS provider, cards.family, cards.description,
  (SELECT group_concat(name, ' ') FROM (SELECT name FROM names WHERE card_id = cards.id ORDER BY name))
  || ' ' || cards.use_cases || ' ' || cards.strengths AS further
FROM cards JOIN providers ON providers.id = cards.provider;

CREATE VIRTUAL TABLE card_search USING fts5 (
  slug, name, provider, family, description, further,
  content = 'card_words', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
