CREATE TABLE workers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- A row for each connection. It goes with its worker and with its member: a connection without a row is closed.
CREATE TABLE online (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    worker_id bigint NOT NULL REFERENCES workers ON DELETE CASCADE,
    room_id bigint NOT NULL,
    user_id bigint NOT NULL,
    since timestamptz NOT NULL DEFAULT clock_timestamp(),
    FOREIGN KEY (room_id, user_id) REFERENCES members ON DELETE CASCADE
);
CREATE INDEX ON online (room_id, user_id);
CREATE INDEX ON online (worker_id);
