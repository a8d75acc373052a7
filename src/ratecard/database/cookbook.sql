-- cheapest: Who is cheapest? A price without conditions (`conditions = '{}'`) holds in all circumstances.
SELECT slug, seller, price, per, zero, source, checked FROM prices
WHERE meter = coalesce(:meter, 'input_tokens') AND conditions = '{}' AND price_status IN ('known', 'single')
ORDER BY price_number, slug, seller LIMIT 10;

-- cheapest-vision: Which models that read images cost least? Only prices that somebody vouches for, above zero.
SELECT prices.slug, prices.seller, prices.price, prices.per, prices.price_status
FROM prices
JOIN cards ON cards.slug = prices.slug
JOIN card_capabilities AS known ON known.card_id = cards.id AND known.capability = 'vision' AND known.value = 'yes'
WHERE prices.meter = 'input_tokens' AND prices.conditions = '{}' AND prices.above = 0
  AND prices.price_number > 0 AND prices.price_status IN ('known', 'single')
ORDER BY prices.price_number, prices.slug, prices.seller LIMIT 10;

-- model: All prices of one model, everywhere.
SELECT seller, meter, price, per, conditions, above, price_status FROM prices
WHERE slug = coalesce(:model, 'openai/gpt-image-2') ORDER BY seller, meter, price_number;

-- compared: What do others take for what the maker sells? The same meter, under no conditions, and how many times the maker's price.
SELECT made.slug, made.seller AS maker, made.price AS its_price, other.seller, other.price, made.per,
  round(other.price_number / made.price_number, 2) AS times
FROM prices AS made
JOIN prices AS other ON other.slug = made.slug AND other.meter = made.meter AND other.conditions = made.conditions
  AND other.above = made.above AND other.per = made.per AND other.currency = made.currency
WHERE made.seller = made.provider AND other.seller <> made.seller AND made.meter = coalesce(:meter, 'input_tokens')
  AND made.conditions = '{}' AND made.price_number > 0 AND other.price_status IN ('known', 'single')
ORDER BY times, made.slug, other.seller LIMIT 20;

-- depends: What does a model's price depend on? Each fact that any of its rates asks for, with the values that have a price.
SELECT offers.seller, rates.meter, asked.fact, group_concat(DISTINCT asked.value) AS with_a_price
FROM rate_conditions AS asked
JOIN rates ON rates.tariff_id = asked.tariff_id AND rates.position = asked.rate
JOIN tariffs ON tariffs.id = asked.tariff_id
JOIN offers ON offers.id = tariffs.offer_id
JOIN cards ON cards.id = offers.card_id
WHERE cards.slug = coalesce(:model, 'openai/gpt-image-1')
GROUP BY offers.seller, rates.meter, asked.fact;

-- by-quality: Which models are priced by the quality of an image?
SELECT DISTINCT cards.slug, offers.seller
FROM rate_conditions
JOIN tariffs ON tariffs.id = rate_conditions.tariff_id
JOIN offers ON offers.id = tariffs.offer_id
JOIN cards ON cards.id = offers.card_id
WHERE rate_conditions.fact = 'quality' ORDER BY 1, 2;

-- on-a-day: What was in force on another day? The price list that had taken effect and was not replaced by then; one without a day held before all others.
SELECT cards.slug, offers.seller, tariffs.effective, tariffs.until, rates.meter, rates.price, rates.per
FROM tariffs
JOIN offers ON offers.id = tariffs.offer_id
JOIN cards ON cards.id = offers.card_id
JOIN rates ON rates.tariff_id = tariffs.id
WHERE cards.slug = coalesce(:model, 'openai/o3')
  AND coalesce(tariffs.effective, '') <= coalesce(:day, '2025-06-01')
  AND coalesce(tariffs.until, '9999') > coalesce(:day, '2025-06-01');

-- statuses: How far can a price be relied on? The status of every offer, counted.
SELECT price_status, count(*) AS offers FROM offer_prices GROUP BY price_status ORDER BY offers DESC;

-- ends: What ends, and who says so? The end of each offer that has one: its own, else its model's.
SELECT slug, seller, model_id, date, source, via FROM ends
WHERE date >= coalesce(:day, '2026-11-01') ORDER BY date, slug LIMIT 20;

-- zeros: What does a zero mean? A price of zero always says why.
SELECT slug, seller, meter, zero, source FROM prices WHERE zero <> '' ORDER BY zero, slug LIMIT 20;

-- fees: What does a seller take on top?
SELECT seller, name, percent, basis, waived FROM fees ORDER BY seller, position;
