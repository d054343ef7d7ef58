-- l'index n'est plus utilisé
DROP INDEX CONCURRENTLY IF EXISTS orders_user_id_idx;
