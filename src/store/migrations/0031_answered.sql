create table fedi_answered (
  reply text primary key,
  actor text not null,
  name text not null,
  inbox text not null,
  post text not null,
  made bigint not null
);
