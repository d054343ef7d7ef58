-- locks: ACCESS EXCLUSIVE on totals
-- rewrites: totals
-- scans: totals
-- rows: 0
REFRESH MATERIALIZED VIEW totals;
