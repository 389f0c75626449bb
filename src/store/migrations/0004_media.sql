create table media (
  digest text primary key,
  mime text not null,
  width bigint not null,
  height bigint not null,
  kept bigint not null,
  bytes bytea not null
);
