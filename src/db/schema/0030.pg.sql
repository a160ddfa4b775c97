-- What a write lane committed last: a commit whose answer was lost is settled by looking here.
CREATE TABLE lane_mark (
    id          ID64 PRIMARY KEY,   -- of the lane's connection, by chance
    mark        BIGINT NOT NULL,    -- counts its commits
    marked_at   BIGINT NOT NULL     -- UTC seconds; rows of a day ago are dropped
) STRICT;
