create table draft (
  id text primary key,
  made bigint not null,
  revision bigint not null,
  announcement text not null,
  slug text not null
);
create table draft_revision (
  draft text not null references draft (id),
  revision bigint not null,
  digest text not null,
  content text not null,
  person text not null,
  name text not null,
  role text not null,
  at bigint not null,
  primary key (draft, revision)
);
create index draft_revision_by_digest on draft_revision (digest);
create table draft_act (
  id text primary key,
  draft text not null references draft (id),
  revision bigint not null,
  digest text not null,
  act text not null,
  words text not null,
  person text not null,
  name text not null,
  role text not null,
  at bigint not null
);
create index draft_act_by_draft on draft_act (draft);
