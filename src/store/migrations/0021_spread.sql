alter table fedi_activity add column spreading boolean not null default false;
alter table fedi_activity add column reached text not null default '';
alter table fedi_activity add column lease bigint not null default 0;
alter table fedi_activity add column delivered bigint not null default 0;
alter table fedi_activity add column given_up bigint not null default 0;
create index fedi_activity_spreading on fedi_activity (made) where spreading;
