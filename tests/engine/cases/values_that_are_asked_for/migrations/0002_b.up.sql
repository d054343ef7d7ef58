UPDATE orders SET note = 'late' WHERE state = 'overdue';
