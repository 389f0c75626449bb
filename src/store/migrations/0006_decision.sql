create table decision (
  id text primary key,
  year text not null,
  number bigint not null,
  title text not null,
  body text not null,
  record text not null,
  decided text not null,
  "from" text not null,
  channel text not null,
  "to" text not null,
  scopes text not null,
  unique (year, number)
);
