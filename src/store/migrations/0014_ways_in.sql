create table challenge (
  hash text primary key,
  purpose text not null,
  browser text not null,
  about text not null,
  expires bigint not null
);
create table passkey (
  id text primary key,
  credential text not null unique,
  person text not null references person (id),
  name text not null,
  party text not null,
  signing text not null,
  x text not null,
  y text not null,
  count bigint not null,
  eligible boolean not null,
  backed_up boolean not null,
  made bigint not null,
  used bigint not null
);
create index passkey_by_person on passkey (person);
create table identity (
  id text primary key,
  provider text not null,
  subject text not null,
  person text not null references person (id),
  name text not null,
  made bigint not null,
  used bigint not null
);
create unique index identity_by_subject on identity (provider, subject);
create index identity_by_person on identity (person);
