alter table api_token add column calendar boolean not null default false;
