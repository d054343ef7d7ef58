CREATE INDEX events_day_idx ON ONLY events (day);
CREATE INDEX events_2024_day_idx ON events_2024 (day);
ALTER INDEX events_day_idx ATTACH PARTITION events_2024_day_idx;
ALTER INDEX events_day_idx ATTACH PARTITION archive.events_2025_day_idx;
