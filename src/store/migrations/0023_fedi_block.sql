alter table fedi_actor add column name text not null default '';
create index fedi_actor_by_name on fedi_actor (host, name);
create table fedi_block (
  target text primary key,
  kind text not null,
  person text not null,
  made bigint not null
);
create table fedi_report (
  id text primary key,
  actor text not null,
  host text not null,
  words text not null,
  about text not null,
  made bigint not null,
  person text not null,
  seen bigint not null
);
create index fedi_report_by_made on fedi_report (made);
