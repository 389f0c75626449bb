create table pin (
  announcement text primary key,
  pinned bigint not null
);
