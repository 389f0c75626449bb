create table fedi_reply (
  id text primary key,
  state text not null,
  person text not null,
  changed bigint not null
);
create index fedi_reaction_by_kind on fedi_reaction (kind, made);
