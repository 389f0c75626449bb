create table secret_expiry (
  channel text not null,
  field text not null,
  expires bigint not null,
  primary key (channel, field)
);
