ALTER INDEX events_day_idx RENAME TO events_by_day_idx;
ALTER INDEX events_by_day_idx SET (fillfactor = 70);
ALTER INDEX events_by_day_idx SET TABLESPACE fast;
