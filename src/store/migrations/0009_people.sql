create table person (
  id text primary key,
  name text not null,
  email text not null,
  role text not null,
  active boolean not null,
  invited bigint not null,
  joined bigint not null,
  used bigint not null
);
create unique index person_by_name on person (lower(name));
create unique index person_by_email on person (email) where email <> '';
create table welcome_link (
  hash text primary key,
  person text not null,
  made bigint not null,
  expires bigint not null
);
create table password (
  person text primary key references person (id),
  hash text not null,
  since bigint not null
);
create table totp (
  person text primary key references person (id),
  sealed text not null,
  since bigint not null,
  step bigint not null
);
create table recovery_code (
  hash text primary key,
  person text not null references person (id)
);
create table session (
  id text primary key,
  hash text not null unique,
  person text not null references person (id),
  stage text not null,
  started bigint not null,
  used bigint not null,
  address text not null,
  browser text not null
);
create index session_by_person on session (person);
create table device (
  hash text primary key,
  person text not null references person (id),
  used bigint not null
);
create table allowance (
  key text primary key,
  spent_until bigint not null
);
create table api_token (
  id text primary key,
  hash text not null unique,
  person text not null references person (id),
  name text not null,
  scope text not null,
  made bigint not null,
  ends bigint not null,
  used bigint not null
);
