-- Views for people who read the file directly. Each is one statement; the comment above it is its
-- description.

-- Every price in force, one row per rate, with the model, the seller and the source; CROSS JOIN keeps the order of the
-- tables, so that a join of this view with itself goes from a model to its prices and not through a whole meter.
CREATE VIEW prices AS
SELECT
  cards.slug, cards.name, cards.provider, cards.modality, offers.seller, offers.model_id,
  rates.meter, rates.price, rates.per, tariffs.currency, rates.conditions, rates.above, rates.minimum,
  rates.zero, tariffs.price_status, tariffs.effective, tariffs.until, sources.url AS source, sources.checked,
  rates.price_number
FROM cards
CROSS JOIN offers ON offers.card_id = cards.id
CROSS JOIN tariffs ON tariffs.offer_id = offers.id
CROSS JOIN rates ON rates.tariff_id = tariffs.id
LEFT JOIN sources ON sources.tariff_id = tariffs.id AND sources.position = 0
WHERE (tariffs.effective IS NULL OR tariffs.effective <= date('now'))
  AND (tariffs.until IS NULL OR tariffs.until > date('now'));

-- Every offer with the status of its newest price list; unknown if it has none.
CREATE VIEW offer_prices AS
SELECT
  cards.slug, offers.seller, offers.model_id, offers.mode,
  coalesce(tariffs.price_status, 'unknown') AS price_status, tariffs.effective
FROM offers
JOIN cards ON cards.id = offers.card_id
LEFT JOIN tariffs ON tariffs.offer_id = offers.id AND tariffs.position = (
  SELECT max(position) FROM tariffs AS newest WHERE newest.offer_id = offers.id
)
WHERE offers.same_as IS NULL;

-- The end of each offer that has one, which may be to come: its own, else that of the model unless its weights are open
-- or a list that is newer than this shows the offer.
CREATE VIEW ends AS
SELECT
  offers.id AS offer_id, cards.slug, offers.seller, offers.model_id, coalesce(own.date, made.date) AS date,
  json_extract(coalesce(own.source, made.source), '$.url') AS source,
  json_extract(coalesce(own.source, made.source), '$.via') AS via
FROM offers
JOIN cards ON cards.id = offers.card_id
LEFT JOIN offer_events AS own ON own.offer_id = offers.id AND own.event = 'retired'
LEFT JOIN events AS made ON made.card_id = cards.id AND made.event = 'retired'
WHERE offers.same_as IS NULL
  AND (
    own.date IS NOT NULL OR (made.date IS NOT NULL AND offers.seen IS NULL)
    OR (made.date >= offers.seen AND json_extract(cards.licence, '$.weights') IS NOT 'open')
  );

-- The treatment of masks by each model at each seller; the seller's value goes before the maker's.
CREATE VIEW masks AS
SELECT
  cards.slug, offers.seller, coalesce(offered.value, held.value, 'unknown') AS mask
FROM cards
LEFT JOIN offers ON offers.card_id = cards.id AND offers.same_as IS NULL
LEFT JOIN card_capabilities AS held ON held.card_id = cards.id AND held.capability = 'mask'
LEFT JOIN offer_capabilities AS offered ON offered.offer_id = offers.id AND offered.capability = 'mask';

-- Claims whose price differs from that of the price list.
CREATE VIEW disputes AS
SELECT
  cards.slug, offers.seller, claims.meter, claims.conditions, claims.price AS claimed,
  claims.per AS claimed_per, rates.price AS held, rates.per AS held_per,
  json_extract(claims.source, '$.url') AS source, json_extract(claims.source, '$.via') AS via
FROM claims
JOIN tariffs ON tariffs.id = claims.tariff_id
JOIN offers ON offers.id = tariffs.offer_id
JOIN cards ON cards.id = offers.card_id
JOIN rates ON rates.tariff_id = claims.tariff_id AND rates.meter = claims.meter
  AND rates.conditions = claims.conditions AND rates.above = claims.above
WHERE rates.price_number <> claims.price_number;
