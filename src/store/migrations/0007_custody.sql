create table custodian (
  channel text not null,
  person text not null,
  since bigint not null,
  proven bigint not null,
  proof text not null,
  primary key (channel, person)
);
create table dependent (
  channel text not null,
  what text not null,
  since bigint not null,
  moved bigint not null,
  proof text not null,
  primary key (channel, what)
);
