create table proposal (
  id text primary key,
  status text not null unique,
  state text not null,
  body text not null,
  link text not null,
  audience text not null,
  wished text not null,
  name text not null,
  contact text not null,
  slug text not null,
  reason text not null,
  made bigint not null,
  ended bigint not null
);
create index proposal_by_state on proposal (state);
create table used_form (
  hash text primary key,
  digest text not null,
  expires bigint not null
);
create index used_form_by_expires on used_form (expires);
