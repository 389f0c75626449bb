create table retirement (
  decision text primary key,
  channel text not null,
  move_to text not null,
  started bigint not null,
  actor text not null
);
create table retirement_step (
  decision text not null,
  step text not null,
  state text not null,
  at bigint not null,
  actor text not null,
  proof text not null,
  primary key (decision, step)
);
