CREATE TABLE post (id int PRIMARY KEY);
CREATE TABLE comment (id int PRIMARY KEY);
CREATE TABLE message (id int PRIMARY KEY);
CREATE TABLE community (id int PRIMARY KEY);
CREATE TABLE report (
    post_id int UNIQUE REFERENCES post, comment_id int UNIQUE REFERENCES comment,
    message_id int UNIQUE REFERENCES message, community_id int UNIQUE REFERENCES community,
    CHECK (num_nonnulls(post_id, comment_id, message_id, community_id) = 1)
);

---- rows
-- report: 20

---- notes

---- holds
SELECT count(post_id) > 0 AND count(comment_id) > 0 AND count(message_id) > 0 AND count(community_id) > 0 FROM report;
