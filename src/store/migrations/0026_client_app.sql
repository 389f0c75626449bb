create table client_app (
  id text primary key,
  hash text not null,
  name text not null,
  website text not null,
  redirects text not null,
  scopes text not null,
  token text not null,
  made bigint not null,
  used bigint not null
);
create index client_app_unused on client_app (made) where used = 0;
create index client_app_by_token on client_app (token) where token <> '';
alter table api_token add column app text not null default '';
alter table api_token add column scopes text not null default '';
create index fedi_follower_by_since on fedi_follower (since);
