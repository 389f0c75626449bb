-- Votes stay only as long as their poll is open; then fedi_poll has their sums.
create table fedi_vote (
  post text not null,
  actor text not null,
  choice text not null,
  made bigint not null,
  primary key (post, actor, choice)
);
create index fedi_vote_by_actor on fedi_vote (actor);
create table fedi_poll (
  post text primary key,
  told bigint not null,
  told_at bigint not null,
  ended boolean not null,
  voters bigint not null,
  votes text not null
);
