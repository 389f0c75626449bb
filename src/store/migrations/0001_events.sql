create table event (
  id text primary key,
  at bigint not null,
  kind text not null,
  actor text not null,
  subject text not null,
  data text not null
);
create index event_by_subject on event (subject, id);
