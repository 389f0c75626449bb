create index delivery_by_due on delivery (due, announcement);
create index delivery_published on delivery (updated, announcement) where state = 'published';
create index delivery_in_need on delivery (announcement)
  where state in ('unconfirmed', 'missed', 'refused', 'manual');
create index delivery_armed on delivery (lease) where state = 'armed';
