CREATE TABLE members (
  team_id bigint NOT NULL,
  user_id bigint NOT NULL,
  role text,
  PRIMARY KEY (team_id, user_id),
  FOREIGN KEY (user_id) REFERENCES users (id)
);
