alter table fedi_reaction add column warning text not null default '';
