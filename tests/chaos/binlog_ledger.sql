-- The tables that are captured (database shop) and the book that the database itself keeps of every
-- change to them (database ledger), in the transaction that makes it.
CREATE DATABASE ledger;

-- Every row says which change it is (seq, unique).
CREATE TABLE account (id bigint PRIMARY KEY, seq bigint, body text);
CREATE TABLE line (region int, number int, seq bigint, body text, PRIMARY KEY (number, region));
CREATE TABLE note (name varchar(80) CHARACTER SET latin1 PRIMARY KEY, seq bigint, body text);
CREATE TABLE document (id bigint PRIMARY KEY, seq bigint, body longtext);

-- Where snapshots are asked for.
CREATE TABLE ledger.signal_ (id varchar(60) PRIMARY KEY, type varchar(40), data text);

CREATE TABLE ledger.`change` (n bigint AUTO_INCREMENT PRIMARY KEY, tbl varchar(20), op char(1),
    `key` varchar(200) CHARACTER SET utf8mb4, seq bigint);
CREATE TABLE ledger.numbers (i int PRIMARY KEY);
INSERT INTO ledger.numbers VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
INSERT INTO ledger.numbers
    SELECT 10 * a.i + b.i FROM ledger.numbers a, ledger.numbers b WHERE a.i > 0;
INSERT INTO ledger.numbers
    SELECT 100 * a.i + b.i FROM ledger.numbers a, ledger.numbers b WHERE a.i > 0;
