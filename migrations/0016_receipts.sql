-- +goose Up
-- What a client holds against the firm: a receipt for every accepted debt, and one signature for the whole portfolio.
set role recobro_owner;
alter table app.portfolios add receipts_root text;
alter table app.portfolio_items add receipt jsonb
    constraint portfolio_items_receipt_of_a_case check (receipt is null or case_id is not null);
comment on column app.portfolios.receipts_root is 'signed root over the receipts of the accepted items; null while the firm has no receipt key';
comment on column app.portfolio_items.receipt is 'the receipt as it was handed out';
reset role;
