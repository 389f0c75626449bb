create table fedi_actor (
  id text primary key,
  key_id text not null,
  key_pem text not null,
  inbox text not null,
  shared_inbox text not null,
  host text not null,
  read bigint not null
);
create index fedi_actor_by_key on fedi_actor (key_id);
create table fedi_follower (
  actor text primary key,
  inbox text not null,
  target text not null,
  host text not null,
  follow text not null,
  since bigint not null
);
create index fedi_follower_by_target on fedi_follower (target, host);
create index fedi_follower_by_host on fedi_follower (host);
create table fedi_reaction (
  id text primary key,
  kind text not null,
  actor text not null,
  post text not null,
  uri text not null,
  content text not null,
  made bigint not null
);
create index fedi_reaction_by_post on fedi_reaction (post, kind);
create index fedi_reaction_by_uri on fedi_reaction (uri);
create index fedi_reaction_by_actor on fedi_reaction (actor);
create table fedi_seen (
  hash text primary key,
  type text not null,
  host text not null,
  made bigint not null
);
create index fedi_seen_by_made on fedi_seen (made);
create table fedi_post (
  announcement text primary key,
  revision bigint not null
);
create table fedi_activity (
  id text primary key,
  post text not null,
  body text not null,
  made bigint not null
);
create table fedi_delivery (
  activity text not null,
  inbox text not null,
  host text not null,
  post text not null,
  made bigint not null,
  state text not null,
  attempts bigint not null,
  not_before bigint not null,
  lease bigint not null,
  reason text not null,
  updated bigint not null,
  primary key (activity, inbox)
);
create index fedi_delivery_waiting on fedi_delivery (not_before) where state = 'waiting';
create index fedi_delivery_by_host on fedi_delivery (host) where state = 'waiting';
create index fedi_delivery_settled on fedi_delivery (updated) where state <> 'waiting';
create index fedi_delivery_by_inbox on fedi_delivery (inbox, post) where state = 'waiting';
create table fedi_host (
  host text primary key,
  scheme text not null,
  failures bigint not null,
  since bigint not null,
  not_before bigint not null,
  dead boolean not null
);
create table fedi_quote (
  id text primary key,
  actor text not null,
  post text not null,
  quote text not null,
  made bigint not null
);
