create table draft_copy (
  draft text not null references draft (id),
  person text not null,
  name text not null,
  based_on bigint not null,
  text text not null,
  at bigint not null,
  primary key (draft, person, name)
);
