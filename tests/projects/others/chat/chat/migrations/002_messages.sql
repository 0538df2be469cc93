CREATE TABLE messages (
    room_id bigint NOT NULL REFERENCES rooms,
    number integer NOT NULL,
    author_id bigint NOT NULL REFERENCES users,
    client_id text NOT NULL,
    text text,  -- null: deleted
    sent_at timestamptz NOT NULL,
    PRIMARY KEY (room_id, number),
    UNIQUE (room_id, author_id, client_id)
);
CREATE INDEX ON messages (room_id, author_id, sent_at);

-- One message of one member. The lock on the room makes the order of the numbers that of the commits.
CREATE FUNCTION store_message(a_room bigint, a_user bigint, a_client text, a_text text)
RETURNS TABLE (outcome text, stored integer) LANGUAGE plpgsql AS $$
DECLARE
    quiet boolean;
    moment timestamptz;
    found_number integer;
BEGIN
    PERFORM 1 FROM rooms WHERE id = a_room FOR NO KEY UPDATE;
    SELECT muted INTO quiet FROM members WHERE room_id = a_room AND user_id = a_user;
    IF NOT FOUND THEN
        RETURN QUERY SELECT 'gone', 0;
        RETURN;
    END IF;
    SELECT number INTO found_number FROM messages
        WHERE room_id = a_room AND author_id = a_user AND client_id = a_client;
    IF FOUND THEN
        RETURN QUERY SELECT 'stored', found_number;
        RETURN;
    END IF;
    IF quiet THEN
        RETURN QUERY SELECT 'muted', 0;
        RETURN;
    END IF;
    moment := clock_timestamp();
    IF (SELECT count(*) FROM messages WHERE room_id = a_room AND author_id = a_user
            AND sent_at >= moment - interval '10 seconds') >= 100 THEN
        RETURN QUERY SELECT 'too_many', 0;
        RETURN;
    END IF;
    UPDATE rooms SET latest = latest + 1 WHERE id = a_room RETURNING latest INTO found_number;
    INSERT INTO messages VALUES (a_room, found_number, a_user, a_client, a_text, moment);
    RETURN QUERY SELECT 'stored', found_number;
END $$;
