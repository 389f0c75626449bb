create table secret (
  channel text not null,
  field text not null,
  sealed text not null,
  updated bigint not null,
  primary key (channel, field)
);
create table server_fact (
  channel text primary key,
  learned text not null,
  at bigint not null
);
