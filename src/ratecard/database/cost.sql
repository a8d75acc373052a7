-- The cost of a usage at an offer, from the catalog's tables alone. Its parameters are
--
--   :slug        the card                                            'openai/gpt-image-1'
--   :seller      the seller; null: the first on the card             'openai'
--   :model_id    the seller's model id; null: any                    null
--   :at          the time in UTC; null: now                          '2026-11-20T12:00:00Z'
--   :quantities  the quantities used by meter, as texts              '{"images": "2"}'
--   :facts       the facts; null: none                               '{"quality": "high"}'
--
-- The result has one row per part of the bill: `line`, `adjustment`, `total`, `fee`, `funding` and `assumed` facts; or
-- only `unpriced` rows, one for each item without a price or with an invalid value. Amounts are exact; a quotient that
-- does not end is rounded half-even at 18 decimals. The functions decimal_* are those of SQLite's decimal extension,
-- which its shell has built in. docs/sql.md shows how to run it.

WITH RECURSIVE

-- 1. The quantities used, and the length of the prompt, which thresholds count.

given (meter, quantity) AS (SELECT key, coalesce(CAST(value AS TEXT), '') FROM json_each(:quantities)),
unreadable (meter) AS (
  SELECT meter FROM given
  WHERE quantity GLOB '*[^0-9.]*' OR quantity NOT GLOB '*[0-9]*' OR quantity GLOB '*.*.*'
),
used (meter, quantity) AS (
  SELECT meter, quantity FROM given
  WHERE decimal_cmp(iif(meter IN (SELECT meter FROM unreadable), '0', quantity), '0') > 0
),
prompt (tokens) AS (
  SELECT coalesce(decimal_sum(used.quantity), '0')
  FROM used JOIN meters ON meters.id = used.meter WHERE meters.prompt
),

-- 2. The price list: the last one of the offer that was in effect on the day.

offer (id, seller, chosen) AS (
  SELECT coalesce(offers.same_as, offers.id), offers.seller, offers.id FROM offers JOIN cards ON cards.id = offers.card_id
  WHERE cards.slug = :slug
    AND offers.seller = coalesce(:seller, offers.seller)
    AND offers.model_id = coalesce(:model_id, offers.model_id)
  ORDER BY (
    SELECT count(*) FROM json_each(offers.facts) AS own JOIN json_each(coalesce(:facts, '{}')) AS asked
    ON asked.key = own.key AND asked.value = own.value
  ) * (offers.seller = (
    SELECT first.seller FROM offers AS first WHERE first.card_id = offers.card_id
    AND first.seller = coalesce(:seller, first.seller) AND first.model_id = coalesce(:model_id, first.model_id)
    ORDER BY first.position LIMIT 1
  )) DESC, offers.position LIMIT 1
),
too_early (why) AS (   -- the offer's own release goes before that of its model
  SELECT 'no release yet' FROM offer JOIN offers ON offers.id = offer.id
  WHERE date(coalesce(:at, 'now')) < coalesce(
    (SELECT date FROM offer_events WHERE offer_id = offers.id AND event = 'released' ORDER BY position LIMIT 1),
    (SELECT date FROM events WHERE card_id = offers.card_id AND event = 'released' ORDER BY position LIMIT 1)
  )
),
tariff AS (
  SELECT tariffs.* FROM tariffs JOIN offer ON offer.id = tariffs.offer_id
  WHERE (tariffs.effective IS NULL OR tariffs.effective <= date(coalesce(:at, 'now')))
    AND NOT EXISTS (SELECT 1 FROM too_early)
  ORDER BY tariffs.position DESC LIMIT 1
),

-- 3. The facts: those given, in the words of the list where the seller has its own, else the period at the time, else the list's defaults.

window_of_week (period, first_day, last_day, start, until) AS (   -- of texts such as 'mon-fri 16:30-24:00'
  SELECT
    named.key,
    instr('mon tue wed thu fri sat sun', substr(part.value, 1, 3)) / 4,
    instr('mon tue wed thu fri sat sun', substr(part.value, instr(part.value, ' ') - 3, 3)) / 4,
    substr(part.value, -11, 5),
    substr(part.value, -5)
  FROM tariff, json_each(tariff.periods) AS named, json_each(named.value) AS part
),
clock (day, time) AS (
  SELECT (strftime('%w', coalesce(:at, 'now')) + 6) % 7, strftime('%H:%M', coalesce(:at, 'now'))
),
period (facts) AS (
  SELECT json_object('period', coalesce((
    SELECT period FROM window_of_week, clock
    WHERE (day - first_day + 7) % 7 <= (last_day - first_day + 7) % 7 AND start <= time AND time < until
  ), 'standard'))
  FROM tariff WHERE tariff.periods <> '{}'
),
said_fact (fact, value) AS (
  SELECT given.key, coalesce(
    (
      SELECT word.value FROM offer JOIN sellers ON sellers.id = offer.seller,
        json_each(sellers.means, '$."' || given.key || '"') AS word
      WHERE word.key = CAST(given.value AS TEXT)
    ),
    CAST(given.value AS TEXT)
  )
  FROM json_each(coalesce(:facts, '{}')) AS given
),
condition (fact, value) AS (
  SELECT part.key, part.value
  FROM rates JOIN tariff ON tariff.id = rates.tariff_id, json_each(rates.conditions) AS part
  UNION
  SELECT part.key, part.value
  FROM adjustments JOIN tariff ON tariff.id = adjustments.tariff_id, json_each(adjustments.conditions) AS part
),
-- A list that goes by resolution and not by size takes a size for the only one of its classes that the size is of:
-- 1080p has 1080 pixels on its shorter side, 2K about as many in all as 2048x2048. Else the size stands for itself.
sides (size, width, height) AS (
  SELECT value, CAST(value AS INTEGER), CAST(substr(value, instr(value, 'x') + 1) AS INTEGER)
  FROM said_fact
  WHERE fact = 'size' AND NOT EXISTS (SELECT 1 FROM said_fact WHERE fact = 'resolution')
    AND EXISTS (SELECT 1 FROM condition WHERE fact = 'resolution')
    AND NOT EXISTS (SELECT 1 FROM condition WHERE fact = 'size')
),
class (value, side) AS (
  SELECT value, CAST(round(CAST(value AS REAL) * iif(value LIKE '%p', 1, 1024)) AS INTEGER)
  FROM (
    SELECT value FROM condition WHERE fact = 'resolution'
    UNION
    SELECT usual.value FROM tariff, json_each(tariff.defaults) AS usual WHERE usual.key = 'resolution'
  )
),
classed (value) AS (
  SELECT class.value FROM class, sides
  WHERE iif(class.value LIKE '%p', min(width, height) = side, abs(width * height - side * side) * 20 <= side * side)
),
stated_fact (fact, value) AS (
  SELECT fact, value FROM said_fact
  UNION ALL
  SELECT 'resolution', iif((SELECT count(*) FROM classed) = 1, (SELECT value FROM classed), size) FROM sides
),
fact (fact, value) AS (
  SELECT held.key, CAST(held.value AS TEXT)
  FROM tariff, json_each(
    json_patch(
      json_patch(tariff.defaults, coalesce((SELECT facts FROM period), '{}')),
      (SELECT json_group_object(fact, value) FROM stated_fact)
    )
  ) AS held
),

-- 4. The rates that apply, and the one that wins: it has the most conditions, and a threshold is a condition. Of those
--    under the same conditions the highest threshold wins; two under others tie, and neither wins.

rate AS (
  SELECT
    rates.*,
    dense_rank() OVER (
      PARTITION BY rates.meter
      ORDER BY (SELECT count(*) FROM json_each(rates.conditions)) + (rates.above > 0) DESC
    ) AS place
  FROM rates JOIN tariff ON tariff.id = rates.tariff_id JOIN prompt
  WHERE (rates.above = 0 OR decimal_cmp(prompt.tokens, rates.above) > 0)
    AND NOT EXISTS (SELECT key, value FROM json_each(rates.conditions) EXCEPT SELECT fact, value FROM fact)
),
winner AS (
  SELECT * FROM rate AS best
  WHERE place = 1 AND NOT EXISTS (
    SELECT 1 FROM rate AS other
    WHERE other.meter = best.meter AND other.place = 1
      AND (other.conditions <> best.conditions OR other.above > best.above)
  )
),
-- The facts given that ask for anything but the standard price, and the values that the list knows of each for a meter.
asked (fact, value) AS (
  SELECT given.fact, given.value
  FROM stated_fact AS given JOIN facts ON facts.id = given.fact JOIN offer
  WHERE given.value NOT IN (SELECT value FROM json_each(facts.plain))
    AND given.value IS NOT (
      SELECT usual.value FROM tariff, json_each(tariff.defaults) AS usual WHERE usual.key = given.fact
    )
    AND given.value IS NOT (
      SELECT own.value FROM offers, json_each(offers.facts) AS own WHERE offers.id = offer.chosen AND own.key = given.fact
    )
),
stated (meter, fact, value) AS (
  SELECT rates.meter, part.key, part.value
  FROM rates JOIN tariff ON tariff.id = rates.tariff_id, json_each(rates.conditions) AS part
  UNION
  SELECT rates.meter, part.key, part.value
  FROM adjustments JOIN tariff ON tariff.id = adjustments.tariff_id, json_each(adjustments.conditions) AS part
  JOIN rates ON rates.tariff_id = tariff.id
  WHERE adjustments.meters = '[]' OR rates.meter IN (SELECT value FROM json_each(adjustments.meters))
),
unstated (meter) AS (
  SELECT priced.meter
  FROM (SELECT DISTINCT rates.meter FROM rates JOIN tariff ON tariff.id = rates.tariff_id) AS priced JOIN asked
  WHERE CASE
    WHEN EXISTS (SELECT 1 FROM stated WHERE stated.meter = priced.meter AND stated.fact = asked.fact)
      THEN asked.value NOT IN (
        SELECT value FROM stated WHERE stated.meter = priced.meter AND stated.fact = asked.fact
      )
    ELSE asked.fact IN (
      SELECT scaled.value
      FROM sellers JOIN offer ON offer.seller = sellers.id, json_each(sellers.scaled, '$."' || priced.meter || '"') AS scaled
    )
  END
),

-- 5. The quantities billed: each meter of the list, as given or as a reading of a given one.

priced (meter, position) AS (
  SELECT rates.meter, min(rates.position) FROM rates JOIN tariff ON tariff.id = rates.tariff_id GROUP BY rates.meter
),
charge (meter, position, item, quantity, times) AS (
  SELECT
    priced.meter, priced.position, coalesce(itself.meter, origin.meter), coalesce(itself.quantity, origin.quantity),
    iif(itself.meter IS NULL, json_extract(meters.reading, '$.times'), '[]')
  FROM priced
  JOIN meters ON meters.id = priced.meter
  LEFT JOIN used AS itself ON itself.meter = priced.meter
  LEFT JOIN used AS origin ON origin.meter = json_extract(meters.reading, '$.of')
  WHERE itself.meter IS NOT NULL OR origin.meter IS NOT NULL
),
factor (meter, place, measure, fact) AS (   -- 'megapixels of size' measures a fact, 'steps' is one
  SELECT
    charge.meter, part.key, substr(part.value, 1, instr(part.value, ' of ') - 1),
    iif(instr(part.value, ' of '), substr(part.value, instr(part.value, ' of ') + 4), part.value)
  FROM charge, json_each(charge.times) AS part
),
sized (meter, place, measure, first, second) AS (   -- 1024x768 begins with its width; a count is its own first
  SELECT
    factor.meter, factor.place, factor.measure,
    CAST(fact.value AS INTEGER), CAST(substr(fact.value, instr(fact.value, 'x') + 1) AS INTEGER)
  FROM factor LEFT JOIN fact ON fact.fact = factor.fact
),
measured (meter, done, quantity) AS (   -- null where a fact is missing
  SELECT meter, 0, quantity FROM charge
  UNION ALL
  SELECT
    measured.meter, measured.done + 1,
    decimal_mul(measured.quantity, CASE sized.measure
      WHEN '' THEN first
      WHEN 'pixels' THEN first * second
      WHEN 'megapixels' THEN (first * second + 1048575) / 1048576
      WHEN 'extra megapixels' THEN (first * second + 1048575) / 1048576 - 1
      WHEN 'tiles' THEN (first + 511) / 512 * ((second + 511) / 512)
    END)
  FROM measured JOIN sized ON sized.meter = measured.meter AND sized.place = measured.done
),
billed (meter, position, item, quantity) AS (
  SELECT charge.meter, charge.position, charge.item, measured.quantity
  FROM charge JOIN measured ON measured.meter = charge.meter AND measured.done = json_array_length(charge.times)
),

-- 6. The items without a price or with an invalid value; with any of them there is no bill.

unpriced (meter, why) AS (
  SELECT '', 'no such offer' WHERE NOT EXISTS (SELECT 1 FROM offer)
  UNION ALL
  SELECT '', 'no such moment' FROM clock WHERE time IS NULL
  UNION ALL
  SELECT '', 'no such fact: ' || key FROM json_each(:facts) WHERE key NOT IN (SELECT id FROM facts)
  UNION ALL
  SELECT meter, 'not a quantity' FROM unreadable
  UNION ALL
  SELECT '', coalesce((SELECT why FROM too_early), iif(
    EXISTS (SELECT 1 FROM tariffs WHERE tariffs.offer_id = offer.id) AND NOT EXISTS (SELECT 1 FROM tariff),
    'no price list yet', 'price unknown'
  ))
  FROM offer WHERE NOT EXISTS (SELECT 1 FROM priced)
  UNION ALL
  SELECT used.meter, 'no rate' FROM used
  WHERE EXISTS (SELECT 1 FROM priced) AND NOT EXISTS (
    SELECT 1 FROM priced JOIN meters ON meters.id = priced.meter
    WHERE used.meter IN (meters.id, json_extract(meters.reading, '$.of'))
  )
  UNION ALL
  SELECT used.meter, 'given twice'
  FROM used
  JOIN meters ON meters.id = used.meter
  JOIN used AS other ON other.meter = meters.instead_of
  WHERE used.meter IN (SELECT meter FROM priced) AND other.meter IN (SELECT meter FROM priced)
  UNION ALL
  SELECT meter, 'fact missing' FROM billed WHERE quantity IS NULL
  UNION ALL
  SELECT meter, 'no rate' FROM billed
  WHERE quantity IS NOT NULL
    AND (meter NOT IN (SELECT meter FROM winner) OR meter IN (SELECT meter FROM unstated))
),

-- 7. The amounts: price times quantity (at least the rate's minimum), divided by `per`.

line (position, item, meter, quantity, price, per, conditions) AS (
  SELECT
    billed.position, billed.item, billed.meter,
    iif(decimal_cmp(billed.quantity, winner.minimum) < 0, winner.minimum, billed.quantity),
    winner.price, winner.per, winner.conditions
  FROM billed JOIN winner ON winner.meter = billed.meter
  WHERE decimal_cmp(billed.quantity, '0') > 0
),
fee (position, name, percent, rest) AS (   -- on top: of the total; deducted: of a payment that leaves the total
  SELECT fees.position, fees.name, fees.percent, iif(fees.basis = 'on_top', '100', decimal_sub('100', fees.percent))
  FROM fees JOIN offer ON offer.seller = fees.seller
  WHERE fees.waived = '{}'
    OR EXISTS (SELECT key, value FROM json_each(fees.waived) EXCEPT SELECT fact, value FROM fact)
),
-- SQLite's decimals have no division, so 1 / divisor is computed by long division: to its last digit if it ends
-- (a `per` or fee has 15 digits, so within 50), else to five hundred digits, far more than are kept.
divisor (divisor, whole, unit) AS (   -- 1 / 94.5 is 10 / 945
  SELECT
    divisor, CAST(replace(divisor, '.', '') AS INTEGER),
    CAST('1' || substr('000000000000000000', 1, length(divisor) - instr(divisor || '.', '.')) AS INTEGER)
  FROM (SELECT CAST(per AS TEXT) AS divisor FROM line UNION SELECT rest FROM fee)
),
long_division (divisor, whole, digits, remainder) AS (
  SELECT divisor, whole, (unit / whole) || '.', unit % whole FROM divisor
  UNION ALL
  SELECT divisor, whole, digits || (remainder * 10 / whole), remainder * 10 % whole
  FROM long_division WHERE remainder > 0 AND length(digits) < 500
),
inverse (divisor, number, ends) AS (
  SELECT divisor, digits, remainder = 0 FROM long_division WHERE remainder = 0 OR length(digits) = 500
),
-- A quotient is the product with the inverse. Where the inverse does not end, the quotient still may (0.006 per 60,
-- ten times, is 0.001): then the product, rounded at 400 places, times the divisor gives back the dividend. Else it is
-- rounded at 18 places, by adding half of the last one and cutting; no tie can trouble that, since a tie would end.
rough_line AS (
  SELECT
    line.*, inverse.divisor, inverse.ends, decimal_mul(price, quantity) AS dividend,
    decimal_mul(decimal_mul(price, quantity), inverse.number) AS rough
  FROM line JOIN inverse ON inverse.divisor = CAST(line.per AS TEXT)
),
near_line AS (
  SELECT
    *, decimal_add(rough, printf('0.%0400d5', 0)) AS fine, decimal_add(rough, printf('0.%018d5', 0)) AS coarse
  FROM rough_line
),
amount (position, meter, conditions, amount) AS (
  SELECT position, meter, conditions, CASE
    WHEN ends THEN rough
    WHEN decimal_cmp(decimal_mul(substr(fine, 1, instr(fine, '.') + 400), divisor), dividend) = 0
      THEN substr(fine, 1, instr(fine, '.') + 400)
    ELSE substr(coarse, 1, instr(coarse, '.') + 18)
  END
  FROM near_line
),

-- 8. The percentages in order, each of the result of the previous one; a line whose rate has a fact of the percentage
--    as a condition already includes it.

change (line, position, percent) AS (
  SELECT amount.position, adjustments.position, iif(
    (adjustments.meters = '[]' OR amount.meter IN (SELECT value FROM json_each(adjustments.meters)))
    AND NOT EXISTS (SELECT key, value FROM json_each(adjustments.conditions) EXCEPT SELECT fact, value FROM fact)
    AND NOT EXISTS (SELECT key FROM json_each(adjustments.conditions) INTERSECT SELECT key FROM json_each(amount.conditions)),
    adjustments.percent, '0'
  )
  FROM adjustments JOIN tariff ON tariff.id = adjustments.tariff_id JOIN amount
),
running (line, position, part, amount) AS (   -- the line itself, then its amount after each percentage
  SELECT position, -1, amount, amount FROM amount
  UNION ALL
  SELECT
    running.line, change.position,
    decimal_mul(decimal_mul(running.amount, change.percent), '0.01'),
    decimal_add(running.amount, decimal_mul(decimal_mul(running.amount, change.percent), '0.01'))
  FROM running JOIN change ON change.line = running.line AND change.position = running.position + 1
),
adjusted (position, amount) AS (
  SELECT position, decimal_sum(part) FROM running WHERE position >= 0 GROUP BY position
),
total (amount) AS (SELECT coalesce(decimal_sum(part), '0') FROM running),

-- 9. The payment that funds the total: the same division as in 7.

rough_fee AS (
  SELECT
    fee.*, inverse.divisor, inverse.ends, decimal_mul(total.amount, percent) AS dividend,
    decimal_mul(decimal_mul(total.amount, percent), inverse.number) AS rough
  FROM fee JOIN total JOIN inverse ON inverse.divisor = fee.rest
),
near_fee AS (
  SELECT
    *, decimal_add(rough, printf('0.%0400d5', 0)) AS fine, decimal_add(rough, printf('0.%018d5', 0)) AS coarse
  FROM rough_fee
),
taken (position, name, percent, amount) AS (
  SELECT position, name, percent, CASE
    WHEN ends THEN rough
    WHEN decimal_cmp(decimal_mul(substr(fine, 1, instr(fine, '.') + 400), divisor), dividend) = 0
      THEN substr(fine, 1, instr(fine, '.') + 400)
    ELSE substr(coarse, 1, instr(coarse, '.') + 18)
  END
  FROM near_fee
),
funding (amount) AS (
  SELECT decimal_add(total.amount, (SELECT coalesce(decimal_sum(taken.amount), '0') FROM taken)) FROM total
),

-- 10. The facts assumed: those not given on which these prices, percentages or fees can depend.

relevant (fact) AS (
  SELECT asked.key
  FROM billed JOIN rates ON rates.meter = billed.meter JOIN tariff ON tariff.id = rates.tariff_id,
    json_each(rates.conditions) AS asked
  UNION
  SELECT asked.key
  FROM adjustments JOIN tariff ON tariff.id = adjustments.tariff_id, json_each(adjustments.conditions) AS asked
  WHERE adjustments.meters = '[]'
    OR EXISTS (SELECT value FROM json_each(adjustments.meters) INTERSECT SELECT meter FROM billed)
  UNION
  SELECT asked.key FROM fees JOIN offer ON offer.seller = fees.seller, json_each(fees.waived) AS asked
  UNION
  SELECT fact FROM factor
),
assumed (fact, value) AS (
  SELECT fact, value FROM fact
  WHERE fact IN (SELECT fact FROM relevant) AND fact NOT IN (SELECT key FROM json_each(:facts))
),

-- 11. The bill.

bill (stage, position, part, item, meter, quantity, price, per, percent, amount, detail) AS (
  SELECT 1, line.position, 'line', item, line.meter, quantity, price, per, NULL, amount.amount, line.conditions
  FROM line JOIN amount ON amount.position = line.position
  UNION ALL
  SELECT 2, position, 'adjustment', name, NULL, NULL, NULL, NULL, percent, adjusted.amount, NULL
  FROM adjusted JOIN (SELECT adjustments.* FROM adjustments JOIN tariff ON tariff.id = adjustments.tariff_id)
    USING (position)
  WHERE decimal_cmp(adjusted.amount, '0') <> 0
  UNION ALL
  SELECT 3, 0, 'total', NULL, NULL, NULL, NULL, NULL, NULL, total.amount, currency FROM total, tariff
  UNION ALL
  SELECT 4, position, 'fee', name, NULL, NULL, NULL, NULL, percent, amount, NULL FROM taken
  UNION ALL
  SELECT 5, 0, 'funding', NULL, NULL, NULL, NULL, NULL, NULL, funding.amount, currency FROM funding, tariff
  UNION ALL
  SELECT 6, fact, 'assumed', fact, NULL, NULL, NULL, NULL, NULL, NULL, value FROM assumed
)
SELECT
  part, item, meter,
  iif(instr(quantity, '.'), rtrim(rtrim(quantity, '0'), '.'), quantity) AS quantity,
  price, per, percent,
  iif(instr(amount, '.'), rtrim(rtrim(amount, '0'), '.'), amount) AS amount,
  detail
FROM (
  SELECT * FROM bill WHERE NOT EXISTS (SELECT 1 FROM unpriced)
  UNION ALL
  SELECT 0, meter, 'unpriced', NULL, meter, NULL, NULL, NULL, NULL, NULL, why FROM unpriced
)
ORDER BY stage, position, detail;
