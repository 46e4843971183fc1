-- +goose Up
-- A court sits in a region and a town, whose holidays its terms are counted by; a deadline keeps how it came about in words.
set role recobro_owner;

alter table app.proceedings
    add column region text not null default '', -- ISO 3166-2; empty: national holidays only
    add column town text not null default '';
comment on column app.proceedings.region is 'where the court sits: its holidays count, those of the debtor or the firm do not';
alter table app.deadlines
    add column raw_on date,           -- the last day before it moved because nobody works on it
    add column grace_at timestamptz,  -- until when a writ still counts, where the law gives grace
    add column explanation jsonb not null default '{}';
create index proceedings_place on app.proceedings (jurisdiction, region);
reset role;
