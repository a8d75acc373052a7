-- The catalog as one SQLite file, written once per build and opened read-only.
--
-- Money and quantities are exact decimals in TEXT. The REAL column next to a price is for sorting and
-- plotting only; do not add those up. Lists are JSON arrays, mappings JSON objects. Ids are hashes of
-- names, so they are the same in every build.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE meters (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, unit TEXT NOT NULL, bounds TEXT NOT NULL,
  per INTEGER NOT NULL, prompt INTEGER NOT NULL, whole INTEGER NOT NULL, input TEXT NOT NULL,
  reading TEXT NOT NULL,      -- {"of": meter, "times": [factor, ...]}, or null
  instead_of TEXT NOT NULL,
  also TEXT NOT NULL          -- its synonyms
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, kind TEXT NOT NULL, sentence TEXT NOT NULL,
  listed TEXT NOT NULL, plain TEXT NOT NULL, scales INTEGER NOT NULL, also TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE capabilities (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, sentence TEXT NOT NULL, input TEXT NOT NULL,
  listed TEXT NOT NULL, met_by TEXT NOT NULL, bound INTEGER NOT NULL, by_seller INTEGER NOT NULL,
  implied_by TEXT NOT NULL,
  chat INTEGER NOT NULL,      -- 1 for what models that chat are asked for
  also TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE endpoints (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, path TEXT NOT NULL, modality TEXT NOT NULL,
  content_type TEXT NOT NULL, sends TEXT NOT NULL,
  marks TEXT NOT NULL,        -- a request to it has one of these parameters
  rank INTEGER NOT NULL       -- its position among the endpoints that a request could be for
) STRICT, WITHOUT ROWID;

-- The needs that the parameters of a request cause.
CREATE TABLE parameters (
  id TEXT PRIMARY KEY, endpoints TEXT NOT NULL, paths TEXT NOT NULL, sentence TEXT NOT NULL, form TEXT NOT NULL,
  measure TEXT NOT NULL,      -- the measured property of the value
  listed TEXT NOT NULL,       -- the measured values the row applies to; all if empty
  usual TEXT NOT NULL,        -- the measured values that need nothing
  unless TEXT NOT NULL,       -- the parameters that cancel its needs
  needs TEXT NOT NULL,        -- {"kind": "value"}; the value "measured" is the measured one
  strength TEXT NOT NULL, lenient INTEGER NOT NULL,
  adds INTEGER NOT NULL,      -- whether measured values are added over the request
  words TEXT NOT NULL,        -- the facts and meters it decides
  absent TEXT NOT NULL,       -- their value if the request omits the parameter
  cost TEXT NOT NULL,         -- its effect on the cost beyond these
  inputs TEXT NOT NULL        -- the inputs that a caller who sends it has
) STRICT, WITHOUT ROWID;

CREATE TABLE collections (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, sentence TEXT NOT NULL, modality TEXT NOT NULL,
  needs TEXT NOT NULL, price_status TEXT NOT NULL, lifecycle TEXT NOT NULL,
  newest_per_provider INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE use_cases (
  id TEXT PRIMARY KEY, label TEXT NOT NULL, kinds TEXT NOT NULL, needs TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE providers (id TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The price lists that claims were imported from.
CREATE TABLE feeds (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, seen TEXT NOT NULL,
  licence TEXT NOT NULL, url TEXT NOT NULL, rank INTEGER NOT NULL,
  derived_from TEXT NOT NULL, expresses TEXT NOT NULL,
  keeps_ended INTEGER NOT NULL,  -- whether it goes on listing what is no longer sold
  reads TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Decisions between claimed prices; each holds while the feeds state the texts in `listed`.
CREATE TABLE decisions (
  id TEXT PRIMARY KEY, seller TEXT NOT NULL, model_id TEXT NOT NULL, meter TEXT NOT NULL REFERENCES meters (id),
  listed TEXT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, date TEXT NOT NULL,
  held TEXT NOT NULL,         -- the feed that is right; empty if undecided
  conditions TEXT NOT NULL, above INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sellers (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  host TEXT NOT NULL,         -- another seller whose machines answer its calls
  closed TEXT NOT NULL,       -- when it stopped selling, and who says so; null if it did not
  caution TEXT NOT NULL,      -- why nobody should be sent there unasked
  names TEXT NOT NULL,        -- what feeds and libraries call it
  url TEXT NOT NULL, prices_url TEXT NOT NULL, base_url TEXT NOT NULL, key_variable TEXT NOT NULL, key_placeholder TEXT NOT NULL,
  media_url TEXT NOT NULL, max_upload_bytes INTEGER, url_lifetime_hours INTEGER,
  endpoints TEXT NOT NULL,    -- the endpoints that serve its text-to-text models,
  apart TEXT NOT NULL,        -- except these, by its own ids
  disagreements TEXT NOT NULL,
  capabilities TEXT NOT NULL, -- what its reference states of its calls; offers have it too
  scaled TEXT NOT NULL,       -- by meter, the facts that raise or lower a price in any of its price lists
  means TEXT NOT NULL         -- by fact, its own words for values of other names
) STRICT, WITHOUT ROWID;

CREATE TABLE fees (
  seller TEXT NOT NULL REFERENCES sellers (id), position INTEGER NOT NULL,
  name TEXT NOT NULL, percent TEXT NOT NULL,
  basis TEXT NOT NULL,        -- on_top: of the credit bought; deducted: of the payment
  waived TEXT NOT NULL,       -- the facts under which it is not charged
  sources TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (seller, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE errors (
  seller TEXT NOT NULL REFERENCES sellers (id), position INTEGER NOT NULL,
  status INTEGER NOT NULL, type TEXT NOT NULL, meaning TEXT NOT NULL, retry INTEGER NOT NULL,
  PRIMARY KEY (seller, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE rules (
  seller TEXT NOT NULL REFERENCES sellers (id), position INTEGER NOT NULL,
  about TEXT NOT NULL, says TEXT NOT NULL, source TEXT NOT NULL,
  PRIMARY KEY (seller, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE cards (
  id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  provider TEXT NOT NULL REFERENCES providers (id), modality TEXT NOT NULL, kind TEXT NOT NULL, family TEXT NOT NULL,
  description TEXT NOT NULL, strengths TEXT NOT NULL, use_cases TEXT NOT NULL,
  ids TEXT NOT NULL, ids_at TEXT NOT NULL,
  input_modalities TEXT NOT NULL, output_modalities TEXT NOT NULL, required_inputs TEXT NOT NULL,
  limits TEXT NOT NULL, replaced_by TEXT NOT NULL, licence TEXT NOT NULL, sources TEXT NOT NULL,
  disagreements TEXT NOT NULL
) STRICT;

-- Every name that leads to a card, in normal form: those it claims (rank 0), and the model ids of its offers (rank 1).
CREATE TABLE names (
  name TEXT NOT NULL, card_id INTEGER NOT NULL REFERENCES cards (id), rank INTEGER NOT NULL, PRIMARY KEY (name, card_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX names_by_card ON names (card_id);

CREATE TABLE events (
  card_id INTEGER NOT NULL REFERENCES cards (id), position INTEGER NOT NULL,
  event TEXT NOT NULL, date TEXT NOT NULL, source TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (card_id, position)
) STRICT, WITHOUT ROWID;

-- Published scores of models, each with its source and day.
CREATE TABLE benchmarks (
  card_id INTEGER NOT NULL REFERENCES cards (id), position INTEGER NOT NULL,
  benchmark TEXT NOT NULL, metric TEXT NOT NULL, score TEXT NOT NULL, variant TEXT NOT NULL, harness TEXT NOT NULL,
  source TEXT NOT NULL, day TEXT NOT NULL,
  PRIMARY KEY (card_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE card_capabilities (
  card_id INTEGER NOT NULL REFERENCES cards (id),
  capability TEXT NOT NULL REFERENCES capabilities (id),
  value TEXT NOT NULL, source TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (card_id, capability)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  id INTEGER PRIMARY KEY,
  card_id INTEGER REFERENCES cards (id),   -- null where no card claims the offer
  position INTEGER NOT NULL,
  same_as INTEGER REFERENCES offers (id),  -- of another spelling of a model id: the offer, which holds the rest
  seller TEXT NOT NULL REFERENCES sellers (id), model_id TEXT NOT NULL, upstream TEXT NOT NULL,
  endpoints TEXT NOT NULL, answers TEXT NOT NULL, mode TEXT NOT NULL,
  facts TEXT NOT NULL,        -- how its id differs from the plain model: snapshot, region, service tier, ...
  limits TEXT NOT NULL, note TEXT NOT NULL,
  seen TEXT,                  -- the last day a list showed it; null if no list ever did
  UNIQUE (card_id, position)
) STRICT;
CREATE INDEX offers_by_seller ON offers (seller, model_id);

-- What is said of the life of one offer alone; the view `ends` says which offers it ends.
CREATE TABLE offer_events (
  offer_id INTEGER NOT NULL REFERENCES offers (id), position INTEGER NOT NULL,
  event TEXT NOT NULL, date TEXT NOT NULL, source TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (offer_id, position)
) STRICT, WITHOUT ROWID;

-- The capabilities of offers that differ from their cards.
CREATE TABLE offer_capabilities (
  offer_id INTEGER NOT NULL REFERENCES offers (id),
  capability TEXT NOT NULL REFERENCES capabilities (id),
  value TEXT NOT NULL, source TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (offer_id, capability)
) STRICT, WITHOUT ROWID;

CREATE TABLE tariffs (
  id INTEGER PRIMARY KEY, offer_id INTEGER NOT NULL REFERENCES offers (id), position INTEGER NOT NULL,
  effective TEXT,             -- the first day it holds; null if unknown
  until TEXT,                 -- the day on which the next one replaces it; null if none does
  currency TEXT NOT NULL, defaults TEXT NOT NULL, required TEXT NOT NULL, periods TEXT NOT NULL,
  examples TEXT NOT NULL, incomplete TEXT NOT NULL, note TEXT NOT NULL,
  confidence TEXT NOT NULL,   -- how imported prices were chosen; empty if an author wrote them
  stale INTEGER NOT NULL,     -- whether nobody has read it for long, counted from the newest reading
  undated INTEGER NOT NULL,   -- whether it is the first one known, taken for the days before it is known to hold
  price_status TEXT NOT NULL,
  UNIQUE (offer_id, position)
) STRICT;

CREATE TABLE sources (
  tariff_id INTEGER NOT NULL REFERENCES tariffs (id), position INTEGER NOT NULL,
  url TEXT NOT NULL, checked TEXT NOT NULL, as_of TEXT NOT NULL, via TEXT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (tariff_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE rates (
  tariff_id INTEGER NOT NULL REFERENCES tariffs (id), position INTEGER NOT NULL,
  meter TEXT NOT NULL REFERENCES meters (id),
  price TEXT NOT NULL,
  per INTEGER NOT NULL,
  conditions TEXT NOT NULL,   -- {"fact": "value"}
  above INTEGER NOT NULL,     -- applies if the prompt has more tokens than this
  minimum TEXT NOT NULL,      -- the least quantity billed, if any is used
  zero TEXT NOT NULL,         -- the reason for a price of 0
  price_number REAL GENERATED ALWAYS AS (CAST(price AS REAL) / per) VIRTUAL,
  PRIMARY KEY (tariff_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX rates_by_meter ON rates (meter);

-- The conditions of each rate as rows, for matching in SQL.
CREATE TABLE rate_conditions (
  tariff_id INTEGER NOT NULL, rate INTEGER NOT NULL,
  fact TEXT NOT NULL REFERENCES facts (id), value TEXT NOT NULL,
  PRIMARY KEY (tariff_id, rate, fact),
  FOREIGN KEY (tariff_id, rate) REFERENCES rates (tariff_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE adjustments (
  tariff_id INTEGER NOT NULL REFERENCES tariffs (id), position INTEGER NOT NULL,
  name TEXT NOT NULL, percent TEXT NOT NULL, conditions TEXT NOT NULL, meters TEXT NOT NULL,
  PRIMARY KEY (tariff_id, position)
) STRICT, WITHOUT ROWID;

-- The claims of further sources about the same prices.
CREATE TABLE claims (
  tariff_id INTEGER NOT NULL REFERENCES tariffs (id), position INTEGER NOT NULL,
  meter TEXT NOT NULL REFERENCES meters (id), price TEXT NOT NULL, source TEXT NOT NULL,
  per INTEGER NOT NULL, conditions TEXT NOT NULL, above INTEGER NOT NULL,
  key TEXT NOT NULL, value TEXT NOT NULL,   -- its key and text in an imported list
  price_number REAL GENERATED ALWAYS AS (CAST(price AS REAL) / per) VIRTUAL,
  PRIMARY KEY (tariff_id, position)
) STRICT, WITHOUT ROWID;

-- The candidates of a route: all offers by slug, seller and model id, and cards without offers.
CREATE TABLE candidates (
  position INTEGER PRIMARY KEY, slug TEXT NOT NULL, seller TEXT NOT NULL, model_id TEXT NOT NULL,
  number INTEGER NOT NULL     -- the offer's index within its card
) STRICT;

-- The candidates with each text of an attribute, as a bit set: bit n, least significant first, is position n.
CREATE TABLE postings (
  attribute TEXT NOT NULL, value TEXT NOT NULL, candidates BLOB NOT NULL, PRIMARY KEY (attribute, value)
) STRICT, WITHOUT ROWID;

-- Lower bounds of each meter's prices: positions (32-bit numbers; empty if every candidate is listed) and bounds
-- (64-bit floats, infinite without a price), little-endian. They only prune the search; they are not prices.
CREATE TABLE lower_bounds (
  meter TEXT PRIMARY KEY, candidates BLOB NOT NULL, prices BLOB NOT NULL
) STRICT, WITHOUT ROWID;
