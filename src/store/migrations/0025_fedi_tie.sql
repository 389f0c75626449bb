create table fedi_tie (
  account text not null,
  kind text not null,
  name text not null,
  person text not null,
  made bigint not null,
  ended bigint not null,
  primary key (account, kind)
);
