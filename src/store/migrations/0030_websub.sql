create table websub_request (
  id text primary key,
  mode text not null,
  callback text not null,
  host text not null,
  topic text not null,
  secret text not null,
  lease_seconds bigint not null,
  attempts bigint not null,
  not_before bigint not null,
  lease bigint not null,
  made bigint not null
);
create index websub_request_by_time on websub_request (not_before);
create table websub_subscription (
  id text primary key,
  callback text not null,
  host text not null,
  topic text not null,
  secret text not null,
  expires bigint not null,
  told text not null,
  version bigint not null,
  attempts bigint not null,
  since bigint not null,
  not_before bigint not null,
  lease bigint not null,
  delivered bigint not null,
  reason text not null
);
create index websub_subscription_by_topic on websub_subscription (topic, told);
create index websub_subscription_by_host on websub_subscription (host);
