alter table announcement add column source text not null default '';
alter table delivery add column rehearsed boolean not null default false;
