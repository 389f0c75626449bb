create table hold (
  announcement text primary key references announcement (id),
  made bigint not null,
  until bigint not null,
  before text not null
);
