create table mail (
  id text primary key,
  sealed text not null,
  state text not null,
  attempts bigint not null,
  not_before bigint not null,
  lease bigint not null,
  reason text not null,
  made bigint not null,
  updated bigint not null
);
create index mail_waiting on mail (not_before) where state = 'waiting';
create index mail_settled on mail (updated) where state <> 'waiting';
create table mail_address (
  person text primary key references person (id),
  address text not null,
  proven bigint not null,
  proof text not null,
  proof_ends bigint not null,
  notices text not null,
  written bigint not null
);
create table mail_told (
  whom text not null,
  what text not null,
  at bigint not null,
  primary key (whom, what)
);
