CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE,
    password_hash text NOT NULL
);

CREATE TABLE rooms (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    private boolean NOT NULL,
    owner_id bigint NOT NULL REFERENCES users,
    latest integer NOT NULL DEFAULT 0
);
CREATE INDEX ON rooms (owner_id);

CREATE TABLE members (
    room_id bigint NOT NULL REFERENCES rooms,
    user_id bigint NOT NULL REFERENCES users,
    role text NOT NULL CHECK (role IN ('owner', 'moderator', 'member')),
    muted boolean NOT NULL DEFAULT false,
    acked integer NOT NULL DEFAULT 0,
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX ON members (user_id);

CREATE TABLE bans (
    room_id bigint NOT NULL REFERENCES rooms,
    user_id bigint NOT NULL REFERENCES users,
    PRIMARY KEY (room_id, user_id)
);
