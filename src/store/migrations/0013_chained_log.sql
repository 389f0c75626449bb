alter table event add column via text not null default '';
alter table event add column seq bigint not null default 0;
alter table event add column salt bytea;
alter table event add column digest bytea;
alter table event add column marks bytea;
alter table event add column hash bytea;
create unique index event_by_seq on event (seq) where seq > 0;
create table event_head (
  one bigint primary key check (one = 1),
  seq bigint not null,
  hash bytea not null
);
create table answered_request (
  key text primary key,
  sealed text not null,
  done boolean not null,
  began bigint not null
);
create index answered_request_by_began on answered_request (began);
